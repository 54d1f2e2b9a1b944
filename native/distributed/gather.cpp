#include "distributed/gather.h"

#include <torch/csrc/autograd/custom_function.h>

namespace ecg {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Gather : torch::autograd::Function<Gather> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows,
                            const Communicator* communicator) {
    context->saved_data["communicator"] = reinterpret_cast<std::int64_t>(communicator);
    context->saved_data["rows"] = rows.size(0);
    return communicator->gather(rows);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto* communicator =
        reinterpret_cast<const Communicator*>(context->saved_data["communicator"].toInt());
    const std::int64_t rows = context->saved_data["rows"].toInt();
    at::Tensor all = gradients[0].clone(at::MemoryFormat::Contiguous);
    communicator->sum(all);
    return {all.narrow(0, communicator->rank() * rows, rows), at::Tensor()};
  }
};

}  // namespace

at::Tensor gather_with_gradient(const Communicator& communicator, const at::Tensor& rows) {
  if (communicator.size() == 1) return rows;
  return Gather::apply(rows, &communicator);
}

}  // namespace ecg
