// Heartbeats from 20 to 300 per minute, in a whole recording and in a stream.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "beat/analyse.h"
#include "beat/r_peaks.h"
#include "beat/stream_detector.h"
#include "core/exact_math.h"
#include "core/philox.h"
#include "synth/simulate.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr double kSeconds = 30;

/// A signal and when its R peaks are.
struct Beating {
  Signal signal;
  std::vector<double> r_s;
};

Beating simulated(double heart_rate_bpm, double rate_hz, std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.heart_rate_bpm = heart_rate_bpm;
  options.sampling_rate_hz = rate_hz;
  options.duration_s = kSeconds;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  Beating beating{std::move(simulation->recording.signal), {}};
  for (const BeatTruth& beat : simulation->truth.beats) beating.r_s.push_back(beat.qrs.peak_s);
  return beating;
}

/// A bell of this width around 0.
double bell(double x_s, double width_s) {
  const double u = x_s / width_s;
  return exact_exp(-0.5 * u * u);
}

/// Two leads of q, R, S and T, some noise: faster than the simulator's heart can go.
Beating constructed(double heart_rate_bpm, double rate_hz, double t_mv) {
  const double rr_s = 60 / heart_rate_bpm;
  Beating beating{Signal({label_of(Lead::kII), label_of(Lead::kV5)},
                         static_cast<SampleIndex>(kSeconds * rate_hz), rate_hz),
                  {}};
  RandomStream random({.seed = 5});
  for (double at_s = 0.15; at_s < kSeconds; at_s += rr_s * random.normal(1, 0.01)) {
    beating.r_s.push_back(at_s);
    const auto first = static_cast<SampleIndex>(std::max(0.0, (at_s - 0.3) * rate_hz));
    const auto last =
        std::min(static_cast<SampleIndex>((at_s + 0.4) * rate_hz), beating.signal.sample_count());
    for (SampleIndex i = first; i < last; ++i) {
      const double x_s = static_cast<double>(i) / rate_hz - at_s;
      const double qrs =
          bell(x_s, 0.010) - 0.15 * bell(x_s + 0.022, 0.007) - 0.25 * bell(x_s - 0.022, 0.008);
      const double t = t_mv * bell(x_s - 0.5 * rr_s, 0.12 * rr_s);
      beating.signal.lead(0)[static_cast<std::size_t>(i)] += static_cast<float>(qrs + t);
      beating.signal.lead(1)[static_cast<std::size_t>(i)] += static_cast<float>(1.3 * qrs + t);
    }
  }
  for (float& value : beating.signal.values()) value += static_cast<float>(random.normal(0, 0.01));
  return beating;
}

std::vector<SampleIndex> streamed(const Signal& signal) {
  auto detector = StreamDetector::create(signal.lead_count(), signal.sampling_rate_hz());
  REQUIRE(detector.has_value());
  std::vector<SampleIndex> all;
  for (SampleIndex at = 0; at < signal.sample_count(); at += 100) {
    const auto found =
        detector->push(signal.view().samples(at, std::min(signal.sample_count(), at + 100)));
    REQUIRE(found.has_value());
    all.insert(all.end(), found->begin(), found->end());
  }
  const auto rest = detector->finish();
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

/// Every beat from `begin_s` to 0.3 s before the end has one within 40 ms, and each of these there
/// is a beat's.
void check_found(const Beating& beating, const std::vector<SampleIndex>& found, double begin_s) {
  const double rate_hz = beating.signal.sampling_rate_hz(), end_s = kSeconds - 0.3;
  std::vector<double> times;
  for (const SampleIndex at : found) times.push_back(static_cast<double>(at) / rate_hz);
  const auto check = [&](const std::vector<double>& some, const std::vector<double>& others) {
    for (const double at_s : some) {
      if (at_s < begin_s || at_s > end_s) continue;
      const auto near = std::count_if(others.begin(), others.end(), [at_s](double other_s) {
        return std::fabs(other_s - at_s) < 0.040;
      });
      CAPTURE(at_s);
      CHECK(near == 1);
    }
  };
  check(beating.r_s, times);
  check(times, beating.r_s);
}

/// The whole recording and a stream of it. What a stream says in its first seconds, when it knows
/// few beats, is not held against it.
void check_both(const Beating& beating) {
  const auto whole = find_r_peaks(beating.signal);
  REQUIRE(whole.has_value());
  check_found(beating, *whole, 0.3);
  check_found(beating, streamed(beating.signal), 8);
}

}  // namespace

TEST_CASE("beats of very slow and very fast simulated hearts are found, whole and streamed") {
  for (const double heart_rate_bpm : {20.0, 25.0, 30.0, 39.0, 181.0, 200.0, 225.0, 250.0}) {
    for (const double rate_hz : {250.0, 500.0}) {
      for (const std::uint64_t seed : {71, 72, 73}) {
        CAPTURE(heart_rate_bpm, rate_hz, seed);
        check_both(simulated(heart_rate_bpm, rate_hz, seed));
      }
    }
  }
}

TEST_CASE("beats up to 300 per minute are found, whatever their T waves") {
  for (const double heart_rate_bpm : {190.0, 230.0, 251.0, 270.0, 285.0, 300.0}) {
    for (const double rate_hz : {128.0, 250.0, 500.0, 1000.0}) {
      for (const double t_mv : {0.0, 0.2, 0.35, -0.2}) {
        CAPTURE(heart_rate_bpm, rate_hz, t_mv);
        check_both(constructed(heart_rate_bpm, rate_hz, t_mv));
      }
    }
  }
}

TEST_CASE("the rate of very slow and very fast hearts is measured") {
  for (const double heart_rate_bpm : {20.0, 30.0, 181.0, 225.0, 250.0}) {
    CAPTURE(heart_rate_bpm);
    const auto all = analyse(simulated(heart_rate_bpm, 500, 74).signal);
    REQUIRE(all.has_value());
    REQUIRE(all->measurements.heart_rate_bpm.value.has_value());
    CHECK(*all->measurements.heart_rate_bpm == Approx(heart_rate_bpm).epsilon(0.06));
  }
  for (const double heart_rate_bpm : {251.0, 300.0}) {
    CAPTURE(heart_rate_bpm);
    const auto all = analyse(constructed(heart_rate_bpm, 500, 0.2).signal);
    REQUIRE(all.has_value());
    REQUIRE(all->measurements.heart_rate_bpm.value.has_value());
    CHECK(*all->measurements.heart_rate_bpm == Approx(heart_rate_bpm).epsilon(0.01));
  }
}
