// fuzz_seeds FOLDER: writes the seeds of every target to FOLDER/<target>/.

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "seeds.h"
#include "target.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  for (const std::string_view target : ecg::fuzz::target_names()) {
    const auto folder = std::filesystem::path(argv[1]) / target;
    std::filesystem::create_directories(folder);
    for (const ecg::fuzz::Seed& seed : ecg::fuzz::seeds_of(target)) {
      std::ofstream out(folder / seed.name, std::ios::binary);
      out.write(reinterpret_cast<const char*>(seed.bytes.data()),
                static_cast<std::streamsize>(seed.bytes.size()));
      if (!out) return 1;
    }
  }
  return 0;
}
