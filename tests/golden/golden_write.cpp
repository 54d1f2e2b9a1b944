// golden_write KIND OUT FILE...: reads the files as one recording and writes it as edf, dicom or
// wfdb (format 212), for independent readers to open. Exit status 3: refused, with the reason.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/read_recording.h"
#include "io/wfdb_writer.h"
#include "support/test_data.h"

namespace {

using namespace ecg;

/// The written files under their paths.
Result<FileSet> written(const Recording& recording, const std::string& kind,
                        const std::filesystem::path& out) {
  if (kind == "wfdb") {
    auto files = wfdb_from_recording(recording, out.stem().string(), 212);
    if (!files) return files;
    for (NamedBytes& file : files->files) file.name = (out.parent_path() / file.name).string();
    return files;
  }
  auto bytes = kind == "edf" ? edf_from_recording(recording) : dicom_from_recording(recording);
  if (!bytes) return bytes.error();
  return FileSet{{{out.string(), std::move(bytes).value()}}};
}

int refuse(const Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: golden_write edf|dicom|wfdb OUT FILE...\n");
    return 2;
  }
  const auto recording = read_recording(test::read_files({argv + 3, argv + argc}));
  if (!recording) return refuse(recording.error());
  const auto files = written(*recording, argv[1], argv[2]);
  if (!files) return refuse(files.error());
  for (const NamedBytes& file : files->files) {
    std::ofstream out(file.name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.bytes.data()),
              static_cast<std::streamsize>(file.bytes.size()));
    if (!out) return 1;
  }
  return 0;
}
