#include "synth/measure_truth.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/exact_math.h"

namespace ecg {
namespace {

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

template <typename Get>
std::optional<double> median_ms(const std::vector<BeatTruth>& beats, char symbol, Get get) {
  std::vector<double> values;
  for (const BeatTruth& beat : beats) {
    if (beat.symbol != symbol) continue;
    if (const std::optional<double> value_s = get(beat)) values.push_back(*value_s * 1000);
  }
  return median(std::move(values));
}

std::optional<double> axis_deg(const Vector3& area, const LeadField& field) {
  const double i = dot(lead_vector(field, Lead::kI), area);
  const double avf = dot(lead_vector(field, Lead::kAvf), area);
  if (i == 0 && avf == 0) return std::nullopt;
  // aVF is the foot against two arms: weaker than I by sqrt(3)/2 for the same vector.
  return std::atan2(avf * 1.1547005383792515, i) * 57.295779513082321;
}

struct Mark {
  double time_s;
  std::string symbol;
  int number;
};

void mark_wave(const WaveTruth& wave, const std::string& peak, int number,
               std::vector<Mark>& marks) {
  marks.push_back({wave.onset_s, "(", number});
  marks.push_back({wave.peak_s, peak, number});
  marks.push_back({wave.offset_s, ")", number});
}

}  // namespace

std::vector<BeatTruth> measure_beats(const std::vector<BeatWaves>& beats, double duration_s) {
  std::vector<BeatTruth> measured;
  std::optional<double> previous_s;
  for (const BeatWaves& beat : beats) {
    BeatTruth truth;
    truth.symbol = beat.symbol;
    truth.qrs = measure_waves(beat.qrs);
    if (previous_s) truth.rr_s = truth.qrs.peak_s - *previous_s;
    previous_s = truth.qrs.peak_s;
    if (truth.qrs.peak_s < 0 || truth.qrs.peak_s >= duration_s) continue;
    if (!beat.p.empty()) truth.p = measure_waves(beat.p);
    if (!beat.t.empty()) truth.t = measure_waves(beat.t);
    measured.push_back(truth);
  }
  return measured;
}

std::vector<WaveTruth> measure_blocked_p(const HeartWaves& heart, double duration_s) {
  std::vector<WaveTruth> measured;
  for (const std::vector<Wave>& waves : heart.blocked_p) {
    const WaveTruth truth = measure_waves(waves);
    if (truth.peak_s >= 0 && truth.peak_s < duration_s) measured.push_back(truth);
  }
  return measured;
}

char measured_symbol(const std::vector<BeatTruth>& beats) {
  const auto count_of = [&beats](char symbol) {
    return std::count_if(beats.begin(), beats.end(),
                         [symbol](const BeatTruth& beat) { return beat.symbol == symbol; });
  };
  char commonest = 'N';
  if (count_of('N') >= 2) return commonest;
  for (const char symbol : {'A', 'V', 'j', 'E', '/'}) {
    if (count_of(symbol) > count_of(commonest)) commonest = symbol;
  }
  return commonest;
}

IntervalTruth measure_intervals(const std::vector<BeatTruth>& beats) {
  const char symbol = measured_symbol(beats);
  IntervalTruth intervals;
  using Value = std::optional<double>;
  intervals.rr_ms = median_ms(beats, symbol, [](const BeatTruth& b) { return b.rr_s; });
  intervals.p_ms = median_ms(
      beats, symbol, [](const BeatTruth& b) { return b.p ? Value(b.p->duration_s()) : Value(); });
  intervals.pr_ms = median_ms(beats, symbol, [](const BeatTruth& b) {
    return b.p ? Value(b.qrs.onset_s - b.p->onset_s) : Value();
  });
  intervals.qrs_ms =
      median_ms(beats, symbol, [](const BeatTruth& b) { return Value(b.qrs.duration_s()); });
  intervals.qt_ms = median_ms(beats, symbol, [](const BeatTruth& b) {
    return b.t ? Value(b.t->offset_s - b.qrs.onset_s) : Value();
  });
  if (intervals.qt_ms && intervals.rr_ms) {
    intervals.qtc_fridericia_ms =
        *intervals.qt_ms * exact_exp(-exact_log(*intervals.rr_ms / 1000) / 3);
  }
  double sum_s = 0;
  int count = 0;
  for (const BeatTruth& beat : beats) {
    if (!beat.rr_s) continue;
    sum_s += *beat.rr_s;
    ++count;
  }
  if (count > 0) intervals.heart_rate_bpm = 60 * count / sum_s;
  return intervals;
}

AxisTruth measure_axis(const std::vector<BeatWaves>& beats, char symbol, const LeadField& field) {
  Vector3 p, qrs, t;
  for (const BeatWaves& beat : beats) {
    if (beat.symbol != symbol) continue;
    for (const Wave& wave : beat.p) p += wave_area(wave);
    for (const Wave& wave : beat.qrs) qrs += wave_area(wave);
    for (const Wave& wave : beat.t) t += wave_area(wave);
  }
  return {axis_deg(p, field), axis_deg(qrs, field), axis_deg(t, field)};
}

std::vector<Annotation> annotations_of(const SimulationTruth& truth, SampleIndex samples,
                                       double rate_hz) {
  std::vector<Mark> marks;
  for (const BeatTruth& beat : truth.beats) {
    if (beat.p) mark_wave(*beat.p, "p", 0, marks);
    mark_wave(beat.qrs, std::string(1, beat.symbol), 1, marks);
    if (beat.t) mark_wave(*beat.t, "t", 2, marks);
  }
  for (const WaveTruth& wave : truth.blocked_p) mark_wave(wave, "p", 0, marks);
  std::vector<Annotation> annotations;
  for (const Mark& mark : marks) {
    const auto sample = static_cast<SampleIndex>(std::floor(mark.time_s * rate_hz + 0.5));
    if (sample < 0 || sample >= samples) continue;
    annotations.push_back({sample, std::nullopt, mark.symbol, "", 0, mark.number});
  }
  sort_by_sample(annotations);
  return annotations;
}

}  // namespace ecg
