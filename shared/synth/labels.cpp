#include "synth/labels.h"

#include <algorithm>

#include "synth/measure_truth.h"
#include "synth/morphology_labels.h"

namespace ecg {
namespace {

using Beats = std::vector<BeatTruth>;

constexpr double kAsystole_s = 3;  ///< as long without a beat it is no pause

bool is_ventricular(const BeatTruth& beat) { return beat.symbol == 'V'; }

bool has_fast_ventricular_run(const Beats& beats) {
  int run = 0;
  for (const BeatTruth& beat : beats) {
    run = is_ventricular(beat) && (run == 0 || beat.rr_s.value_or(1) < 0.6) ? run + 1 : 0;
    if (run >= 3) return true;
  }
  return false;
}

std::size_t count_conducted(const Beats& beats) {
  return static_cast<std::size_t>(std::count_if(
      beats.begin(), beats.end(), [](const BeatTruth& beat) { return beat.p.has_value(); }));
}

/// A blocked P that no ectopic ventricular beat explains: its neighbours are supraventricular.
struct Block {
  const BeatTruth* before;
  const BeatTruth* after;
};

std::vector<Block> unexplained_blocks(const SimulationTruth& truth) {
  std::vector<Block> blocks;
  for (const WaveTruth& p : truth.blocked_p) {
    const auto after =
        std::find_if(truth.beats.begin(), truth.beats.end(),
                     [&](const BeatTruth& beat) { return beat.qrs.onset_s > p.onset_s; });
    if (after == truth.beats.begin() || after == truth.beats.end()) continue;
    const BeatTruth& before = *(after - 1);
    if (is_ventricular(before) || is_ventricular(*after)) continue;
    blocks.push_back({&before, &*after});
  }
  return blocks;
}

/// The longest less the shortest interval between P waves of neighbouring sinus beats.
double pp_range_s(const SimulationTruth& truth) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < truth.beats.size(); ++i) {
    const BeatTruth& a = truth.beats[i - 1];
    const BeatTruth& b = truth.beats[i];
    if (a.symbol == 'N' && b.symbol == 'N' && a.p && b.p) {
      intervals.push_back(b.p->onset_s - a.p->onset_s);
    }
  }
  if (intervals.size() < 3 || !truth.blocked_p.empty()) return 0;
  std::sort(intervals.begin(), intervals.end());
  // An interval far beyond the middle one holds a pause or a blocked P.
  const double limit = 1.6 * intervals[intervals.size() / 2];
  const auto longest = std::find_if(intervals.rbegin(), intervals.rend(),
                                    [limit](double interval) { return interval < limit; });
  return *longest - intervals.front();
}

/// Rate of the sinus node from the middle interval between its P waves, conducted or not.
double sinus_rate_bpm(const SimulationTruth& truth) {
  std::vector<double> onsets;
  for (const BeatTruth& beat : truth.beats) {
    if (beat.symbol == 'N' && beat.p) onsets.push_back(beat.p->onset_s);
  }
  for (const WaveTruth& p : truth.blocked_p) onsets.push_back(p.onset_s);
  if (onsets.size() < 2) return truth.intervals.heart_rate_bpm.value_or(70);
  std::sort(onsets.begin(), onsets.end());
  for (std::size_t i = onsets.size() - 1; i > 0; --i) onsets[i] -= onsets[i - 1];
  std::sort(onsets.begin() + 1, onsets.end());
  return 60 / onsets[1 + (onsets.size() - 1) / 2];
}

void add_sinus(const SimulationTruth& truth, std::vector<std::string>& labels) {
  const double rate = sinus_rate_bpm(truth);
  const bool varies = pp_range_s(truth) > 0.12;
  if (rate < 50) {
    labels.push_back("sinus_brady");
  } else if (rate > 100) {
    labels.push_back("sinus_tachy");
  } else if (!varies) {
    labels.push_back("sinus");
  }
  if (varies) labels.push_back("sinus_arrhythmia");
}

void add_rhythm(const SimulationTruth& truth, std::vector<std::string>& labels) {
  const double rate = truth.intervals.heart_rate_bpm.value_or(70);
  if (truth.beats.empty() && truth.duration_s >= kAsystole_s) {
    labels.push_back("asystole");
  } else if (measured_symbol(truth.beats) == '/') {
    labels.push_back("paced");
  } else if (truth.atrial == AtrialWaves::kFibrillation) {
    labels.push_back("af");
  } else if (truth.atrial == AtrialWaves::kFlutter) {
    labels.push_back("flutter");
  } else if (has_fast_ventricular_run(truth.beats)) {
    labels.push_back("vt");
    if (truth.blocked_p.size() >= 2) labels.push_back("av_dissociation");
  } else if (truth.atrial == AtrialWaves::kNone) {
    if (rate > 130) labels.push_back("svt");
  } else if (count_conducted(truth.beats) == 0 && !truth.blocked_p.empty()) {
    labels.push_back("av_block_3");
  } else {
    add_sinus(truth, labels);
  }
}

void add_ectopy(const SimulationTruth& truth, std::vector<std::string>& labels) {
  const Beats& beats = truth.beats;
  if (std::any_of(beats.begin(), beats.end(), [](const BeatTruth& b) { return b.symbol == 'A'; })) {
    labels.push_back("pac");
  }
  if (has_label(labels, "vt")) return;
  int single = 0;
  int pairs = 0;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (!is_ventricular(beats[i])) continue;
    const bool after_v = i > 0 && is_ventricular(beats[i - 1]);
    const bool before_v = i + 1 < beats.size() && is_ventricular(beats[i + 1]);
    pairs += after_v;
    single += !after_v && !before_v;
  }
  if (single + pairs == 0) return;
  labels.push_back("pvc");
  if (truth.ventricular_foci > 1) labels.push_back("pvc_multifocal");
  if (single >= 3 && single * 5 >= static_cast<int>(beats.size()) * 2) labels.push_back("bigeminy");
  if (pairs > 0) labels.push_back("couplets");
}

void add_conduction(const SimulationTruth& truth, std::vector<std::string>& labels) {
  for (const char* name : {"av_block_3", "vt", "asystole"}) {
    if (has_label(labels, name)) return;
  }
  bool lengthening = false;
  bool constant = false;
  const auto pr_s = [](const BeatTruth& beat) { return beat.qrs.onset_s - beat.p->onset_s; };
  for (const Block& block : unexplained_blocks(truth)) {
    if (!block.before->p || !block.after->p) continue;
    const bool longer = pr_s(*block.before) - pr_s(*block.after) >= 0.03;
    (longer ? lengthening : constant) = true;
  }
  if (lengthening) labels.push_back("wenckebach");
  if (constant) labels.push_back("mobitz_2");
  if (!lengthening && truth.intervals.pr_ms.value_or(0) > 200) labels.push_back("av_block_1");
  const bool pause = std::any_of(truth.beats.begin(), truth.beats.end(),
                                 [](const BeatTruth& beat) { return beat.rr_s.value_or(0) > 2; });
  if (pause) labels.push_back("pause");
}

void add_axis(const SimulationTruth& truth, std::vector<std::string>& labels) {
  const char symbol = measured_symbol(truth.beats);
  if (symbol != 'N' && symbol != 'j') return;
  if (truth.intervals.qrs_ms.value_or(0) >= 120) return;  // the axis of a bundle branch block
  const double axis = truth.axis.qrs_deg.value_or(0);
  if (axis < -30) labels.push_back("left_axis");
  if (axis > 90) labels.push_back("right_axis");
}

bool intervals_normal(const SimulationTruth& truth) {
  const auto within = [](std::optional<double> value, double low, double high) {
    return value && *value >= low && *value <= high;
  };
  const IntervalTruth& i = truth.intervals;
  return within(i.pr_ms, 115, 200) && within(i.qrs_ms, 60, 115) &&
         within(i.qtc_fridericia_ms, 350, truth.patient.female ? 460 : 450);
}

}  // namespace

bool has_label(const std::vector<std::string>& labels, std::string_view name) {
  return std::find(labels.begin(), labels.end(), name) != labels.end();
}

std::vector<std::string> find_labels(const SimulationTruth& truth) {
  std::vector<std::string> labels;
  add_rhythm(truth, labels);
  add_ectopy(truth, labels);
  add_conduction(truth, labels);
  add_axis(truth, labels);
  const std::vector<std::string> forms = find_morphology_labels(truth);
  labels.insert(labels.end(), forms.begin(), forms.end());
  const bool usual =
      labels.size() == 1 && (labels[0] == "sinus" || labels[0] == "sinus_arrhythmia");
  if (usual && intervals_normal(truth)) labels.push_back("normal");
  return labels;
}

}  // namespace ecg
