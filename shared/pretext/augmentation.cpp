#include "pretext/augmentation.h"

#include <cmath>
#include <string>
#include <type_traits>

#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

Error unfit(std::string what) {
  return {
      ErrorCode::kInvalidArgument, std::move(what), "draw the parameters for this signal", "", {}};
}

bool within(SignalView signal, SampleIndex begin, SampleIndex end) {
  return begin >= 0 && begin <= end && end <= signal.sample_count;
}

// fits(signal, draw): whether the parameters belong to a signal of this shape.
bool fits(SignalView, const ScaleDraw&) { return true; }
bool fits(SignalView s, const CosinesDraw& d) {
  return d.row_gain.size() == s.lead_count && s.sampling_rate_hz > 0;
}
bool fits(SignalView s, const StepDraw& d) {
  return d.row_step_mv.size() == s.lead_count && within(s, d.begin, d.end);
}
bool fits(SignalView s, const NoiseDraw& d) { return d.row_mv.size() == s.lead_count; }
bool fits(SignalView s, const LeadDropDraw& d) { return d.dropped.size() == s.lead_count; }
bool fits(SignalView s, const TimeOutDraw& d) { return within(s, d.begin, d.end); }
bool fits(SignalView s, const CropDraw& d) {
  return d.begin >= 0 && d.begin <= s.sample_count && d.length >= 0 &&
         d.length <= s.sample_count - d.begin;
}
bool fits(SignalView, const WarpDraw& d) {
  bool finite = true;
  for (const double bend : d.bend_samples) finite = finite && std::abs(bend) < 1e9;
  return d.speed >= 0.1 && d.speed <= 10 && finite;
}
bool fits(SignalView, const VectorDraw&) { return true; }
bool fits(SignalView, const BandDraw&) { return true; }
bool fits(SignalView s, const SpectrumDraw& d) {
  const auto bins = static_cast<std::size_t>(s.sample_count / 2 + 1);
  return d.factors.size() == bins || d.factors.size() == s.lead_count * bins;
}

SampleIndex samples_of(SignalView, const CropDraw& d) { return d.length; }
SampleIndex samples_of(SignalView s, const WarpDraw& d) {
  if (s.sample_count == 0) return 0;
  return static_cast<SampleIndex>(static_cast<double>(s.sample_count - 1) / d.speed) + 1;
}
template <typename Draw>
SampleIndex samples_of(SignalView s, const Draw&) {
  return s.sample_count;
}

}  // namespace

std::optional<std::array<float, 2>> limb_lead_weights(Lead lead) {
  using Weights = std::array<float, 2>;
  switch (lead) {
    case Lead::kI:
      return Weights{1, 0};
    case Lead::kII:
      return Weights{0, 1};
    case Lead::kIII:
      return Weights{-1, 1};
    case Lead::kAvr:
      return Weights{-0.5f, -0.5f};
    case Lead::kAvl:
      return Weights{1, -0.5f};
    case Lead::kAvf:
      return Weights{-0.5f, 1};
    default:
      return std::nullopt;
  }
}

SampleIndex augmented_samples(SignalView signal, const AugmentationDraw& draw) {
  return std::visit(
      [&](const auto& d) { return fits(signal, d) ? samples_of(signal, d) : SampleIndex{0}; },
      draw);
}

Result<void> apply_augmentation(SignalView signal, const AugmentationDraw& draw,
                                std::span<float> out, AugmentationScratch* scratch) {
  AugmentationScratch own;
  return std::visit(
      [&](const auto& d) -> Result<void> {
        if (!fits(signal, d)) return unfit("the augmentation's parameters do not fit the signal");
        const auto samples = static_cast<std::size_t>(samples_of(signal, d));
        if (out.size() != signal.lead_count * samples) {
          return unfit("room for " + std::to_string(out.size()) + " values, but the view has " +
                       std::to_string(signal.lead_count * samples));
        }
        if constexpr (std::is_same_v<std::decay_t<decltype(d)>, SpectrumDraw>) {
          return apply_draw(signal, d, out, scratch ? *scratch : own);
        } else {
          return apply_draw(signal, d, out);
        }
      },
      draw);
}

}  // namespace ecg
