#pragma once
// The typeface of drawings.

#include <cairo.h>

#include <memory>

namespace ecg::cli {

struct FontFaceDeleter {
  void operator()(cairo_font_face_t* face) const { cairo_font_face_destroy(face); }
};
using FontFace = std::unique_ptr<cairo_font_face_t, FontFaceDeleter>;

/// Inter, regular or semi-bold: from the folder EINTHOVEN_FONTS names, the one found when this
/// program was built, or the usual ones. Where there is none, whatever cairo has as sans-serif.
FontFace load_font(bool bold);

}  // namespace ecg::cli
