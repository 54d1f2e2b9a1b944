#include "downstream/linear_probe.h"

#include <ATen/ATen.h>

#include <cmath>

#include "corpus/failure.h"

namespace ecg {
namespace {

constexpr int kMostNewtonSteps = 100;
constexpr double kGradientTolerance = 1e-9;

/// One class's problem: x [records, features + 1], the last column 1; y [records].
class ClassProblem {
 public:
  ClassProblem(const at::Tensor& x, const at::Tensor& y, double l2) : x_(x), y_(y) {
    penalty_ = at::full({x.size(1)}, l2, x.options());
    penalty_[-1] = 0;
  }

  double loss(const at::Tensor& w) const {
    const auto z = x_.mv(w);
    const auto log_loss = at::softplus(z) - y_ * z;
    return log_loss.mean().item<double>() + 0.5 * (penalty_ * w * w).sum().item<double>();
  }

  at::Tensor gradient(const at::Tensor& w) const {
    return x_.t().mv(x_.mv(w).sigmoid() - y_) / static_cast<double>(x_.size(0)) + penalty_ * w;
  }

  /// Newton's direction. The added 1e-10 keeps a separable, saturated problem solvable.
  at::Tensor step(const at::Tensor& w, const at::Tensor& gradient) const {
    const auto p = x_.mv(w).sigmoid();
    const auto curvature = (p * (1 - p) / static_cast<double>(x_.size(0))).unsqueeze(1);
    const auto hessian = x_.t().mm(x_ * curvature) + at::diag(penalty_ + 1e-10);
    return at::linalg_solve(hessian, gradient);
  }

  at::Tensor solve() const {
    auto w = at::zeros({x_.size(1)}, x_.options());
    double current = loss(w);
    for (int i = 0; i < kMostNewtonSteps; ++i) {
      const auto g = gradient(w);
      if (g.abs().max().item<double>() < kGradientTolerance) break;
      const auto direction = step(w, g);
      const double slope = g.dot(direction).item<double>();
      double length = 1;
      auto next = w - direction;
      double following = loss(next);
      while (following > current - 1e-4 * length * slope && length > 1e-8) {
        length /= 2;
        next = w - length * direction;
        following = loss(next);
      }
      if (!(following < current)) break;
      w = next;
      current = following;
    }
    return w;
  }

 private:
  at::Tensor x_, y_, penalty_;
};

// A class seen only one way: its log odds with half a record of doubt.
double constant_log_odds(double positives, double records) {
  return std::log((positives + 0.5) / (records - positives + 0.5));
}

}  // namespace

at::Tensor LinearProbe::probabilities(const at::Tensor& features) const {
  return ((features.to(at::kDouble) - mean) / scale).mm(weight).add(bias).sigmoid();
}

LinearProbe fit_linear_probe(const at::Tensor& features, const at::Tensor& labels, double l2) {
  const auto records = features.size(0);
  if (records == 0) {
    throw Failure({ErrorCode::kInsufficientData,
                   "no training record for the probe",
                   "check the folds and the label column",
                   {},
                   {}});
  }
  const auto x = features.to(at::kDouble), y = labels.to(at::kDouble);
  LinearProbe probe;
  probe.mean = x.mean(0);
  const auto deviation = x.std(0, false);
  probe.scale = at::where(deviation > 1e-9, deviation, at::ones_like(deviation));
  const auto design =
      at::cat({(x - probe.mean) / probe.scale, at::ones({records, 1}, x.options())}, 1);
  std::vector<at::Tensor> columns;
  for (std::int64_t c = 0; c < y.size(1); ++c) {
    const auto truth = y.select(1, c);
    const double positives = truth.sum().item<double>(), count = static_cast<double>(records);
    if (positives == 0 || positives == count) {
      auto constant = at::zeros({design.size(1)}, x.options());
      constant[-1] = constant_log_odds(positives, count);
      columns.push_back(constant);
    } else {
      columns.push_back(ClassProblem(design, truth, l2).solve());
    }
  }
  const auto all = at::stack(columns, 1);
  probe.weight = all.narrow(0, 0, all.size(0) - 1).contiguous();
  probe.bias = all[-1];
  return probe;
}

const std::vector<double>& probe_strengths() {
  static const std::vector<double> strengths{1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1};
  return strengths;
}

}  // namespace ecg
