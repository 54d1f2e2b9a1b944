#pragma once
// Random numbers and shifts of views as tensor operations, for batches on a device: the same
// counters, the same random words and the same formulas as shared/, to the bit.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "core/philox.h"

namespace ecg {

/// The next `count` words of every stream, [streams, count] int64 in [0, 2^32): what as many calls
/// of RandomStream::next_u32 give. `device` of the result as in `like`.
at::Tensor philox_words(std::span<const RandomStream> streams, std::int64_t count,
                        const at::Tensor& like);

/// The first words of every key's stream.
at::Tensor philox_words(std::span<const RandomKey> keys, std::int64_t count,
                        const at::Tensor& like);

/// fill_normal of words [..., 2 n]: [..., n] float32.
at::Tensor normal_from_words(const at::Tensor& words);

/// fill_gumbel of words, float32; within 1e-6 of it, whose logarithm is another.
at::Tensor gumbel_from_words(const at::Tensor& words);

/// signal [keys, leads, samples], each record moved later by its shift, in samples; 0 where it has
/// no samples. The same values as `shifted` (views.h) gives, in one gather.
at::Tensor shifted_view(const at::Tensor& signal, std::span<const std::int64_t> shifts);

}  // namespace ecg
