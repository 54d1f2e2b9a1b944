#include "dsp/mains.h"

#include <cmath>
#include <string>

#include "dsp/mains_fit.h"

namespace ecg {
namespace {

constexpr double kShortest_s = 1;
constexpr double kFarthest_hz = 1;  // from the nominal frequency
constexpr double kHighest = 0.45;   // of the sampling rate
constexpr float kProminent = 10;    // times the power that noise would give
constexpr float kHopeless = 2.5;    // below this the first look is enough
constexpr int kRounds = 2;          // of the fit; the second only where a harmonic is strong

Result<void> check(const MainsOptions& options) {
  const double nominal_hz = options.nominal_hz.value_or(50);
  if (options.harmonics >= 1 && options.harmonics <= 8 && nominal_hz >= 10 && nominal_hz <= 1000) {
    return {};
  }
  return Error{ErrorCode::kInvalidArgument,
               "mains of " + std::to_string(nominal_hz) + " Hz with " +
                   std::to_string(options.harmonics) + " harmonics",
               "choose a frequency from 10 to 1000 Hz and 1 to 8 harmonics",
               {},
               {}};
}

std::vector<MainsWave> nominal_waves(const MainsOptions& options, const MainsGrid& grid) {
  std::vector<MainsWave> waves;
  const auto consider = [&](double nominal_hz) {
    if (nominal_hz + kFarthest_hz < kHighest * grid.sampling_rate_hz) {
      waves.emplace_back(nominal_hz, grid);
    }
  };
  if (options.nominal_hz) {
    consider(*options.nominal_hz);
  } else {
    consider(50);
    consider(60);
  }
  return waves;
}

/// Four leads and what is known of their hum.
struct Group {
  MainsLeads leads;
  std::vector<MainsTrack> first;  ///< block sums of the first looks
  std::vector<MainsTrack> found;  ///< per harmonic
  std::vector<FloatLanes> prominence;
};

/// Frequency near that of nominal wave `w`, from the phase by which the sine moves on between
/// blocks. nullopt if it is farther away than kFarthest_hz.
std::optional<double> frequency_near(const std::vector<Group>& groups, std::size_t w,
                                     const MainsWave& nominal, const MainsGrid& grid) {
  std::complex<double> turn = 0;
  for (const Group& group : groups) {
    const MainsTrack& sums = group.first[w];
    for (std::size_t i = kLaneCount; i < sums.re.size(); ++i) {
      const std::complex<double> now(sums.re[i], sums.im[i]);
      const std::complex<double> before(sums.re[i - kLaneCount], sums.im[i - kLaneCount]);
      turn += now * std::conj(before);
    }
  }
  turn *= std::conj(nominal.turn(1));
  const double block_s = static_cast<double>(grid.block()) / grid.sampling_rate_hz;
  const double away_hz = std::arg(turn) / (2 * 3.14159265358979323846 * block_s);
  if (!(std::fabs(away_hz) <= kFarthest_hz)) return std::nullopt;
  return nominal.frequency_hz() + away_hz;
}

float largest_of(const FloatLanes& lanes) {
  float largest = 0;
  for (int lane = 0; lane < kLaneCount; ++lane) largest = std::fmax(largest, lanes[lane]);
  return largest;
}

/// Largest prominence of one harmonic in any lead.
float largest_prominence(const std::vector<Group>& groups, std::size_t harmonic) {
  float largest = 0;
  for (const Group& group : groups) {
    largest = std::fmax(largest, largest_of(group.prominence[harmonic]));
  }
  return largest;
}

/// The first look: which nominal frequency stands out, and where exactly the hum lies. Leaves its
/// course in every group's `found`.
std::optional<double> first_look(std::vector<Group>& groups, std::span<const MainsWave> nominal,
                                 const MainsGrid& grid) {
  for (Group& group : groups) group.first = group.leads.block_sums(nominal);
  std::optional<double> best_hz;
  float best = kHopeless;
  for (std::size_t w = 0; w < nominal.size(); ++w) {
    const auto frequency_hz = frequency_near(groups, w, nominal[w], grid);
    if (!frequency_hz) continue;
    const MainsWave wave(*frequency_hz, grid);
    float prominence = 0;
    std::vector<MainsTrack> courses;
    for (const Group& group : groups) {
      courses.push_back(group.leads.smooth(group.first[w], wave));
      const FloatLanes lanes = group.leads.prominence(courses.back(), group.first[w], wave);
      prominence = std::fmax(prominence, largest_of(lanes));
    }
    if (prominence <= best) continue;
    best = prominence;
    best_hz = frequency_hz;
    for (std::size_t g = 0; g < groups.size(); ++g) groups[g].found = {std::move(courses[g])};
  }
  return best_hz;
}

/// The second look, at the frequency of the first, away from which its sums shrink.
double second_look(std::vector<Group>& groups, double frequency_hz, const MainsGrid& grid) {
  const MainsWave wave(frequency_hz, grid);
  for (Group& group : groups) group.first = group.leads.block_sums({&wave, 1});
  const double better_hz = frequency_near(groups, 0, wave, grid).value_or(frequency_hz);
  const MainsWave better(better_hz, grid);
  for (Group& group : groups) group.found = {group.leads.smooth(group.first[0], better)};
  return better_hz;
}

void add(MainsTrack& to, const MainsTrack& more) {
  for (std::size_t i = 0; i < to.re.size(); ++i) {
    to.re[i] += more.re[i];
    to.im[i] += more.im[i];
  }
}

/// Fits every wave once to what is left, and adds it to what was found.
std::vector<MainsTrack> fit_once(Group& group, const std::vector<MainsWave>& waves) {
  const std::vector<MainsTrack> sums = group.leads.block_sums(waves);
  std::vector<MainsTrack> more;
  group.prominence.clear();
  for (std::size_t h = 0; h < waves.size(); ++h) {
    more.push_back(group.leads.smooth(sums[h], waves[h]));
    add(group.found[h], more[h]);
    group.prominence.push_back(group.leads.prominence(group.found[h], sums[h], waves[h]));
  }
  return more;
}

/// Fits all harmonics to what the looks left; again without them where one of them is strong.
void fit(Group& group, const std::vector<MainsWave>& waves, const MainsGrid& grid) {
  group.leads.subtract(group.found[0], waves[0]);
  group.found.resize(waves.size());
  for (MainsTrack& track : group.found) track.resize(grid.blocks());
  for (int round = 1;; ++round) {
    const std::vector<MainsTrack> more = fit_once(group, waves);
    bool strong = false;
    for (std::size_t h = 1; h < waves.size(); ++h) {
      strong = strong || largest_of(group.prominence[h]) > kProminent;
    }
    if (!strong || round == kRounds) return;
    for (std::size_t h = 0; h < waves.size(); ++h) group.leads.subtract(more[h], waves[h]);
  }
}

/// Root mean square height of the sine in one lane.
double height(const MainsTrack& track, std::size_t lane) {
  double power = 0;
  std::size_t blocks = 0;
  for (std::size_t i = lane; i < track.re.size(); i += kLaneCount, ++blocks) {
    power += double{track.re[i]} * track.re[i] + double{track.im[i]} * track.im[i];
  }
  return std::sqrt(power / static_cast<double>(blocks));
}

Mains subtract(const std::vector<Group>& groups, const std::vector<MainsWave>& waves,
               const MainsGrid& grid, Signal& signal) {
  Mains mains;
  mains.frequency_hz = waves[0].frequency_hz();
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const Group& group = groups[row / kLaneCount];
    const std::size_t lane = row % kLaneCount;
    mains.amplitude_mv.push_back(0);
    for (std::size_t h = 0; h < waves.size(); ++h) {
      if (!(group.prominence[h][lane] > kProminent)) continue;
      const double gain = MainsLeads::gain(waves[h].frequency_hz(), grid.sampling_rate_hz);
      if (h == 0) mains.amplitude_mv.back() = height(group.found[h], lane) / gain;
      subtract_mains(signal.lead(row), group.found[h], lane, waves[h], grid, 1 / gain);
    }
  }
  return mains;
}

}  // namespace

Result<std::optional<Mains>> remove_mains(Signal& signal, const MainsOptions& options) {
  if (auto ok = check(options); !ok) return ok.error();
  const std::optional<Mains> nothing;
  if (signal.lead_count() == 0 || signal.duration_s() < kShortest_s) return nothing;
  const MainsGrid grid(signal.sample_count(), signal.sampling_rate_hz());
  const std::vector<MainsWave> nominal = nominal_waves(options, grid);
  if (nominal.empty()) return nothing;
  std::vector<Group> groups;
  for (std::size_t row = 0; row < signal.lead_count(); row += kLaneCount) {
    groups.push_back({MainsLeads(signal, row, grid), {}, {}, {}});
  }
  const auto near_hz = first_look(groups, nominal, grid);
  if (!near_hz) return nothing;
  const double frequency_hz = second_look(groups, *near_hz, grid);
  std::vector<MainsWave> waves;
  for (int h = 1; h <= options.harmonics && h * frequency_hz < kHighest * grid.sampling_rate_hz;
       ++h) {
    waves.emplace_back(h * frequency_hz, grid);
  }
  for (Group& group : groups) fit(group, waves, grid);
  if (largest_prominence(groups, 0) <= kProminent) return nothing;
  return std::optional<Mains>(subtract(groups, waves, grid, signal));
}

}  // namespace ecg
