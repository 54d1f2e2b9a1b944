#pragma once
// KissFFT as it is usually built, one lead per call: what FftPlan is compared with.

#include <complex>

namespace ecg::bench {

class ScalarFft {
 public:
  explicit ScalarFft(int length);
  ScalarFft(const ScalarFft&) = delete;
  ScalarFft& operator=(const ScalarFft&) = delete;
  ~ScalarFft();

  /// `length` samples to length / 2 + 1 bins.
  void forward(const float* samples, std::complex<float>* bins);

 private:
  void* plan_;
};

}  // namespace ecg::bench
