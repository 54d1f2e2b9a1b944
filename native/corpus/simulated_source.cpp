#include "corpus/simulated_source.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>

#include "core/philox.h"
#include "synth/simulate.h"

namespace ecg {
namespace {

/// Epoch of the keys that draw what a recording of a corpus shows; the simulator's own are 0.
constexpr std::uint32_t kMixEpoch = 1;

/// One word of a list: name and, after '=', number.
struct Share {
  std::string name;
  std::optional<double> value;
};

Error refused(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

Result<Share> share_of(const std::string& word) {
  const std::size_t equals = word.find('=');
  Share share{word.substr(0, equals), {}};
  if (equals == std::string::npos) return share;
  const char* text = word.c_str() + equals + 1;
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= 0 && value <= 1e6)) {
    return refused("'" + word + "' gives no usable number", "write a name, '=' and a number");
  }
  share.value = value;
  return share;
}

template <typename T>
void set_share(std::vector<std::pair<T, double>>& shares, T what, double value) {
  const auto known = std::find_if(shares.begin(), shares.end(),
                                  [&](const auto& share) { return share.first == what; });
  if (known == shares.end()) {
    shares.emplace_back(what, value);
  } else {
    known->second = value;
  }
}

// Shares from "name=number,all,...": `number_of` judges each word's number.
template <typename T>
Result<std::vector<std::pair<T, double>>> shares_from_text(
    std::string_view text, std::span<const CatalogueEntry<T>> catalogue,
    const std::function<Result<double>(const Share&)>& number_of) {
  std::vector<std::pair<T, double>> shares;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const auto share = share_of(std::string(text.substr(at, end - at)));
    at = end + 1;
    if (!share) return share.error();
    const auto value = number_of(*share);
    if (!value) return value.error();
    bool known = false;
    for (const CatalogueEntry<T>& entry : catalogue) {
      if (share->name != "all" && share->name != entry.name) continue;
      set_share(shares, entry.value, *value);
      known = true;
    }
    if (!known) {
      return refused("the simulator does not know '" + share->name + "'",
                     "`einthoven synth --list` names all rhythms and morphologies");
    }
  }
  return shares;
}

Rhythm draw_rhythm(const SimulatedMix& mix, RandomStream& random) {
  double total = 0;
  for (const auto& [rhythm, weight] : mix.rhythms) total += weight;
  double left = random.uniform() * total;
  for (const auto& [rhythm, weight] : mix.rhythms) {
    if (left < weight) return rhythm;
    left -= weight;
  }
  return mix.rhythms.back().first;
}

SimulationOptions options_of(std::uint64_t seed, std::size_t index, double duration_s,
                             const SimulatedMix& mix) {
  SimulationOptions options;
  options.seed = seed;
  options.index = index;
  options.duration_s = duration_s;
  const std::uint64_t patient = index / mix.recordings_per_patient;
  if (mix.recordings_per_patient > 1) options.patient = patient;
  RandomStream moment({seed, kMixEpoch, index, 0, RandomPurpose::kSimulateRhythm});
  options.rhythm = draw_rhythm(mix, moment);
  RandomStream person({seed, kMixEpoch, patient, 0, RandomPurpose::kSimulateAnatomy});
  for (const auto& [morphology, prevalence] : mix.morphologies) {
    if (person.bernoulli(prevalence)) options.morphologies.push_back(morphology);
  }
  return options;
}

std::string description_of(std::uint64_t seed, std::size_t count, const SimulatedMix& mix) {
  std::string text = "simulator, seed " + std::to_string(seed) + ", " + std::to_string(count);
  if (mix.rhythms == SimulatedMix().rhythms && mix.morphologies.empty())
    return text + " sinus rhythms";
  text += " recordings:";
  const auto add = [&](std::string_view name, double share) {
    char number[32];
    std::snprintf(number, sizeof number, "=%.6g", share);
    text += " " + std::string(name) + number;
  };
  for (const auto& [rhythm, weight] : mix.rhythms) add(rhythm_name(rhythm), weight);
  for (const auto& [morphology, share] : mix.morphologies) add(morphology_name(morphology), share);
  return text + ", per patient " + std::to_string(mix.recordings_per_patient);
}

}  // namespace

Result<void> set_rhythms(SimulatedMix& mix, std::string_view text) {
  auto shares = shares_from_text<Rhythm>(
      text, rhythm_catalogue(),
      [](const Share& share) -> Result<double> { return share.value.value_or(1); });
  if (!shares) return shares.error();
  const auto seen = [](const auto& share) { return share.second > 0; };
  if (std::none_of(shares->begin(), shares->end(), seen)) {
    return refused("no rhythm is ever seen", "give one a weight above 0");
  }
  mix.rhythms = *std::move(shares);
  return {};
}

Result<void> set_morphologies(SimulatedMix& mix, std::string_view text) {
  auto shares = shares_from_text<Morphology>(
      text, morphology_catalogue(), [](const Share& share) -> Result<double> {
        if (share.value && *share.value <= 1) return *share.value;
        return refused("'" + share.name + "' has no prevalence from 0 to 1",
                       "write " + share.name + "=0.05");
      });
  if (!shares) return shares.error();
  mix.morphologies = *std::move(shares);
  return {};
}

RecordSource simulated_source(std::uint64_t seed, std::size_t count, double duration_s,
                              const SimulatedMix& mix) {
  RecordSource source;
  source.description = description_of(seed, count, mix);
  source.licence = "made by this program; no data of people";
  for (std::size_t i = 0; i < count; ++i) {
    source.names.push_back("simulated/" + std::to_string(seed) + "/" + std::to_string(i));
  }
  source.read = [seed, duration_s, mix](std::size_t index) -> Result<SourceRecord> {
    auto simulation = simulate(options_of(seed, index, duration_s, mix));
    if (!simulation) return simulation.error();
    return SourceRecord{std::move(simulation->recording), std::move(simulation->truth.labels)};
  };
  return source;
}

}  // namespace ecg
