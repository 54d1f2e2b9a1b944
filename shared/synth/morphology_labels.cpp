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

/// True if `finding` holds in two leads next to each other in the list.
template <typename Finding>
bool in_neighbours(const SimulationTruth& truth, std::initializer_list<Lead> neighbours,
                   Finding finding) {
  bool previous = false;
  for (const Lead which : neighbours) {
    const bool here = finding(lead(truth, which));
    if (here && previous) return true;
    previous = here;
  }
  return false;
}

/// True if two leads next to each other in the list are elevated at the J point.
bool elevated(const SimulationTruth& truth, std::initializer_list<Lead> neighbours) {
  bool previous = false;
  for (const Lead which : neighbours) {
    const LeadTruth& seen = lead(truth, which);
    const double st_mv = seen.j_wave_mv > 0 ? seen.st_60_mv : seen.st_j_mv;
    const bool here = st_mv >= st_threshold_mv(truth, which);
    if (here && previous) return true;
    previous = here;
  }
  return false;
}

/// True if ST is depressed in some lead other than aVR and V1.
bool has_reciprocal_depression(const SimulationTruth& truth) {
  return std::any_of(kTwelveLeads.begin(), kTwelveLeads.end(), [&truth](Lead which) {
    return which != Lead::kAvr && which != Lead::kV1 &&
           std::max(lead(truth, which).st_j_mv, lead(truth, which).st_60_mv) < -0.05;
  });
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

bool has_inferior_q(const SimulationTruth& truth) {
  // A horizontal heart has QS in III and aVF; a scar shows in II as well.
  const LeadTruth& avf = lead(truth, Lead::kAvf);
  const LeadTruth& ii = lead(truth, Lead::kII);
  return avf.q_ms >= 30 && avf.q_mv >= std::max(0.1, 0.25 * avf.r_mv) && ii.q_ms >= 20 &&
         ii.q_mv >= 0.1;
}

bool is_lafb(const SimulationTruth& truth) {
  const double axis = truth.axis.qrs_deg.value_or(0);
  return axis <= -45 && axis >= -90 && !has_inferior_q(truth);
}

bool is_rvh(const SimulationTruth& truth) {
  const LeadTruth& v1 = lead(truth, Lead::kV1);
  const double s_mv = std::max(lead(truth, Lead::kV5).s_mv, lead(truth, Lead::kV6).s_mv);
  return truth.axis.qrs_deg.value_or(0) > 90 && v1.r_mv > v1.s_mv && v1.r_mv + s_mv >= 1.05 &&
         v1.t_mv < 0;
}

bool is_lpfb(const SimulationTruth& truth) {
  const auto left_is_rs = [&truth](Lead which) {
    return lead(truth, which).q_mv < 0.05 && lead(truth, which).s_mv > lead(truth, which).r_mv;
  };
  const auto below_is_qr = [&truth](Lead which) {
    const LeadTruth& seen = lead(truth, which);
    return seen.q_mv > 0.02 && seen.r_mv > std::max(seen.q_mv, seen.s_mv);
  };
  return truth.axis.qrs_deg.value_or(0) >= 100 && left_is_rs(Lead::kI) && left_is_rs(Lead::kAvl) &&
         below_is_qr(Lead::kIII) && below_is_qr(Lead::kAvf);
}

bool is_hyperkalaemia(const SimulationTruth& truth) {
  return in_neighbours(
      truth, {Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5},
      [](const LeadTruth& seen) { return seen.t_mv >= 1 && seen.t_half_ms <= 90; });
}

bool is_hypokalaemia(const SimulationTruth& truth) {
  return in_neighbours(truth, {Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5},
                       [](const LeadTruth& seen) {
                         return seen.u_mv >= 0.1 && seen.u_mv > seen.t_mv && seen.st_60_mv <= -0.05;
                       });
}

bool is_early_repolarisation(const SimulationTruth& truth) {
  const auto j_wave = [](const LeadTruth& seen) { return seen.j_wave_mv >= 0.1; };
  return (in_neighbours(truth, {Lead::kIII, Lead::kAvf, Lead::kII}, j_wave) ||
          in_neighbours(truth, {Lead::kAvl, Lead::kI, Lead::kV4, Lead::kV5, Lead::kV6}, j_wave)) &&
         !has_reciprocal_depression(truth);
}

bool is_pericarditis(const SimulationTruth& truth) {
  const auto raised = [&truth](Lead which) { return lead(truth, which).st_j_mv >= 0.05; };
  int chest = 0;
  for (const Lead which : {Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6})
    chest += raised(which);
  return raised(Lead::kII) && raised(Lead::kAvf) && chest >= 4 &&
         !has_reciprocal_depression(truth) && lead(truth, Lead::kII).pr_mv <= -0.05 &&
         lead(truth, Lead::kAvr).pr_mv > 0;
}

bool is_posterior_stemi(const SimulationTruth& truth) {
  const auto& back = truth.posterior_leads;
  const auto raised = [&back](std::size_t i) {
    return std::min(back[i].st_j_mv, back[i].st_60_mv) >= 0.05;
  };
  const auto lowered = [&truth](Lead which) {
    return std::max(lead(truth, which).st_j_mv, lead(truth, which).st_60_mv) <= -0.05;
  };
  return lowered(Lead::kV2) && lowered(Lead::kV3) && raised(1) && (raised(0) || raised(2));
}

/// Acute and old infarction; called where conduction and hypertrophy do not explain the waves.
void add_infarcts(const SimulationTruth& truth, std::vector<std::string>& labels) {
  const bool anterior = elevated(truth, {Lead::kV2, Lead::kV3, Lead::kV4});
  const bool inferior = elevated(truth, {Lead::kII, Lead::kAvf, Lead::kIII});
  if (is_pericarditis(truth)) {
    labels.push_back("pericarditis");
  } else {
    if (anterior) labels.push_back("anterior_stemi");
    if (inferior) labels.push_back("inferior_stemi");
    if (elevated(truth, {Lead::kAvl, Lead::kI, Lead::kV5, Lead::kV6}))
      labels.push_back("lateral_stemi");
  }
  if (!has_label(labels, "rbbb") && is_posterior_stemi(truth)) labels.push_back("posterior_stemi");
  const bool anterior_q = in_neighbours(truth, {Lead::kV2, Lead::kV3}, [](const LeadTruth& seen) {
    return seen.q_ms >= 20 && seen.q_mv >= 0.1;
  });
  if (anterior_q && !anterior) labels.push_back("old_anterior_infarction");
  if (has_inferior_q(truth) && !inferior) labels.push_back("old_inferior_infarction");
}

/// Blocks of the fascicles and hypertrophy: narrow beats with a turned axis or tall waves.
void add_narrow_forms(const SimulationTruth& truth, std::vector<std::string>& labels) {
  if (truth.intervals.qrs_ms.value_or(0) >= 120) return;
  if (is_lafb(truth)) labels.push_back("lafb");
  if (is_rvh(truth)) {
    labels.push_back("rvh");
  } else if (is_lpfb(truth)) {
    labels.push_back("lpfb");
  }
  if (is_early_repolarisation(truth)) labels.push_back("early_repolarisation");
}

}  // namespace

std::vector<std::string> find_morphology_labels(const SimulationTruth& truth) {
  std::vector<std::string> labels;
  const char symbol = measured_symbol(truth.beats);
  if (truth.leads.empty() || symbol == 'V' || symbol == 'E' || symbol == '/') return labels;
  const double qrs_ms = truth.intervals.qrs_ms.value_or(0);
  const bool wpw = truth.intervals.pr_ms.value_or(200) < 120 && qrs_ms >= 110;
  if (wpw) {
    labels.push_back("wpw");
  } else if (is_lbbb(truth)) {
    labels.push_back("lbbb");
  } else if (is_rbbb(truth)) {
    labels.push_back("rbbb");
  }
  add_narrow_forms(truth, labels);
  const bool wide = has_label(labels, "lbbb") || wpw;
  const bool lvh = !wide && is_lvh(truth);
  if (lvh) labels.push_back("lvh");
  if (is_low_voltage(truth)) labels.push_back("low_voltage");
  const double qtc = truth.intervals.qtc_fridericia_ms.value_or(400);
  if (qtc >= 480 && qrs_ms < 120) labels.push_back("long_qt");
  if (qtc <= 330) labels.push_back("short_qt");
  if (is_hyperkalaemia(truth)) labels.push_back("hyperkalaemia");
  if (is_hypokalaemia(truth)) labels.push_back("hypokalaemia");
  if (!wide && !lvh) add_infarcts(truth, labels);
  return labels;
}

}  // namespace ecg
