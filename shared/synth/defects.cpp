#include "synth/defects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/exact_math.h"
#include "synth/anatomy.h"
#include "synth/streams.h"

namespace ecg {
namespace {

std::string electrode_name(Electrode electrode) {
  switch (electrode) {
    case Electrode::kRightArm:
      return "RA";
    case Electrode::kLeftArm:
      return "LA";
    case Electrode::kLeftLeg:
      return "LL";
    default:
      break;
  }
  const int position = static_cast<int>(electrode) - static_cast<int>(Electrode::kV1);
  return std::string(lead_name(static_cast<Lead>(static_cast<int>(Lead::kV1) + position)));
}

/// One of the nine electrodes of a standard recording.
Electrode draw_electrode(RandomStream& random) { return static_cast<Electrode>(random.below(9)); }

/// Draws one defect into the plan.
class Drawing {
 public:
  Drawing(DefectPlan& plan, double duration_s, RandomStream& random)
      : plan_(plan), duration_s_(duration_s), random_(random) {}

  void add(Defect defect) {
    switch (defect) {
      case Defect::kBaselineWander:
        return stronger(defect, plan_.levels.wander_mv, 0.20);
      case Defect::kMuscle:
        return stronger(defect, plan_.levels.muscle_mv, 0.035);
      case Defect::kMains:
        return stronger(defect, plan_.levels.mains_mv, 0.06);
      case Defect::kMotion:
        return movement();
      case Defect::kElectrodePop:
        return pop();
      case Defect::kLeadOff:
        return lead_off();
      case Defect::kSwappedArms:
        return swap(defect, Electrode::kRightArm, Electrode::kLeftArm);
      case Defect::kSwappedLeft:
        return swap(defect, Electrode::kLeftArm, Electrode::kLeftLeg);
      case Defect::kSaturation:
        plan_.clip_share = random_.uniform(0.45, 0.65);
        return everywhere(defect);
      case Defect::kCoarse:
        plan_.step_mv = random_.uniform(0.02, 0.05);
        return everywhere(defect);
      case Defect::kMissing:
        return gap();
    }
  }

 private:
  void everywhere(Defect defect) { plan_.truth.push_back({defect, "all", 0, duration_s_}); }

  void stronger(Defect defect, double& level_mv, double mv) {
    level_mv = mv * spread_factor(random_, 0.25);
    everywhere(defect);
  }

  void movement() {
    const Electrode electrode = draw_electrode(random_);
    const double begin_s = random_.uniform(0.05, 0.6) * duration_s_;
    double time_s = begin_s;
    const std::uint32_t bumps = 4 + random_.below(4);
    for (std::uint32_t i = 0; i < bumps; ++i) {
      const double width_s = random_.uniform(0.15, 0.4);
      const double mv = random_.normal() * 0.6;
      DefectPlan::Disturbance bump{
          electrode, time_s, 0, 0, {time_s + width_s, width_s, width_s, {mv, 0, 0}}};
      plan_.disturbances.push_back(bump);
      time_s += width_s * random_.uniform(0.8, 1.6);
    }
    plan_.truth.push_back({Defect::kMotion, electrode_name(electrode), begin_s, time_s + 0.8});
  }

  void pop() {
    const Electrode electrode = draw_electrode(random_);
    const double begin_s = random_.uniform(0.1, 0.8) * duration_s_;
    const double sign = random_.bernoulli(0.5) ? 1 : -1;
    const double mv = sign * random_.uniform(0.7, 1.6);
    const double decay_s = random_.uniform(0.15, 0.4);
    plan_.disturbances.push_back({electrode, begin_s, mv, decay_s, {}});
    plan_.truth.push_back(
        {Defect::kElectrodePop, electrode_name(electrode), begin_s, begin_s + 5 * decay_s});
  }

  void lead_off() {
    const Electrode electrode = draw_electrode(random_);
    plan_.off.push_back(electrode);
    plan_.truth.push_back({Defect::kLeadOff, electrode_name(electrode), 0, duration_s_});
  }

  void swap(Defect defect, Electrode a, Electrode b) {
    std::swap(plan_.cable_of[static_cast<std::size_t>(a)],
              plan_.cable_of[static_cast<std::size_t>(b)]);
    plan_.truth.push_back({defect, electrode_name(a) + "/" + electrode_name(b), 0, duration_s_});
  }

  void gap() {
    const double begin_s = random_.uniform(0.1, 0.8) * duration_s_;
    const double end_s = begin_s + random_.uniform(0.1, 0.8);
    plan_.gaps.push_back({begin_s, end_s});
    plan_.truth.push_back({Defect::kMissing, "all", begin_s, end_s});
  }

  DefectPlan& plan_;
  double duration_s_;
  RandomStream& random_;
};

}  // namespace

DefectPlan draw_defects(std::span<const Defect> defects, std::uint64_t seed, std::uint64_t index,
                        double duration_s, const NoiseLevels& levels) {
  DefectPlan plan;
  plan.levels = levels;
  for (std::size_t i = 0; i < kElectrodeCount; ++i) plan.cable_of[i] = static_cast<Electrode>(i);
  RandomStream random = simulation_stream(seed, index, SimulationPart::kDefects);
  Drawing drawing(plan, duration_s, random);
  for (const Defect defect : defects) drawing.add(defect);
  return plan;
}

void apply_electrode_defects(const DefectPlan& plan, Electrode electrode, double sampling_rate_hz,
                             std::span<double> potential_mv) {
  // An electrode in the air: the amplifier shows nothing of the heart.
  if (std::find(plan.off.begin(), plan.off.end(), electrode) != plan.off.end()) {
    std::fill(potential_mv.begin(), potential_mv.end(), 0.0);
  }
  for (const DefectPlan::Disturbance& disturbance : plan.disturbances) {
    if (disturbance.electrode != electrode) continue;
    for (std::size_t i = 0; i < potential_mv.size(); ++i) {
      const double time_s = static_cast<double>(i) / sampling_rate_hz;
      if (time_s < disturbance.begin_s) continue;
      potential_mv[i] +=
          disturbance.decay_s > 0
              ? disturbance.mv * exact_exp((disturbance.begin_s - time_s) / disturbance.decay_s)
              : disturbance.bump.mv.x * wave_height(disturbance.bump, time_s);
    }
  }
}

void apply_recorder_defects(const DefectPlan& plan, Signal& signal) {
  if (plan.clip_share > 0) {
    float largest = 0;
    for (const float value : signal.values()) largest = std::max(largest, std::abs(value));
    const float limit = largest * static_cast<float>(plan.clip_share);
    for (float& value : signal.values()) value = std::clamp(value, -limit, limit);
  }
  if (plan.step_mv > 0) {
    for (float& value : signal.values()) {
      value = static_cast<float>(std::floor(value / plan.step_mv + 0.5) * plan.step_mv);
    }
  }
  for (const DefectPlan::Gap& gap : plan.gaps) {
    const auto sample = [&](double time_s) {
      const double exact = std::floor(time_s * signal.sampling_rate_hz());
      return static_cast<std::ptrdiff_t>(
          std::min(exact, static_cast<double>(signal.sample_count())));
    };
    for (std::size_t row = 0; row < signal.lead_count(); ++row) {
      const std::span<float> lead = signal.lead(row);
      std::fill(lead.begin() + sample(gap.begin_s), lead.begin() + sample(gap.end_s),
                std::numeric_limits<float>::quiet_NaN());
    }
  }
}

}  // namespace ecg
