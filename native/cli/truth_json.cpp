#include "cli/truth_json.h"

#include <cmath>

namespace ecg::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Rounded to what the truth is known to, so that files stay readable.
Json rounded(std::optional<double> value, double step) {
  if (!value) return nullptr;
  return std::round(*value / step) / std::round(1 / step);
}

Json json_from_wave(const WaveTruth& wave) {
  constexpr double kStep = 1e-4;
  return {{"onset_s", rounded(wave.onset_s, kStep)},
          {"peak_s", rounded(wave.peak_s, kStep)},
          {"offset_s", rounded(wave.offset_s, kStep)}};
}

Json json_from_optional(const std::optional<WaveTruth>& wave) {
  return wave ? json_from_wave(*wave) : Json(nullptr);
}

/// By lead name.
Json json_from_leads(const std::vector<LeadTruth>& leads, Lead first) {
  constexpr double kStep_mv = 1e-3;
  Json object = Json::object();
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const LeadTruth& lead = leads[i];
    const auto which = static_cast<Lead>(static_cast<std::size_t>(first) + i);
    object[std::string(lead_name(which))] = {{"q_mv", rounded(lead.q_mv, kStep_mv)},
                                             {"q_ms", rounded(lead.q_ms, 1)},
                                             {"r_mv", rounded(lead.r_mv, kStep_mv)},
                                             {"s_mv", rounded(lead.s_mv, kStep_mv)},
                                             {"st_j_mv", rounded(lead.st_j_mv, kStep_mv)},
                                             {"st_60_mv", rounded(lead.st_60_mv, kStep_mv)},
                                             {"t_mv", rounded(lead.t_mv, kStep_mv)},
                                             {"t_half_ms", rounded(lead.t_half_ms, 1)},
                                             {"j_wave_mv", rounded(lead.j_wave_mv, kStep_mv)},
                                             {"u_mv", rounded(lead.u_mv, kStep_mv)},
                                             {"pr_mv", rounded(lead.pr_mv, kStep_mv)}};
  }
  return object;
}

Json json_from_beats(const std::vector<BeatTruth>& beats) {
  Json list = Json::array();
  for (const BeatTruth& beat : beats) {
    list.push_back({{"symbol", std::string(1, beat.symbol)},
                    {"p", json_from_optional(beat.p)},
                    {"qrs", json_from_wave(beat.qrs)},
                    {"t", json_from_optional(beat.t)},
                    {"rr_s", rounded(beat.rr_s, 1e-4)}});
  }
  return list;
}

Json json_from_defects(const std::vector<DefectTruth>& defects) {
  Json list = Json::array();
  for (const DefectTruth& defect : defects) {
    list.push_back({{"defect", defect_name(defect.defect)},
                    {"where", defect.where},
                    {"begin_s", rounded(defect.begin_s, 1e-3)},
                    {"end_s", rounded(defect.end_s, 1e-3)}});
  }
  return list;
}

}  // namespace

Json json_from_options(const SimulationOptions& options) {
  Json leads = Json::array();
  for (const Lead lead : options.leads) leads.push_back(lead_name(lead));
  Json morphologies = Json::array();
  for (const Morphology morphology : options.morphologies) {
    morphologies.push_back(morphology_name(morphology));
  }
  Json defects = Json::array();
  for (const Defect defect : options.defects) defects.push_back(defect_name(defect));
  return {
      {"rhythm", rhythm_name(options.rhythm)},
      {"morphologies", morphologies},
      {"defects", defects},
      {"seed", options.seed},
      {"index", options.index},
      {"patient", options.patient.value_or(options.index)},
      {"duration_s", options.duration_s},
      {"sampling_rate_hz", options.sampling_rate_hz},
      {"heart_rate_bpm", options.heart_rate_bpm ? Json(*options.heart_rate_bpm) : Json(nullptr)},
      {"noise_scale", options.noise_scale},
      {"leads", leads}};
}

Json json_from_truth(const SimulationTruth& truth) {
  const IntervalTruth& intervals = truth.intervals;
  Json blocked = Json::array();
  for (const WaveTruth& wave : truth.blocked_p) blocked.push_back(json_from_wave(wave));
  return {{"patient",
           {{"seed", truth.patient.seed},
            {"patient", truth.patient.patient},
            {"age_years", truth.patient.age_years},
            {"sex", truth.patient.female ? "female" : "male"}}},
          {"labels", truth.labels},
          {"report", truth.report},
          {"defects", json_from_defects(truth.defects)},
          {"intervals",
           {{"heart_rate_bpm", rounded(intervals.heart_rate_bpm, 0.01)},
            {"rr_ms", rounded(intervals.rr_ms, 0.1)},
            {"p_ms", rounded(intervals.p_ms, 0.1)},
            {"pr_ms", rounded(intervals.pr_ms, 0.1)},
            {"qrs_ms", rounded(intervals.qrs_ms, 0.1)},
            {"qt_ms", rounded(intervals.qt_ms, 0.1)},
            {"qtc_fridericia_ms", rounded(intervals.qtc_fridericia_ms, 0.1)}}},
          {"axis_deg",
           {{"p", rounded(truth.axis.p_deg, 0.1)},
            {"qrs", rounded(truth.axis.qrs_deg, 0.1)},
            {"t", rounded(truth.axis.t_deg, 0.1)}}},
          {"leads", json_from_leads(truth.leads, Lead::kI)},
          {"posterior_leads", json_from_leads(truth.posterior_leads, Lead::kV7)},
          {"beats", json_from_beats(truth.beats)},
          {"blocked_p", blocked}};
}

}  // namespace ecg::cli
