#pragma once
// std::bit_cast, which the standard library of Emscripten 3.1.6 lacks.

namespace ecg {

/// The bits of `from` read as a To. Both trivially copyable and of equal size.
template <typename To, typename From>
constexpr To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}

}  // namespace ecg
