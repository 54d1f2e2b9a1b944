#include "core/philox.h"

#include <cmath>

#include "core/exact_math.h"

namespace ecg {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53u;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57u;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9u;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85u;

/// Blocks that philox_blocks computes side by side: enough to hide the multiplications' latency.
constexpr std::size_t kBlocks = 4;

/// The blocks of `counter` and the kBlocks - 1 after it. No carry: the first word wraps, as in
/// RandomStream.
void philox_blocks(const std::array<std::uint32_t, 4>& counter, std::array<std::uint32_t, 2> key,
                   std::uint32_t* out) {
  std::array<std::array<std::uint32_t, kBlocks>, 4> c;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    c[0][i] = counter[0] + static_cast<std::uint32_t>(i);
    for (std::size_t word = 1; word < 4; ++word) c[word][i] = counter[word];
  }
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const std::uint64_t a = std::uint64_t{kMultiplier0} * c[0][i];
      const std::uint64_t b = std::uint64_t{kMultiplier1} * c[2][i];
      c[0][i] = static_cast<std::uint32_t>(b >> 32) ^ c[1][i] ^ key[0];
      c[1][i] = static_cast<std::uint32_t>(b);
      c[2][i] = static_cast<std::uint32_t>(a >> 32) ^ c[3][i] ^ key[1];
      c[3][i] = static_cast<std::uint32_t>(a);
    }
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  for (std::size_t i = 0; i < kBlocks; ++i) {
    for (std::size_t word = 0; word < 4; ++word) out[4 * i + word] = c[word][i];
  }
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t b = std::uint64_t{kMultiplier1} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

RandomStream::RandomStream(const RandomKey& key)
    : counter_{0, static_cast<std::uint32_t>(key.record),
               static_cast<std::uint32_t>((key.record >> 32) << 16) | key.view,
               (key.epoch << 12) | static_cast<std::uint32_t>(key.purpose)},
      key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)} {
  ECG_ASSERT(key.epoch < (1u << 20) && key.record < (1ull << 48));
}

std::uint32_t RandomStream::next_u32() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

RandomStream::Place RandomStream::place() const {
  Place place{counter_, key_, 0};
  if (used_ == 4) return place;
  --place.counter[0];
  place.used = static_cast<std::uint32_t>(used_);
  return place;
}

void RandomStream::fill_u32(std::span<std::uint32_t> out) {
  std::size_t done = 0;
  while (done < out.size() && used_ < 4) out[done++] = next_u32();
  for (; out.size() - done >= 4 * kBlocks; done += 4 * kBlocks) {
    philox_blocks(counter_, key_, out.data() + done);
    counter_[0] += kBlocks;
  }
  while (done < out.size()) out[done++] = next_u32();
}

std::uint32_t RandomStream::below(std::uint32_t bound) {
  ECG_ASSERT(bound > 0);
  // Lemire's multiply-and-reject: no modulo bias.
  const std::uint32_t threshold = (0u - bound) % bound;
  while (true) {
    const std::uint64_t product = std::uint64_t{next_u32()} * bound;
    if (static_cast<std::uint32_t>(product) >= threshold) {
      return static_cast<std::uint32_t>(product >> 32);
    }
  }
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * exact_log(1.0 - uniform()));
  const double angle = uniform();
  spare_normal_ = radius * exact_sin_turns(angle);
  has_spare_ = true;
  return radius * exact_cos_turns(angle);
}

double RandomStream::exponential(double mean) { return -mean * exact_log(1.0 - uniform()); }

}  // namespace ecg
