#pragma once
// Small things to train on: a temporary folder, a corpus of short simulated records, a tiny model.

#include <filesystem>
#include <string>

#include "corpus/corpus.h"
#include "train/train_config.h"

namespace ecg::test {

/// A folder that exists while it lives.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Completed configuration of a tiny model: 12 leads x 2 s, 8 columns, float32, one thread.
TrainConfig toy_config();

/// Prepares `count` simulated records for toy_config() in `folder`. Throws Failure.
void make_toy_corpus(const std::filesystem::path& folder, std::size_t count, std::size_t threads = 2);

/// Whole file as text, and back.
std::string text_of_file(const std::filesystem::path& path);
void write_text_file(const std::filesystem::path& path, const std::string& text);

}  // namespace ecg::test
