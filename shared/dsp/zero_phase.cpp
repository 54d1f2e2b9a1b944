#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "dsp/butterworth.h"
#include "dsp/gaps.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

/// State of a section (transposed direct form II), one value per lane.
template <typename V>
struct SectionState {
  V first, second;
};

/// One sample through one section; `x` becomes its output.
template <typename V>
inline void step(const Biquad& c, SectionState<V>& s, V& x) {
  const V y = c.b0 * x + s.first;
  s.first = (c.b1 * x - c.a1 * y) + s.second;
  s.second = c.b2 * x - c.a2 * y;
  x = y;
}

/// The state after a constant input `u` for ever; `u` becomes the constant output.
template <typename V>
inline void settle(const Biquad& c, SectionState<V>& s, V& u) {
  const double gain = (c.b0 + c.b1 + c.b2) / (1 + c.a1 + c.a2);
  const V y = gain * u;
  s.first = y - c.b0 * u;
  s.second = c.b2 * u - c.a2 * y;
  u = y;
}

/// Runs N sections in one pass over `count` values, `stride` scalars apart (negative: backward).
template <typename V, std::size_t... K>
void run_fused(const Biquad* sections, double* values, SampleIndex count, std::ptrdiff_t stride,
               std::index_sequence<K...>) {
  const std::array<Biquad, sizeof...(K)> c = {sections[K]...};
  std::array<SectionState<V>, sizeof...(K)> state;
  V x;
  load_lanes(x, values);
  (settle(c[K], state[K], x), ...);
  for (SampleIndex i = 0; i < count; ++i, values += stride) {
    load_lanes(x, values);
    (step(c[K], state[K], x), ...);
    store_lanes(values, x);
  }
}

template <typename V>
void run_cascade(std::span<const Biquad> sections, double* values, SampleIndex count,
                 std::ptrdiff_t stride) {
  while (!sections.empty()) {
    const std::size_t fused = std::min<std::size_t>(sections.size(), 4);
    const Biquad* first = sections.data();
    switch (fused) {
      case 1:
        run_fused<V>(first, values, count, stride, std::make_index_sequence<1>());
        break;
      case 2:
        run_fused<V>(first, values, count, stride, std::make_index_sequence<2>());
        break;
      case 3:
        run_fused<V>(first, values, count, stride, std::make_index_sequence<3>());
        break;
      default:
        run_fused<V>(first, values, count, stride, std::make_index_sequence<4>());
        break;
    }
    sections = sections.subspan(fused);
  }
}

/// Lanes of one to four signals, interleaved, with room for the extension at both ends.
template <std::size_t Lanes>
struct Extended {
  SampleIndex count = 0;    ///< samples without the extension
  SampleIndex padding = 0;  ///< samples of extension at each end
  std::vector<double> values;

  double& at(SampleIndex i, std::size_t lane) {
    return values[static_cast<std::size_t>(padding + i) * Lanes + lane];
  }

  void fill(std::size_t lane, std::span<const float> samples) {
    const SampleIndex last = count - 1;
    for (SampleIndex i = 0; i < count; ++i) at(i, lane) = samples[static_cast<std::size_t>(i)];
    for (SampleIndex i = 1; i <= padding; ++i) {
      at(-i, lane) = 2 * at(0, lane) - at(i, lane);
      at(last + i, lane) = 2 * at(last, lane) - at(last - i, lane);
    }
  }

  void take(std::size_t lane, std::span<float> samples) {
    for (SampleIndex i = 0; i < count; ++i) {
      samples[static_cast<std::size_t>(i)] = static_cast<float>(at(i, lane));
    }
  }
};

/// Filters `signals` (at most Lanes of them, equally long, all finite) in place.
template <typename V, std::size_t Lanes>
void filter_together(std::span<const Biquad> sections, std::span<const std::span<float>> signals,
                     Extended<Lanes>& work) {
  work.count = static_cast<SampleIndex>(signals.front().size());
  work.padding = std::min(zero_phase_padding(sections), work.count - 1);
  const SampleIndex total = work.count + 2 * work.padding;
  work.values.assign(static_cast<std::size_t>(total) * Lanes, 0.0);
  for (std::size_t lane = 0; lane < signals.size(); ++lane) work.fill(lane, signals[lane]);
  constexpr auto kStride = static_cast<std::ptrdiff_t>(Lanes);
  run_cascade<V>(sections, work.values.data(), total, kStride);
  run_cascade<V>(sections, work.values.data() + (total - 1) * kStride, total, -kStride);
  for (std::size_t lane = 0; lane < signals.size(); ++lane) work.take(lane, signals[lane]);
}

}  // namespace

SampleIndex zero_phase_padding(std::span<const Biquad> sections) {
  SampleIndex first_order = 0;
  for (const Biquad& s : sections) first_order += s.b2 == 0 && s.a2 == 0;
  return 3 * (2 * static_cast<SampleIndex>(sections.size()) + 1 - first_order);
}

void filter_zero_phase(std::span<const Biquad> sections, std::span<float> samples) {
  if (sections.empty()) return;
  Extended<1> work;
  for (const SampleRange& run : finite_runs(samples)) {
    const std::span<float> part =
        samples.subspan(static_cast<std::size_t>(run.begin), static_cast<std::size_t>(run.size()));
    filter_together<double, 1>(sections, {&part, 1}, work);
  }
}

void filter_zero_phase(std::span<const Biquad> sections, Signal& signal) {
  if (sections.empty() || signal.sample_count() == 0) return;
  Extended<kLaneCount> work;
  std::array<std::span<float>, kLaneCount> group;
  std::size_t waiting = 0;
  const auto filter_group = [&] {
    if (waiting == 0) return;
    filter_together<DoubleLanes, kLaneCount>(
        sections, std::span<const std::span<float>>(group.data(), waiting), work);
    waiting = 0;
  };
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    if (!all_finite(signal.lead(row))) {
      filter_zero_phase(sections, signal.lead(row));
      continue;
    }
    group[waiting++] = signal.lead(row);
    if (waiting == group.size()) filter_group();
  }
  filter_group();
}

}  // namespace ecg
