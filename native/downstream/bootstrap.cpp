#include "downstream/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/philox.h"

namespace ecg {

PatientBootstrap::PatientBootstrap(std::span<const std::string> patients, std::uint64_t seed)
    : seed_(seed), weights_(patients.size()) {
  std::map<std::string, std::uint32_t> number;
  for (const std::string& patient : patients) {
    const auto next = static_cast<std::uint32_t>(number.size());
    patient_of_record_.push_back(number.emplace(patient, next).first->second);
  }
  patient_count_ = static_cast<std::uint32_t>(number.size());
  times_.resize(patient_count_);
}

std::span<const std::uint32_t> PatientBootstrap::weights(std::uint64_t draw) {
  RandomStream random({seed_, 0, draw, 0, RandomPurpose::kBootstrap});
  std::fill(times_.begin(), times_.end(), 0u);
  for (std::uint32_t i = 0; i < patient_count_; ++i) ++times_[random.below(patient_count_)];
  for (std::size_t r = 0; r < weights_.size(); ++r) weights_[r] = times_[patient_of_record_[r]];
  return weights_;
}

Interval percentile_interval(double value, std::vector<double> resamples) {
  std::erase_if(resamples, [](double d) { return std::isnan(d); });
  if (resamples.empty()) return {value, value, value};
  std::sort(resamples.begin(), resamples.end());
  const auto quantile = [&](double q) {
    const double place = q * static_cast<double>(resamples.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, resamples.size() - 1);
    return resamples[below] + (place - std::floor(place)) * (resamples[above] - resamples[below]);
  };
  return {value, quantile(0.025), quantile(0.975)};
}

}  // namespace ecg
