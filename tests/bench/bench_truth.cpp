// Measurements beside the truth of simulated ECGs: mean error and standard deviation of intervals
// across heart rates and noise, and of amplitudes. Forty people per row, sinus rhythm, 10 s,
// 12 leads, 500 Hz. The truth's edges lie where a wave's spatial magnitude passes 10 uV (truth.h);
// its amplitudes are those of the first beat, which breathing makes differ from the median beat by
// some per cent. From some 130 per minute on the next P wave begins before the T wave ends: nobody
// can see QT and PR then, and not measuring them is right. Usage: bench_truth [SEED]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "beat/analyse.h"
#include "synth/simulate.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

constexpr std::uint64_t kPeople = 40;
std::uint64_t seed = 6203;  // no test and no rule uses it

/// Errors of one kind.
class Errors {
 public:
  void add(double error) {
    ++count_;
    sum_ += error;
    squares_ += error * error;
  }
  void miss() { ++missed_; }

  double mean() const { return count_ > 0 ? sum_ / count_ : NAN; }
  double deviation() const {
    return count_ > 1 ? std::sqrt(std::max(0.0, (squares_ - sum_ * mean()) / (count_ - 1))) : NAN;
  }
  int missed() const { return missed_; }
  int count() const { return static_cast<int>(count_); }

 private:
  double count_ = 0, sum_ = 0, squares_ = 0;
  int missed_ = 0;
};

struct Row {
  Errors p, pr, qrs, qt, rate;
  int hidden = 0;  ///< people whose next P wave begins before the T wave ends

  void add(const Measurements& m, const IntervalTruth& truth) {
    compare(p, m.p_ms, truth.p_ms);
    compare(pr, m.pr_ms, truth.pr_ms);
    compare(qrs, m.qrs_ms, truth.qrs_ms);
    compare(qt, m.qt_ms, truth.qt_ms);
    compare(rate, m.heart_rate_bpm, truth.heart_rate_bpm);
    hidden += *truth.rr_ms - *truth.pr_ms < *truth.qt_ms;
  }

  static void compare(Errors& errors, const Measured& measured,
                      const std::optional<double>& truth) {
    if (!truth) return;
    measured ? errors.add(*measured - *truth) : errors.miss();
  }
};

void print(const Row& row) {
  for (const Errors* one : {&row.p, &row.pr, &row.qrs, &row.qt}) {
    std::printf("  %6.1f %5.1f %3d", one->mean(), one->deviation(), one->missed());
  }
  std::printf("  %6.2f   %3d\n", row.rate.mean(), row.hidden);
}

/// Amplitudes of one kind over all leads.
struct Amplitudes {
  Errors errors;
  int within = 0;

  void add(const Measured& measured, double truth_mv) {
    if (!measured) return errors.miss();
    const double error = *measured - truth_mv;
    errors.add(error * 1000);
    within += std::abs(error) <= std::max(0.025, 0.05 * std::abs(truth_mv));
  }

  void print(const char* name) const {
    std::printf("%-6s %8.1f %7.1f %10.1f\n", name, errors.mean(), errors.deviation(),
                100.0 * within / std::max(1, errors.count()));
  }
};

struct AllAmplitudes {
  Amplitudes r, s, st_j, st_60, t;

  void add(const Analysis& analysis, const std::vector<LeadTruth>& truth) {
    for (std::size_t row = 0; row < truth.size(); ++row) {
      const LeadAmplitudes& lead = analysis.measurements.leads[row];
      r.add(lead.r_mv, std::max(0.0, truth[row].r_mv));
      if (truth[row].r_mv > 0.05) s.add(lead.s_mv, std::max(0.0, truth[row].s_mv));
      st_j.add(lead.st_j_mv, truth[row].st_j_mv);
      st_60.add(lead.st_60_mv, truth[row].st_60_mv);
      t.add(lead.t_mv, truth[row].t_mv);
    }
  }
};

Simulation person(std::uint64_t index, double heart_rate_bpm, double noise_scale) {
  SimulationOptions options;
  options.seed = seed;
  options.index = index;
  options.heart_rate_bpm = heart_rate_bpm;
  options.noise_scale = noise_scale;
  auto simulation = simulate(options);
  require(simulation.has_value(), "a person can be simulated");
  return std::move(simulation).value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) seed = std::strtoull(argv[1], nullptr, 10);
  std::puts(
      "error in ms: mean, SD, not measured     P                 PR                QRS"
      "               QT          rate  T in P");
  AllAmplitudes amplitudes;
  Row all;
  for (const double noise_scale : {0.0, 1.0, 3.0}) {
    for (const double rate_bpm : {40.0, 60.0, 80.0, 100.0, 120.0, 150.0, 180.0}) {
      Row row;
      for (std::uint64_t i = 0; i < kPeople; ++i) {
        const Simulation simulation = person(i, rate_bpm, noise_scale);
        const auto analysis = analyse(simulation.recording.signal);
        require(analysis.has_value(), "a simulated recording can be analysed");
        row.add(analysis->measurements, simulation.truth.intervals);
        all.add(analysis->measurements, simulation.truth.intervals);
        if (rate_bpm < 110) amplitudes.add(*analysis, simulation.truth.leads);
      }
      std::printf("%3.0f per minute, noise %3.1f     ", rate_bpm, noise_scale);
      print(row);
    }
  }
  std::printf("all                           ");
  print(all);
  std::puts("\namplitudes, 40 to 100 per minute: mean error and SD in uV, % within 25 uV or 5 %");
  amplitudes.r.print("R");
  amplitudes.s.print("S");
  amplitudes.st_j.print("ST J");
  amplitudes.st_60.print("J+60");
  amplitudes.t.print("T");
  return 0;
}
