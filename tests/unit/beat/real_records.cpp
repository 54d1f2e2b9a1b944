#include "real_records.h"

#include <catch2/catch_test_macros.hpp>

#include "io/wfdb_reader.h"
#include "support/test_data.h"

namespace ecg::test {

int visit_real_records(const std::filesystem::path& data,
                       std::initializer_list<const char*> folders,
                       const std::function<void(const Recording&)>& visit) {
  int records = 0;
  for (const char* folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data / folder)) {
      if (entry.path().extension() != ".hea") continue;
      const FileSet files = wfdb_files(entry.path());
      if (files.files.empty()) continue;
      const auto recording = read_wfdb(files, files.files.front());
      if (!recording) continue;
      CAPTURE(entry.path().string());
      visit(*recording);
      ++records;
    }
  }
  return records;
}

}  // namespace ecg::test
