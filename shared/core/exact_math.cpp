#include "core/exact_math.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/bit_cast.h"

namespace ecg {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLn2High = 6.93147180369123816490e-01;  // ln 2 with 32 trailing zero bits
constexpr double kLn2Low = 1.90821492927058770002e-10;   // ln 2 - kLn2High
constexpr double kPi = 3.14159265358979323846;

template <std::size_t N>
double horner(const std::array<double, N>& coefficients, double x) {
  double sum = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

/// 1/first!, 1/(first+step)!, ... with the given sign pattern.
template <std::size_t N>
constexpr std::array<double, N> inverse_factorials(int first, int step, bool alternating) {
  std::array<double, N> result{};
  for (std::size_t i = 0; i < N; ++i) {
    double factorial = 1;
    for (int k = 2; k <= first + static_cast<int>(i) * step; ++k) factorial *= k;
    result[i] = (alternating && i % 2 == 1 ? -1.0 : 1.0) / factorial;
  }
  return result;
}

constexpr auto kExpSeries = inverse_factorials<14>(0, 1, false);
constexpr auto kSinSeries = inverse_factorials<9>(1, 2, true);
constexpr auto kCosSeries = inverse_factorials<10>(0, 2, true);

/// 2^k for -1022 <= k <= 1023.
double power_of_two(std::int64_t k) {
  return bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace

double exact_exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.0) return kInfinity;
  if (x < -708.0) return 0.0;
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double rest = (x - k * kLn2High) - k * kLn2Low;
  return horner(kExpSeries, rest) * power_of_two(static_cast<std::int64_t>(k));
}

double exact_log(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x < std::numeric_limits<double>::min()) return -kInfinity;
  if (x == kInfinity) return x;
  const auto bits = bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
  double mantissa = bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log m = 2 artanh((m - 1) / (m + 1))
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double series = 0;
  for (int k = 25; k >= 1; k -= 2) series = series * square + 1.0 / k;
  const auto e = static_cast<double>(exponent);
  return e * kLn2High + (2 * s * series + e * kLn2Low);
}

/// Both functions of an angle in turns, reduced to an eighth of a turn around the next quarter.
SinCos exact_sin_cos_turns(double turns) {
  const double quarters = std::floor(turns * 4 + 0.5);
  const double angle = (turns - quarters * 0.25) * (2 * kPi);
  const double square = angle * angle;
  const double s = angle * horner(kSinSeries, square);
  const double c = horner(kCosSeries, square);
  switch (static_cast<std::int64_t>(quarters) & 3) {
    case 0: return {s, c};
    case 1: return {c, -s};
    case 2: return {-s, -c};
    default: return {-c, s};
  }
}

double exact_sin_turns(double turns) { return exact_sin_cos_turns(turns).sin; }

double exact_cos_turns(double turns) { return exact_sin_cos_turns(turns).cos; }

}  // namespace ecg
