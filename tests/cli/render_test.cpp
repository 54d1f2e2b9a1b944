// einthoven render: the drawing's size, pixels and pages, its options, and how it refuses.

#include <cairo.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/drawing.h"
#include "cli/files.h"
#include "io/wfdb_writer.h"
#include "plot/style.h"
#include "support/temporary_folder.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::cli;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A folder with the record "made": 12 leads, 500 Hz, 10 s, flat but for 1 mV in lead I from 1 to 2
/// s.
class RenderFolder {
 public:
  RenderFolder() {
    std::vector<LeadLabel> labels;
    for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
    Recording recording;
    recording.signal = Signal(labels, 5000, 500);
    for (std::size_t i = 500; i < 1000; ++i) recording.signal.lead(0)[i] = 1;
    const FileSet files = value_or_throw(wfdb_from_recording(recording, "made"));
    for (const NamedBytes& file : files.files) {
      write_file(path(file.name),
                 {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
    }
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// Runs "render made.hea -o OUT" with further arguments; the bytes of OUT.
  std::string render(const std::string& out, std::vector<std::string> arguments = {}) const {
    CLI::App program;
    add_render(program);
    arguments.insert(arguments.begin(), {"render", path("made.hea"), "-o", path(out), "--json"});
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
    program.parse(arguments);
    const auto bytes = test::read_file(path(out));
    return {bytes.begin(), bytes.end()};
  }

  /// The error of such a run. Fails the test if there is none.
  Error refused(const std::string& out, std::vector<std::string> arguments = {}) const {
    try {
      render(out, std::move(arguments));
    } catch (const CliError& error) {
      CHECK(error.exit_code() == kExitUsage);
      CHECK(!error.error().hint.empty());
      CHECK(!std::filesystem::exists(path(out)));
      return error.error();
    }
    FAIL("nothing was refused");
    return {};
  }

 private:
  test::TemporaryFolder folder_;
};

std::uint32_t u32_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

struct Image {
  int width = 0, height = 0;
  std::vector<Rgb> pixels;
  Rgb at(double x_px, double y_px) const {
    return pixels.at(static_cast<std::size_t>(y_px) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x_px));
  }
};

cairo_status_t take_bytes(void* from, unsigned char* out, unsigned int count) {
  auto& rest = *static_cast<std::string_view*>(from);
  if (rest.size() < count) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(out, rest.data(), count);
  rest.remove_prefix(count);
  return CAIRO_STATUS_SUCCESS;
}

Image decoded(const std::string& png) {
  std::string_view rest = png;
  cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(take_bytes, &rest);
  REQUIRE(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS);
  Image image{cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, data + y * stride + 4 * x, 4);
      image.pixels.push_back({static_cast<std::uint8_t>(pixel >> 16),
                              static_cast<std::uint8_t>(pixel >> 8),
                              static_cast<std::uint8_t>(pixel)});
    }
  }
  cairo_surface_destroy(surface);
  return image;
}

bool is_dark(Rgb colour) { return colour.red < 100 && colour.green < 100 && colour.blue < 100; }

}  // namespace

TEST_CASE("a PNG has the sheet's physical size", "[render]") {
  const RenderFolder folder;
  for (const double dpi : {100.0, 254.0}) {
    const std::string png = folder.render("sheet.png", {"--dpi", std::to_string(dpi)});
    REQUIRE(png.substr(1, 3) == "PNG");
    const double width_mm = u32_at(png, 16) / dpi * 25.4, height_mm = u32_at(png, 20) / dpi * 25.4;
    CHECK(width_mm == Approx(278).margin(0.2));
    CHECK(height_mm == Approx(185).margin(0.2));
    const std::size_t chunk = png.find("pHYs");
    REQUIRE(chunk == 8 + 25 + 4);
    CHECK(u32_at(png, chunk - 4) == 9);
    CHECK(u32_at(png, chunk + 4) == static_cast<std::uint32_t>(std::lround(dpi / 0.0254)));
    CHECK(u32_at(png, chunk + 8) == u32_at(png, chunk + 4));
    CHECK(png.at(chunk + 12) == 1);
    CHECK(png.substr(chunk + 13 + 4 + 4, 4) != "pHYs");
  }
  // CRC-32 of the chunk for 254 dpi (10000 dots per metre), from Python's zlib.crc32.
  const std::string png = folder.render("sheet.png", {"--dpi", "254"});
  CHECK(u32_at(png, png.find("pHYs") + 13) == 0x94695119);
}

TEST_CASE("the pixels of a PNG are where the scale puts them", "[render]") {
  const RenderFolder folder;
  const Image image = decoded(folder.render("sheet.png", {"--dpi", "254"}));  // 10 px per mm
  const double zero_px = 10 * (15 + 20), left_px = 10 * (4 + 15);
  CHECK(is_dark(image.at(left_px + 10 * 12, zero_px)));          // 0.48 s: 0 mV
  CHECK(is_dark(image.at(left_px + 10 * 37.5, zero_px - 100)));  // 1.5 s: 1 mV, 10 mm higher
  CHECK_FALSE(is_dark(image.at(left_px + 10 * 37.5, zero_px)));
  CHECK_FALSE(is_dark(image.at(left_px + 10 * 37.5, zero_px - 93)));
  CHECK(is_dark(image.at(left_px + 10 * 60, zero_px)));     // 2.4 s: 0 mV again
  CHECK(is_dark(image.at(10 * (4 + 7.5), zero_px - 100)));  // top of the pulse
  CHECK(image.at(2, 2) == kPaperColour);
  const Rgb major = image.at(10 * (4 + 100), 10 * (15 + 3.5));
  CHECK(major == kMajorGridColour);
  const Rgb between = image.at(10 * (4 + 100) + 15, 10 * (15 + 3.5));
  CHECK(between == kPaperColour);
}

TEST_CASE("a PDF page has the sheet's size in points", "[render]") {
  const RenderFolder folder;
  const std::string pdf = folder.render("sheet.pdf");
  REQUIRE(pdf.substr(0, 5) == "%PDF-");
  const auto at = pdf.find("/MediaBox [");
  REQUIRE(at != std::string::npos);
  double left = -1, top = -1, width = 0, height = 0;
  REQUIRE(std::sscanf(pdf.c_str() + at, "/MediaBox [ %lf %lf %lf %lf", &left, &top, &width,
                      &height) == 4);
  CHECK(width * 25.4 / 72 == Approx(278).margin(0.01));
  CHECK(height * 25.4 / 72 == Approx(185).margin(0.01));
}

TEST_CASE("an SVG follows the options", "[render]") {
  const RenderFolder folder;
  const std::string svg = folder.render(
      "sheet.svg", {"--layout", "6x2", "--speed", "50", "--gain", "5", "--filter", "0.5-40"});
  CHECK_THAT(svg, ContainsSubstring("50 mm/s   5 mm/mV   0.5-40 Hz"));
  CHECK_THAT(svg, ContainsSubstring(">made</text>"));
  CHECK_THAT(svg, ContainsSubstring("0 to 5 s of 10 s"));
  CHECK_THAT(svg, ContainsSubstring("Not for diagnosis"));
  CHECK_THAT(folder.render("late.svg", {"--start", "2.5"}),
             ContainsSubstring("2.5 to 10 s of 10 s"));
  CHECK_THAT(folder.render("low.svg", {"--filter", "-40"}), ContainsSubstring("low-pass 40 Hz"));
  CHECK_THAT(folder.render("high.svg", {"--filter", "0.5-"}),
             ContainsSubstring("high-pass 0.5 Hz"));
  CHECK_THAT(folder.render("cabrera.svg", {"--layout", "cabrera"}),
             ContainsSubstring(">-aVR</text>"));
}

TEST_CASE("a filter changes the drawing, none does not", "[render]") {
  const RenderFolder folder;
  const auto trace_of_lead_one = [&](const char* filter) {
    const std::string svg = folder.render("sheet.svg", {"--filter", filter});
    const auto at = svg.find("data-lead=\"I\"");
    return svg.substr(at, svg.find("/>", at) - at);
  };
  CHECK(trace_of_lead_one("none") != trace_of_lead_one("0.5-40"));
  CHECK_THAT(trace_of_lead_one("none"), ContainsSubstring(" .05,-10 "));  // the step of 1 mV
}

TEST_CASE("wishes that cannot be met are refused with a hint", "[render]") {
  const RenderFolder folder;
  CHECK_THAT(folder.refused("sheet.bmp").message, ContainsSubstring("\"bmp\""));
  CHECK_THAT(folder.refused("sheet").hint, ContainsSubstring(".svg, .png or .pdf"));
  CHECK_THAT(folder.refused("a.svg", {"--layout", "3x5"}).message, ContainsSubstring("3x5"));
  CHECK_THAT(folder.refused("a.svg", {"--speed", "0"}).hint, ContainsSubstring("12.5, 25 and 50"));
  CHECK_THAT(folder.refused("a.svg", {"--gain", "-10"}).hint, ContainsSubstring("5, 10 and 20"));
  CHECK_THAT(folder.refused("a.svg", {"--start", "10"}).hint, ContainsSubstring("10"));
  CHECK_THAT(folder.refused("a.svg", {"--start", "-1"}).message, ContainsSubstring("start"));
  CHECK_THAT(folder.refused("a.png", {"--dpi", "5000"}).hint, ContainsSubstring("30 to 600"));
  CHECK_THAT(folder.refused("a.png", {"--dpi", "nan"}).hint, ContainsSubstring("30 to 600"));
  for (const char* filter : {"0.5", "a-b", "-", "40-0.5", "0-40", "0.5-300", "none-40", "-0"}) {
    CAPTURE(filter);
    CHECK(folder.refused("a.svg", {"--filter", filter}).code == ErrorCode::kInvalidArgument);
  }
}
