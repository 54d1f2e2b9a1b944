// What heads the sheet.

#include "plot/recording_text.h"

#include <catch2/catch_test_macros.hpp>

#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;

TEST_CASE("the heading says what the file says, and nothing else", "[recording_text]") {
  Recording recording;
  recording.signal = one_lead("MLII", 360, 100);
  recording.calibrations.resize(1);
  recording.calibrations[0].unit = "mV";
  recording.info.record_name = "100";
  ViewState state;
  state.subtitle = "of another record";
  describe_recording(state, recording);
  CHECK(state.title == "100");
  CHECK(state.subtitle == "1 lead, 360 Hz");
  recording.info.age_years = 69;
  recording.info.sex = "male";
  recording.info.start_time = "1975-01-01T00:00:00";
  recording.info.device = "Holter";
  recording.info.patient_id = "secret";
  describe_recording(state, recording);
  CHECK(state.subtitle == "69 y, male, 1975-01-01T00:00:00, Holter, 1 lead, 360 Hz");
}

TEST_CASE("the heading names a unit that is no voltage", "[recording_text]") {
  Recording recording;
  recording.signal = one_lead("II", 100, 100);
  recording.calibrations.resize(1);
  ViewState state;
  for (const char* unit : {"mV", "uV", "V", "mv", "MICROVOLTS", "volt", ""}) {
    recording.calibrations[0].unit = unit;
    describe_recording(state, recording);
    CHECK(state.subtitle == "1 lead, 100 Hz");
  }
  recording.calibrations[0].unit = "zscore";
  describe_recording(state, recording);
  CHECK(state.subtitle == "1 lead, 100 Hz, unit zscore, not millivolt");
}
