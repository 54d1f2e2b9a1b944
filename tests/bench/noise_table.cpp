// The noise stress test of the MIT-BIH Noise Stress Test Database: records 118 and 119, five clean
// minutes, then two minutes with and two without noise in turn. Gains as that database's protocol
// sets them: signal power is an eighth of the square of the QRS's peak-to-peak amplitude, noise
// power the square of its rms in one-second pieces; both amplitudes are means without the outer
// twentieths.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "beat/r_peaks.h"
#include "beat_scoring.h"
#include "beat_tables.h"
#include "io/inflate.h"
#include "real_records.h"
#include "rivals.h"
#include "support/test_data.h"

namespace ecg::bench {
namespace {

constexpr double kRateHz = 360;

/// Mean without the smallest and the largest twentieth.
double trimmed_mean(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / 20;
  double sum = 0;
  for (std::size_t i = cut; i + cut < values.size(); ++i) sum += values[i];
  return sum / static_cast<double>(values.size() - 2 * cut);
}

std::uint32_t word_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  require(at + 4 <= bytes.size(), "a noise file is whole");
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, 4);
  return word;
}

/// The two columns of the one matrix of doubles in a MATLAB 5 file, which is compressed.
std::vector<std::vector<double>> read_noise(const std::filesystem::path& path) {
  constexpr std::size_t kHeader = 128, kTag = 8;
  const std::vector<std::uint8_t> file = test::read_file(path);
  require(word_at(file, kHeader) == 15, "noise files are compressed MATLAB 5 files");
  const auto bytes = inflate_bytes(std::span(file).subspan(kHeader + kTag), DeflateFraming::kZlib,
                                   std::size_t{64} << 20, path.filename().string());
  require(bytes.has_value(), "a noise file can be inflated");
  const std::uint32_t rows = word_at(*bytes, 32), columns = word_at(*bytes, 36);
  std::size_t at = 40;  // the name: small element (length in the upper half) or a whole one
  at += (word_at(*bytes, at) >> 16) != 0 ? kTag : kTag + (word_at(*bytes, at + 4) + 7) / 8 * 8;
  require(word_at(*bytes, at) == 9 && columns == 2, "noise files hold doubles in two columns");
  at += kTag;
  require(at + std::size_t{16} * rows <= bytes->size(), "a noise file is whole");
  std::vector<std::vector<double>> noise(2, std::vector<double>(rows));
  for (std::size_t c = 0; c < 2; ++c) {
    std::memcpy(noise[c].data(), bytes->data() + at + c * rows * 8, std::size_t{8} * rows);
  }
  return noise;
}

double qrs_amplitude(std::span<const float> lead, const ReferenceBeats& reference) {
  const auto reach = static_cast<SampleIndex>(0.05 * kRateHz);
  std::vector<double> sizes;
  for (const SampleIndex beat : reference.beats) {
    if (beat < reach || beat + reach >= static_cast<SampleIndex>(lead.size())) continue;
    if (sizes.size() == 300) break;
    const auto around = lead.subspan(static_cast<std::size_t>(beat - reach),
                                     static_cast<std::size_t>(2 * reach + 1));
    const auto [low, high] = std::minmax_element(around.begin(), around.end());
    sizes.push_back(double{*high} - double{*low});
  }
  return trimmed_mean(sizes);
}

double noise_amplitude(const std::vector<double>& noise) {
  const auto second = static_cast<std::size_t>(kRateHz);
  std::vector<double> sizes;
  for (std::size_t at = 0; at + second <= noise.size() && sizes.size() < 300; at += second) {
    double sum = 0, squares = 0;
    for (std::size_t i = at; i < at + second; ++i) {
      sum += noise[i];
      squares += noise[i] * noise[i];
    }
    const double n = static_cast<double>(second);
    sizes.push_back(std::sqrt(std::max(0.0, squares / n - sum * sum / (n * n))));
  }
  return trimmed_mean(sizes);
}

/// Adds noise so that the ratio in the noisy pieces is `snr_db`. Offsets undo steps where a piece
/// begins, as the protocol does.
Signal with_noise(const RealRecord& record, const std::vector<std::vector<double>>& noise,
                  double snr_db) {
  Signal signal = record.recording.signal;
  const ReferenceBeats reference = reference_beats(record.recording.annotations);
  const auto minute = static_cast<SampleIndex>(60 * kRateHz);
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const std::span<float> lead = signal.lead(row);
    const double size = qrs_amplitude(lead, reference), rest = noise_amplitude(noise[row]);
    const double gain = std::sqrt(size * size / 8 / (rest * rest) * std::pow(10, -snr_db / 10));
    double offset = 0;
    for (SampleIndex i = 5 * minute; i < signal.sample_count(); ++i) {
      const SampleIndex into = i - 5 * minute;
      if ((into / (2 * minute)) % 2 == 1) continue;
      const double value = gain * noise[row][static_cast<std::size_t>(i) % noise[row].size()];
      if (into % (2 * minute) == 0) offset = -value;
      lead[static_cast<std::size_t>(i)] += static_cast<float>(value + offset);
    }
  }
  return signal;
}

/// One noisy record.
struct NoisyCase {
  std::string noise, record;
  int snr_db = 0;
  Signal signal;
  ReferenceBeats reference;

  std::string name() const { return record + "_" + noise + "_" + std::to_string(snr_db); }
};

std::vector<NoisyCase> noisy_cases(const std::filesystem::path& folder) {
  std::vector<NoisyCase> cases;
  for (const RealRecord& record : read_database(folder, "mitdb")) {
    if (record.name != "118" && record.name != "119") continue;
    for (const char* noise : {"EM", "MA", "BW"}) {
      const auto columns = read_noise(folder / "nstdb" / (std::string(noise) + ".mat"));
      for (const int snr_db : {12, 6, 0}) {
        cases.push_back({noise, record.name, snr_db, with_noise(record, columns, snr_db),
                         reference_beats(record.recording.annotations)});
      }
    }
  }
  require(cases.size() == 18, "records 118 and 119 and the noise can be read");
  return cases;
}

using Scores = std::map<std::string, std::map<std::string, BeatScore>>;  // [noise, dB][method]

void add_score(Scores& scores, const NoisyCase& one, const std::string& method,
               std::span<const SampleIndex> found) {
  const BeatScore s = score_beats(one.reference, found, static_cast<SampleIndex>(300 * kRateHz),
                                  static_cast<SampleIndex>(0.150 * kRateHz + 0.5));
  char title[32];
  std::snprintf(title, sizeof title, "%s %2d dB", one.noise.c_str(), one.snr_db);
  BeatScore& sum = scores[title][method];
  sum.hits += s.hits;
  sum.missed += s.missed;
  sum.extra += s.extra;
}

void add_rivals(Scores& scores, const std::vector<NoisyCase>& cases, const std::string& python) {
  const ScratchFolder scratch;
  for (const NoisyCase& one : cases) {
    write_floats(scratch.path() / (one.name() + ".f32"), one.signal.lead(0));
  }
  for (const std::string& line : run_rivals(python, {"detect", scratch.path().string(), "360"})) {
    std::istringstream words(line);
    std::string name, method;
    words >> name >> method;
    std::vector<SampleIndex> found;
    for (SampleIndex at = 0; words >> at;) found.push_back(at);
    for (const NoisyCase& one : cases) {
      if (one.name() == name) add_score(scores, one, method, found);
    }
  }
}

}  // namespace

void print_noise_stress(const std::filesystem::path& folder, const std::string& python) {
  const std::vector<NoisyCase> cases = noisy_cases(folder);
  Scores scores;
  const std::size_t first[] = {0};
  for (const NoisyCase& one : cases) {
    add_score(scores, one, "ours, first lead", find_r_peaks(one.signal, {.rows = first}).value());
    add_score(scores, one, "ours, both leads", find_r_peaks(one.signal).value());
  }
  if (!python.empty()) add_rivals(scores, cases, python);
  std::printf("\n%-10s %-18s  beats  miss extra   Se %% [95 %%]             +P %% [95 %%]\n",
              "118 + 119", "noise stress");
  for (const auto& [title, methods] : scores) {
    for (const auto& [method, s] : methods) {
      const Interval se = wilson(s.hits, s.hits + s.missed), pp = wilson(s.hits, s.hits + s.extra);
      std::printf("%-10s %-18s %6zu %5zu %5zu   %6.2f [%5.1f, %5.1f]   %6.2f [%5.1f, %5.1f]\n",
                  title.c_str(), method.c_str(), s.hits + s.missed, s.missed, s.extra,
                  100 * s.sensitivity(), 100 * se.low, 100 * se.high,
                  100 * s.positive_predictivity(), 100 * pp.low, 100 * pp.high);
    }
  }
}

}  // namespace ecg::bench
