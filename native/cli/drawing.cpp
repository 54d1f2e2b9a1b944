#include "cli/drawing.h"

#include <cairo-pdf.h>
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/cli_error.h"
#include "cli/fonts.h"
#include "cli/png_writer.h"
#include "plot/style.h"
#include "plot/text.h"

namespace ecg::cli {
namespace {

constexpr double kMmPerInch = 25.4;
constexpr double kPointsPerMm = 72 / kMmPerInch;

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

struct ContextDeleter {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Context = std::unique_ptr<cairo_t, ContextDeleter>;

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw CliError({ErrorCode::kIo, std::string("drawing failed: ") + cairo_status_to_string(status),
                  "", "", std::nullopt});
}

cairo_status_t append_bytes(void* out, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

/// Draws one scene on one context. Units are pixels of an image, or points of a page.
class ScenePainter {
 public:
  /// `pixels`: the surface has pixels, to which straight lines are fitted.
  ScenePainter(cairo_t* context, const Scene& scene, double units_per_mm, bool pixels)
      : context_(context),
        scene_(scene),
        scale_(units_per_mm),
        pixels_(pixels),
        regular_(load_font(false)),
        bold_(load_font(true)) {}

  void paint() {
    set_colour(kPaperColour);
    cairo_paint(context_);
    cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
    for (std::size_t i = 0; i < scene_.lines.size(); ++i) {
      add_line(scene_.lines[i]);
      const bool last = i + 1 == scene_.lines.size() ||
                        scene_.lines[i + 1].kind != scene_.lines[i].kind ||
                        scene_.lines[i + 1].strip != scene_.lines[i].strip;
      if (last) stroke(scene_.lines[i].kind);
    }
    for (const SceneText& text : scene_.texts) draw_text(text);
  }

 private:
  static bool is_ruling(LineKind kind) {
    return kind == LineKind::kMinorGrid || kind == LineKind::kMajorGrid ||
           kind == LineKind::kSeparator || kind == LineKind::kEdgeMark;
  }

  void set_colour(Rgb colour, double opacity = 1) {
    cairo_set_source_rgba(context_, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0,
                          opacity);
  }

  /// Straight lines are whole pixels wide and lie on whole pixels, or they would look uneven.
  double width(LineKind kind) const {
    const double units = width_mm_of(kind) * scale_;
    if (!pixels_) return units;
    return std::max(1.0, is_ruling(kind) ? std::round(units) : units);
  }

  double place(double mm, LineKind kind) const {
    if (!pixels_ || !is_ruling(kind)) return mm * scale_;
    const double shift = std::fmod(width(kind), 2) == 1 ? 0.5 : 0;
    return std::floor(mm * scale_ + 0.5 - shift) + shift;
  }

  void add_line(const SceneLine& line) {
    if (line.points.empty()) return;
    const auto& points = line.points;
    cairo_move_to(context_, place(points[0].x_mm, line.kind), place(points[0].y_mm, line.kind));
    for (std::size_t i = points.size() == 1 ? 0 : 1; i < points.size(); ++i) {
      cairo_line_to(context_, place(points[i].x_mm, line.kind), place(points[i].y_mm, line.kind));
    }
  }

  void stroke(LineKind kind) {
    cairo_save(context_);
    if (is_clipped(kind)) clip_to_paper();
    set_colour(colour_of(kind), opacity_of(kind, pixels_ ? scale_ : 0));
    cairo_set_line_width(context_, width(kind));
    cairo_set_line_cap(context_, is_ruling(kind) ? CAIRO_LINE_CAP_SQUARE : CAIRO_LINE_CAP_ROUND);
    cairo_stroke(context_);
    cairo_restore(context_);
  }

  /// Keeps the path that is to be stroked.
  void clip_to_paper() {
    cairo_path_t* path = cairo_copy_path(context_);
    cairo_new_path(context_);
    const SceneRect& paper = scene_.paper;
    cairo_rectangle(context_, paper.left_mm * scale_, paper.top_mm * scale_,
                    (paper.right_mm - paper.left_mm) * scale_,
                    (paper.bottom_mm - paper.top_mm) * scale_);
    cairo_clip(context_);
    cairo_append_path(context_, path);
    cairo_path_destroy(path);
  }

  void draw_text(const SceneText& text) {
    const std::string clean = clean_text(text.text);  // cairo gives up on malformed UTF-8
    cairo_set_font_face(context_, is_bold(text.role) ? bold_.get() : regular_.get());
    cairo_set_font_size(context_, text.size_mm * scale_);
    cairo_text_extents_t extents;
    cairo_text_extents(context_, clean.c_str(), &extents);
    double x = text.x_mm * scale_;
    if (text.anchor == TextAnchor::kMiddle) x -= extents.x_advance / 2;
    if (text.anchor == TextAnchor::kEnd) x -= extents.x_advance;
    const double y = text.y_mm * scale_;
    if (is_outlined(text.role)) draw_outline(clean, x, y);
    set_colour(colour_of(text.role));
    cairo_move_to(context_, x, y);
    cairo_show_text(context_, clean.c_str());
    cairo_new_path(context_);
  }

  void draw_outline(const std::string& text, double x, double y) {
    cairo_move_to(context_, x, y);
    cairo_text_path(context_, text.c_str());
    set_colour(kPaperColour);
    cairo_set_line_width(context_, 2 * kTextOutlineMm * scale_);
    cairo_stroke(context_);
  }

  cairo_t* context_;
  const Scene& scene_;
  double scale_;
  bool pixels_;
  FontFace regular_;
  FontFace bold_;
};

}  // namespace

std::string png_from_scene(const Scene& scene, double dpi) {
  if (!(dpi >= kLowestDpi && dpi <= kHighestDpi)) {
    throw CliError({ErrorCode::kInvalidArgument, "a resolution of that many dpi is not possible",
                    "choose 30 to 600", "", std::nullopt});
  }
  const double px_per_mm = dpi / kMmPerInch;
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(std::lround(scene.width_mm * px_per_mm)),
      static_cast<int>(std::lround(scene.height_mm * px_per_mm))));
  check(cairo_surface_status(surface.get()));
  const Context context(cairo_create(surface.get()));
  ScenePainter(context.get(), scene, px_per_mm, true).paint();
  check(cairo_status(context.get()));
  std::string png;
  check(cairo_surface_write_to_png_stream(surface.get(), append_bytes, &png));
  return png_with_resolution(png, dpi);
}

std::string pdf_from_scene(const Scene& scene) {
  std::string pdf;
  {
    const Surface surface(cairo_pdf_surface_create_for_stream(
        append_bytes, &pdf, scene.width_mm * kPointsPerMm, scene.height_mm * kPointsPerMm));
    check(cairo_surface_status(surface.get()));
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Einthoven");
    const Context context(cairo_create(surface.get()));
    ScenePainter(context.get(), scene, kPointsPerMm, false).paint();
    check(cairo_status(context.get()));
    cairo_surface_finish(surface.get());
    check(cairo_surface_status(surface.get()));
  }
  return pdf;
}

}  // namespace ecg::cli
