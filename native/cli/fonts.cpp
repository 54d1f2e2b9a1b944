#include "cli/fonts.h"

#include <cairo-ft.h>

#include <array>
#include <cstdlib>
#include <string>

namespace ecg::cli {
namespace {

/// Lives as long as the program: cairo keeps faces in a cache of its own.
FT_Library freetype() {
  static FT_Library library = [] {
    FT_Library made = nullptr;
    return FT_Init_FreeType(&made) == 0 ? made : nullptr;
  }();
  return library;
}

FT_Face open_face(const std::string& path) {
  FT_Face face = nullptr;
  if (!freetype() || FT_New_Face(freetype(), path.c_str(), 0, &face) != 0) return nullptr;
  return face;
}

FT_Face find_face(const std::string& name) {
  const char* named = std::getenv("EINTHOVEN_FONTS");
  for (const std::string folder :
       {named ? named : "", EINTHOVEN_FONT_FOLDER, "/usr/share/fonts/opentype/inter",
        "/usr/share/fonts/truetype/inter", "/usr/local/share/fonts"}) {
    if (folder.empty()) continue;
    for (const char* ending : {".otf", ".ttf"}) {
      if (FT_Face face = open_face(folder + "/" + name + ending)) return face;
    }
  }
  return nullptr;
}

void release_face(void* face) { FT_Done_Face(static_cast<FT_Face>(face)); }

}  // namespace

FontFace load_font(bool bold) {
  static const cairo_user_data_key_t kFaceKey = {};
  if (FT_Face face = find_face(bold ? "Inter-SemiBold" : "Inter-Regular")) {
    FontFace font(cairo_ft_font_face_create_for_ft_face(face, 0));
    if (cairo_font_face_set_user_data(font.get(), &kFaceKey, face, release_face) ==
        CAIRO_STATUS_SUCCESS) {
      return font;
    }
    release_face(face);
  }
  return FontFace(
      cairo_toy_font_face_create("sans-serif", CAIRO_FONT_SLANT_NORMAL,
                                 bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL));
}

}  // namespace ecg::cli
