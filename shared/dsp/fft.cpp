#include "dsp/fft.h"

#include <kiss_fftr.h>

#include <string>
#include <utility>

namespace ecg {
namespace {

static_assert(sizeof(kiss_fft_scalar) == FftPlan::kLanes * sizeof(float),
              "KissFFT must be built with USE_SIMD");

constexpr SampleIndex kMaxLength = SampleIndex{1} << 26;

/// Memory from KissFFT's allocator, aligned for its SIMD values.
template <typename T>
class Aligned {
 public:
  explicit Aligned(T* memory) : memory_(memory) {}
  explicit Aligned(std::size_t count)
      : memory_(static_cast<T*>(KISS_FFT_MALLOC(count * sizeof(T)))) {}
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  ~Aligned() { KISS_FFT_FREE(memory_); }

  T* get() const { return memory_; }

 private:
  T* memory_;
};

}  // namespace

struct FftPlan::State {
  explicit State(SampleIndex n)
      : length(n),
        forward(kiss_fftr_alloc(static_cast<int>(n), 0, nullptr, nullptr)),
        inverse(kiss_fftr_alloc(static_cast<int>(n), 1, nullptr, nullptr)),
        signal(static_cast<std::size_t>(n) * kLanes),
        spectrum(static_cast<std::size_t>(n / 2 + 1) * 2 * kLanes) {}

  bool ready() const { return forward.get() && inverse.get() && signal.get() && spectrum.get(); }

  SampleIndex length;
  Aligned<kiss_fftr_state> forward;
  Aligned<kiss_fftr_state> inverse;
  Aligned<float> signal;    ///< lane l of sample i at [4 i + l]
  Aligned<float> spectrum;  ///< real parts of bin k at [8 k], imaginary parts at [8 k + 4]

  kiss_fft_scalar* packed_signal() { return reinterpret_cast<kiss_fft_scalar*>(signal.get()); }
  kiss_fft_cpx* packed_spectrum() { return reinterpret_cast<kiss_fft_cpx*>(spectrum.get()); }
};

FftPlan::FftPlan(std::unique_ptr<State> state) : state_(std::move(state)) {}
FftPlan::FftPlan(FftPlan&&) noexcept = default;
FftPlan& FftPlan::operator=(FftPlan&&) noexcept = default;
FftPlan::~FftPlan() = default;

Result<FftPlan> FftPlan::create(SampleIndex length) {
  if (length < 2 || length > kMaxLength || length % 2 != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "a Fourier transform of " + std::to_string(length) + " samples",
                 "choose an even length from 2 to 2^26, for example by padding with zeros",
                 {},
                 {}};
  }
  auto state = std::make_unique<State>(length);
  if (!state->ready()) {
    return Error{ErrorCode::kTooLarge,
                 "no memory for a Fourier transform of " + std::to_string(length) + " samples",
                 "transform a shorter stretch",
                 {},
                 {}};
  }
  return FftPlan(std::move(state));
}

SampleIndex FftPlan::length() const { return state_->length; }
SampleIndex FftPlan::bin_count() const { return state_->length / 2 + 1; }

void FftPlan::forward(std::span<const float* const> signals,
                      std::span<std::complex<float>* const> spectra) {
  ECG_ASSERT(!signals.empty() && signals.size() <= kLanes && spectra.size() == signals.size());
  float* packed = state_->signal.get();
  const auto samples = static_cast<std::size_t>(length());
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      packed[i * kLanes + lane] = lane < signals.size() ? signals[lane][i] : 0.0f;
    }
  }
  kiss_fftr(state_->forward.get(), state_->packed_signal(), state_->packed_spectrum());
  const float* bins = state_->spectrum.get();
  const auto bin_total = static_cast<std::size_t>(bin_count());
  for (std::size_t lane = 0; lane < spectra.size(); ++lane) {
    for (std::size_t k = 0; k < bin_total; ++k) {
      const float* bin = bins + k * 2 * kLanes + lane;
      spectra[lane][k] = {bin[0], bin[kLanes]};
    }
  }
}

void FftPlan::inverse(std::span<const std::complex<float>* const> spectra,
                      std::span<float* const> signals) {
  ECG_ASSERT(!signals.empty() && signals.size() <= kLanes && spectra.size() == signals.size());
  float* bins = state_->spectrum.get();
  const auto bin_total = static_cast<std::size_t>(bin_count());
  for (std::size_t k = 0; k < bin_total; ++k) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      float* bin = bins + k * 2 * kLanes + lane;
      const bool used = lane < spectra.size();
      bin[0] = used ? spectra[lane][k].real() : 0.0f;
      bin[kLanes] = used ? spectra[lane][k].imag() : 0.0f;
    }
  }
  kiss_fftri(state_->inverse.get(), state_->packed_spectrum(), state_->packed_signal());
  const float* packed = state_->signal.get();
  const auto samples = static_cast<std::size_t>(length());
  const float scale = 1.0f / static_cast<float>(length());
  for (std::size_t lane = 0; lane < signals.size(); ++lane) {
    for (std::size_t i = 0; i < samples; ++i) {
      signals[lane][i] = packed[i * kLanes + lane] * scale;
    }
  }
}

SampleIndex fast_fft_length(SampleIndex length) {
  ECG_ASSERT(0 <= length && length <= kMaxLength);
  SampleIndex candidate = length < 2 ? 2 : length + length % 2;
  for (;; candidate += 2) {
    SampleIndex rest = candidate;
    for (const SampleIndex factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return candidate;
  }
}

}  // namespace ecg
