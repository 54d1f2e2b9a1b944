#include "trainer/progress_line.h"

#include <unistd.h>

#include <cstdio>

namespace ecg::trainer {
namespace {

constexpr std::chrono::seconds kPlainEvery{5};

}  // namespace

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { end_live_line(); }

void ProgressLine::end_live_line() {
  if (live_) std::fputc('\n', stderr);
  live_ = false;
}

void ProgressLine::show(const std::string& text, bool important) {
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", text.c_str());
    std::fflush(stderr);
    live_ = true;
  } else if (important || now - printed_ >= kPlainEvery) {
    std::fprintf(stderr, "%s\n", text.c_str());
    printed_ = now;
  }
}

void ProgressLine::say(const std::string& text) {
  end_live_line();
  std::fprintf(stderr, "%s\n", text.c_str());
}

std::string duration_text(double seconds) {
  char text[48];
  const long whole = static_cast<long>(seconds + 0.5);
  if (whole < 120) {
    std::snprintf(text, sizeof text, "%ld s", whole);
  } else if (whole < 7200) {
    std::snprintf(text, sizeof text, "%ld min", (whole + 30) / 60);
  } else {
    std::snprintf(text, sizeof text, "%ld h %02ld min", whole / 3600, whole % 3600 / 60);
  }
  return text;
}

}  // namespace ecg::trainer
