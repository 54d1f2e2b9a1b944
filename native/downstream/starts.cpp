#include "downstream/starts.h"

#include "corpus/failure.h"
#include "train/forward.h"

namespace ecg {

std::vector<NamedStart> starts_of(const std::filesystem::path& run, std::size_t untrained,
                                  std::int64_t twin_seed, bool only_untrained, const char* twin) {
  const TrainedModel trained = value_or_throw(load_model(run));
  std::vector<NamedStart> starts;
  if (!only_untrained) starts.push_back({trained.config.name, trained});
  for (std::size_t i = 0; i < untrained; ++i) {
    TrainedModel fresh = trained;
    fresh.config.seed = twin_seed + static_cast<std::int64_t>(i);
    fresh.model = make_system(fresh.config);
    starts.push_back({std::string(twin) + " " + std::to_string(i + 1), std::move(fresh)});
  }
  return starts;
}

c10::Device device_named(const std::string& name) {
  TrainConfig config;
  config.device = name;
  return device_of(config);
}

}  // namespace ecg
