#pragma once
// Intervals by resampling people, so that several records of one person do not narrow them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ecg {

/// A figure and its 95 % percentile bootstrap interval.
struct Interval {
  double value = 0, low = 0, high = 0;
};

/// Resamples of patients with replacement, keyed by `seed` and the number of the resample alone.
class PatientBootstrap {
 public:
  /// patients: one name per record.
  PatientBootstrap(std::span<const std::string> patients, std::uint64_t seed);

  std::uint32_t patient_count() const { return patient_count_; }

  /// How often each record is counted in resample `draw`. Valid until the next call.
  std::span<const std::uint32_t> weights(std::uint64_t draw);

 private:
  std::uint64_t seed_;
  std::uint32_t patient_count_ = 0;
  std::vector<std::uint32_t> patient_of_record_, times_, weights_;
};

/// `value` with the 2.5th and 97.5th percentile of its resamples; those that are NaN do not count.
/// Without resamples the interval is the value.
Interval percentile_interval(double value, std::vector<double> resamples);

}  // namespace ecg
