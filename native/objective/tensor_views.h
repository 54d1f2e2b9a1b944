#pragma once
// Augmentations as tensor operations, for batches on a device: the same counters, the same random
// words and the same formulas as shared/pretext, signals equal to within 1e-5.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "core/lead.h"
#include "core/philox.h"

namespace ecg {

/// The first `count` words of every key's stream, [keys, count] int64 in [0, 2^32): what as many
/// calls of RandomStream::next_u32 give. `device` of the result as in `like`.
at::Tensor philox_words(std::span<const RandomKey> keys, std::int64_t count,
                        const at::Tensor& like);

/// fill_normal of words [..., 2 n]: [..., n] float32.
at::Tensor normal_from_words(const at::Tensor& words);

/// "fda" with importance 0.7 everywhere: signal [keys, leads, samples] float32, one key per record,
/// an even number of samples. The view, of the signal's shape.
at::Tensor fda_view(const at::Tensor& signal, std::span<const RandomKey> keys, double strength);

/// "emg": signal [keys, leads, samples] float32 of these leads, one key per record.
at::Tensor emg_view(const at::Tensor& signal, std::span<const Lead> leads,
                    std::span<const RandomKey> keys, double strength);

/// signal [keys, leads, samples], each record moved later by its shift, in samples; 0 where it has
/// no samples. The same values as `shifted` (views.h) gives, in one gather.
at::Tensor shifted_view(const at::Tensor& signal, std::span<const std::int64_t> shifts);

}  // namespace ecg
