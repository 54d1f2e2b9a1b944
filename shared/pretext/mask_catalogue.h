#pragma once
// Every mask under one roof, so that command line, page and trainer list the same ones.

#include <optional>
#include <span>
#include <string_view>

#include "pretext/mask.h"

namespace ecg {

/// What a mask is drawn for.
struct MaskRequest {
  TokenGrid grid;
  double sampling_rate_hz = 0;                ///< of the grid's samples
  std::span<const Lead> rows;                 ///< the lead of every row (stdm_physics)
  std::optional<double> ratio;                ///< instead of the method's usual share
  std::span<const SampleIndex> r_peaks = {};  ///< ascending (beats, beat_tokens)
};

/// One mask with its usual options.
struct MaskMethod {
  std::string_view name;      ///< stable, snake_case
  std::string_view sentence;  ///< for people
  bool exact_count;           ///< every draw of one request hides equally many tokens
  bool takes_ratio;           ///< MaskRequest::ratio has a meaning
  Result<TokenMask> (*draw)(const MaskRequest&, RandomStream&);
  bool needs_beats = false;  ///< MaskRequest::r_peaks must name some
};

/// All methods, in the order in which they are shown.
std::span<const MaskMethod> mask_methods();

/// The method of that name, or nullptr.
const MaskMethod* find_mask_method(std::string_view name);

}  // namespace ecg
