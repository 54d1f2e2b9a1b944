#pragma once
// Other programs, run beside ours on the same inputs: Python with NeuroKit2, sleepecg and wfdb.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ecg::bench {

/// A folder that vanishes with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes values as they are in memory (float32, little-endian).
void write_floats(const std::filesystem::path& path, std::span<const float> values);

/// Runs a script of the source tree with this Python and returns the lines it prints. Ends the
/// program if it fails: a rival that could not run is no result.
std::vector<std::string> run_rivals(const std::string& python,
                                    const std::vector<std::string>& arguments,
                                    const std::string& script = "tests/bench/rivals.py");

}  // namespace ecg::bench
