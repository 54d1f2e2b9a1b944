// Swapped electrodes: false alarms on real 12-lead records as they are, and hits on the same
// records with electrodes swapped by calculation, each analysed from the start. Model and limit
// were made from the PTB-XL records of odd number; those of even number and LUDB are reported
// apart. Usage: bench_swaps [--fit], which prints the model of shared/beat.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "beat/analyse.h"
#include "beat/electrode_swaps.h"
#include "beat_scoring.h"
#include "real_records.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

/// Moments of the records' beats; nullopt where a record cannot be judged.
std::optional<PartMoments> moments_of(const Signal& signal) {
  const auto analysis = analyse(signal);
  require(analysis.has_value(), "a real record can be analysed");
  if (!analysis->median) return std::nullopt;
  const auto parts = lead_moments(*analysis->median, analysis->median_marks);
  if (!parts) return std::nullopt;
  return *parts;
}

using Matrix = LeadMoments;

/// Gauss-Jordan without pivoting: for positive definite matrices.
Matrix inverse(Matrix a) {
  Matrix b = {};
  for (std::size_t i = 0; i < 8; ++i) b[i][i] = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    const double pivot = a[i][i];
    for (std::size_t j = 0; j < 8; ++j) {
      a[i][j] /= pivot;
      b[i][j] /= pivot;
    }
    for (std::size_t k = 0; k < 8; ++k) {
      const double factor = a[k][i];
      for (std::size_t j = 0; k != i && j < 8; ++j) {
        a[k][j] -= factor * a[i][j];
        b[k][j] -= factor * b[i][j];
      }
    }
  }
  return b;
}

/// Prints the inverse of the mean moments of each part.
void fit(const std::vector<RealRecord>& records) {
  constexpr double kRidge = 0.002;  // of the mean variance: single records must not decide
  std::array<Matrix, kSwapParts> sums = {};
  std::array<double, kSwapParts> counts = {};
  for (const RealRecord& record : records) {
    const auto parts = record.number % 2 == 1 ? moments_of(record.recording.signal) : std::nullopt;
    for (std::size_t part = 0; parts && part < kSwapParts; ++part) {
      if (!(*parts)[part]) continue;
      ++counts[part];
      for (std::size_t i = 0; i < 8; ++i) {
        for (std::size_t j = 0; j < 8; ++j) sums[part][i][j] += (*(*parts)[part])[i][j];
      }
    }
  }
  for (std::size_t part = 0; part < kSwapParts; ++part) {
    for (auto& row : sums[part]) {
      for (double& value : row) value /= counts[part];
    }
    for (std::size_t i = 0; i < 8; ++i) sums[part][i][i] += kRidge / 8;
    const Matrix model = inverse(sums[part]);
    std::printf("    // part %zu, %.0f records\n    {", part, counts[part]);
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = 0; j <= i; ++j) std::printf("%.2f, ", model[i][j]);
    }
    std::printf("},\n");
  }
}

std::optional<SwapSuspicion> suspicion_of(const Signal& signal, bool& judged) {
  const auto analysis = analyse(signal);
  require(analysis.has_value(), "a real record can be analysed");
  judged = false;
  if (!analysis->median) return std::nullopt;
  const auto found = suspect_electrode_swap(*analysis->median, analysis->median_marks);
  judged = found.has_value();
  return found ? *found : std::nullopt;
}

struct Count {
  std::size_t judged = 0, suspected = 0, right = 0;
};

/// As they are (nullopt), or with electrodes swapped.
Count count(const std::vector<const RealRecord*>& records, std::optional<ElectrodeSwap> swap) {
  Count all;
  for (const RealRecord* record : records) {
    const Signal& signal = record->recording.signal;
    bool judged = false;
    std::optional<SwapSuspicion> found;
    if (swap) {
      const auto swapped = swap_electrodes(signal, *swap);
      if (!swapped) continue;
      found = suspicion_of(*swapped, judged);
    } else {
      found = suspicion_of(signal, judged);
    }
    all.judged += judged;
    all.suspected += found.has_value();
    all.right += swap && found && found->swap == *swap;
  }
  return all;
}

void print(const std::string& set, const std::string& what, const Count& c, bool swapped) {
  const double n = static_cast<double>(std::max<std::size_t>(1, c.judged));
  const Interval range = wilson(c.suspected, c.judged);
  std::printf("%-22s %-16s %4zu  %4zu  %5.1f [%5.1f, %5.1f]", set.c_str(), what.c_str(), c.judged,
              c.suspected, 100 * static_cast<double>(c.suspected) / n, 100 * range.low,
              100 * range.high);
  swapped ? std::printf("  %5.1f\n", 100 * static_cast<double>(c.right) / n) : std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench swaps: no real ECGs (EINTHOVEN_DATA), nothing was measured");
    return 1;
  }
  const std::vector<RealRecord> ptbxl = read_database(*folder, "ptbxl");
  const std::vector<RealRecord> ludb = read_database(*folder, "ludb");
  require(ptbxl.size() > 400 && ludb.size() == 100, "PTB-XL and LUDB can be read");
  if (argc > 1 && std::strcmp(argv[1], "--fit") == 0) {
    fit(ptbxl);
    return 0;
  }
  std::vector<const RealRecord*> odd, even, other;
  for (const RealRecord& record : ptbxl) (record.number % 2 ? odd : even).push_back(&record);
  for (const RealRecord& record : ludb) other.push_back(&record);
  std::printf("%-22s %-16s   n   susp.     %% [95 %%]      right swap %%\n", "records",
              "electrodes");
  print("PTB-XL odd (made from)", "as recorded", count(odd, {}), false);
  print("PTB-XL even", "as recorded", count(even, {}), false);
  print("LUDB", "as recorded", count(other, {}), false);
  for (std::size_t i = 0; i < kElectrodeSwapCount; ++i) {
    const auto swap = static_cast<ElectrodeSwap>(i);
    const std::string name(electrode_swap_name(swap));
    print("PTB-XL even", name, count(even, swap), true);
    print("LUDB", name, count(other, swap), true);
  }
  return 0;
}
