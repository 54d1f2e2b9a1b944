#include "support/test_data.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ecg::test {

std::optional<std::filesystem::path> data_folder() {
  const char* named = std::getenv("EINTHOVEN_DATA");
  const std::filesystem::path folder =
      named ? std::filesystem::path(named)
            : std::filesystem::path(EINTHOVEN_SOURCE_DIR) / ".." / "shared" / "data";
  if (std::filesystem::is_directory(folder)) return folder;
  return std::nullopt;
}

std::filesystem::path source_file(const std::string& relative) {
  return std::filesystem::path(EINTHOVEN_SOURCE_DIR) / relative;
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

FileSet read_files(const std::vector<std::filesystem::path>& paths) {
  FileSet set;
  for (const auto& path : paths) set.files.push_back({path.filename().string(), read_file(path)});
  return set;
}

FileSet wfdb_files(const std::filesystem::path& header) {
  auto samples = std::filesystem::path(header).replace_extension(".dat");
  if (!std::filesystem::exists(samples)) samples.replace_extension(".mat");
  if (!std::filesystem::exists(samples)) return {};
  std::vector<std::filesystem::path> paths{header, samples};
  const auto beats = std::filesystem::path(header).replace_extension(".atr");
  if (std::filesystem::exists(beats)) paths.push_back(beats);
  return read_files(paths);
}

}  // namespace ecg::test
