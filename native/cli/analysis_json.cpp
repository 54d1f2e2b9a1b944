#include "cli/analysis_json.h"

#include <cmath>

namespace ecg::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Rounded to what a measurement can mean.
Json rounded(double value, double step) {
  if (!std::isfinite(value)) return nullptr;
  return std::round(value / step) / std::round(1 / step) + 0.0;
}

constexpr double kStep_ms = 0.1, kStep_mv = 0.001, kStep_deg = 0.1;

std::string text(std::string_view view) { return std::string(view); }

std::string name_of(const Recording& recording, std::size_t row) {
  return text(display_name(recording.signal.leads()[row]));
}

/// An object of measurements; what has none is null and gives its reason under "reasons".
class Object {
 public:
  void add(const std::string& key, const Measured& measured, double step) {
    json_[key] = measured ? rounded(*measured, step) : Json(nullptr);
    if (!measured) give_reason(key, measured);
  }

  void give_reason(const std::string& key, const Measured& measured) {
    reasons_[key] = {{"reason", text(reason_name(measured))},
                     {"sentence", text(reason_sentence(measured))}};
  }

  Json& operator[](const std::string& key) { return json_[key]; }

  Json done() && {
    if (!reasons_.empty()) json_["reasons"] = std::move(reasons_);
    return std::move(json_);
  }

 private:
  Json json_ = Json::object();
  Json reasons_ = Json::object();
};

Json json_from_lead_quality(const LeadQuality& quality) {
  Json faults = Json::array();
  for (std::size_t i = 0; i < kQualityFaultCount; ++i) {
    if (quality.faults[i]) faults.push_back(text(quality_fault_name(static_cast<QualityFault>(i))));
  }
  return {{"verdict", text(quality_verdict_name(quality.verdict))},
          {"faults", std::move(faults)},
          {"missing_share", rounded(quality.missing_share, 1e-4)},
          {"still_share", rounded(quality.still_share, 1e-4)},
          {"saturated_share", rounded(quality.saturated_share, 1e-4)},
          {"beat_mv", rounded(quality.beat_mv, kStep_mv)},
          {"baseline_mv", rounded(quality.baseline_mv, kStep_mv)},
          {"mains_mv", quality.mains_mv ? rounded(*quality.mains_mv, kStep_mv) : Json(nullptr)},
          {"muscle_mv", rounded(quality.muscle_mv, kStep_mv)},
          {"noisy_share", rounded(quality.noisy_share, 1e-3)}};
}

Json json_from_quality(const Recording& recording, const Analysis& analysis) {
  Json leads = Json::object();
  for (std::size_t row = 0; row < analysis.quality.leads.size(); ++row) {
    leads[name_of(recording, row)] = json_from_lead_quality(analysis.quality.leads[row]);
  }
  Json used = Json::array();
  for (const std::size_t row : analysis.rows) used.push_back(name_of(recording, row));
  Json mains = nullptr;
  if (analysis.mains) mains = rounded(analysis.mains->frequency_hz, 0.01);
  return {{"verdict", text(quality_verdict_name(analysis.quality.verdict))},
          {"leads_used", std::move(used)},
          {"mains_removed_hz", std::move(mains)},
          {"baseline_removed", analysis.baseline_removed},
          {"leads", std::move(leads)}};
}

Json json_from_sample(const std::optional<SampleIndex>& sample) {
  return sample ? Json(*sample) : Json(nullptr);
}

Json json_from_marks(const BeatMarks& beat) {
  Json json = {{"p_on", json_from_sample(beat.p.onset)},
               {"p_peak", json_from_sample(beat.p.peak)},
               {"p_off", json_from_sample(beat.p.offset)},
               {"qrs_on", json_from_sample(beat.qrs.onset)},
               {"r_peak", beat.r_peak},
               {"qrs_off", json_from_sample(beat.qrs.offset)},
               {"t_on", json_from_sample(beat.t.onset)},
               {"t_peak", json_from_sample(beat.t.peak)},
               {"t_off", json_from_sample(beat.t.offset)}};
  Json reasons = Json::object();
  const auto give = [&reasons](const char* wave, const WaveMarks& marks) {
    if (!marks.found()) reasons[wave] = text(wave_status_name(marks.status));
  };
  give("p", beat.p);
  give("qrs", beat.qrs);
  give("t", beat.t);
  if (!reasons.empty()) json["reasons"] = std::move(reasons);
  return json;
}

Json json_from_beat_list(const std::vector<BeatMarks>& beats, const BeatClusters& clusters) {
  Json list = Json::array();
  for (std::size_t i = 0; i < beats.size(); ++i) {
    Json one = json_from_marks(beats[i]);
    one["class"] = text(beat_class_name(clusters.classes[i]));
    list.push_back(std::move(one));
  }
  return list;
}

Json json_from_axes(const Axes& axes) {
  Object object;
  object.add("p", axes.p_deg, kStep_deg);
  object.add("qrs", axes.qrs_deg, kStep_deg);
  object.add("t", axes.t_deg, kStep_deg);
  return std::move(object).done();
}

Json json_from_qtc(const std::optional<CorrectedQt>& qtc) {
  if (!qtc) {
    return {
        {"bazett", nullptr}, {"fridericia", nullptr}, {"framingham", nullptr}, {"hodges", nullptr}};
  }
  return {{"bazett", rounded(qtc->bazett_ms, kStep_ms)},
          {"fridericia", rounded(qtc->fridericia_ms, kStep_ms)},
          {"framingham", rounded(qtc->framingham_ms, kStep_ms)},
          {"hodges", rounded(qtc->hodges_ms, kStep_ms)}};
}

Json json_from_global(const Measurements& m) {
  Object global;
  global.add("p_ms", m.p_ms, kStep_ms);
  global.add("pr_ms", m.pr_ms, kStep_ms);
  global.add("qrs_ms", m.qrs_ms, kStep_ms);
  global.add("qt_ms", m.qt_ms, kStep_ms);
  global.add("rr_ms", m.rr_ms, kStep_ms);
  global.add("heart_rate_bpm", m.heart_rate_bpm, 0.1);
  global["qtc_ms"] = json_from_qtc(m.qtc);
  if (!m.qtc) global.give_reason("qtc_ms", m.qt_ms ? m.rr_ms : m.qt_ms);
  global["axis_deg"] = json_from_axes(m.axis);
  global.add("sokolow_lyon_mv", m.sokolow_lyon_mv, kStep_mv);
  global.add("cornell_mv", m.cornell_mv, kStep_mv);
  global.add("qrs_t_angle_deg", m.vector.qrs_t_angle_deg, kStep_deg);
  global.add("qrs_vector_mv", m.vector.qrs_mv, kStep_mv);
  global.add("t_vector_mv", m.vector.t_mv, kStep_mv);
  return std::move(global).done();
}

Json json_from_amplitudes(const LeadAmplitudes& lead) {
  Object object;
  object.add("p", lead.p_mv, kStep_mv);
  object.add("q", lead.q_mv, kStep_mv);
  object.add("r", lead.r_mv, kStep_mv);
  object.add("s", lead.s_mv, kStep_mv);
  object.add("st_j", lead.st_j_mv, kStep_mv);
  object.add("st_j40", lead.st_40_mv, kStep_mv);
  object.add("st_j60", lead.st_60_mv, kStep_mv);
  object.add("st_j80", lead.st_80_mv, kStep_mv);
  object.add("t", lead.t_mv, kStep_mv);
  return std::move(object).done();
}

Json json_from_hrv(const std::optional<Hrv>& hrv) {
  if (!hrv) return nullptr;
  const auto power = [](const std::optional<double>& value, double step) {
    return value ? rounded(*value, step) : Json(nullptr);
  };
  return {{"nn_count", hrv->nn_count},
          {"excluded_share", rounded(hrv->excluded_share, 1e-3)},
          {"mean_nn_ms", rounded(hrv->mean_nn_ms, kStep_ms)},
          {"sdnn_ms", rounded(hrv->sdnn_ms, kStep_ms)},
          {"rmssd_ms", rounded(hrv->rmssd_ms, kStep_ms)},
          {"pnn50_percent", rounded(hrv->pnn50_percent, 0.1)},
          {"lf_ms2", power(hrv->lf_ms2, kStep_ms)},
          {"hf_ms2", power(hrv->hf_ms2, kStep_ms)},
          {"lf_hf", power(hrv->lf_hf, 1e-3)}};
}

/// Null where no swap is suspected.
Json json_from_swap(const std::optional<SwapSuspicion>& swap) {
  if (!swap) return nullptr;
  const char* const kParts[kSwapParts] = {"p", "qrs", "st_t"};
  Json parts = Json::object();
  for (std::size_t i = 0; i < kSwapParts; ++i) {
    parts[kParts[i]] = swap->parts[i] ? rounded(*swap->parts[i], 1e-3) : Json(nullptr);
  }
  return {{"suspected", text(electrode_swap_name(swap->swap))},
          {"sentence", text(electrode_swap_sentence(swap->swap))},
          {"evidence", rounded(swap->evidence, 1e-3)},
          {"evidence_needed", kSwapEvidence},
          {"parts", std::move(parts)}};
}

Json json_from_clusters(const BeatClusters& beats) {
  Json list = Json::array();
  for (const BeatCluster& cluster : beats.clusters) {
    list.push_back({{"class", text(beat_class_name(cluster.beat_class))},
                    {"count", cluster.count},
                    {"likeness", rounded(cluster.likeness, 1e-3)},
                    {"prematurity", rounded(cluster.prematurity, 1e-3)}});
  }
  return list;
}

}  // namespace

Json json_from_beats(const Recording& recording, const Analysis& analysis,
                     const std::optional<std::string>& lead) {
  Json classes = Json::array();
  for (const BeatClass beat_class : analysis.beats.classes) {
    classes.push_back(text(beat_class_name(beat_class)));
  }
  return {{"record", recording.info.record_name},
          {"sampling_rate_hz", recording.signal.sampling_rate_hz()},
          {"beats", analysis.r_peaks},
          {"classes", std::move(classes)},
          {"clusters", json_from_clusters(analysis.beats)},
          {"lead", lead ? Json(*lead) : Json(nullptr)},
          {"hrv", json_from_hrv(analysis.hrv)},
          {"quality", json_from_quality(recording, analysis)}};
}

Json json_from_measurements(const Recording& recording, const Analysis& analysis) {
  const Measurements& m = analysis.measurements;
  Json leads = Json::object();
  for (std::size_t row = 0; row < recording.signal.lead_count(); ++row) {
    leads[name_of(recording, row)] = {
        {"beats", json_from_beat_list(analysis.delineation.leads[row], analysis.beats)},
        {"amplitudes_mv", json_from_amplitudes(m.leads[row])}};
  }
  Json warnings = Json::array();
  for (const MeasureWarning warning : m.warnings) {
    warnings.push_back({{"warning", text(measure_warning_name(warning))},
                        {"sentence", text(measure_warning_sentence(warning))}});
  }
  return {{"record", recording.info.record_name},
          {"sampling_rate_hz", recording.signal.sampling_rate_hz()},
          {"global", json_from_global(m)},
          {"beats", json_from_beat_list(analysis.delineation.global, analysis.beats)},
          {"leads", std::move(leads)},
          {"hrv", json_from_hrv(analysis.hrv)},
          {"electrode_swap", json_from_swap(analysis.swap)},
          {"quality", json_from_quality(recording, analysis)},
          {"warnings", std::move(warnings)}};
}

}  // namespace ecg::cli
