#pragma once
// How a command tells that it goes on: one live line on a terminal, plain lines elsewhere.

#include <chrono>
#include <string>

namespace ecg::trainer {

/// Writes to stderr. Ends its live line when destroyed.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Replaces the live line; without a terminal, prints at most one line every five seconds, or any
  /// time if `important`.
  void show(const std::string& text, bool important = false);

  /// A line that stays.
  void say(const std::string& text);

 private:
  void end_live_line();

  bool terminal_ = false;
  bool live_ = false;
  std::chrono::steady_clock::time_point printed_;
};

/// "38 s", "12 min", "3 h 05 min".
std::string duration_text(double seconds);

}  // namespace ecg::trainer
