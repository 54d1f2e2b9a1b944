#pragma once
// Defects: what goes wrong between the body and the file. Faults of electrodes act on potentials,
// before leads are formed, so one bad electrode spoils every lead that it is part of.

#include <span>
#include <vector>

#include "core/signal.h"
#include "synth/catalogue.h"
#include "synth/electrodes.h"
#include "synth/noise.h"
#include "synth/truth.h"
#include "synth/wave.h"

namespace ecg {

/// The defects of one recording, drawn before a sample is computed.
struct DefectPlan {
  std::vector<DefectTruth> truth;

  NoiseLevels levels;                        ///< noise, strengthened where asked for
  Electrode cable_of[kElectrodeCount] = {};  ///< which electrode each cable is put on
  std::vector<Electrode> off;                ///< electrodes that have come off

  /// A disturbance of one electrode.
  struct Disturbance {
    Electrode electrode = Electrode::kRightArm;
    double begin_s = 0;
    double mv = 0;
    double decay_s = 0;  ///< > 0: a step that fades
    Wave bump;           ///< else a movement; only its x counts
  };
  std::vector<Disturbance> disturbances;

  double clip_share = 0;  ///< of the largest value; 0 = no saturation
  double step_mv = 0;     ///< coarse quantisation; 0 = none
  struct Gap {
    double begin_s = 0;
    double end_s = 0;
  };
  std::vector<Gap> gaps;  ///< samples missing in all leads
};

/// Draws the defects asked for.
DefectPlan draw_defects(std::span<const Defect> defects, std::uint64_t seed, std::uint64_t index,
                        double duration_s, const NoiseLevels& levels);

/// Pops, movements and loss of contact of one electrode, added to its potential.
void apply_electrode_defects(const DefectPlan& plan, Electrode electrode, double sampling_rate_hz,
                             std::span<double> potential_mv);

/// Saturation, coarse quantisation and gaps (NaN) of the finished leads.
void apply_recorder_defects(const DefectPlan& plan, Signal& signal);

}  // namespace ecg
