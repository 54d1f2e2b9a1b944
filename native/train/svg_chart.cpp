#include "train/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ecg {
namespace {

constexpr double kWidth = 720, kHeight = 200, kLeft = 60, kRight = 10, kTop = 24, kBottom = 22;

/// Where values lie in a drawing.
struct Range {
  double low = 0, high = 1;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double share(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

std::string coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor +
         "\" font-size=\"11\">" + escape_xml(text) + "</text>\n";
}

std::string opening(const std::string& title, double width, double height) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " +
         coordinate(width) + " " + coordinate(height) + "\" width=\"" + coordinate(width) +
         "\" font-family=\"sans-serif\"><title>" + escape_xml(title) + "</title>\n";
}

Points finite(const Points& points) {
  Points kept;
  std::copy_if(points.begin(), points.end(), std::back_inserter(kept),
               [](const auto& p) { return std::isfinite(p.first) && std::isfinite(p.second); });
  return kept;
}

std::string polyline(const ChartLine& line, const Range& x, const Range& y) {
  std::string points;
  for (const auto& [px, py] : finite(line.points)) {
    points += coordinate(kLeft + x.share(px) * (kWidth - kLeft - kRight)) + "," +
              coordinate(kHeight - kBottom - y.share(py) * (kHeight - kTop - kBottom)) + " ";
  }
  return "<polyline fill=\"none\" stroke-width=\"1.3\" stroke=\"" + line.colour + "\" points=\"" +
         points + "\"/>\n";
}

}  // namespace

std::string svg_chart(const std::string& title, const std::string& x_name,
                      const std::vector<ChartLine>& lines,
                      const std::vector<std::pair<double, double>>& shaded) {
  Range x{1e300, -1e300}, y{1e300, -1e300};
  for (const ChartLine& line : lines) {
    for (const auto& [px, py] : finite(line.points)) x.include(px), y.include(py);
  }
  std::string svg = opening(title, kWidth, kHeight);
  if (x.low > x.high)
    return svg + label(kLeft, kTop, "start", title + ": nothing to show") + "</svg>\n";
  for (const auto& [from, to] : shaded) {
    const double left = kLeft + x.share(from) * (kWidth - kLeft - kRight);
    const double right = kLeft + std::min(x.share(to), 1.0) * (kWidth - kLeft - kRight);
    svg += "<rect fill=\"#eee\" x=\"" + coordinate(left) + "\" y=\"" + coordinate(kTop) +
           "\" width=\"" + coordinate(right - left) + "\" height=\"" +
           coordinate(kHeight - kTop - kBottom) + "\"/>\n";
  }
  for (const ChartLine& line : lines) svg += polyline(line, x, y);
  svg += label(kLeft, 14, "start", title);
  double at = kWidth - kRight;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    svg += "<g fill=\"" + line->colour + "\">" + label(at, 14, "end", line->name) + "</g>";
    at -= 7 * static_cast<double>(line->name.size()) + 14;
  }
  svg += label(kLeft - 6, kTop + 8, "end", short_number(y.high));
  svg += label(kLeft - 6, kHeight - kBottom, "end", short_number(y.low));
  svg += label(kLeft, kHeight - 6, "start", short_number(x.low));
  return svg + label(kWidth - kRight, kHeight - 6, "end", short_number(x.high) + " " + x_name) +
         "</svg>\n";
}

std::string svg_dots(const std::string& title, const std::vector<ChartDot>& dots) {
  Range x{1e300, -1e300}, y{1e300, -1e300}, shade{1e300, -1e300};
  for (const ChartDot& dot : dots) x.include(dot.x), y.include(dot.y), shade.include(dot.shade);
  constexpr double kSide = 420, kEdge = 10;
  std::string svg = opening(title, kSide, kSide);
  for (const ChartDot& dot : dots) {
    const int red = static_cast<int>(40 + 190 * shade.share(dot.shade));
    char text[160];
    std::snprintf(
        text, sizeof text,
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"rgb(%d,60,%d)\" fill-opacity=\"0.7\"/>\n",
        kEdge + x.share(dot.x) * (kSide - 2 * kEdge),
        kSide - kEdge - y.share(dot.y) * (kSide - 2 * kEdge), red, 270 - red);
    svg += text;
  }
  return svg + "</svg>\n";
}

Points thin(const Points& points, std::size_t most) {
  if (points.size() <= most) return points;
  Points thinned;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t begin = points.size() * i / most, end = points.size() * (i + 1) / most;
    double x = 0, y = 0;
    for (std::size_t p = begin; p < end; ++p) x += points[p].first, y += points[p].second;
    const auto count = static_cast<double>(end - begin);
    thinned.emplace_back(x / count, y / count);
  }
  return thinned;
}

std::string escape_xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace ecg
