#include "timing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace ecg::bench {

void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench: wrong result: %s\n", what);
  std::exit(1);
}

Timing measure(const std::string& name, const std::function<void(std::size_t)>& run,
               std::size_t calls) {
  for (std::size_t i = 0; i < calls / 10; ++i) run(i);
  std::vector<double> us;
  for (std::size_t i = 0; i < calls; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    run(i);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    us.push_back(took.count());
  }
  std::sort(us.begin(), us.end());
  return {name, us[us.size() / 2], us.front()};
}

int report(int argc, char** argv, const std::string& bench, const std::string& conditions,
           const std::vector<Timing>& timings) {
  std::printf("%-54s %10s  %10s  %10s\n", conditions.c_str(), "median us", "fastest us",
              "per second");
  auto rows = nlohmann::ordered_json::array();
  for (const Timing& t : timings) {
    std::printf("%-54s %10.*f  %10.*f  %10.0f\n", t.name.c_str(), t.median_us < 10, t.median_us,
                t.median_us < 10, t.fastest_us, 1e6 / t.median_us);
    rows.push_back({{"name", t.name}, {"median_us", t.median_us}, {"fastest_us", t.fastest_us}});
  }
  if (argc != 3 || std::string(argv[1]) != "--json") return 0;
  std::ofstream out(argv[2]);
  out << nlohmann::ordered_json{{"bench", bench}, {"rows", rows}}.dump(2) << "\n";
  return out.flush() ? 0 : 1;
}

}  // namespace ecg::bench
