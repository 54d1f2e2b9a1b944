#pragma once
// Recordings made by the simulator: which kinds, how often, whose.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus/record_source.h"
#include "synth/catalogue.h"

namespace ecg {

/// What a simulated population shows.
struct SimulatedMix {
  /// Rhythms and how often one is seen beside the others; every recording has one of them.
  std::vector<std::pair<Rhythm, double>> rhythms{{Rhythm::kSinus, 1.0}};
  /// Morphologies and their prevalence, 0 to 1, each independent of the others. A patient keeps
  /// them.
  std::vector<std::pair<Morphology, double>> morphologies = {};
  std::size_t recordings_per_patient = 1;
};

/// Rhythms from "sinus=10,af=2,flutter" (a weight not given is 1) or "all", after which a name may
/// change what "all" gave: "all,asystole=0". Errors: kInvalidArgument naming the word.
Result<void> set_rhythms(SimulatedMix& mix, std::string_view text);

/// Morphologies from "rbbb=0.05,lvh=0.1" or "all=0.02", likewise; prevalences must be given.
Result<void> set_morphologies(SimulatedMix& mix, std::string_view text);

/// `count` simulated recordings of `duration_s`, with the labels that hold for the generated waves:
/// rhythm and morphology names of the catalogue (synth/labels.h says by which thresholds; they are
/// those of what was asked for in most recordings, not in all). What recording i shows depends on
/// seed and i alone.
RecordSource simulated_source(std::uint64_t seed, std::size_t count, double duration_s,
                              const SimulatedMix& mix = {});

}  // namespace ecg
