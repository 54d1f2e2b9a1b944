#include "dsp/butterworth.h"

#include <cmath>
#include <string>

#include "core/exact_math.h"

namespace ecg {
namespace {

// The analog side of the bilinear transform s = (z - 1) / (z + 1), in which the frequency f lies at
// s = j tan(pi f / rate).

struct Complex {
  double re, im;
};

Complex multiply(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

double norm(Complex a) { return a.re * a.re + a.im * a.im; }

Complex square_root(Complex a) {
  const double modulus = std::sqrt(norm(a));
  const double larger = std::sqrt((modulus + std::fabs(a.re)) / 2);
  if (larger == 0) return {0, 0};
  const double smaller = std::fabs(a.im) / (2 * larger);
  const double sign = a.im < 0 ? -1.0 : 1.0;
  return a.re >= 0 ? Complex{larger, sign * smaller} : Complex{smaller, sign * larger};
}

/// (n2 s^2 + n1 s + n0) / (s^2 - sum s + product): a pair of poles by their sum and product.
struct AnalogSection {
  double n2, n1, n0;
  double sum, product;
};

Biquad bilinear(const AnalogSection& s) {
  const double a0 = 1 - s.sum + s.product;
  return {(s.n2 + s.n1 + s.n0) / a0, 2 * (s.n0 - s.n2) / a0, (s.n2 - s.n1 + s.n0) / a0,
          2 * (s.product - 1) / a0, (1 + s.sum + s.product) / a0};
}

/// |s^2 - sum s + product| at s = j w.
double denominator_at(double sum, double product, double w) {
  const double re = product - w * w;
  const double im = sum * w;
  return std::sqrt(re * re + im * im);
}

struct Edges {
  double low;  ///< pre-warped
  double high;
};

double prewarp(double frequency_hz, double sampling_rate_hz) {
  const double turns = frequency_hz / (2 * sampling_rate_hz);
  return exact_sin_turns(turns) / exact_cos_turns(turns);
}

/// Pole k of the prototype (cut-off 1), upper half plane, k < order / 2.
Complex prototype_pole(int k, int order) {
  const double turns = (2.0 * k + 1) / (4.0 * order);
  return {-exact_sin_turns(turns), exact_cos_turns(turns)};
}

void add_low_or_high(bool low, double w, int order, std::vector<Biquad>& sections) {
  for (int k = 0; k < order / 2; ++k) {
    // w p for the low-pass; w / p for the high-pass: the conjugate of w p, the same pair.
    const double sum = 2 * w * prototype_pole(k, order).re;
    sections.push_back(low ? bilinear({0, 0, w * w, sum, w * w}) : bilinear({1, 0, 0, sum, w * w}));
  }
  if (order % 2 == 0) return;
  const double scale = 1 / (1 + w);
  const double a1 = (w - 1) * scale;
  sections.push_back(low ? Biquad{w * scale, w * scale, 0, a1, 0}
                         : Biquad{scale, -scale, 0, a1, 0});
}

/// Roots of s^2 - 2 half s + square for a complex `half`: the larger, then the smaller.
struct RootPair {
  Complex larger, smaller;
};

RootPair roots(Complex half, double square) {
  const Complex squared = multiply(half, half);
  Complex root = square_root({squared.re - square, squared.im});
  if (half.re * root.re + half.im * root.im < 0) root = {-root.re, -root.im};
  const Complex larger = {half.re + root.re, half.im + root.im};
  const double scale = square / norm(larger);  // the product of the roots is `square`
  return {larger, {larger.re * scale, -larger.im * scale}};
}

void add_band_pass(Edges edge, int order, std::vector<Biquad>& sections) {
  const double half_width = (edge.high - edge.low) / 2;
  const double centre_squared = edge.low * edge.high;
  const double centre = std::sqrt(centre_squared);
  for (int k = 0; k < order / 2; ++k) {
    const Complex p = prototype_pole(k, order);
    const RootPair pair = roots({p.re * half_width, p.im * half_width}, centre_squared);
    // The lower pair of poles makes a high-pass section, the upper pair a low-pass section, each
    // with unit gain at the centre.
    const double low_sum = 2 * pair.smaller.re, low_product = norm(pair.smaller);
    const double low_gain = denominator_at(low_sum, low_product, centre) / centre_squared;
    sections.push_back(bilinear({low_gain, 0, 0, low_sum, low_product}));
    const double high_sum = 2 * pair.larger.re, high_product = norm(pair.larger);
    const double high_gain = denominator_at(high_sum, high_product, centre);
    sections.push_back(bilinear({0, 0, high_gain, high_sum, high_product}));
  }
  if (order % 2 == 0) return;
  sections.push_back(bilinear({0, 2 * half_width, 0, -2 * half_width, centre_squared}));
}

void add_band_stop(Edges edge, int order, std::vector<Biquad>& sections) {
  const double half_width = (edge.high - edge.low) / 2;
  const double centre_squared = edge.low * edge.high;
  const auto add = [&](double sum, double product) {
    const double gain = product / centre_squared;  // unit gain at 0 Hz
    sections.push_back(bilinear({gain, 0, gain * centre_squared, sum, product}));
  };
  for (int k = 0; k < order / 2; ++k) {
    const Complex p = prototype_pole(k, order);  // 1 / p is its conjugate: the same pair
    const RootPair pair = roots({p.re * half_width, p.im * half_width}, centre_squared);
    add(2 * pair.smaller.re, norm(pair.smaller));
    add(2 * pair.larger.re, norm(pair.larger));
  }
  if (order % 2 == 1) add(-2 * half_width, centre_squared);
}

std::string hz(double frequency_hz) {
  std::string text = std::to_string(frequency_hz);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text + " Hz";
}

Error invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

Result<void> check_edge(const char* name, double edge_hz, double sampling_rate_hz) {
  if (!(edge_hz > 0)) {
    return invalid(std::string("the ") + name + " of the filter is " + hz(edge_hz),
                   "choose a frequency above 0 Hz");
  }
  if (!(edge_hz < sampling_rate_hz / 2)) {
    return invalid(
        std::string("the ") + name + " of the filter, " + hz(edge_hz) +
            ", is not below half the sampling rate of " + hz(sampling_rate_hz),
        "choose a frequency below " + hz(sampling_rate_hz / 2) + " or leave the filter out");
  }
  return {};
}

Result<void> check_design(FilterKind kind, int order, double low_hz, double high_hz,
                          double sampling_rate_hz) {
  if (order < 1 || order > 16) {
    return invalid("a filter of order " + std::to_string(order), "choose an order from 1 to 16");
  }
  if (!(sampling_rate_hz > 0) || !std::isfinite(sampling_rate_hz)) {
    return invalid("a sampling rate of " + hz(sampling_rate_hz), "give the rate of the signal");
  }
  if (kind != FilterKind::kLowPass) {
    if (auto ok = check_edge("lower edge", low_hz, sampling_rate_hz); !ok) return ok;
  }
  if (kind != FilterKind::kHighPass) {
    if (auto ok = check_edge("upper edge", high_hz, sampling_rate_hz); !ok) return ok;
  }
  const bool band = kind == FilterKind::kBandPass || kind == FilterKind::kBandStop;
  if (band && !(low_hz < high_hz)) {
    return invalid("a band from " + hz(low_hz) + " to " + hz(high_hz), "give the lower edge first");
  }
  return {};
}

}  // namespace

Result<std::vector<Biquad>> design_butterworth(FilterKind kind, int order, double low_hz,
                                               double high_hz, double sampling_rate_hz) {
  if (auto ok = check_design(kind, order, low_hz, high_hz, sampling_rate_hz); !ok) {
    return ok.error();
  }
  const auto low = [&] { return prewarp(low_hz, sampling_rate_hz); };
  const auto high = [&] { return prewarp(high_hz, sampling_rate_hz); };
  std::vector<Biquad> sections;
  switch (kind) {
    case FilterKind::kLowPass:
      add_low_or_high(true, high(), order, sections);
      break;
    case FilterKind::kHighPass:
      add_low_or_high(false, low(), order, sections);
      break;
    case FilterKind::kBandPass:
      add_band_pass({low(), high()}, order, sections);
      break;
    case FilterKind::kBandStop:
      add_band_stop({low(), high()}, order, sections);
      break;
  }
  return sections;
}

double filter_gain(std::span<const Biquad> sections, double frequency_hz, double sampling_rate_hz) {
  const double turns = frequency_hz / sampling_rate_hz;
  const Complex z1 = {exact_cos_turns(turns), -exact_sin_turns(turns)};
  const Complex z2 = multiply(z1, z1);
  double power = 1;
  for (const Biquad& s : sections) {
    const Complex above = {s.b0 + s.b1 * z1.re + s.b2 * z2.re, s.b1 * z1.im + s.b2 * z2.im};
    const Complex below = {1 + s.a1 * z1.re + s.a2 * z2.re, s.a1 * z1.im + s.a2 * z2.im};
    power *= norm(above) / norm(below);
  }
  return std::sqrt(power);
}

}  // namespace ecg
