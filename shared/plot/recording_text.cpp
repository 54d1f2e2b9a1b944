#include "plot/recording_text.h"

#include <string_view>

#include "plot/sheet_text.h"

namespace ecg {
namespace {

/// "mV", "uV", "MICROVOLTS", "volt".
bool is_voltage(std::string unit) {
  for (char& c : unit) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view ending : {"v", "volt", "volts"}) {
    if (unit.size() >= ending.size() &&
        std::string_view(unit).substr(unit.size() - ending.size()) == ending)
      return true;
  }
  return false;
}

/// A unit of the file that is not a voltage, if there is one ("zscore").
std::string foreign_unit(const Recording& recording) {
  for (const Calibration& calibration : recording.calibrations) {
    const std::string& unit = calibration.unit;
    if (!unit.empty() && !is_voltage(unit)) return unit;
  }
  return "";
}

}  // namespace

void describe_recording(ViewState& state, const Recording& recording) {
  const RecordingInfo& info = recording.info;
  const Signal& signal = recording.signal;
  state.title = info.record_name;
  state.subtitle.clear();
  const auto add = [&](const std::string& part) {
    if (part.empty()) return;
    if (!state.subtitle.empty()) state.subtitle += ", ";
    state.subtitle += part;
  };
  if (info.age_years) add(number_text(*info.age_years) + " y");
  add(info.sex.value_or(""));
  add(info.start_time.value_or(""));
  add(info.device.value_or(""));
  add(std::to_string(signal.lead_count()) + (signal.lead_count() == 1 ? " lead" : " leads"));
  add(number_text(signal.sampling_rate_hz()) + " Hz");
  const std::string unit = foreign_unit(recording);
  if (!unit.empty()) add("unit " + unit + ", not millivolt");
}

}  // namespace ecg
