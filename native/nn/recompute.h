#pragma once
// Gradient check-pointing (Chen et al. 2016): activations computed twice instead of kept.

#include <ATen/core/Tensor.h>

#include <functional>

namespace ecg {

/// part(x), keeping nothing of what `part` computes on the way but x: the backward pass computes it
/// again, under the autocast settings of now. Gradients of x and of the parameters that `part` uses
/// are bit for bit those of calling it directly, as long as it gives the same result each time. x
/// must require gradients wherever they are wanted, and whatever `part` refers to must outlive the
/// backward pass.
at::Tensor recomputed(std::function<at::Tensor(const at::Tensor&)> part, const at::Tensor& x);

}  // namespace ecg
