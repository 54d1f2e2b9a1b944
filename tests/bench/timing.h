#pragma once
// What benchmarks share: timing, a table for people, JSON for machines.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace ecg::bench {

/// Ends the program with a line on stderr if a result is wrong: nothing wrong is ever timed.
void require(bool ok, const char* what);

struct Timing {
  std::string name;
  double median_us = 0;
  double fastest_us = 0;
};

/// Median and fastest of `calls` calls, which get their number; a tenth of them warms up.
Timing measure(const std::string& name, const std::function<void(std::size_t)>& run,
               std::size_t calls = 200);

/// Prints the table (calls per second are those of the median), and writes {"bench", "rows"} to
/// FILE where the arguments are "--json FILE". The exit code of main().
int report(int argc, char** argv, const std::string& bench, const std::string& conditions,
           const std::vector<Timing>& timings);

}  // namespace ecg::bench
