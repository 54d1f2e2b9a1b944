#pragma once
// Elementary functions with the same bits on every platform.
//
// libm's exp, log, sin and cos differ in the last bit between platforms. What must be bit-identical
// natively and in the browser (simulator, masks, augmentations) uses these instead: only IEEE basic
// operations, no fused multiply-add (-ffp-contract=off). Accuracy: a few units in the last place.

namespace ecg {

/// e^x. 0 below -708, +infinity above 709; NaN stays NaN.
double exact_exp(double x);

/// Natural logarithm. -infinity at 0, NaN below; subnormal x counts as 0.
double exact_log(double x);

/// A sine and a cosine of one angle.
struct SinCos {
  double sin = 0;
  double cos = 1;
};

/// exact_sin_turns and exact_cos_turns at once, for the price of one.
/// Precondition: |turns| < 2^51.
SinCos exact_sin_cos_turns(double turns);

/// sin(2 pi turns). Precondition: |turns| < 2^51.
double exact_sin_turns(double turns);

/// cos(2 pi turns). Precondition: |turns| < 2^51.
double exact_cos_turns(double turns);

}  // namespace ecg
