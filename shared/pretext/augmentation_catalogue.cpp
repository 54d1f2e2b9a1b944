#include "pretext/augmentation_catalogue.h"

#include <algorithm>
#include <string>

#include "core/exact_math.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

using Draw = Result<AugmentationDraw>;
using Request = AugmentationRequest;

Error unfit(std::string what, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(what), std::move(hint), "", {}};
}

/// One value per row from values of I, II and every other row: limb leads get their sum of I and
/// II.
template <typename DrawOne>
std::vector<float> draw_rows(SignalView signal, DrawOne draw_one) {
  const auto first = static_cast<float>(draw_one());
  const auto second = static_cast<float>(draw_one());
  std::vector<float> values(signal.lead_count);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const auto weights = limb_lead_weights(signal.leads[row].lead);
    values[row] =
        weights ? (*weights)[0] * first + (*weights)[1] * second : static_cast<float>(draw_one());
  }
  return values;
}

/// A run of `length` samples somewhere in the signal.
SampleIndex draw_begin(SignalView signal, SampleIndex length, RandomStream& random) {
  return static_cast<SampleIndex>(
      random.below(static_cast<std::uint32_t>(signal.sample_count - length) + 1));
}

Draw draw_scale(const Request& r, RandomStream& random) {
  return AugmentationDraw(
      ScaleDraw{static_cast<float>(1 + 0.2 * r.strength * random.uniform(-1, 1))});
}

Draw draw_wander(const Request& r, RandomStream& random) {
  CosinesDraw draw;
  for (int k = 0; k < 3; ++k) {
    const double frequency_hz = random.uniform(0.01, 0.2);
    const double phase_turns = random.uniform();
    draw.cosines.push_back({frequency_hz, phase_turns, random.uniform(0, 0.5 * r.strength)});
  }
  draw.row_gain = draw_rows(r.signal, [&] { return random.normal(1, 0.5); });
  return AugmentationDraw(std::move(draw));
}

Draw draw_powerline(const Request& r, RandomStream& random) {
  CosinesDraw draw;
  const double frequency_hz = random.bernoulli(0.5) ? 50 : 60;
  draw.cosines.push_back({frequency_hz, random.uniform(), 1.0});
  draw.row_gain = draw_rows(r.signal, [&] { return random.uniform(0, 0.5 * r.strength); });
  return AugmentationDraw(std::move(draw));
}

Draw draw_shift(const Request& r, RandomStream& random) {
  const auto samples = static_cast<double>(r.signal.sample_count);
  const double wanted = std::clamp(samples * random.normal(0.2, 0.04), 0.0, samples);
  const auto length = static_cast<SampleIndex>(wanted);
  const SampleIndex begin = draw_begin(r.signal, length, random);
  const double range = 0.25 * r.strength;
  return AugmentationDraw(StepDraw{
      begin, begin + length, draw_rows(r.signal, [&] { return random.uniform(-range, range); })});
}

Draw draw_emg(const Request& r, RandomStream& random) {
  NoiseDraw draw;
  const auto deviation = [&] { return static_cast<float>(random.uniform(0, 0.5 * r.strength)); };
  for (float& limb : draw.limb_mv) limb = deviation();
  for (std::size_t row = 0; row < r.signal.lead_count; ++row) draw.row_mv.push_back(deviation());
  draw.noise = random;
  // The caller's stream must not repeat the words that become noise.
  const std::uint64_t high = random.next_u32();
  const std::uint64_t low = random.next_u32();
  random = RandomStream({.seed = (high << 32) | low, .purpose = RandomPurpose::kAugment});
  return AugmentationDraw(std::move(draw));
}

Draw draw_lead_drop(const Request& r, RandomStream& random) {
  LeadDropDraw draw{std::vector<std::uint8_t>(r.signal.lead_count, 1)};
  const double probability = std::min(0.2 * r.strength, 0.9);
  while (std::find(draw.dropped.begin(), draw.dropped.end(), 0) == draw.dropped.end()) {
    for (auto& flag : draw.dropped) flag = random.bernoulli(probability) ? 1 : 0;
  }
  return AugmentationDraw(std::move(draw));
}

Draw draw_time_out(const Request& r, RandomStream& random) {
  const double share = random.uniform(0.05, 0.25) * r.strength;
  const auto length = static_cast<SampleIndex>(share * static_cast<double>(r.signal.sample_count));
  const SampleIndex begin = draw_begin(r.signal, length, random);
  return AugmentationDraw(TimeOutDraw{begin, begin + length});
}

SampleIndex crop_length(const Request& r) {
  return r.crop_samples > 0 ? r.crop_samples : (r.signal.sample_count + 1) / 2;
}

Draw draw_crop(const Request& r, RandomStream& random) {
  const SampleIndex length = crop_length(r);
  return AugmentationDraw(CropDraw{draw_begin(r.signal, length, random), length});
}

/// The crop begins 0.25 s before an R peak.
Draw draw_crop_at_r(const Request& r, RandomStream& random) {
  const SampleIndex length = crop_length(r);
  const auto before = static_cast<SampleIndex>(0.25 * r.signal.sampling_rate_hz + 0.5);
  std::vector<SampleIndex> begins;
  for (const SampleIndex peak : r.r_peaks) {
    if (peak >= before && peak - before <= r.signal.sample_count - length) {
      begins.push_back(peak - before);
    }
  }
  if (begins.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "none of " + std::to_string(r.r_peaks.size()) +
                     " R peaks leaves room for a crop of " + std::to_string(length) + " samples",
                 "give R peaks, or choose a shorter crop",
                 "",
                 {}};
  }
  const std::size_t chosen = random.below(static_cast<std::uint32_t>(begins.size()));
  return AugmentationDraw(CropDraw{begins[chosen], length});
}

Draw draw_stretch(const Request& r, RandomStream& random) {
  return AugmentationDraw(WarpDraw{1 + 0.1 * r.strength * random.uniform(-1, 1), {}});
}

/// Bends whose steepness adds up to 0.15 at most: the clock never stands still.
Draw draw_warp(const Request& r, RandomStream& random) {
  constexpr double kPi = 3.14159265358979323846;
  WarpDraw draw;
  for (std::size_t k = 0; k < draw.bend_samples.size(); ++k) {
    const double steepness = 0.05 * r.strength * random.uniform(-1, 1);
    draw.bend_samples[k] = steepness * static_cast<double>(r.signal.sample_count - 1) /
                           (kPi * static_cast<double>(k + 1));
  }
  return AugmentationDraw(draw);
}

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix result{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 3; ++k) result[i][j] += a[i][k] * b[k][j];
    }
  }
  return result;
}

/// Rotation around axis 0 (X), 1 (Y) or 2 (Z).
Matrix rotation(std::size_t axis, double turns) {
  const std::size_t a = (axis + 1) % 3, b = (axis + 2) % 3;
  Matrix m{};
  m[axis][axis] = 1;
  m[a][a] = m[b][b] = exact_cos_turns(turns);
  m[b][a] = exact_sin_turns(turns);
  m[a][b] = -m[b][a];
  return m;
}

Draw draw_vcg(const Request& r, RandomStream& random) {
  Matrix change{};
  for (std::size_t i = 0; i < 3; ++i) change[i][i] = 1 + r.strength * random.uniform(0, 0.5);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    change = product(rotation(axis, r.strength * random.uniform(-0.125, 0.125)), change);
  }
  return AugmentationDraw(VectorDraw{change});
}

Draw draw_bandpass(const Request& r, RandomStream& random) {
  const double nyquist_hz = r.signal.sampling_rate_hz / 2;
  const double low_hz = random.uniform(0.05, 0.7);
  return AugmentationDraw(BandDraw{low_hz, std::min(random.uniform(25, 47), 0.95 * nyquist_hz)});
}

Result<void> check_importance(const Request& r) {
  const auto bins = static_cast<std::size_t>(r.signal.sample_count / 2 + 1);
  if (!r.importance.empty() && r.importance.size() != bins) {
    return unfit("an importance map of " + std::to_string(r.importance.size()) + " values for " +
                     std::to_string(bins) + " bins",
                 "give one value per bin of the spectrum");
  }
  for (const float importance : r.importance) {
    if (importance >= 0 && importance <= 1) continue;
    return unfit("an importance of " + std::to_string(importance), "give values from 0 to 1");
  }
  return {};
}

/// X' = X (1 + 0.2 w e) exp(i 0.1 w u) b with w = 1 - importance, e and u normal, b dropped with
/// probability 0.1 w; no phase at 0 Hz and the Nyquist frequency. One factor per bin.
void draw_factors(const Request& r, std::span<std::complex<float>> factors, RandomStream& random) {
  constexpr double kRadian = 0.15915494309189535;  // turns
  const std::size_t bins = factors.size();
  std::vector<float> normals(2 * bins);
  fill_normal(random, normals);
  std::vector<std::uint32_t> words(bins);
  random.fill_u32(words);
  for (std::size_t k = 0; k < bins; ++k) {
    const double importance = r.importance.empty() ? 0.7 : r.importance[k];
    const double w = (1 - importance) * r.strength;
    const bool kept = !(words[k] * 0x1p-32 < 0.1 * w);
    const double size = kept ? 1 + 0.2 * w * normals[k] : 0.0;
    const bool real = k == 0 || k + 1 == bins;
    const double turns = real ? 0.0 : 0.1 * w * normals[bins + k] * kRadian;
    const SinCos turn = exact_sin_cos_turns(turns);
    factors[k] = {static_cast<float>(size * turn.cos), static_cast<float>(size * turn.sin)};
  }
}

Draw draw_fda(const Request& r, RandomStream& random) {
  if (const auto ok = check_importance(r); !ok) return ok.error();
  SpectrumDraw draw;
  draw.factors.resize(static_cast<std::size_t>(r.signal.sample_count / 2 + 1));
  draw_factors(r, draw.factors, random);
  return AugmentationDraw(std::move(draw));
}

/// Factors of its own for every independent lead. Where I or II is absent nothing can be rebuilt,
/// and all limb leads get the same factors, which keeps their identities as well.
Draw draw_fda_leads(const Request& r, RandomStream& random) {
  if (const auto ok = check_importance(r); !ok) return ok.error();
  const auto bins = static_cast<std::size_t>(r.signal.sample_count / 2 + 1);
  const bool rebuilds = r.signal.find(Lead::kI) && r.signal.find(Lead::kII);
  SpectrumDraw draw;
  draw.factors.assign(r.signal.lead_count * bins, {1, 0});
  std::optional<std::size_t> limb_row;
  for (std::size_t row = 0; row < r.signal.lead_count; ++row) {
    const Lead lead = r.signal.leads[row].lead;
    if (is_rebuilt(r.signal, lead)) continue;
    const auto factors = std::span(draw.factors).subspan(row * bins, bins);
    if (!rebuilds && limb_lead_weights(lead)) {
      if (!limb_row) draw_factors(r, factors, random);
      const auto shared = std::span(draw.factors).subspan(limb_row.value_or(row) * bins, bins);
      std::copy(shared.begin(), shared.end(), factors.begin());
      limb_row = limb_row.value_or(row);
      continue;
    }
    draw_factors(r, factors, random);
  }
  return AugmentationDraw(std::move(draw));
}

/// Checks what all draws need, then draws.
template <Draw (*kDraw)(const Request&, RandomStream&)>
Draw checked(const Request& r, RandomStream& random) {
  if (r.signal.lead_count == 0 || r.signal.sample_count < 1 ||
      r.signal.sample_count > (SampleIndex{1} << 31) || !(r.signal.sampling_rate_hz > 0)) {
    return unfit("a signal of " + std::to_string(r.signal.sample_count) + " samples in " +
                     std::to_string(r.signal.lead_count) + " leads",
                 "give at least one lead with samples and a sampling rate");
  }
  if (!(r.strength >= 0 && r.strength <= 2)) {
    return unfit("a strength of " + std::to_string(r.strength), "choose it between 0 and 2");
  }
  if (r.crop_samples < 0 || r.crop_samples > r.signal.sample_count) {
    return unfit("a crop of " + std::to_string(r.crop_samples) + " samples from " +
                     std::to_string(r.signal.sample_count),
                 "choose a length that the signal has");
  }
  return kDraw(r, random);
}

// Preserves: limb-lead identities, rate, axis, length.
constexpr Preserves kAll{};
constexpr Preserves kNotLeads{false, true, false, true};
constexpr Preserves kNotLength{true, true, true, false};
constexpr Preserves kNotRate{true, false, true, true};
constexpr Preserves kNotRateOrLength{true, false, true, false};
constexpr Preserves kNotAxis{true, true, false, true};

constexpr std::array<AugmentationMethod, 15> kMethods = {{
    {"scale", "one gain of 0.8 to 1.2 for all leads", kAll, checked<draw_scale>},
    {"wander", "three slow cosines, 0.01 to 0.2 Hz, stronger in some leads", kAll,
     checked<draw_wander>},
    {"shift", "a step of up to 0.25 mV for about a fifth of the time", kAll, checked<draw_shift>},
    {"powerline", "50 or 60 Hz, up to 0.5 mV, one phase", kAll, checked<draw_powerline>},
    {"emg", "white noise of up to 0.5 mV, as from muscles", kAll, checked<draw_emg>},
    {"lead_drop", "each lead silenced with probability 0.2", kNotLeads, checked<draw_lead_drop>},
    {"time_out", "5 to 25 % of the time silenced in all leads", kAll, checked<draw_time_out>},
    {"crop", "a part of the recording, anywhere", kNotLength, checked<draw_crop>},
    {"crop_at_r", "a part of the recording that begins just before an R peak", kNotLength,
     checked<draw_crop_at_r>},
    {"stretch", "all of it faster or slower by up to 10 %", kNotRateOrLength,
     checked<draw_stretch>},
    {"warp", "time passing faster here and slower there, by up to 15 %", kNotRate,
     checked<draw_warp>},
    {"vcg", "the heart vector turned by up to 45 degrees per axis and enlarged (3KG)", kNotAxis,
     checked<draw_vcg>},
    {"bandpass", "a band from 0.05-0.7 Hz to 25-47 Hz", kAll, checked<draw_bandpass>},
    {"fda", "every frequency's size and phase disturbed, unimportant ones more (FDA)", kAll,
     checked<draw_fda>},
    {"fda_leads", "FDA drawn anew for every independent lead, derived limb leads rebuilt", kNotAxis,
     checked<draw_fda_leads>},
}};

}  // namespace

std::span<const AugmentationMethod> augmentation_methods() { return kMethods; }

const AugmentationMethod* find_augmentation_method(std::string_view name) {
  for (const AugmentationMethod& method : kMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

}  // namespace ecg
