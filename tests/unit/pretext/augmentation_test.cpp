// Augmentations: each keeps what it says it keeps, changes what it says it changes, and gives the
// same bits everywhere.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "core/bit_cast.h"
#include "core/exact_math.h"
#include "pretext/augmentation_catalogue.h"

using namespace ecg;

namespace {

constexpr SampleIndex kSamples = 2500;
constexpr SampleIndex kBeat = 200;
constexpr double kRateHz = 250;

Signal empty_signal() {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  return {labels, kSamples, kRateHz};
}

double bump(SampleIndex n, double centre, double width) {
  const double z = (static_cast<double>(n % kBeat) - centre) / width;
  return exact_exp(-0.5 * z * z);
}

/// Beats every 200 samples, each taller than the last; limb leads keep Einthoven's and Goldberger's
/// sums. With `turning`, II has T waves that I has not; without, the frontal axis stands still.
Signal heart(bool turning) {
  Signal signal = empty_signal();
  for (SampleIndex n = 0; n < kSamples; ++n) {
    const auto at = static_cast<std::size_t>(n);
    const double qrs = (1 + 0.02 * static_cast<double>(n / kBeat)) * bump(n, 60, 3);
    const double t_wave = turning ? 0.3 * bump(n, 120, 9) : 0.0;
    const auto first = static_cast<float>(qrs), second = static_cast<float>(0.5 * qrs + t_wave);
    for (std::size_t row = 0; row < 12; ++row) {
      const auto weights = limb_lead_weights(kTwelveLeads[row]);
      signal.lead(row)[at] =
          weights ? (*weights)[0] * first + (*weights)[1] * second
                  : static_cast<float>(0.2 * (static_cast<double>(row) - 5) * qrs - t_wave);
    }
  }
  return signal;
}

std::vector<SampleIndex> r_peaks() {
  std::vector<SampleIndex> peaks;
  for (SampleIndex n = 60; n < kSamples; n += kBeat) peaks.push_back(n);
  return peaks;
}

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 3, .record = record, .purpose = RandomPurpose::kAugment});
}

AugmentationDraw drawn(const AugmentationMethod& method, std::uint64_t record,
                       double strength = 1) {
  const Signal signal = empty_signal();
  const auto peaks = r_peaks();
  RandomStream random = stream(record);
  return method.draw({.signal = signal, .strength = strength, .r_peaks = peaks}, random).value();
}

std::vector<float> applied(const Signal& signal, const AugmentationDraw& draw) {
  std::vector<float> out(signal.lead_count() *
                         static_cast<std::size_t>(augmented_samples(signal, draw)));
  REQUIRE(apply_augmentation(signal, draw, out));
  return out;
}

/// What the heart contributes to a view: the view less the view of silence.
std::vector<float> heart_part(const Signal& signal, const AugmentationDraw& draw) {
  std::vector<float> view = applied(signal, draw);
  const std::vector<float> silence = applied(empty_signal(), draw);
  for (std::size_t i = 0; i < view.size(); ++i) view[i] -= silence[i];
  return view;
}

std::span<const float> row_of(const std::vector<float>& view, std::size_t row) {
  const std::size_t samples = view.size() / 12;
  return std::span(view).subspan(row * samples, samples);
}

bool keeps_identities(const std::vector<float>& view) {
  double worst = 0;
  for (std::size_t row = 0; row < 6; ++row) {
    const auto weights = limb_lead_weights(kTwelveLeads[row]).value();
    for (std::size_t n = 0; n < view.size() / 12; ++n) {
      const float sum = weights[0] * row_of(view, 0)[n] + weights[1] * row_of(view, 1)[n];
      worst = std::max(worst, std::abs(static_cast<double>(row_of(view, row)[n]) - sum));
    }
  }
  return worst < 1e-5;
}

bool keeps_axis(const std::vector<float>& heart_view) {
  double worst = 0;
  for (std::size_t n = 0; n < heart_view.size() / 12; ++n) {
    worst = std::max(worst, std::abs(row_of(heart_view, 1)[n] - 0.5 * row_of(heart_view, 0)[n]));
  }
  return worst < 1e-4;
}

/// Whether the distances of the beats in the tallest lead are still multiples of the beat.
bool keeps_rate(const std::vector<float>& heart_view) {
  std::size_t tallest = 0;
  float height = 0;
  for (std::size_t i = 0; i < heart_view.size(); ++i) {
    if (std::abs(heart_view[i]) <= height) continue;
    height = std::abs(heart_view[i]);
    tallest = i / (heart_view.size() / 12);
  }
  const auto row = row_of(heart_view, tallest);
  std::size_t last = 0;
  for (std::size_t n = 1; n + 1 < row.size(); ++n) {
    const float here = std::abs(row[n]);
    if (here < 0.5f * height || here < std::abs(row[n - 1]) || here <= std::abs(row[n + 1])) {
      continue;
    }
    constexpr auto kPeriod = static_cast<std::size_t>(kBeat);
    const std::size_t rest = last == 0 ? 0 : (n - last) % kPeriod;
    if (std::min(rest, kPeriod - rest) > 1) return false;
    last = n;
  }
  return last > 0;
}

std::uint64_t hash_of(const AugmentationMethod& method) {
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
  const Signal signal = heart(true);
  for (std::uint64_t record = 0; record < 5; ++record) {
    for (const float value : applied(signal, drawn(method, record))) {
      hash = (hash ^ bit_cast<std::uint32_t>(value)) * 1099511628211ull;
    }
  }
  return hash;
}

}  // namespace

TEST_CASE("augmentations keep what they say, and only that", "[augmentation]") {
  for (const AugmentationMethod& method : augmentation_methods()) {
    INFO(std::string(method.name));
    Preserves always;
    for (std::uint64_t record = 0; record < 40; ++record) {
      const AugmentationDraw draw = drawn(method, record);
      const auto still = heart_part(heart(false), draw);
      always.limb_lead_identities &= keeps_identities(applied(heart(true), draw));
      always.axis &= keeps_axis(still);
      always.rate &= keeps_rate(still);
      always.length &= still.size() == 12 * kSamples;
    }
    CHECK(always.limb_lead_identities == method.preserves.limb_lead_identities);
    CHECK(always.rate == method.preserves.rate);
    CHECK(always.axis == method.preserves.axis);
    CHECK(always.length == method.preserves.length);
  }
}

TEST_CASE("one key gives one view, another key another", "[augmentation]") {
  const Signal signal = heart(true);
  for (const AugmentationMethod& method : augmentation_methods()) {
    INFO(std::string(method.name));
    const auto view = applied(signal, drawn(method, 1));
    CHECK(view == applied(signal, drawn(method, 1)));
    const bool same = view == applied(signal, drawn(method, 2));
    CHECK_FALSE(same);
  }
}

TEST_CASE("without strength a view is the original", "[augmentation]") {
  const Signal signal = heart(true);
  for (const std::string_view name : {"scale", "wander", "shift", "powerline", "emg", "lead_drop",
                                      "time_out", "stretch", "warp", "vcg", "fda", "fda_leads"}) {
    INFO(std::string(name));
    const auto view = applied(signal, drawn(*find_augmentation_method(name), 0, 0.0));
    REQUIRE(view.size() == signal.values().size());
    double worst = 0;
    for (std::size_t i = 0; i < view.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(view[i]) - signal.values()[i]));
    }
    CHECK(worst < (name.starts_with("fda") ? 2e-6 : 1e-12));
  }
}

TEST_CASE("what is added has the published size", "[augmentation]") {
  const Signal silence = empty_signal();
  for (std::uint64_t record = 0; record < 200; ++record) {
    const auto shift = std::get<StepDraw>(drawn(*find_augmentation_method("shift"), record));
    for (const std::size_t row : {0u, 1u, 6u, 11u}) {
      REQUIRE(std::abs(shift.row_step_mv[row]) <= 0.25f);
    }
    const auto share = static_cast<double>(shift.end - shift.begin) / kSamples;
    REQUIRE(share > 0);
    REQUIRE(share < 0.4);
  }
  CosinesDraw cosine{{{1.3, 0.2, 0.4}}, std::vector<float>(12, 2.0f)};
  const auto view = applied(silence, cosine);
  for (std::size_t n = 0; n < kSamples; n += 7) {
    const double t = static_cast<double>(n) / kRateHz;
    REQUIRE(row_of(view, 7)[n] ==
            Catch::Approx(0.8 * std::cos(6.283185307179586 * (1.3 * t + 0.2))).margin(1e-6));
  }
  NoiseDraw noise{{0.3f, 0.2f}, std::vector<float>(12, 0.1f), stream(9)};
  const auto muscle = applied(silence, noise);
  const auto deviation = [&](std::size_t row) {
    double sum = 0;
    for (const float value : row_of(muscle, row)) sum += static_cast<double>(value) * value;
    return std::sqrt(sum / kSamples);
  };
  CHECK(deviation(0) == Catch::Approx(0.3).epsilon(0.06));
  CHECK(deviation(2) == Catch::Approx(std::hypot(0.3, 0.2)).epsilon(0.06));
  CHECK(deviation(8) == Catch::Approx(0.1).epsilon(0.06));
}

TEST_CASE("fast deviates are nearly normal", "[augmentation]") {
  std::vector<float> z(1 << 20);
  RandomStream random = stream(0);
  fill_normal(random, z);
  double mean = 0, square = 0, fourth = 0, neighbours = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double x = z[i];
    mean += x;
    square += x * x;
    fourth += x * x * x * x;
    if (i > 0) neighbours += x * z[i - 1];
  }
  const auto n = static_cast<double>(z.size());
  CHECK(std::abs(mean / n) < 0.005);
  CHECK(square / n == Catch::Approx(1).epsilon(0.01));
  CHECK(fourth / n == Catch::Approx(2.85).epsilon(0.02));
  CHECK(std::abs(neighbours / n) < 0.005);
}

TEST_CASE("crops are parts of the input, those at R begin before one", "[augmentation]") {
  const Signal signal = heart(true);
  for (const std::string_view name : {"crop", "crop_at_r"}) {
    for (std::uint64_t record = 0; record < 50; ++record) {
      const auto draw = drawn(*find_augmentation_method(name), record);
      const auto crop = std::get<CropDraw>(draw);
      REQUIRE(crop.length == kSamples / 2);
      const auto view = applied(signal, draw);
      const auto from = signal.lead(4).subspan(static_cast<std::size_t>(crop.begin));
      REQUIRE(std::equal(row_of(view, 4).begin(), row_of(view, 4).end(), from.begin()));
      if (name == "crop_at_r") REQUIRE((crop.begin + 63) % kBeat == 60);
    }
  }
}

TEST_CASE("the heart vector turns as asked", "[augmentation]") {
  // Leads of a vector along X, turned by 90 degrees about Z: as if it lay along Y.
  const std::array<float, 12> along_x = {0.632f,  0.235f, -0.397f, -0.4335f, 0.5145f, -0.081f,
                                         -0.515f, 0.044f, 0.882f,  1.213f,   1.125f,  0.831f};
  const std::array<float, 12> along_y = {-0.235f, 1.066f, 1.301f, -0.4155f, -0.768f, 1.1835f,
                                         0.157f,  0.164f, 0.098f, 0.127f,   0.127f,  0.076f};
  Signal signal = empty_signal();
  for (std::size_t row = 0; row < 12; ++row) {
    for (float& value : signal.lead(row)) value = along_x[row];
  }
  const auto view = applied(signal, VectorDraw{{{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}}});
  for (std::size_t row = 0; row < 12; ++row) {
    CHECK(row_of(view, row)[5] == Catch::Approx(along_y[row]).margin(0.01));
  }
}

TEST_CASE("FDA by lead: independent leads differ, limb leads agree whichever are there",
          "[augmentation]") {
  const auto& method = *find_augmentation_method("fda_leads");
  const auto draw = std::get<SpectrumDraw>(drawn(method, 0));
  constexpr std::size_t kBins = kSamples / 2 + 1;
  REQUIRE(draw.factors.size() == 12 * kBins);
  for (const std::size_t row : {1u, 6u, 7u, 11u}) {
    CHECK_FALSE(std::equal(draw.factors.begin(), draw.factors.begin() + kBins,
                           draw.factors.begin() + static_cast<std::ptrdiff_t>(row * kBins)));
  }
  // III and aVF with V1 but without I: III = II - I cannot be checked, a common factor can.
  const Signal whole = heart(true);
  Signal part({label_of(Lead::kIII), label_of(Lead::kV1), label_of(Lead::kAvf)}, kSamples, kRateHz);
  for (std::size_t n = 0; n < kSamples; ++n) {
    part.lead(0)[n] = part.lead(2)[n] = whole.lead(2)[n];
    part.lead(1)[n] = whole.lead(6)[n];
  }
  RandomStream random = stream(1);
  const auto view = applied(part, method.draw({.signal = part}, random).value());
  const auto row = [&](std::size_t i) { return std::span(view).subspan(i * kSamples, kSamples); };
  CHECK(std::equal(row(0).begin(), row(0).end(), row(2).begin()));
}

TEST_CASE("tables kept from one view to the next change nothing", "[augmentation]") {
  const Signal signal = heart(true);
  const auto& method = *find_augmentation_method("fda");
  AugmentationScratch scratch;
  for (const SampleIndex samples : {kSamples, kSamples / 2, kSamples}) {
    const SignalView part = signal.view().samples(0, samples);
    RandomStream random = stream(7);
    const auto draw = method.draw({.signal = part}, random).value();
    std::vector<float> kept(12 * static_cast<std::size_t>(samples)), fresh(kept.size());
    REQUIRE(apply_augmentation(part, draw, kept, &scratch));
    REQUIRE(apply_augmentation(part, draw, fresh));
    CHECK(kept == fresh);
  }
}

TEST_CASE("gaps stay gaps", "[augmentation]") {
  Signal signal = heart(true);
  signal.lead(7)[1000] = std::numeric_limits<float>::quiet_NaN();
  for (const std::string_view name :
       {"scale", "wander", "shift", "powerline", "emg", "bandpass", "vcg"}) {
    INFO(std::string(name));
    const auto view = applied(signal, drawn(*find_augmentation_method(name), 0));
    CHECK(std::isnan(row_of(view, 7)[1000]));
    CHECK(std::isfinite(row_of(view, 7)[999]));
  }
}

TEST_CASE("augmentations refuse what does not fit", "[augmentation]") {
  const Signal signal = heart(true);
  RandomStream random = stream(0);
  const auto& at_r = *find_augmentation_method("crop_at_r");
  CHECK(at_r.draw({.signal = signal}, random).error().code == ErrorCode::kInsufficientData);
  const auto& scale = *find_augmentation_method("scale");
  CHECK_FALSE(scale.draw({.signal = signal, .strength = -1}, random));
  CHECK_FALSE(scale.draw({.signal = Signal{}}, random));
  CHECK_FALSE(scale.draw({.signal = signal, .crop_samples = kSamples + 1}, random));
  const std::vector<float> map(7, 0.5f);
  CHECK_FALSE(find_augmentation_method("fda")->draw({.signal = signal, .importance = map}, random));
  std::vector<float> out(12 * kSamples);
  CHECK_FALSE(apply_augmentation(signal, ScaleDraw{}, std::span(out).first(5)));
  CHECK_FALSE(apply_augmentation(signal, TimeOutDraw{10, kSamples + 1}, out));
  CHECK_FALSE(apply_augmentation(signal, LeadDropDraw{{1}}, out));
  CHECK_FALSE(apply_augmentation(signal, WarpDraw{0, {}}, out));
  const Signal one({label_of(Lead::kI)}, kSamples, kRateHz);
  CHECK(apply_augmentation(one, VectorDraw{}, std::span(out).first(kSamples)).error().code ==
        ErrorCode::kNotFound);
  CHECK(find_augmentation_method("SCALE") == nullptr);
}

TEST_CASE("views have the same bits on every platform", "[augmentation][golden]") {
  struct Golden {
    std::string_view name;
    std::uint64_t hash;
  };
  constexpr Golden kGolden[] = {
      {"scale", 10289886734226399273ull},    {"wander", 14116293065866765428ull},
      {"shift", 9608979206555157269ull},     {"powerline", 8011770050990807294ull},
      {"emg", 12561496702648529470ull},      {"lead_drop", 2058741450439317463ull},
      {"time_out", 6959629772413401831ull},  {"crop", 1117099232739881964ull},
      {"crop_at_r", 6457090189043851567ull}, {"stretch", 9172341579800324391ull},
      {"warp", 5819644758492201449ull},      {"vcg", 788667408329909505ull},
      {"bandpass", 13546416320066837882ull}, {"fda", 5576750939747958609ull},
      {"fda_leads", 5619066164118503160ull},
  };
  REQUIRE(std::size(kGolden) == augmentation_methods().size());
  for (const auto& [name, hash] : kGolden) {
    INFO(std::string(name));
    CHECK(hash_of(*find_augmentation_method(name)) == hash);
  }
}
