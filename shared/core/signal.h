#pragma once
// Signal: a float32 matrix leads x samples in millivolt. SignalView: the same without owning it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/assert.h"
#include "core/lead.h"

namespace ecg {

/// Index of a sample in time. 64 bits everywhere: size_t is 32 bits in WebAssembly.
using SampleIndex = std::int64_t;

/// Non-owning leads x samples matrix, lead-major, mV, NaN = missing. One sampling rate.
struct SignalView {
  const float* samples_mv = nullptr;  ///< first sample of the first lead
  std::size_t lead_count = 0;
  SampleIndex sample_count = 0;  ///< samples per lead
  SampleIndex lead_stride = 0;   ///< distance between the first samples of two leads
  double sampling_rate_hz = 0;
  std::span<const LeadLabel> leads;  ///< lead_count labels

  /// Samples of one lead.
  std::span<const float> lead(std::size_t index) const {
    ECG_ASSERT(index < lead_count);
    return {samples_mv + static_cast<std::ptrdiff_t>(index) * lead_stride,
            static_cast<std::size_t>(sample_count)};
  }

  double duration_s() const {
    return sampling_rate_hz > 0 ? static_cast<double>(sample_count) / sampling_rate_hz : 0.0;
  }

  /// The samples [begin, end) of every lead. Precondition: 0 <= begin <= end <= sample_count.
  SignalView samples(SampleIndex begin, SampleIndex end) const;

  /// Row of a standard lead, if present.
  std::optional<std::size_t> find(Lead lead) const;
};

/// Owning leads x samples matrix, contiguous, lead-major, mV, NaN = missing.
class Signal {
 public:
  Signal() = default;

  /// Zero-filled matrix. Preconditions: rate > 0, sample_count >= 0.
  Signal(std::vector<LeadLabel> leads, SampleIndex sample_count, double sampling_rate_hz);

  /// The same without the zeros, which cost as much as reading a file: every value must be written
  /// before it is read.
  static Signal unfilled(std::vector<LeadLabel> leads, SampleIndex sample_count,
                         double sampling_rate_hz);

  std::size_t lead_count() const { return leads_.size(); }
  SampleIndex sample_count() const { return sample_count_; }
  double sampling_rate_hz() const { return sampling_rate_hz_; }
  double duration_s() const { return view().duration_s(); }
  std::span<const LeadLabel> leads() const { return leads_; }
  bool empty() const { return samples_mv_.size == 0; }

  std::span<float> lead(std::size_t index);
  std::span<const float> lead(std::size_t index) const { return view().lead(index); }

  /// All values, lead after lead.
  std::span<float> values() { return {samples_mv_.first.get(), samples_mv_.size}; }
  std::span<const float> values() const { return {samples_mv_.first.get(), samples_mv_.size}; }

  std::optional<std::size_t> find(Lead lead) const { return view().find(lead); }

  SignalView view() const;
  operator SignalView() const { return view(); }

 private:
  /// Floats that nothing is written to before they are used. Copies are deep.
  struct Values {
    Values() = default;
    explicit Values(std::size_t count) : first(new float[count]), size(count) {}
    Values(const Values& other);
    Values(Values&& other) noexcept
        : first(std::move(other.first)), size(std::exchange(other.size, 0)) {}
    Values& operator=(Values other) noexcept {
      first = std::move(other.first);
      size = other.size;
      return *this;
    }

    std::unique_ptr<float[]> first;
    std::size_t size = 0;
  };

  std::vector<LeadLabel> leads_;
  SampleIndex sample_count_ = 0;
  double sampling_rate_hz_ = 0;
  Values samples_mv_;
};

}  // namespace ecg
