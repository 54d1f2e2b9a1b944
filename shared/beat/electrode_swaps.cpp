#include "beat/electrode_swaps.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beat/amplitudes.h"
#include "beat/electrode_swap_model.h"

namespace ecg {
namespace {

constexpr std::array<Lead, 8> kLeads = {Lead::kI,  Lead::kII, Lead::kV1, Lead::kV2,
                                        Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6};
using Matrix = LeadMoments;

// A lead is nearly flat below 0.10 mV and an eighth of the other limb leads: both its electrodes
// lie on legs. (PTB-XL records of odd number: the smallest has 0.15 mV, and 0.15 of the others.)
constexpr double kFlat_mv = 0.10, kFlatShare = 0.12;

struct Words {
  std::string_view name, sentence;
};

constexpr Words kWords[kElectrodeSwapCount] = {
    {"ra_la", "The electrodes of right and left arm seem swapped: look at lead I and aVR."},
    {"ra_ll", "The electrodes of right arm and left leg seem swapped: look at lead II and aVR."},
    {"la_ll",
     "The electrodes of left arm and left leg seem swapped: look at lead III and the P "
     "waves of I and II."},
    {"limbs_forward",
     "The limb electrodes seem moved on by one: RA on the left arm, LA on the "
     "left leg, LL on the right arm."},
    {"limbs_backward",
     "The limb electrodes seem moved back by one: RA on the left leg, LL on the "
     "left arm, LA on the right arm."},
    {"ra_rl", "The electrodes of right arm and right leg seem swapped: lead II is nearly flat."},
    {"la_rl", "The electrodes of left arm and right leg seem swapped: lead III is nearly flat."},
    {"v1_v2", "V1 and V2 seem swapped: look at the course of R and S along the chest."},
    {"v2_v3", "V2 and V3 seem swapped: look at the course of R and S along the chest."},
    {"v3_v4", "V3 and V4 seem swapped: look at the course of R and S along the chest."},
    {"v4_v5", "V4 and V5 seem swapped: look at the course of R and T along the chest."},
    {"v5_v6", "V5 and V6 seem swapped: look at the course of R and T along the chest."},
    {"v1_v3", "V1 and V3 seem swapped: look at the course of R and S along the chest."},
    {"v4_v6", "V4 and V6 seem swapped: look at the course of R and T along the chest."},
    {"chest_reversed", "V1 to V6 seem to be in reverse order."},
};

/// Which cables a swap puts on the electrodes' places: [RA, LA, LL] and [V1 ... V6].
struct Cables {
  std::array<int, 3> limbs = {0, 1, 2};
  std::array<int, 6> chest = {0, 1, 2, 3, 4, 5};
};

Cables cables_of(ElectrodeSwap swap) {
  Cables cables;
  const auto chest = [&cables](std::size_t a, std::size_t b) {
    std::swap(cables.chest[a], cables.chest[b]);
  };
  switch (swap) {
    case ElectrodeSwap::kRaLa:
      cables.limbs = {1, 0, 2};
      break;
    case ElectrodeSwap::kRaLl:
      cables.limbs = {2, 1, 0};
      break;
    case ElectrodeSwap::kLaLl:
      cables.limbs = {0, 2, 1};
      break;
    case ElectrodeSwap::kLimbsForward:
      cables.limbs = {1, 2, 0};
      break;
    case ElectrodeSwap::kLimbsBackward:
      cables.limbs = {2, 0, 1};
      break;
    case ElectrodeSwap::kV1V2:
      chest(0, 1);
      break;
    case ElectrodeSwap::kV2V3:
      chest(1, 2);
      break;
    case ElectrodeSwap::kV3V4:
      chest(2, 3);
      break;
    case ElectrodeSwap::kV4V5:
      chest(3, 4);
      break;
    case ElectrodeSwap::kV5V6:
      chest(4, 5);
      break;
    case ElectrodeSwap::kV1V3:
      chest(0, 2);
      break;
    case ElectrodeSwap::kV4V6:
      chest(3, 5);
      break;
    case ElectrodeSwap::kChestReversed:
      cables.chest = {5, 4, 3, 2, 1, 0};
      break;
    // Both legs have nearly the same potential.
    case ElectrodeSwap::kRaRl:
      cables.limbs = {2, 1, 2};
      break;
    case ElectrodeSwap::kLaRl:
      cables.limbs = {0, 2, 2};
      break;
  }
  return cables;
}

/// The leads that are recorded, as sums of the true ones. The chest leads' reference is the mean of
/// the three limbs: it does not change when these change places among each other.
Matrix leads_of(const Cables& cables) {
  // Potentials against the right arm, of RA, LA and LL, in terms of I and II.
  constexpr double kPotential[3][2] = {{0, 0}, {1, 0}, {0, 1}};
  Matrix leads = {};
  for (std::size_t of = 0; of < 2; ++of) {
    const double* const ra = kPotential[cables.limbs[0]];
    leads[0][of] = kPotential[cables.limbs[1]][of] - ra[of];
    leads[1][of] = kPotential[cables.limbs[2]][of] - ra[of];
  }
  for (std::size_t v = 0; v < 6; ++v) {
    leads[2 + v][2 + static_cast<std::size_t>(cables.chest[v])] = 1;
    for (std::size_t of = 0; of < 2; ++of) {
      double reference = 1.0 / 3;
      for (const int limb : cables.limbs) reference -= kPotential[limb][of] / 3;
      leads[2 + v][of] = std::abs(reference) < 1e-9 ? 0 : reference;
    }
  }
  return leads;
}

/// T S T'.
Matrix turned(const Matrix& t, const Matrix& s) {
  Matrix half = {}, full = {};
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 8; ++k) {
      if (t[i][k] == 0) continue;
      for (std::size_t j = 0; j < 8; ++j) half[i][j] += t[i][k] * s[k][j];
    }
  }
  for (std::size_t j = 0; j < 8; ++j) {
    for (std::size_t k = 0; k < 8; ++k) {
      if (t[j][k] == 0) continue;
      for (std::size_t i = 0; i < 8; ++i) full[i][j] += half[i][k] * t[j][k];
    }
  }
  return full;
}

/// How badly moments fit the model: trace of its inverse times them.
double misfit(std::size_t part, const Matrix& moments) {
  double sum = 0;
  std::size_t entry = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      sum += kSwapModel[part][entry++] * moments[i][j] * (i == j ? 1 : 2);
    }
  }
  return std::max(sum, 1e-6);
}

/// The swap that undoes this one: itself, but for the two that move three limbs.
ElectrodeSwap undoing(ElectrodeSwap swap) {
  if (swap == ElectrodeSwap::kLimbsForward) return ElectrodeSwap::kLimbsBackward;
  if (swap == ElectrodeSwap::kLimbsBackward) return ElectrodeSwap::kLimbsForward;
  return swap;
}

SwapSuspicion weigh(const PartMoments& parts, ElectrodeSwap swap) {
  SwapSuspicion suspicion{.swap = swap, .evidence = 0, .parts = {}};
  const Matrix undo = leads_of(cables_of(undoing(swap)));
  for (std::size_t part = 0; part < kSwapParts; ++part) {
    if (!parts[part]) continue;
    const double gain =
        std::log(misfit(part, *parts[part]) / misfit(part, turned(undo, *parts[part])));
    suspicion.parts[part] = gain;
    suspicion.evidence += gain;
  }
  return suspicion;
}

/// Samples of a part, each lead above its own level.
struct Part {
  SampleIndex begin = 0, end = 0;  ///< [begin, end]; empty if end <= begin
};

std::optional<Matrix> moments_of(const std::array<std::span<const float>, 8>& leads,
                                 const std::array<double, 8>& level_mv, const Part& part) {
  if (part.end <= part.begin) return std::nullopt;
  Matrix moments = {};
  double trace = 0;
  for (SampleIndex n = part.begin; n <= part.end; ++n) {
    std::array<double, 8> x;
    for (std::size_t i = 0; i < 8; ++i) {
      x[i] = static_cast<double>(leads[i][static_cast<std::size_t>(n)]) - level_mv[i];
    }
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = 0; j <= i; ++j) moments[i][j] += x[i] * x[j];
      trace += x[i] * x[i];
    }
  }
  if (!std::isfinite(trace) || !(trace > 0)) return std::nullopt;
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j <= i; ++j) moments[j][i] = moments[i][j] /= trace;
  }
  return moments;
}

Error refused(ErrorCode code, std::string message, std::string hint) {
  return {code, std::move(message), std::move(hint), {}, {}};
}

Result<std::array<std::span<const float>, 8>> eight_leads(SignalView signal) {
  std::array<std::span<const float>, 8> leads;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto row = signal.find(kLeads[i]);
    if (!row) {
      return refused(ErrorCode::kNotFound,
                     "lead " + std::string(lead_name(kLeads[i])) + " is absent",
                     "swapped electrodes show in I, II and V1 to V6 together");
    }
    leads[i] = signal.lead(*row);
  }
  return leads;
}

/// What one of the twelve leads records, as a sum of the eight true ones; nullopt for other leads.
std::optional<std::array<double, 8>> weights_of(Lead lead, const Matrix& eight) {
  const auto sum = [&eight](double i, double ii) {
    std::array<double, 8> weights = {};
    for (std::size_t k = 0; k < 8; ++k) weights[k] = i * eight[0][k] + ii * eight[1][k];
    return weights;
  };
  switch (lead) {
    case Lead::kIII:
      return sum(-1, 1);
    case Lead::kAvr:
      return sum(-0.5, -0.5);
    case Lead::kAvl:
      return sum(1, -0.5);
    case Lead::kAvf:
      return sum(-0.5, 1);
    default:
      break;
  }
  const auto at = std::find(kLeads.begin(), kLeads.end(), lead);
  if (at == kLeads.end()) return std::nullopt;
  return eight[static_cast<std::size_t>(at - kLeads.begin())];
}

/// Span of values of a lead from QRS onset to T offset.
double size_mv(std::span<const float> lead, const BeatMarks& marks) {
  const auto begin = lead.begin() + static_cast<std::ptrdiff_t>(*marks.qrs.onset);
  const auto end = lead.begin() + static_cast<std::ptrdiff_t>(*marks.t.offset);
  const auto [low, high] = std::minmax_element(begin, end);
  return static_cast<double>(*high - *low);
}

/// Lead II or III nearly flat.
std::optional<SwapSuspicion> flat_lead(const MedianBeat& beat, const BeatMarks& marks,
                                       const std::array<std::span<const float>, 8>& leads) {
  std::vector<float> iii(leads[0].size());
  for (std::size_t n = 0; n < iii.size(); ++n) iii[n] = leads[1][n] - leads[0][n];
  const double sizes[] = {size_mv(leads[0], marks), size_mv(leads[1], marks), size_mv(iii, marks)};
  for (const auto& [which, swap] : {std::pair<std::size_t, ElectrodeSwap>{1, ElectrodeSwap::kRaRl},
                                    {2, ElectrodeSwap::kLaRl}}) {
    const double others = std::max(sizes[0], sizes[3 - which]);
    if (beat.beats == 0 || sizes[which] > kFlat_mv || sizes[which] > kFlatShare * others) continue;
    return SwapSuspicion{
        .swap = swap, .evidence = std::log(others / std::max(sizes[which], 1e-3)), .parts = {}};
  }
  return std::nullopt;
}

}  // namespace

std::string_view electrode_swap_name(ElectrodeSwap swap) {
  return kWords[static_cast<std::size_t>(swap)].name;
}

std::string_view electrode_swap_sentence(ElectrodeSwap swap) {
  return kWords[static_cast<std::size_t>(swap)].sentence;
}

Result<Signal> swap_electrodes(SignalView signal, ElectrodeSwap swap) {
  const auto leads = eight_leads(signal);
  if (!leads) return leads.error();
  const Matrix of = leads_of(cables_of(swap));
  Signal swapped({signal.leads.begin(), signal.leads.end()}, signal.sample_count,
                 signal.sampling_rate_hz);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto weights = weights_of(signal.leads[row].lead, of);
    const auto to = swapped.lead(row);
    if (!weights) {
      const auto from = signal.lead(row);
      std::copy(from.begin(), from.end(), to.begin());
      continue;
    }
    for (std::size_t n = 0; n < to.size(); ++n) {
      double sum = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        if ((*weights)[i] != 0) sum += (*weights)[i] * static_cast<double>((*leads)[i][n]);
      }
      to[n] = static_cast<float>(sum);
    }
  }
  return swapped;
}

Result<PartMoments> lead_moments(const MedianBeat& beat, const BeatMarks& marks) {
  const auto leads = eight_leads(beat.signal);
  if (!leads) return leads.error();
  const bool bounded =
      marks.qrs.onset && marks.qrs.offset && marks.t.offset && *marks.t.offset > *marks.qrs.offset;
  if (!bounded || *marks.t.offset >= beat.signal.sample_count()) {
    return refused(ErrorCode::kInsufficientData, "QRS or T was not found",
                   "swaps are seen in the waves of a whole beat");
  }
  std::array<double, 8> level_mv, p_level_mv = {};
  for (std::size_t i = 0; i < 8; ++i) {
    level_mv[i] = level_before_qrs_mv((*leads)[i], marks, beat.signal.sampling_rate_hz());
  }
  PartMoments parts;
  if (marks.p.found() && marks.p.onset && marks.p.offset) {
    for (std::size_t i = 0; i < 8; ++i) {
      const auto lead = (*leads)[i];
      p_level_mv[i] = 0.5 * static_cast<double>(lead[static_cast<std::size_t>(*marks.p.onset)] +
                                                lead[static_cast<std::size_t>(*marks.p.offset)]);
    }
    parts[0] = moments_of(*leads, p_level_mv, {*marks.p.onset, *marks.p.offset});
  }
  parts[1] = moments_of(*leads, level_mv, {*marks.qrs.onset, *marks.qrs.offset});
  parts[2] = moments_of(*leads, level_mv, {*marks.qrs.offset + 1, *marks.t.offset});
  if (!parts[1] || !parts[2]) {
    return refused(ErrorCode::kInsufficientData, "samples are missing in the median beat",
                   "every one of I, II and V1 to V6 must be usable");
  }
  return parts;
}

std::optional<SwapSuspicion> suspect_electrode_swap(const PartMoments& parts) {
  std::optional<SwapSuspicion> best;
  for (std::size_t i = 0; i < kElectrodeSwapCount; ++i) {
    const auto swap = static_cast<ElectrodeSwap>(i);
    if (swap == ElectrodeSwap::kRaRl || swap == ElectrodeSwap::kLaRl) continue;
    const SwapSuspicion one = weigh(parts, swap);
    if (one.evidence > (best ? best->evidence : kSwapEvidence)) best = one;
  }
  return best;
}

Result<std::optional<SwapSuspicion>> suspect_electrode_swap(const MedianBeat& beat,
                                                            const BeatMarks& marks) {
  const auto parts = lead_moments(beat, marks);
  if (!parts) return parts.error();
  const auto flat = flat_lead(beat, marks, eight_leads(beat.signal).value());
  if (flat) return std::optional<SwapSuspicion>(flat);
  return suspect_electrode_swap(*parts);
}

}  // namespace ecg
