#pragma once
// QT corrected for the heart rate, by the four usual formulas. Fridericia is shown first: Bazett
// depends most on the rate.

#include <optional>

namespace ecg {

/// Corrected QT in ms. Sources: Bazett 1920, QT / sqrt(RR); Fridericia 1920, QT / cbrt(RR);
/// Sagie et al. 1992 (Framingham), QT + 154 (1 - RR); Hodges et al. 1983, QT + 1.75 (rate - 60).
/// RR in s, rate per minute.
struct CorrectedQt {
  double fridericia_ms = 0;
  double bazett_ms = 0;
  double framingham_ms = 0;
  double hodges_ms = 0;
};

/// What makes a corrected QT doubtful.
struct QtcDoubts {
  bool rate = false;      ///< below 50 or above 110 per minute: the formulas disagree
  bool wide_qrs = false;  ///< QRS of 120 ms or more: QT holds late depolarisation
};

/// nullopt unless both are finite and above 0.
std::optional<CorrectedQt> correct_qt(double qt_ms, double rr_ms);

/// `qrs_ms`: nullopt where the QRS was not measured.
QtcDoubts qtc_doubts(double rr_ms, std::optional<double> qrs_ms);

}  // namespace ecg
