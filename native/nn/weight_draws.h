#pragma once
// Draws of initial weights from counters, each under its parameter's own name: the same values on
// every platform, whatever else a model has.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "core/philox.h"

namespace ecg {

/// The stream of the weights called `name` in a model of this seed.
RandomStream weight_stream(std::uint64_t seed, const std::string& name);

/// Fill contiguous float32 values on the CPU: normal with mean 0, or uniform in [low, high).
void draw_normal(at::Tensor& values, double deviation, RandomStream random);
void draw_uniform(at::Tensor& values, double low, double high, RandomStream random);

/// Xavier-uniform (Glorot & Bengio 2010) weight [outputs, inputs] or [outputs, inputs, kernel].
void draw_xavier(at::Tensor& weight, RandomStream random);

}  // namespace ecg
