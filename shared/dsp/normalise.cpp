#include "dsp/normalise.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numeric>

namespace ecg {
namespace {

struct Moments {
  double mean = 0;
  double deviation = 0;
};

/// Of the finite samples: two passes in double, in the order of the samples.
template <typename Rows>
Moments moments(const Rows& rows) {
  double sum = 0;
  SampleIndex count = 0;
  for (const std::span<const float> row : rows) {
    for (const float x : row) {
      if (!std::isfinite(x)) continue;
      sum += x;
      ++count;
    }
  }
  if (count == 0) return {};
  const double mean = sum / static_cast<double>(count);
  double squares = 0;
  for (const std::span<const float> row : rows) {
    for (const float x : row) {
      if (std::isfinite(x)) squares += (x - mean) * (x - mean);
    }
  }
  return {mean, std::sqrt(squares / static_cast<double>(count))};
}

Moments moments_of(std::span<const float> samples) {
  return moments(std::initializer_list<std::span<const float>>{samples});
}

OffsetScale usable(const Moments& m) { return {m.mean, m.deviation < kFlatMv ? 1.0 : m.deviation}; }

}  // namespace

OffsetScale offset_scale(std::span<const float> samples) { return usable(moments_of(samples)); }

OffsetScale offset_scale(SignalView signal, std::span<const std::size_t> leads) {
  std::vector<std::span<const float>> rows;
  for (const std::size_t lead : leads) rows.push_back(signal.lead(lead));
  return usable(moments(rows));
}

bool is_flat(std::span<const float> samples) {
  // The deviation is at least range / sqrt(2 n), so that most signals are told by their beginning.
  const double certain = kFlatMv * std::sqrt(2.0 * static_cast<double>(samples.size()));
  float lowest = std::numeric_limits<float>::max();
  float highest = std::numeric_limits<float>::lowest();
  for (const float x : samples) {
    if (!std::isfinite(x)) continue;
    lowest = std::min(lowest, x);
    highest = std::max(highest, x);
    if (double{highest} - lowest > 2 * certain) return false;
  }
  return moments_of(samples).deviation < kFlatMv;
}

void apply_offset_scale(std::span<float> samples, const OffsetScale& by) {
  for (float& x : samples) x = static_cast<float>((x - by.offset) / by.scale);
}

OffsetScale zscore_record(Signal& signal) {
  std::vector<std::size_t> all(signal.lead_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const OffsetScale by = offset_scale(signal, all);
  apply_offset_scale(signal.values(), by);
  return by;
}

std::vector<OffsetScale> zscore_leads(Signal& signal) {
  std::vector<OffsetScale> result;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    result.push_back(offset_scale(signal.lead(row)));
    apply_offset_scale(signal.lead(row), result.back());
  }
  return result;
}

}  // namespace ecg
