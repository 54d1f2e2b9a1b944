#include "synth/morphology_labels.h"

#include <algorithm>
#include <initializer_list>

#include "synth/labels.h"
#include "synth/measure_truth.h"

namespace ecg {
namespace {

const LeadTruth& lead(const SimulationTruth& truth, Lead which) {
  return truth.leads[static_cast<std::size_t>(which)];  // kTwelveLeads is in the order of Lead
}

double st_threshold_mv(const SimulationTruth& truth, Lead which) {
  if (which != Lead::kV2 && which != Lead::kV3) return 0.1;
  if (truth.patient.female) return 0.15;
  return truth.patient.age_years < 40 ? 0.25 : 0.2;
}

/// True if two leads next to each other in the list are elevated at the J point.
bool elevated(const SimulationTruth& truth, std::initializer_list<Lead> neighbours) {
  bool previous = false;
  for (const Lead which : neighbours) {
    const bool here = lead(truth, which).st_j_mv >= st_threshold_mv(truth, which);
    if (here && previous) return true;
    previous = here;
  }
  return false;
}

bool is_lbbb(const SimulationTruth& truth) {
  const LeadTruth& v1 = lead(truth, Lead::kV1);
  return truth.intervals.qrs_ms.value_or(0) >= 120 && v1.s_mv > 2 * v1.r_mv &&
         lead(truth, Lead::kI).q_mv < 0.05 && lead(truth, Lead::kV6).q_mv < 0.05 &&
         lead(truth, Lead::kI).late_qrs_mv > 0 && lead(truth, Lead::kV6).late_qrs_mv > 0;
}

bool is_rbbb(const SimulationTruth& truth) {
  return truth.intervals.qrs_ms.value_or(0) >= 120 && lead(truth, Lead::kV1).late_qrs_mv > 0.1 &&
         lead(truth, Lead::kI).late_qrs_mv < 0;
}

bool is_lvh(const SimulationTruth& truth) {
  const LeadTruth& v5 = lead(truth, Lead::kV5);
  const LeadTruth& v6 = lead(truth, Lead::kV6);
  return lead(truth, Lead::kV1).s_mv + std::max(v5.r_mv, v6.r_mv) >= 3.5 &&
         std::min(v5.t_mv, v6.t_mv) < 0;
}

bool is_low_voltage(const SimulationTruth& truth) {
  return std::all_of(truth.leads.begin(), truth.leads.begin() + 6, [](const LeadTruth& limb) {
    return limb.r_mv + std::max(limb.s_mv, limb.q_mv) < 0.5;
  });
}

void add_infarcts(const SimulationTruth& truth, std::vector<std::string>& labels) {
  if (elevated(truth, {Lead::kV2, Lead::kV3, Lead::kV4})) labels.push_back("anterior_stemi");
  if (elevated(truth, {Lead::kII, Lead::kAvf, Lead::kIII})) labels.push_back("inferior_stemi");
  if (elevated(truth, {Lead::kAvl, Lead::kI, Lead::kV5, Lead::kV6}))
    labels.push_back("lateral_stemi");
}

}  // namespace

std::vector<std::string> find_morphology_labels(const SimulationTruth& truth) {
  std::vector<std::string> labels;
  const char symbol = measured_symbol(truth.beats);
  if (truth.leads.empty() || symbol == 'V' || symbol == 'E' || symbol == '/') return labels;
  const double qrs_ms = truth.intervals.qrs_ms.value_or(0);
  const double axis = truth.axis.qrs_deg.value_or(0);
  const bool wpw = truth.intervals.pr_ms.value_or(200) < 120 && qrs_ms >= 110;
  if (wpw) {
    labels.push_back("wpw");
  } else if (is_lbbb(truth)) {
    labels.push_back("lbbb");
  } else if (is_rbbb(truth)) {
    labels.push_back("rbbb");
  }
  if (axis <= -45 && axis >= -90 && qrs_ms < 120) labels.push_back("lafb");
  const bool wide = has_label(labels, "lbbb") || wpw;
  const bool lvh = !wide && is_lvh(truth);
  if (lvh) labels.push_back("lvh");
  if (is_low_voltage(truth)) labels.push_back("low_voltage");
  const double qtc = truth.intervals.qtc_fridericia_ms.value_or(400);
  if (qtc >= 480 && qrs_ms < 120) labels.push_back("long_qt");
  if (qtc <= 330) labels.push_back("short_qt");
  if (!wide && !lvh) add_infarcts(truth, labels);
  return labels;
}

}  // namespace ecg
