#pragma once
// Beats sorted by shape: the one grouping behind beat clusters and delineation.

#include <cstddef>
#include <span>
#include <vector>

#include "beat/beat_shapes.h"
#include "core/signal.h"

namespace ecg {

/// The common shape of a group of beats.
struct BeatTemplate {
  ShapeVector shape;
  float energy = 0;       ///< of the shape
  std::size_t count = 0;  ///< beats in the group
};

/// Beats in groups of one shape.
struct SortedBeats {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<BeatTemplate> templates;  ///< largest group first
  std::vector<std::size_t> group_of;    ///< [beat]; kNone: the beat has no shape
  std::vector<SampleIndex> shift_of;    ///< [beat] steps of the cutter that it lies later than the
                                        ///< template's R peak
};

/// Which shift between a beat and a template is looked for, within ShapeCutter::kReach steps.
enum class ShiftSearch {
  kBest,     ///< of all, the one that fits best
  kNearest,  ///< the smallest that surely fits, or else the best: where beats are laid on each
             ///< other again afterwards; takes a third of the time
};

/// Sorts the beats at `r_peaks` one after the other: each joins the template that it is most like,
/// or begins one; templates follow their latest beats. Then what is alike is merged, and all beats
/// are sorted again. At most 24 templates.
SortedBeats sort_beats(const ShapeCutter& cutter, std::span<const SampleIndex> r_peaks,
                       ShiftSearch search = ShiftSearch::kBest);

}  // namespace ecg
