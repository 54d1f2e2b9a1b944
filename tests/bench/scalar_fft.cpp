#include "scalar_fft.h"

#include <kiss_fftr.h>

#include <cstdlib>

namespace ecg::bench {

ScalarFft::ScalarFft(int length) : plan_(kiss_fftr_alloc(length, 0, nullptr, nullptr)) {}

ScalarFft::~ScalarFft() { std::free(plan_); }

void ScalarFft::forward(const float* samples, std::complex<float>* bins) {
  kiss_fftr(static_cast<kiss_fftr_cfg>(plan_), samples, reinterpret_cast<kiss_fft_cpx*>(bins));
}

}  // namespace ecg::bench
