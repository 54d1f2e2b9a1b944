#pragma once
// Views of the augmentation catalogue for a batch, to compare tensor twins with.

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <span>
#include <vector>

#include "pretext/augmentation_catalogue.h"

namespace ecg::test {

/// The catalogue's view of every record of signal [keys, leads, samples] at 250 Hz.
inline at::Tensor plain_view(const at::Tensor& signal, std::span<const Lead> leads,
                             std::span<const RandomKey> keys, const char* name, double strength) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : leads) labels.push_back(label_of(lead));
  at::Tensor view = at::empty_like(signal);
  const std::int64_t samples = signal.size(2);
  const auto size = static_cast<std::size_t>(samples) * leads.size();
  for (std::size_t b = 0; b < keys.size(); ++b) {
    const SignalView record{
        signal.data_ptr<float>() + b * size, leads.size(), samples, samples, 250, labels};
    RandomStream random(keys[b]);
    const auto draw = find_augmentation_method(name)
                          ->draw({.signal = record, .strength = strength}, random)
                          .value();
    REQUIRE(apply_augmentation(record, draw, {view.data_ptr<float>() + b * size, size}));
  }
  return view;
}

}  // namespace ecg::test
