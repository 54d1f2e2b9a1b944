#include "synthetic_recording.h"

#include <cmath>
#include <utility>

#include "core/exact_math.h"

namespace ecg::test {
namespace {

double bump(double phase, double at, double width, double height) {
  const double u = (phase - at) / width;
  return height * exact_exp(-0.5 * u * u);
}

/// Voltage along one of two perpendicular directions.
double component(double t, int direction) {
  const double beats = t * 1.2;
  const double phase = beats - std::floor(beats);
  const double turn = direction == 0 ? 1.0 : 0.6;
  return bump(phase, 0.2, 0.025, 0.12 * turn) + bump(phase, 0.36 + 0.004 * direction, 0.012, 1.1) -
         bump(phase, 0.4, 0.01, 0.3 * turn) + bump(phase, 0.65, 0.06, 0.3 * turn) +
         0.2 * exact_sin_turns(0.25 * t + 0.1 * direction) + 0.02 * exact_sin_turns(50 * t);
}

struct Weights {
  double of_first, of_second;
};

Weights weights_of(Lead lead) {
  switch (lead) {
    case Lead::kI:
      return {1, 0};
    case Lead::kII:
      return {0, 1};
    case Lead::kIII:
      return {-1, 1};
    case Lead::kAvr:
      return {-0.5, -0.5};
    case Lead::kAvl:
      return {1, -0.5};
    case Lead::kAvf:
      return {-0.5, 1};
    default: {
      const int place = static_cast<int>(lead) - static_cast<int>(Lead::kV1);
      return {-0.8 + 0.3 * place, 0.4 - 0.1 * place};
    }
  }
}

}  // namespace

Signal synthetic_recording(const std::vector<Lead>& leads, SampleIndex samples,
                           double sampling_rate_hz) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : leads) labels.push_back(label_of(lead));
  Signal signal(std::move(labels), samples, sampling_rate_hz);
  for (SampleIndex i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / sampling_rate_hz;
    const double first = component(t, 0);
    const double second = component(t, 1);
    for (std::size_t row = 0; row < leads.size(); ++row) {
      const Weights w = weights_of(leads[row]);
      signal.lead(row)[static_cast<std::size_t>(i)] =
          static_cast<float>(w.of_first * first + w.of_second * second);
    }
  }
  return signal;
}

Signal synthetic_recording(SampleIndex samples, double sampling_rate_hz) {
  return synthetic_recording({kTwelveLeads.begin(), kTwelveLeads.end()}, samples, sampling_rate_hz);
}

}  // namespace ecg::test
