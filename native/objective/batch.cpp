#include "objective/batch.h"

#include <ATen/core/Tensor.h>

namespace ecg {
namespace {

void move(torch::Tensor& tensor, torch::Device device) {
  if (!tensor.defined()) return;
  const bool beside = device.is_cuda() && tensor.is_cpu();
  tensor = beside ? tensor.pin_memory().to(device, /*non_blocking=*/true) : tensor.to(device);
}

}  // namespace

Batch to_device(Batch batch, torch::Device device) {
  for (View& view : batch.views) {
    for (torch::Tensor* tensor : {&view.signal, &view.target, &view.present, &view.visible,
                                  &view.counted, &view.visible_index}) {
      move(*tensor, device);
    }
    for (auto& [name, tensor] : view.extra) move(tensor, device);
  }
  for (torch::Tensor* tensor :
       {&batch.signal, &batch.lead_mask, &batch.patient, &batch.path_scale}) {
    move(*tensor, device);
  }
  return batch;
}

}  // namespace ecg
