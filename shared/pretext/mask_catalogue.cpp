#include "pretext/mask_catalogue.h"

#include <array>

#include "pretext/beat_masks.h"
#include "pretext/structured_masks.h"

namespace ecg {
namespace {

using Mask = Result<TokenMask>;

Mask draw_random(const MaskRequest& r, RandomStream& random) {
  return random_mask(r.grid, r.ratio.value_or(0.75), random);
}
Mask draw_time(const MaskRequest& r, RandomStream& random) {
  return column_mask(r.grid, r.ratio.value_or(0.75), random);
}
Mask draw_leads(const MaskRequest& r, RandomStream& random) {
  return lead_mask(r.grid, r.ratio.value_or(0.5), random);
}
Mask draw_rlm(const MaskRequest& r, RandomStream& random) {
  return random_lead_mask(r.grid, r.ratio.value_or(0.5), random);
}
StdmOptions stdm_of(const MaskRequest& r) {
  return r.ratio ? stdm_options_for_ratio(r.grid, *r.ratio) : StdmOptions{};
}
Mask draw_stdm(const MaskRequest& r, RandomStream& random) {
  return stdm_mask(r.grid, stdm_of(r), random);
}
Mask draw_stdm_physics(const MaskRequest& r, RandomStream& random) {
  return stdm_physics_mask(r.grid, stdm_of(r), r.rows, r.ratio, random);
}
Mask draw_beats(const MaskRequest& r, RandomStream& random) {
  return beat_mask(r.grid, r.r_peaks, r.ratio.value_or(0.5), random);
}
Mask draw_beat_tokens(const MaskRequest& r, RandomStream& random) {
  return beat_token_mask(r.grid, r.r_peaks, r.ratio.value_or(0.8), random);
}
Mask draw_spans_of_scales(const MaskRequest& r, RandomStream& random) {
  MultiScaleOptions options;
  options.ratio = r.ratio.value_or(options.ratio);
  return multi_scale_mask(r.grid, r.sampling_rate_hz, options, random);
}
Mask draw_per_lead(const MaskRequest& r, RandomStream& random) {
  return per_lead_mask(r.grid, r.ratio.value_or(0.75), random);
}
Mask draw_blocks(const MaskRequest& r, RandomStream& random) {
  BlockOptions options;
  options.ratio = r.ratio.value_or(options.ratio);
  return block_mask(r.grid, options, random);
}
Mask draw_wav2vec2(const MaskRequest& r, RandomStream& random) {
  return span_mask(r.grid, {}, random);
}

constexpr std::array<MaskMethod, 12> kMethods = {{
    {"stdm", "columns of time and whole leads (STDM)", true, true, draw_stdm},
    {"stdm_physics", "STDM that leaves no hidden limb lead computable from visible ones", true,
     true, draw_stdm_physics},
    {"random", "single tokens anywhere", true, true, draw_random},
    {"time", "columns of time, in all leads (MTAE)", true, true, draw_time},
    {"leads", "whole leads, a fixed number (MLAE)", true, true, draw_leads},
    {"rlm", "each lead with probability 0.5 (random lead masking)", false, true, draw_rlm},
    {"multi_scale", "spans of 0.1, 0.3 or 1 s, for all leads or lead by lead", true, true,
     draw_spans_of_scales},
    {"per_lead", "tokens of each lead drawn by itself (ST-MEM)", true, true, draw_per_lead},
    {"blocks", "four blocks of time, in all leads (JEPA)", true, true, draw_blocks},
    {"wav2vec2", "overlapping spans of ten columns, trimmed to one count", true, false,
     draw_wav2vec2},
    {"beats", "whole heartbeats, in all leads", true, true, draw_beats, true},
    {"beat_tokens", "single heartbeats of single leads (CLEAR)", true, true, draw_beat_tokens,
     true},
}};

}  // namespace

std::span<const MaskMethod> mask_methods() { return kMethods; }

const MaskMethod* find_mask_method(std::string_view name) {
  for (const MaskMethod& method : kMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

}  // namespace ecg
