#include "export/weight_source.h"

#include "corpus/failure.h"

namespace ecg {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Failure({ErrorCode::kInconsistent,
                 "weight " + name + ' ' + what,
                 "the checkpoint belongs to another model configuration",
                 "",
                 {}});
}

}  // namespace

const std::vector<float>& WeightSource::get(const std::string& name,
                                            const std::vector<std::int64_t>& shape) const {
  const auto found = weights_.find(name);
  if (found == weights_.end()) refuse(name, "is missing");
  if (found->second.shape != shape) refuse(name, "has another shape than the configuration says");
  return found->second.values;
}

LinearWeights WeightSource::linear(const std::string& name, std::int64_t inputs,
                                   std::int64_t outputs) const {
  return {get(name + ".weight", {outputs, inputs}), get(name + ".bias", {outputs}), inputs,
          outputs};
}

ConvolutionWeights WeightSource::convolution(const std::string& name, std::int64_t outputs,
                                             std::int64_t inputs, std::int64_t kernel) const {
  return {get(name + ".weight", {outputs, inputs, kernel}), get(name + ".bias", {outputs}), outputs,
          inputs, kernel};
}

NormWeights WeightSource::norm(const std::string& name, std::int64_t width) const {
  return {get(name + ".weight", {width}), get(name + ".bias", {width})};
}

}  // namespace ecg
