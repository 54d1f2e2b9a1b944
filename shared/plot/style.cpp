#include "plot/style.h"

#include <algorithm>

namespace ecg {

Rgb colour_of(LineKind kind) {
  switch (kind) {
    case LineKind::kMinorGrid:
      return kMinorGridColour;
    case LineKind::kMajorGrid:
      return kMajorGridColour;
    case LineKind::kSeparator:
    case LineKind::kEdgeMark:
      return kSecondaryColour;
    case LineKind::kCalibration:
    case LineKind::kTrace:
      return kTraceColour;
  }
  return kTraceColour;
}

Rgb colour_of(TextRole role) {
  switch (role) {
    case TextRole::kWarning:
      return kWarningColour;
    case TextRole::kSubtitle:
    case TextRole::kTime:
    case TextRole::kMissing:
    case TextRole::kNotice:
    case TextRole::kNote:
      return kSecondaryColour;
    case TextRole::kTitle:
    case TextRole::kLeadName:
    case TextRole::kScale:
      return kTextColour;
  }
  return kTextColour;
}

double width_mm_of(LineKind kind) {
  switch (kind) {
    case LineKind::kMinorGrid:
      return 0.1;
    case LineKind::kMajorGrid:
      return 0.18;
    case LineKind::kSeparator:
    case LineKind::kEdgeMark:
      return 0.25;
    case LineKind::kCalibration:
    case LineKind::kTrace:
      return 0.3;
  }
  return 0.3;
}

bool is_clipped(LineKind kind) {
  return kind == LineKind::kTrace || kind == LineKind::kCalibration;
}

double opacity_of(LineKind kind, double px_per_mm) {
  if (px_per_mm <= 0) return 1;
  if (kind != LineKind::kMinorGrid && kind != LineKind::kMajorGrid) return 1;
  return std::min(1.0, 0.5 + 0.5 * width_mm_of(kind) * px_per_mm);
}

bool is_outlined(TextRole role) {
  return role == TextRole::kLeadName || role == TextRole::kMissing || role == TextRole::kNote;
}

bool is_bold(TextRole role) {
  return role == TextRole::kTitle || role == TextRole::kLeadName || role == TextRole::kWarning;
}

}  // namespace ecg
