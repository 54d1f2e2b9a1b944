#include "io/scp_beats.h"

#include <algorithm>

namespace ecg {
namespace {

constexpr std::size_t kHeaderBytes = 6;
constexpr std::size_t kBeatBytes = 14;
constexpr std::size_t kZoneBytes = 8;

/// One run of means back at the full rate.
void expand_run(std::span<const std::int32_t> means, std::int64_t samples, int ratio,
                std::vector<double>& out) {
  for (std::int64_t i = 0; i < samples; ++i) {
    const std::int64_t shifted = i - ratio / 2;
    const auto group = static_cast<std::size_t>(std::max<std::int64_t>(shifted, 0) / ratio);
    const double here = means[group];
    if (shifted < 0 || group + 1 >= means.size()) {
      out.push_back(here);
      continue;
    }
    const double step = (static_cast<double>(means[group + 1]) - here) / ratio;
    out.push_back(here + step * static_cast<double>(shifted % ratio));
  }
}

std::int64_t stored_of(const ScpRun& run, int ratio) {
  return run.is_full_rate ? run.samples : (run.samples + ratio - 1) / ratio;
}

}  // namespace

Result<ScpQrsLocations> parse_scp_qrs(const NamedBytes& file, const ScpSection& section) {
  const ByteView bytes(section.data);
  ScpQrsLocations out;
  out.reference_fiducial = bytes.u16(2);
  const std::size_t beats = bytes.u16(4);
  const std::size_t zones_at = kHeaderBytes + beats * kBeatBytes;
  if (zones_at > bytes.size()) {
    return scp_error(ErrorCode::kTruncated, file, "the list of QRS locations ends too early",
                     section.byte_offset);
  }
  for (std::size_t at = kHeaderBytes; at < zones_at; at += kBeatBytes) {
    if (bytes.u16(at) != 0) continue;
    out.subtractions.push_back({{bytes.u32(at + 2), bytes.u32(at + 10)}, bytes.u32(at + 6)});
  }
  for (std::size_t i = 0; i < beats; ++i) {
    const std::size_t at = zones_at + i * kZoneBytes;
    if (at + kZoneBytes > bytes.size()) break;
    out.full_rate.push_back({bytes.u32(at), bytes.u32(at + 4)});
  }
  std::sort(out.full_rate.begin(), out.full_rate.end(),
            [](const ScpStretch& a, const ScpStretch& b) { return a.begin < b.begin; });
  return out;
}

std::vector<ScpRun> bimodal_runs(std::span<const ScpStretch> full_rate, ScpStretch lead,
                                 int ratio) {
  std::vector<ScpRun> runs;
  std::int64_t next = lead.begin;
  for (const ScpStretch& zone : full_rate) {
    if (zone.end < next || zone.begin > lead.end) continue;
    if (zone.begin > next) {  // whole groups: an odd rest takes the zone's first samples
      const std::int64_t groups = (zone.begin - next + ratio - 1) / ratio;
      const std::int64_t samples = std::min(groups * ratio, lead.end + 1 - next);
      runs.push_back({samples, false});
      next += samples;
    }
    const std::int64_t end = std::min(zone.end, lead.end);
    if (end >= next) runs.push_back({end + 1 - next, true});
    next = std::max(next, end + 1);
  }
  if (next <= lead.end) runs.push_back({lead.end + 1 - next, false});
  return runs;
}

std::int64_t stored_values(std::span<const ScpRun> runs, int ratio) {
  std::int64_t count = 0;
  for (const ScpRun& run : runs) count += stored_of(run, ratio);
  return count;
}

std::vector<double> expand_bimodal(std::span<const ScpRun> runs, int ratio,
                                   std::span<const std::int32_t> stored) {
  std::vector<double> out;
  for (const ScpRun& run : runs) {
    const auto count = static_cast<std::size_t>(stored_of(run, ratio));
    if (run.is_full_rate) {
      out.insert(out.end(), stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(count));
    } else {
      expand_run(stored.first(count), run.samples, ratio, out);
    }
    stored = stored.subspan(count);
  }
  return out;
}

}  // namespace ecg
