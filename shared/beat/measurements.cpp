#include "beat/measurements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "beat/amplitudes.h"
#include "beat/hrv.h"

namespace ecg {
namespace {

constexpr double kUnstableRr = 0.10;   // RMSSD over mean RR: the heart skips about
constexpr double kIrregularRr = 0.10;  // the same without P waves: as in atrial fibrillation
constexpr std::size_t kFewNormal = 3;

Error refused(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

/// Median; reorders. Precondition: not empty.
double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

using WaveOf = WaveMarks BeatMarks::*;
using EdgeOf = std::optional<SampleIndex> WaveMarks::*;

/// One edge of one wave.
struct Edge {
  WaveOf wave;
  EdgeOf edge;

  std::optional<SampleIndex> of(const BeatMarks& beat) const { return beat.*wave.*edge; }
};

constexpr Edge kPOn = {&BeatMarks::p, &WaveMarks::onset};
constexpr Edge kPOff = {&BeatMarks::p, &WaveMarks::offset};
constexpr Edge kQrsOn = {&BeatMarks::qrs, &WaveMarks::onset};
constexpr Edge kQrsOff = {&BeatMarks::qrs, &WaveMarks::offset};
constexpr Edge kTOn = {&BeatMarks::t, &WaveMarks::onset};
constexpr Edge kTOff = {&BeatMarks::t, &WaveMarks::offset};

/// Measures over a choice of beats.
class Measuring {
 public:
  explicit Measuring(const MeasureInput& input) : input_(input) {
    choose(BeatClass::kNormal);
    normal_ = beats_.size();
    if (beats_.empty()) choose(std::nullopt);
  }

  MeasuredBeat measure() {
    MeasuredBeat result;
    Measurements& all = result.measurements;
    all.p_ms = interval_ms(kPOn, kPOff);
    all.pr_ms = interval_ms(kPOn, kQrsOn);
    all.qrs_ms = interval_ms(kQrsOn, kQrsOff);
    all.qt_ms = interval_ms(kQrsOn, kTOff);
    measure_rr(all);
    if (all.qt_ms && all.rr_ms) all.qtc = correct_qt(*all.qt_ms, *all.rr_ms);
    measure_median(result);
    add_voltages(all);
    add_warnings(all);
    return result;
  }

 private:
  const std::vector<BeatMarks>& global() const { return input_.delineation->global; }
  double rate_hz() const { return input_.signal.sampling_rate_hz; }

  void choose(std::optional<BeatClass> of) {
    for (std::size_t i = 0; i < global().size(); ++i) {
      if (!of || input_.classes[i] == *of) beats_.push_back(i);
    }
  }

  /// Why most beats lack a wave: its commonest status among those that do.
  Measured absent(WaveOf wave) const {
    std::array<int, 8> counts = {};
    for (const std::size_t i : beats_) {
      const WaveMarks& marks = global()[i].*wave;
      // A wave without one of its edges is cut by an end of the recording or runs into the next.
      const bool cut = i == 0 || i + 1 == global().size();
      const WaveStatus status = !marks.found() ? marks.status
                                : cut          ? WaveStatus::kBeyondRecording
                                               : WaveStatus::kCrowded;
      const bool complete = marks.found() && marks.onset && marks.offset;
      if (!complete) ++counts[static_cast<std::size_t>(status)];
    }
    const auto most = std::max_element(counts.begin(), counts.end());
    return Measured::without(static_cast<WaveStatus>(most - counts.begin()));
  }

  /// Median of what `value` tells of the beats that have it; at least half must.
  template <typename Value>
  std::optional<double> over_beats(Value value) const {
    std::vector<double> values;
    for (const std::size_t i : beats_) {
      const auto one = value(global()[i]);
      if (one) values.push_back(*one);
    }
    if (values.empty() || 2 * values.size() < beats_.size()) return std::nullopt;
    return median(values);
  }

  Measured interval_ms(const Edge& from, const Edge& to) const {
    if (beats_.empty()) return Absence::kNoBeat;
    const auto ms = over_beats([&](const BeatMarks& beat) -> std::optional<double> {
      const auto begin = from.of(beat), end = to.of(beat);
      if (!begin || !end) return std::nullopt;
      return 1000 * static_cast<double>(*end - *begin) / rate_hz();
    });
    if (ms) return *ms;
    const bool first = over_beats([&](const BeatMarks& beat) -> std::optional<double> {
                         if (!from.of(beat)) return std::nullopt;
                         return 0.0;
                       }).has_value();
    return absent(first ? to.wave : from.wave);
  }

  void measure_rr(Measurements& all) {
    if (global().size() < 2) {
      all.rr_ms = all.heart_rate_bpm = global().empty() ? Absence::kNoBeat : Absence::kFewBeats;
      return;
    }
    std::vector<SampleIndex> peaks;
    for (const BeatMarks& beat : global()) peaks.push_back(beat.r_peak);
    const auto intervals = rr_intervals(peaks, input_.classes, rate_hz());
    if (!intervals) return;  // peaks and classes fit: checked before
    std::vector<double> normal, every;
    for (const RrInterval& one : *intervals) {
      every.push_back(one.rr_ms);
      if (one.normal) normal.push_back(one.rr_ms);
    }
    all.rr_ms = median(normal.empty() ? every : normal);
    const double all_ms = 1000 * static_cast<double>(peaks.back() - peaks.front()) / rate_hz();
    all.heart_rate_bpm = 60000 * static_cast<double>(every.size()) / all_ms;
    add_restlessness(*intervals);
  }

  /// How much neighbouring intervals between normal beats differ, outliers included.
  void add_restlessness(const std::vector<RrInterval>& intervals) {
    double squares = 0, sum = 0, pairs = 0;
    for (std::size_t i = 1; i < intervals.size(); ++i) {
      const bool normal = input_.classes[i - 1] == BeatClass::kNormal &&
                          input_.classes[i] == BeatClass::kNormal &&
                          input_.classes[i + 1] == BeatClass::kNormal;
      if (!normal) continue;
      const double step = intervals[i].rr_ms - intervals[i - 1].rr_ms;
      squares += step * step;
      sum += intervals[i].rr_ms;
      ++pairs;
    }
    if (pairs > 0) restlessness_ = std::sqrt(squares / pairs) / (sum / pairs);
  }

  /// Where an edge lies from the R peak, in samples; nullopt where most beats lack it.
  std::optional<SampleIndex> offset_of(const Edge& edge) const {
    const auto samples = over_beats([&](const BeatMarks& beat) -> std::optional<double> {
      const auto at = edge.of(beat);
      if (!at) return std::nullopt;
      return static_cast<double>(*at - beat.r_peak);
    });
    if (!samples) return std::nullopt;
    return static_cast<SampleIndex>(std::floor(*samples + 0.5));
  }

  /// Marks of the typical beat, relative to its R peak. Waves without both edges are absent.
  BeatMarks typical() const {
    BeatMarks marks;
    const std::array<Edge, 6> edges = {kPOn, kPOff, kQrsOn, kQrsOff, kTOn, kTOff};
    for (std::size_t i = 0; i < edges.size(); i += 2) {
      WaveMarks& wave = marks.*edges[i].wave;
      wave.onset = offset_of(edges[i]);
      wave.offset = offset_of(edges[i + 1]);
      const bool complete = wave.onset && wave.offset && *wave.offset > *wave.onset;
      if (complete) {
        wave.status = WaveStatus::kFound;
        wave.peak = wave.onset;
      } else {
        wave = {};
        wave.status = absent(edges[i].wave).wave;
      }
    }
    return marks;
  }

  void measure_median(MeasuredBeat& result) {
    Measurements& all = result.measurements;
    LeadAmplitudes nothing;
    nothing.p_mv = nothing.q_mv = nothing.r_mv = nothing.s_mv = nothing.t_mv = Absence::kNoBeat;
    nothing.st_j_mv = nothing.st_40_mv = nothing.st_60_mv = nothing.st_80_mv = Absence::kNoBeat;
    all.leads.assign(input_.signal.lead_count, nothing);
    all.axis = {Absence::kNoBeat, Absence::kNoBeat, Absence::kNoBeat};
    all.vector = {Absence::kNoBeat, Absence::kNoBeat, Absence::kNoBeat};
    if (beats_.empty()) return;
    BeatMarks marks = typical();
    const double margin_s = 0.030;
    const auto seconds = [this](const std::optional<SampleIndex>& at, double otherwise) {
      return at ? std::abs(static_cast<double>(*at)) / rate_hz() : otherwise;
    };
    MedianBeatOptions options;
    options.before_s = std::max(0.150, seconds(marks.p.onset, 0) + margin_s);
    options.after_s =
        std::max(seconds(marks.qrs.offset, 0.1) + 0.1, seconds(marks.t.offset, 0.3)) + margin_s;
    std::vector<SampleIndex> peaks;
    for (const std::size_t i : beats_) peaks.push_back(global()[i].r_peak);
    auto median_of = median_beat(input_.signal, peaks, options);
    if (!median_of) return;
    for (const Edge& edge : {kPOn, kPOff, kQrsOn, kQrsOff, kTOn, kTOff}) {
      auto& at = marks.*edge.wave.*edge.edge;
      if (at) *at += median_of->r_peak;
    }
    marks.r_peak = median_of->r_peak;
    add_leads(*median_of, marks, all);
    result.marks = marks;
    result.median = std::move(median_of).value();
  }

  void add_leads(const MedianBeat& beat, const BeatMarks& marks, Measurements& all) const {
    for (std::size_t row = 0; row < input_.signal.lead_count; ++row) {
      const auto lead = beat.signal.lead(row);
      const bool missing = !std::isfinite(lead[0]);  // a median beat's lead is missing as a whole
      const bool unusable = input_.quality != nullptr &&
                            input_.quality->leads[row].verdict == QualityVerdict::kUnusable;
      if (missing || unusable) {
        LeadAmplitudes& none = all.leads[row];
        none.p_mv = none.q_mv = none.r_mv = none.s_mv = none.t_mv = Absence::kUnusableLead;
        none.st_j_mv = none.st_40_mv = none.st_60_mv = none.st_80_mv = Absence::kUnusableLead;
      } else {
        all.leads[row] = measure_amplitudes(lead, marks, rate_hz());
      }
    }
    all.axis = measure_axes(beat, marks);
    all.vector = measure_vector(beat, marks);
  }

  using AmplitudeOf = Measured LeadAmplitudes::*;

  Measured amplitude(const Measurements& all, Lead lead, AmplitudeOf of) const {
    const auto row = input_.signal.find(lead);
    return row ? all.leads[*row].*of : Measured(Absence::kNoLead);
  }

  static Measured sum(const Measured& a, const Measured& b) {
    if (!a) return a;
    return b ? Measured(*a + *b) : b;
  }

  void add_voltages(Measurements& all) const {
    const Measured r5 = amplitude(all, Lead::kV5, &LeadAmplitudes::r_mv);
    const Measured r6 = amplitude(all, Lead::kV6, &LeadAmplitudes::r_mv);
    const Measured larger = r5 && r6 ? Measured(std::max(*r5, *r6)) : r5 ? r6 : r5;
    all.sokolow_lyon_mv = sum(depth(all, Lead::kV1), larger);
    all.cornell_mv = sum(amplitude(all, Lead::kAvl, &LeadAmplitudes::r_mv), depth(all, Lead::kV3));
  }

  /// Depth of S, or of the whole QRS where it has no R.
  Measured depth(const Measurements& all, Lead lead) const {
    const Measured s = amplitude(all, lead, &LeadAmplitudes::s_mv);
    const Measured q = amplitude(all, lead, &LeadAmplitudes::q_mv);
    const Measured r = amplitude(all, lead, &LeadAmplitudes::r_mv);
    const bool no_r = q && r && *r < 0.02;
    return s && no_r ? Measured(std::max(*s, *q)) : s;
  }

  void add_warnings(Measurements& all) const {
    const auto warn = [&all](MeasureWarning warning, bool is) {
      if (is) all.warnings.push_back(warning);
    };
    if (all.rr_ms) {
      warn(MeasureWarning::kSlow, *all.rr_ms > 1200);
      warn(MeasureWarning::kFast, *all.rr_ms < 60000.0 / 110);
    }
    warn(MeasureWarning::kWideQrs, all.qrs_ms && *all.qrs_ms >= 120);
    const bool without_p = !beats_.empty() && !all.pr_ms && normal_ >= kFewNormal;
    const bool irregular = without_p && restlessness_ > kIrregularRr;
    warn(MeasureWarning::kUnstableRr, restlessness_ > kUnstableRr);
    warn(MeasureWarning::kNoPIrregular, irregular);
    warn(MeasureWarning::kVentricular,
         std::count(input_.classes.begin(), input_.classes.end(), BeatClass::kVentricular) > 0);
    warn(MeasureWarning::kFewNormal, normal_ < kFewNormal);
    if (input_.quality == nullptr) return;
    const auto any = [this](QualityVerdict verdict) {
      return std::any_of(input_.quality->leads.begin(), input_.quality->leads.end(),
                         [verdict](const LeadQuality& lead) { return lead.verdict == verdict; });
    };
    warn(MeasureWarning::kNoisy, any(QualityVerdict::kLimited));
    warn(MeasureWarning::kUnusableLeads, any(QualityVerdict::kUnusable));
  }

  const MeasureInput& input_;
  std::vector<std::size_t> beats_;  ///< that are measured
  std::size_t normal_ = 0;
  double restlessness_ = 0;  ///< RMSSD / mean RR
};

}  // namespace

bool Measurements::has(MeasureWarning warning) const {
  return std::find(warnings.begin(), warnings.end(), warning) != warnings.end();
}

Result<MeasuredBeat> measure(const MeasureInput& input) {
  if (input.delineation == nullptr) {
    return refused("there are no marks to measure", "delineate the signal first");
  }
  const std::size_t beats = input.delineation->global.size();
  const bool leads_fit =
      input.quality == nullptr || input.quality->leads.size() == input.signal.lead_count;
  if (beats != input.classes.size() || !leads_fit || !(input.signal.sampling_rate_hz > 0)) {
    return refused("marks of " + std::to_string(beats) + " beats, classes of " +
                       std::to_string(input.classes.size()) +
                       ", or the quality of other leads than the signal's",
                   "give what was computed from this one signal");
  }
  SampleIndex before = -1;
  for (const BeatMarks& beat : input.delineation->global) {
    if (beat.r_peak <= before || beat.r_peak >= input.signal.sample_count) {
      return refused("R peak " + std::to_string(beat.r_peak) + " in a signal of " +
                         std::to_string(input.signal.sample_count) + " samples",
                     "give ascending samples inside the signal");
    }
    before = beat.r_peak;
  }
  return Measuring(input).measure();
}

}  // namespace ecg
