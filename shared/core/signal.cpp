#include "core/signal.h"

#include <algorithm>
#include <utility>

namespace ecg {

SignalView SignalView::samples(SampleIndex begin, SampleIndex end) const {
  ECG_ASSERT(0 <= begin && begin <= end && end <= sample_count);
  SignalView part = *this;
  part.samples_mv += begin;
  part.sample_count = end - begin;
  return part;
}

std::optional<std::size_t> SignalView::find(Lead lead) const {
  for (std::size_t i = 0; i < leads.size(); ++i) {
    if (leads[i].lead == lead) return i;
  }
  return std::nullopt;
}

Signal::Values::Values(const Values& other) : Values(other.size) {
  std::copy_n(other.first.get(), size, first.get());
}

Signal::Signal(std::vector<LeadLabel> leads, SampleIndex sample_count, double sampling_rate_hz)
    : Signal(unfilled(std::move(leads), sample_count, sampling_rate_hz)) {
  std::fill_n(samples_mv_.first.get(), samples_mv_.size, 0.0f);
}

Signal Signal::unfilled(std::vector<LeadLabel> leads, SampleIndex sample_count,
                        double sampling_rate_hz) {
  ECG_ASSERT(sample_count >= 0 && sampling_rate_hz > 0);
  Signal signal;
  signal.leads_ = std::move(leads);
  signal.sample_count_ = sample_count;
  signal.sampling_rate_hz_ = sampling_rate_hz;
  signal.samples_mv_ = Values(signal.leads_.size() * static_cast<std::size_t>(sample_count));
  return signal;
}

std::span<float> Signal::lead(std::size_t index) {
  ECG_ASSERT(index < leads_.size());
  const auto count = static_cast<std::size_t>(sample_count_);
  return {samples_mv_.first.get() + index * count, count};
}

SignalView Signal::view() const {
  return {samples_mv_.first.get(), leads_.size(),     sample_count_,
          sample_count_,           sampling_rate_hz_, leads_};
}

}  // namespace ecg
