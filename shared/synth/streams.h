#pragma once
// Which stream of random numbers each part of a simulated recording draws from.

#include <cstddef>
#include <cstdint>

#include "core/philox.h"

namespace ecg {

/// Parts of one recording. Values are part of every result: append, never renumber.
enum class SimulationPart : std::uint16_t {
  kRespiration = 0,
  kMoment = 1,     ///< how this recording of a person differs from the next
  kRate = 2,       ///< heart rate of the moment
  kIntervals = 3,  ///< RR intervals and conduction
  kBeat = 4,       ///< beat-to-beat variation
  kNoiseLevel = 5,
  kRhythmEvents = 6,  ///< premature beats, pauses, blocks
  kBlockedP = 7,      ///< form of P waves without QRS
  kAtrialWaves = 8,   ///< flutter and fibrillation waves
  kWording = 9,       ///< of the report
  kDefects = 10,
  kNoise = 16,  ///< + electrode
};

/// Purpose under which a part's random numbers are drawn.
constexpr RandomPurpose purpose_of(SimulationPart part) {
  switch (part) {
    case SimulationPart::kRate:
    case SimulationPart::kIntervals:
    case SimulationPart::kRhythmEvents:
      return RandomPurpose::kSimulateRhythm;
    case SimulationPart::kNoiseLevel:
    case SimulationPart::kDefects:
    case SimulationPart::kNoise:
      return RandomPurpose::kSimulateNoise;
    case SimulationPart::kWording:
      return RandomPurpose::kSimulateText;
    default:
      return RandomPurpose::kSimulateBeat;
  }
}

/// The stream of one part of recording `index`; `item` separates streams within kNoise.
inline RandomStream simulation_stream(std::uint64_t seed, std::uint64_t index, SimulationPart part,
                                      std::size_t item = 0) {
  const auto view = static_cast<std::uint16_t>(static_cast<std::size_t>(part) + item);
  return RandomStream({.seed = seed, .record = index, .view = view, .purpose = purpose_of(part)});
}

}  // namespace ecg
