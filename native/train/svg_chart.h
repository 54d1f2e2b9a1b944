#pragma once
// Small charts as SVG text, for the report of a run.

#include <string>
#include <utility>
#include <vector>

namespace ecg {

using Points = std::vector<std::pair<double, double>>;  ///< (x, y), x ascending

/// One line of a chart.
struct ChartLine {
  std::string name, colour;
  Points points;
};

/// A dot of a map; `shade` runs from blue (least) to red (most).
struct ChartDot {
  double x = 0, y = 0, shade = 0;
};

/// Lines over a common x, with the ends of both axes written beside them; stretches of x in
/// `shaded` have a grey ground. Values that are not finite are left out.
std::string svg_chart(const std::string& title, const std::string& x_name,
                      const std::vector<ChartLine>& lines,
                      const std::vector<std::pair<double, double>>& shaded = {});

/// A square map of dots.
std::string svg_dots(const std::string& title, const std::vector<ChartDot>& dots);

/// At most `most` points: means over equally many neighbours.
Points thin(const Points& points, std::size_t most);

/// Text with <, >, & and quotes written so that it is only text.
std::string escape_xml(const std::string& text);

/// At most four digits.
std::string short_number(double value);

}  // namespace ecg
