#include "plot/svg.h"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "plot/style.h"
#include "plot/text.h"

namespace ecg {
namespace {

/// Lengths as whole micrometres, so that relative steps add up exactly.
std::int64_t um_from_mm(double mm) { return std::llround(mm * 1000); }

/// Micrometres written in mm: 1250 -> "1.25", -50 -> "-.05".
void append_mm(std::string& out, std::int64_t um) {
  if (um < 0) out += '-';
  const std::uint64_t size =
      um < 0 ? 0 - static_cast<std::uint64_t>(um) : static_cast<std::uint64_t>(um);
  if (size >= 1000 || size == 0) out += std::to_string(size / 1000);
  const auto rest = static_cast<unsigned>(size % 1000);
  if (rest == 0) return;
  const char digits[] = {static_cast<char>('0' + rest / 100),
                         static_cast<char>('0' + rest / 10 % 10),
                         static_cast<char>('0' + rest % 10)};
  out += '.';
  out.append(digits, rest % 10 ? 3 : rest % 100 ? 2 : 1);
}

std::string mm_text(double mm) {
  std::string out;
  append_mm(out, um_from_mm(mm));
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string hex_of(Rgb colour) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "#";
  for (const int part : {colour.red, colour.green, colour.blue}) {
    out += kDigits[part / 16];
    out += kDigits[part % 16];
  }
  return out;
}

/// Path data: an absolute start, then relative steps.
void append_path(std::string& out, const std::vector<ScenePoint>& points) {
  if (points.empty()) return;
  std::int64_t x = um_from_mm(points[0].x_mm), y = um_from_mm(points[0].y_mm);
  out += 'M';
  append_mm(out, x);
  out += ',';
  append_mm(out, y);
  if (points.size() == 1) out += "h0";  // a dot, drawn by the round cap
  for (std::size_t i = 1; i < points.size(); ++i) {
    const std::int64_t next_x = um_from_mm(points[i].x_mm), next_y = um_from_mm(points[i].y_mm);
    out += i == 1 ? 'l' : ' ';
    append_mm(out, next_x - x);
    out += ',';
    append_mm(out, next_y - y);
    x = next_x;
    y = next_y;
  }
}

/// Lines of one kind that follow each other (traces: of one strip) become one path.
bool same_path(const SceneLine& a, const SceneLine& b) {
  return a.kind == b.kind && (a.kind != LineKind::kTrace || a.strip == b.strip);
}

std::string_view class_of(LineKind kind) {
  switch (kind) {
    case LineKind::kMinorGrid:
      return "minor";
    case LineKind::kMajorGrid:
      return "major";
    case LineKind::kSeparator:
      return "separator";
    case LineKind::kEdgeMark:
      return "edge";
    case LineKind::kCalibration:
      return "calibration";
    case LineKind::kTrace:
      return "trace";
  }
  return "trace";
}

void append_style(std::string& out) {
  out += "<style>path{fill:none;stroke-linejoin:round;stroke-linecap:round}";
  for (const LineKind kind : {LineKind::kMinorGrid, LineKind::kMajorGrid, LineKind::kSeparator,
                              LineKind::kEdgeMark, LineKind::kCalibration, LineKind::kTrace}) {
    out += '.';
    out += class_of(kind);
    out += "{stroke:" + hex_of(colour_of(kind)) + ";stroke-width:" + mm_text(width_mm_of(kind));
    if (kind == LineKind::kMinorGrid || kind == LineKind::kMajorGrid) out += ";stroke-linecap:butt";
    out += '}';
  }
  out += ".outlined{paint-order:stroke;stroke-linejoin:round;stroke:" + hex_of(kPaperColour) +
         ";stroke-width:" + mm_text(2 * kTextOutlineMm) + "}";
  out += "text{font-family:Inter,Helvetica,Arial,sans-serif;white-space:pre}</style>\n";
}

void append_lines(std::string& out, const Scene& scene) {
  for (std::size_t i = 0; i < scene.lines.size();) {
    const SceneLine& first = scene.lines[i];
    out += "<path class=\"";
    out += class_of(first.kind);
    out += '"';
    if (is_clipped(first.kind)) out += " clip-path=\"url(#paper)\"";
    if (first.kind == LineKind::kTrace && first.strip < scene.strips.size()) {
      out += " data-lead=\"" + escaped(scene.strips[first.strip].name) + '"';
    }
    out += " d=\"";
    for (; i < scene.lines.size() && same_path(scene.lines[i], first); ++i) {
      append_path(out, scene.lines[i].points);
    }
    out += "\"/>\n";
  }
}

void append_text(std::string& out, const SceneText& text) {
  out += "<text x=\"" + mm_text(text.x_mm) + "\" y=\"" + mm_text(text.y_mm) + "\" font-size=\"" +
         mm_text(text.size_mm) + "\" fill=\"" + hex_of(colour_of(text.role)) + '"';
  if (is_bold(text.role)) out += " font-weight=\"600\"";
  if (text.anchor == TextAnchor::kMiddle) out += " text-anchor=\"middle\"";
  if (text.anchor == TextAnchor::kEnd) out += " text-anchor=\"end\"";
  if (is_outlined(text.role)) out += " class=\"outlined\"";
  out += '>' + escaped(text.text) + "</text>\n";
}

}  // namespace

std::string svg_from_scene(const Scene& scene) {
  const std::string width = mm_text(scene.width_mm), height = mm_text(scene.height_mm);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"";
  out += " width=\"" + width + "mm\" height=\"" + height + "mm\" viewBox=\"0 0 " + width + ' ' +
         height + "\">\n";
  append_style(out);
  const SceneRect& paper = scene.paper;
  const std::string rectangle = "<rect x=\"" + mm_text(paper.left_mm) + "\" y=\"" +
                                mm_text(paper.top_mm) + "\" width=\"" +
                                mm_text(paper.right_mm - paper.left_mm) + "\" height=\"" +
                                mm_text(paper.bottom_mm - paper.top_mm) + "\"/>";
  out += "<clipPath id=\"paper\">" + rectangle + "</clipPath>\n";
  out += "<rect width=\"100%\" height=\"100%\" fill=\"" + hex_of(kPaperColour) + "\"/>\n";
  append_lines(out, scene);
  for (const SceneText& text : scene.texts) append_text(out, text);
  out += "</svg>\n";
  return out;
}

}  // namespace ecg
