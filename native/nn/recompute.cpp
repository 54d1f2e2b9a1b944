#include "nn/recompute.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

namespace ecg {
namespace {

using Part = std::function<at::Tensor(const at::Tensor&)>;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What autocast does on a device, for as long as it lives; no casts are shared with other code,
/// since one made without gradients would cut off the weight.
class AutocastScope {
 public:
  AutocastScope(c10::DeviceType device, bool enabled, at::ScalarType type)
      : device_(device),
        was_enabled_(at::autocast::is_autocast_enabled(device)),
        shared_(at::autocast::is_autocast_cache_enabled()),
        former_type_(at::autocast::get_autocast_dtype(device)) {
    set(enabled, type, false);
  }
  ~AutocastScope() { set(was_enabled_, former_type_, shared_); }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  void set(bool enabled, at::ScalarType type, bool shared) {
    at::autocast::set_autocast_enabled(device_, enabled);
    at::autocast::set_autocast_dtype(device_, type);
    at::autocast::set_autocast_cache_enabled(shared);
  }

  c10::DeviceType device_;
  bool was_enabled_, shared_;
  at::ScalarType former_type_;
};

/// What is to be computed again, and under which autocast settings.
class Replay : public torch::CustomClassHolder {
 public:
  Replay(Part part, c10::DeviceType device)
      : part_(std::move(part)),
        device_(device),
        autocast_(at::autocast::is_autocast_enabled(device)),
        type_(at::autocast::get_autocast_dtype(device)) {}

  at::Tensor run(const at::Tensor& x) const {
    const AutocastScope scope(device_, autocast_, type_);
    return part_(x);
  }

 private:
  Part part_;
  c10::DeviceType device_;
  bool autocast_;
  at::ScalarType type_;
};

class Recomputed : public torch::autograd::Function<Recomputed> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const c10::intrusive_ptr<Replay>& replay) {
    context->save_for_backward({x});
    context->saved_data["replay"] = c10::IValue::make_capsule(replay);
    return replay->run(x);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto held = context->saved_data["replay"].toCapsule();
    const at::AutoGradMode with_gradients(true);
    const auto x = context->get_saved_variables()[0].detach().requires_grad_(true);
    const auto y = static_cast<const Replay&>(*held).run(x);
    torch::autograd::backward({y}, {gradients[0]});
    return {x.grad(), {}};
  }
};

}  // namespace

at::Tensor recomputed(std::function<at::Tensor(const at::Tensor&)> part, const at::Tensor& x) {
  return Recomputed::apply(x, c10::make_intrusive<Replay>(std::move(part), x.device().type()));
}

}  // namespace ecg
