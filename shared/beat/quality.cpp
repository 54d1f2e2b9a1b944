#include "beat/quality.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beat/quality_tiles.h"

namespace ecg {
namespace {

constexpr std::size_t kSecond = 10;       // tiles
constexpr float kStill_mv = 0.002f;       // a converter's last bit may flicker
constexpr double kWhiteGain2 = 1.5;       // of the fast part, for white noise
constexpr double kCut_s = 0.006;          // a top that stays at one level this long may be cut
constexpr std::size_t kCutsTell = 2;      // and is, if it happens so often at that same level
constexpr double kOneCutTells_s = 0.040;  // or lasts so long

/// Median; reorders. 0 of nothing. Of an even number the mean of the middle two, so that it does
/// not depend on the sign.
float median(std::vector<float>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5f * (*middle + *std::max_element(values.begin(), middle));
}

/// The values of one second's tiles, kept in order: insertion beats any sort of so few.
class SecondOfTiles {
 public:
  void add(float value) {
    std::size_t i = count_++;
    for (; i > 0 && values_[i - 1] > value; --i) values_[i] = values_[i - 1];
    values_[i] = value;
  }
  /// nullopt where fewer than half of the tiles count.
  std::optional<float> median() const {
    if (count_ * 2 < kSecond) return std::nullopt;
    return 0.5f * (values_[(count_ - 1) / 2] + values_[count_ / 2]);
  }

 private:
  std::array<float, kSecond> values_;
  std::size_t count_ = 0;
};

/// Calls act(first tile) for each whole second, `step` tiles apart.
template <typename Act>
void for_each_second(const QualityTiles& tiles, std::size_t step, Act act) {
  for (std::size_t first = 0; first + kSecond <= tiles.size(); first += step) act(first);
}

/// Median over the valid tiles of a second of some value; nullopt where fewer than half are valid.
template <typename Value>
std::optional<float> over_second(const QualityTiles& tiles, std::size_t first, Value value) {
  SecondOfTiles second;
  for (std::size_t k = first; k < first + kSecond; ++k) {
    if (tiles.valid(k)) second.add(value(k));
  }
  return second.median();
}

/// Judges one lead after the other; keeps its memory.
class Judge {
 public:
  Judge(double rate_hz, const QualityLimits& limits)
      : rate_hz_(rate_hz), limits_(limits), tiling_(rate_hz) {}

  LeadQuality judge(std::span<const float> lead) {
    LeadQuality quality;
    tiles_.fill(tiling_, lead);
    find_missing(lead, quality);
    find_still(quality);
    find_saturated(lead, quality);
    find_levels(quality);
    find_mains(quality);
    find_muscle(quality);
    decide(quality);
    return quality;
  }

 private:
  /// A valid tile misses nothing; the rest is counted.
  void find_missing(std::span<const float> lead, LeadQuality& quality) const {
    quality.missing_share = lead.empty() ? 1 : 0;
    std::size_t missing = 0, next = 0;
    const auto count_to = [&](std::size_t end) {
      for (; next < end; ++next) missing += std::isfinite(lead[next]) ? 0 : 1;
    };
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      if (!tiles_.valid(k)) continue;
      const auto begin = static_cast<std::size_t>(tiling_.begin(static_cast<SampleIndex>(k)));
      count_to(begin);
      next = begin + static_cast<std::size_t>(tiling_.length());
    }
    count_to(lead.size());
    if (missing > 0) {
      quality.missing_share = static_cast<double>(missing) / static_cast<double>(lead.size());
    }
  }

  /// Stretches of ten tiles and more that all lie within kStill_mv of each other.
  void find_still(LeadQuality& quality) const {
    std::size_t still = 0, begin = 0;
    float low = 0, high = 0;
    const auto close = [&](std::size_t end) {
      if (end - begin >= kSecond) still += end - begin;
    };
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      const bool starts = k == begin;
      low = starts ? tiles_.low_mv(k) : std::min(low, tiles_.low_mv(k));
      high = starts ? tiles_.high_mv(k) : std::max(high, tiles_.high_mv(k));
      if (tiles_.valid(k) && high - low <= kStill_mv) continue;
      close(k);
      const bool again =
          tiles_.valid(k) && !starts && tiles_.high_mv(k) - tiles_.low_mv(k) <= kStill_mv;
      begin = again ? k : k + 1;
      low = tiles_.low_mv(k);
      high = tiles_.high_mv(k);
    }
    close(tiles_.size());
    if (tiles_.size() > 0) {
      quality.still_share = static_cast<double>(still) / static_cast<double>(tiles_.size());
    }
  }

  /// Samples in long runs at the lead's very highest (sign 1) or lowest (-1) value.
  std::size_t cut_samples(std::span<const float> lead, float sign) const {
    float top = -INFINITY;
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      if (!tiles_.valid(k)) continue;
      top = std::max(top, sign > 0 ? tiles_.high_mv(k) : -tiles_.low_mv(k));
    }
    const auto least = std::max<std::size_t>(3, static_cast<std::size_t>(kCut_s * rate_hz_ + 0.5));
    std::size_t samples = 0, runs = 0, longest = 0, run = 0;
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      if (!tiles_.valid(k)) continue;
      if ((sign > 0 ? tiles_.high_mv(k) : -tiles_.low_mv(k)) < top) continue;
      const auto begin = static_cast<std::size_t>(tiling_.begin(static_cast<SampleIndex>(k)));
      const std::size_t end = begin + static_cast<std::size_t>(tiling_.length());
      for (std::size_t i = begin; i <= end; ++i) {
        if (i < end && sign * lead[i] == top) {
          ++run;
          continue;
        }
        if (run >= least) {
          ++runs;
          samples += run;
          longest = std::max(longest, run);
        }
        run = 0;
      }
    }
    const bool one_tells = static_cast<double>(longest) >= kOneCutTells_s * rate_hz_;
    return runs >= kCutsTell || one_tells ? samples : 0;
  }

  void find_saturated(std::span<const float> lead, LeadQuality& quality) const {
    if (lead.empty() || quality.still_share > limits_.unusable_share) return;
    const std::size_t cut = cut_samples(lead, 1) + cut_samples(lead, -1);
    quality.saturated_share = static_cast<double>(cut) / static_cast<double>(lead.size());
  }

  /// Size of the beats and wander of the baseline.
  void find_levels(LeadQuality& quality) const {
    std::vector<float> sizes;
    for (std::size_t first = 0; first < tiles_.size(); first += 2 * kSecond) {
      const std::size_t last = std::min(tiles_.size(), first + 2 * kSecond);
      if (last - first < kSecond && first > 0) break;
      float size = 0;
      for (std::size_t k = first; k < last; ++k) {
        size = std::max(size, tiles_.high_mv(k) - tiles_.low_mv(k));
      }
      sizes.push_back(size);
    }
    quality.beat_mv = static_cast<double>(median(sizes));
    float low = INFINITY, high = -INFINITY;
    for_each_second(tiles_, kSecond / 2, [&](std::size_t first) {
      const auto level =
          over_second(tiles_, first, [this](std::size_t k) { return tiles_.level_mv(k); });
      if (!level) return;
      low = std::min(low, *level);
      high = std::max(high, *level);
    });
    quality.baseline_mv = high > low ? static_cast<double>(high - low) : 0;
  }

  /// Height of both sines over the quieter half of a second's tiles, in which there is no QRS and
  /// the phase hardly turns.
  void add_mains_of_second(std::size_t first, float quiet_mv2,
                           std::array<std::vector<float>, 2>& amplitudes) const {
    std::array<std::complex<float>, 2> sums = {};
    float count = 0;
    for (std::size_t k = first; k < first + kSecond; ++k) {
      if (!tiles_.valid(k) || tiles_.fast_mv2(k) > quiet_mv2) continue;
      for (std::size_t mains = 0; mains < 2; ++mains) sums[mains] += tiles_.mains_mv(k, mains);
      ++count;
    }
    for (std::size_t mains = 0; mains < 2; ++mains) {
      const float re = sums[mains].real() / count, im = sums[mains].imag() / count;
      amplitudes[mains].push_back(std::sqrt(re * re + im * im));
    }
  }

  void find_mains(LeadQuality& quality) const {
    if (!tiling_.sees_mains()) return;
    std::array<std::vector<float>, 2> amplitudes;
    for_each_second(tiles_, kSecond, [&](std::size_t first) {
      const auto fast =
          over_second(tiles_, first, [this](std::size_t k) { return tiles_.fast_mv2(k); });
      if (fast) add_mains_of_second(first, *fast, amplitudes);
    });
    quality.mains_mv = 0;
    for (std::size_t mains = 0; mains < 2; ++mains) {
      const double mv = static_cast<double>(median(amplitudes[mains])) / tiling_.gain(mains);
      if (!(mv > *quality.mains_mv)) continue;
      quality.mains_mv = mv;
      quality.mains_hz = mains == 0 ? 50 : 60;
    }
  }

  /// Mean square of what is fast in a tile but is not the mains.
  float rest_mv2(std::size_t k, const LeadQuality& quality) const {
    if (quality.mains_hz == 0) return tiles_.fast_mv2(k);
    const std::complex<float> hum = tiles_.mains_mv(k, quality.mains_hz == 60 ? 1 : 0);
    const float hum_mv2 = 0.5f * (hum.real() * hum.real() + hum.imag() * hum.imag());
    return std::max(0.0f, tiles_.fast_mv2(k) - hum_mv2);
  }

  /// What is fast between the beats besides the mains.
  void find_muscle(LeadQuality& quality) const {
    std::vector<float> all;
    std::size_t seconds = 0, noisy = 0;
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      if (tiles_.valid(k)) all.push_back(rest_mv2(k, quality));
    }
    const auto rms = [](float mv2) { return std::sqrt(static_cast<double>(mv2) / kWhiteGain2); };
    quality.muscle_mv = rms(median(all));
    for_each_second(tiles_, kSecond, [&](std::size_t first) {
      const auto fast =
          over_second(tiles_, first, [&](std::size_t k) { return rest_mv2(k, quality); });
      if (!fast) return;
      ++seconds;
      if (rms(*fast) > limits_.muscle_mv) ++noisy;
    });
    if (seconds > 0) {
      quality.noisy_share = static_cast<double>(noisy) / static_cast<double>(seconds);
    }
  }

  /// Some 300 ms without a gap: room for one beat.
  bool has_room() const {
    std::size_t run = 0;
    for (std::size_t k = 0; k < tiles_.size(); ++k) {
      run = tiles_.valid(k) ? run + 1 : 0;
      if (run >= 3) return true;
    }
    return false;
  }

  void decide(LeadQuality& quality) const {
    const auto set = [&](QualityFault fault, bool is) {
      quality.faults[static_cast<std::size_t>(fault)] = is;
    };
    const bool flat = quality.still_share > limits_.unusable_share ||
                      quality.beat_mv <= static_cast<double>(kStill_mv);
    const bool drowned = !flat && quality.muscle_mv > limits_.noise_share * quality.beat_mv;
    set(QualityFault::kMissing, quality.missing_share > limits_.missing_share);
    set(QualityFault::kFlat, flat);
    set(QualityFault::kLeadOff, !flat && quality.still_share > 0);
    set(QualityFault::kSaturated, quality.saturated_share > 0);
    set(QualityFault::kBaseline, quality.baseline_mv > limits_.baseline_mv);
    set(QualityFault::kMains, quality.mains_mv.value_or(0) > limits_.mains_mv);
    set(QualityFault::kMuscle, quality.muscle_mv > limits_.muscle_mv || quality.noisy_share > 0.2);
    set(QualityFault::kNoise, drowned);
    const bool unusable = flat || drowned || !has_room() || tiles_.size() + 1 < kSecond ||
                          quality.missing_share > limits_.unusable_share;
    const bool any =
        std::find(quality.faults.begin(), quality.faults.end(), true) != quality.faults.end();
    quality.verdict = unusable ? QualityVerdict::kUnusable
                      : any    ? QualityVerdict::kLimited
                               : QualityVerdict::kGood;
  }

  double rate_hz_;
  QualityLimits limits_;
  QualityTiling tiling_;
  QualityTiles tiles_;
};

struct Words {
  std::string_view name, sentence;
};

constexpr Words kWords[kQualityFaultCount] = {
    {"missing", "Samples are missing."},
    {"flat", "The lead hardly ever moves: nothing seems to be connected."},
    {"lead_off", "The lead stands still for a second or more: contact was lost."},
    {"saturated", "Tops or bottoms are cut off: the amplifier was at its end."},
    {"baseline", "The baseline wanders."},
    {"mains", "Mains hum of 50 or 60 Hz lies over the signal."},
    {"muscle", "Fast irregular noise, as of tense muscles, lies over the signal."},
    {"noise", "There is so much noise that beats would drown in it."},
};

}  // namespace

std::string_view quality_fault_name(QualityFault fault) {
  return kWords[static_cast<std::size_t>(fault)].name;
}

std::string_view quality_fault_sentence(QualityFault fault) {
  return kWords[static_cast<std::size_t>(fault)].sentence;
}

std::string_view quality_verdict_name(QualityVerdict verdict) {
  constexpr std::string_view kNames[] = {"good", "limited", "unusable"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Result<Quality> assess_quality(SignalView signal, const QualityLimits& limits) {
  const double rate_hz = signal.sampling_rate_hz;
  if (!(rate_hz >= 50 && rate_hz <= 20000)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "quality cannot be judged at a sampling rate of " + std::to_string(rate_hz) + " Hz",
        "resample the signal to between 50 and 20000 Hz",
        {},
        {}};
  }
  Quality quality;
  Judge judge(rate_hz, limits);
  bool all_good = signal.lead_count > 0;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    quality.leads.push_back(judge.judge(signal.lead(row)));
    const QualityVerdict verdict = quality.leads.back().verdict;
    if (verdict != QualityVerdict::kUnusable) quality.usable_rows.push_back(row);
    all_good = all_good && verdict == QualityVerdict::kGood;
  }
  if (!quality.usable_rows.empty()) {
    quality.verdict = all_good ? QualityVerdict::kGood : QualityVerdict::kLimited;
  }
  return quality;
}

}  // namespace ecg
