#include "hostile.h"

#include <catch2/catch_test_macros.hpp>

#include "allocation_meter.h"
#include "core/philox.h"
#include "io/formats.h"
#include "io/read_recording.h"

namespace ecg::test {
namespace {

Result<Recording> read_with(const HostileOptions& options, const FileSet& files) {
  if (options.read != nullptr) return options.read(files, files.files.front());
  return read_recording(files);
}

}  // namespace

bool survives(const FileSet& files, const HostileOptions& options) {
  const std::uint64_t before = allocated_bytes();
  const auto recording = read_with(options, files);
  const auto parts = describe_files(files);
  const std::uint64_t bound =
      options.allowance_bytes + options.allocation_factor * files.files.front().bytes.size();
  if (allocated_bytes() - before >= bound) return false;
  if (recording) return recording->signal.lead_count() > 0 && !parts.empty();
  return !recording.error().message.empty() && !recording.error().hint.empty();
}

void require_truncations_refused(const FileSet& whole, const HostileOptions& options) {
  REQUIRE(read_with(options, whole).has_value());
  for (std::size_t size = options.first_size; size < whole.files.front().bytes.size(); ++size) {
    FileSet cut = whole;
    cut.files.front().bytes.resize(size);
    if (read_with(options, cut).has_value()) FAIL("read although cut to " << size << " bytes");
    if (!survives(cut, options)) FAIL("does harm when cut to " << size << " bytes");
  }
  SUCCEED();
}

void require_damage_survived(const std::vector<FileSet>& wholes, int rounds, std::uint64_t seed,
                             const HostileOptions& options) {
  RandomStream random({.seed = seed, .purpose = RandomPurpose::kTest});
  for (int round = 0; round < rounds; ++round) {
    FileSet files = wholes[static_cast<std::size_t>(round) % wholes.size()];
    auto& bytes = files.files.front().bytes;
    for (std::uint32_t changes = 1 + random.below(4); changes-- > 0;) {
      auto& byte = bytes[random.below(static_cast<std::uint32_t>(bytes.size()))];
      byte = static_cast<std::uint8_t>(random.bernoulli(0.5) ? byte ^ (1u << random.below(8))
                                                             : random.below(256));
    }
    if (!survives(files, options)) FAIL("round " << round << " of seed " << seed);
  }
  SUCCEED();
}

}  // namespace ecg::test
