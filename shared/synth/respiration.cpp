#include "synth/respiration.h"

#include "core/exact_math.h"
#include "core/philox.h"
#include "synth/streams.h"

namespace ecg {

double Respiration::at(double time_s) const {
  const double drift = drift_turns * exact_sin_turns(drift_hz * time_s + drift_phase_turns);
  return exact_sin_turns(frequency_hz * time_s + phase_turns + drift);
}

Respiration draw_respiration(std::uint64_t seed, std::uint64_t index) {
  RandomStream random = simulation_stream(seed, index, SimulationPart::kRespiration);
  Respiration respiration;
  respiration.frequency_hz = random.uniform(0.18, 0.32);
  respiration.phase_turns = random.uniform();
  respiration.drift_hz = random.uniform(0.01, 0.04);
  respiration.drift_phase_turns = random.uniform();
  return respiration;
}

}  // namespace ecg
