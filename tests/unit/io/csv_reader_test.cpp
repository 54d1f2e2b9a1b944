// Tables of numbers as instruments and programs write them; what they leave unsaid is an error.

#include "io/csv_reader.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "hostile.h"
#include "io/csv_writer.h"
#include "io/formats.h"
#include "io/printed_times.h"
#include "io/read_recording.h"
#include "io/text_table.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

FileSet csv(const std::string& text, const std::string& name = "x.csv") {
  return {{{name, bytes_of(text)}}};
}

Recording read(const std::string& text, const ReadOptions& options = {}) {
  auto recording = read_recording(csv(text), options);
  if (!recording) FAIL(to_string(recording.error()));
  return std::move(*recording);
}

Error refuse(const std::string& text, const ReadOptions& options = {}) {
  const auto recording = read_recording(csv(text), options);
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error();
}

std::vector<float> samples(const Recording& recording, std::size_t lead) {
  const auto values = recording.signal.lead(lead);
  return {values.begin(), values.end()};
}

const ReadOptions kStated{.sampling_rate_hz = 500, .unit = "mV"};
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Equal, a missing sample being equal to a missing one.
bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

TEST_CASE("what our own writer wrote reads back, sample by sample", "[io][csv]") {
  for (const double rate : {360.0, 500.0, 257.3, 128.0, 1000.0 / 3.0}) {
    Signal signal({label_of(Lead::kII), label_from_name("ch, \"odd\" (2)")}, 4000, rate);
    for (std::size_t i = 0; i < 4000; ++i) {
      signal.lead(0)[i] = static_cast<float>(std::sin(0.1 * static_cast<double>(i)) * 1.2345678);
      signal.lead(1)[i] = i % 7 == 3 ? kMissing : -signal.lead(0)[i] / 3;
    }
    const Recording back = read(csv_from_signal(signal));
    INFO(rate);
    CHECK(back.signal.sampling_rate_hz() == Approx(rate).epsilon(1e-8));
    REQUIRE(back.signal.lead_count() == 2);
    CHECK(back.signal.leads()[0].lead == Lead::kII);
    CHECK(same(samples(back, 0), {signal.lead(0).begin(), signal.lead(0).end()}));
    CHECK(same(samples(back, 1), {signal.lead(1).begin(), signal.lead(1).end()}));
    CHECK(back.calibrations[0].unit == "mV");
    CHECK(back.info.source_format == "CSV");
  }
}

TEST_CASE("separators, decimal commas and marks of missing samples are found", "[io][csv]") {
  const std::vector<float> one{0.5f, -1.25f, 3}, two{10, kMissing, 30};
  for (const char* text :
       {"0.5,10\n-1.25,\n3,30\n", "0.5\t10\r\n-1.25\tNaN\r\n3\t30\r\n", "0,5;10\n-1,25;NA\n3;30",
        "0.5;10\n-1.25;-\n3;30\n", "  0.5 10\n -1.25   ?\n 3 30\n", "0,5 10\n-1,25 null\n3 30\n",
        "\"0.5\",\"10\"\n\"-1.25\",\"\"\n3,30\n",
        "\xEF\xBB\xBF"
        "0.5, 10\n\n-1.25, nan\n3e0, 30.0\n"}) {
    INFO(text);
    const Recording recording = read(text, kStated);
    REQUIRE(recording.signal.lead_count() == 2);
    CHECK(same(samples(recording, 0), one));
    CHECK(same(samples(recording, 1), two));
  }
  CHECK(same(samples(read("0,05\n0,10\n-0,15\n0,20\n", kStated), 0), {0.05f, 0.1f, -0.15f, 0.2f}));
  CHECK(read("12,34\n5,6\n7,8\n", kStated).signal.lead_count() == 2);
}

TEST_CASE("lines of plain decimals and any other lines may follow each other", "[io][csv]") {
  const std::string plain = "1.25,-3\n2.5,4\n", quoted = "\"5\",1e0\n", spaced = " 6 , 7\n";
  const Recording mixed = read(plain + quoted + plain + spaced + "8,\n" + plain, kStated);
  CHECK(same(samples(mixed, 0), {1.25f, 2.5f, 5, 1.25f, 2.5f, 6, 8, 1.25f, 2.5f}));
  CHECK(same(samples(mixed, 1), {-3, 4, 1, -3, 4, 7, kMissing, -3, 4}));
  CHECK(refuse(plain + plain + plain + plain + "1,2,3\n" + plain, kStated).code ==
        ErrorCode::kInconsistent);
}

TEST_CASE("UTF-16, as spreadsheets save it, is read alike", "[io][csv]") {
  const std::string text = "time (s)\tI (\xC2\xB5V)\n0\t1000\n0,002\t-500\n0,004\t2\n";
  std::string wide = "\xFF\xFE";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool micro = text[i] == '\xC2';
    wide += micro ? text[++i] : text[i];
    wide += '\0';
  }
  const auto recording = read_recording(csv(wide, "table.txt"));
  REQUIRE(recording.has_value());
  CHECK(recording->signal.sampling_rate_hz() == 500);
  CHECK(same(samples(*recording, 0), {1, -0.5f, 0.002f}));
  CHECK(recording->calibrations[0].counts_per_mv == 1000);
}

TEST_CASE("column names carry units; a line of units may follow them", "[io][csv]") {
  const Recording one =
      read("time_ms,I (mV),II_uV,aVR/nV,MLII [V]\n0,1,1,1,1\n4,2,2,2,2\n8,3,3,3,3\n");
  CHECK(one.signal.sampling_rate_hz() == 250);
  const float third[] = {3, 0.003f, 3e-6f, 3000};
  for (std::size_t lead = 0; lead < 4; ++lead) CHECK(one.signal.lead(lead)[2] == third[lead]);
  CHECK(one.signal.leads()[2].lead == Lead::kAvr);
  CHECK(one.signal.leads()[3].name == "MLII");
  const Recording two = read(
      "'Elapsed time','MLII','ABP'\n'hh:mm:ss.mmm','mV','mmHg'\n'0:00.000',-0.1,80\n'0:00.004',0,81"
      "\n'0:00.008',0.1,82\n");
  CHECK(two.signal.sampling_rate_hz() == 250);
  CHECK(two.signal.lead(1)[2] == 82);
  REQUIRE(two.warnings.size() == 1);
  CHECK_THAT(two.warnings[0], ContainsSubstring("mmHg"));
}

TEST_CASE("comments and lines above the table state rate, unit and names", "[io][csv]") {
  const Recording simple = read(
      "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Unit = 200/mV\n# Labels:= II\n2044\n"
      "2046\n2050\n");
  CHECK(simple.signal.sampling_rate_hz() == 1000);
  CHECK(simple.signal.leads()[0].lead == Lead::kII);
  CHECK(simple.signal.lead(0)[1] == 10.23f);
  CHECK(simple.info.comments == std::vector<std::string>{"Simple Text Format"});
  const Recording watch = read(
      "Name,\"Jane Doe\"\nDate of Birth,\"1 Jan 1950\"\nRecorded Date,2021-03-04 05:06:07 +0100\n"
      "Classification,Sinus Rhythm\nSymptoms,\nSoftware Version,1.90\nDevice,\"Watch4,4\"\n"
      "Sample Rate,512.4 hertz\n\nLead,\"Lead I\"\nUnit,\"\xC2\xB5V\"\n\n-12.5\n13.75\n0\n");
  CHECK(watch.signal.sampling_rate_hz() == 512.4);
  CHECK(watch.signal.leads()[0].lead == Lead::kI);
  CHECK(watch.signal.lead(0)[0] == -0.0125f);
  CHECK(watch.info.identity.patient_name == "Jane Doe");
  CHECK(watch.info.identity.birth_date == "1 Jan 1950");
  CHECK(watch.info.device == "Watch4,4");
  CHECK(watch.info.statements == std::vector<std::string>{"Sinus Rhythm"});
  CHECK(
      read("Sampling interval: 4 ms\nUnits: uV\nI;II\n1;2\n3;4\n5;6\n").signal.sampling_rate_hz() ==
      250);
  const Recording savetxt = read("# fs = 0.5 kHz\n# I II\n1 2\n3 4\n5 6\n", {.unit = "mV"});
  CHECK(savetxt.signal.sampling_rate_hz() == 500);
  CHECK(savetxt.signal.leads()[1].lead == Lead::kII);
}

TEST_CASE("a first column that counts samples or tells the time is no lead", "[io][csv]") {
  const Recording counted = read("sample #,I\n0,5\n1,6\n2,7\n", kStated);
  REQUIRE(counted.signal.lead_count() == 1);
  CHECK(counted.signal.lead(0)[0] == 5);
  std::string seconds, milliseconds;
  for (int i = 0; i < 20; ++i) {
    seconds += std::to_string(i * 0.002) + " " + std::to_string(i * i) + "\n";
    milliseconds += std::to_string(i * 4) + "," + std::to_string(i * i) + "\n";
  }
  const Recording even = read(seconds, {.unit = "mV"});
  CHECK(even.signal.sampling_rate_hz() == 500);
  CHECK(even.signal.lead_count() == 1);
  CHECK(even.warnings.size() == 1);
  CHECK(read(milliseconds, {.unit = "mV"}).signal.sampling_rate_hz() == 250);
  const Recording midnight =
      read("time,I (mV)\n23:59:59.990,1\n23:59:59.995,2\n00:00:00.000,3\n00:00:00.005,4\n");
  CHECK(midnight.signal.sampling_rate_hz() == 200);
}

TEST_CASE("few long lines are leads, one per line", "[io][csv]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + " ";
  const Recording one = read(text, kStated);
  CHECK(one.signal.lead_count() == 1);
  CHECK(one.signal.sample_count() == 100);
  CHECK(one.signal.lead(0)[99] == 99);
  const Recording three = read(text + "\n" + text + "\n" + text + "\n",
                               {.sampling_rate_hz = 100, .unit = "uV", .leads = {"I", "II", "V1"}});
  CHECK(three.signal.lead_count() == 3);
  CHECK(three.signal.leads()[2].lead == Lead::kV1);
  CHECK(three.warnings.size() == 1);
}

TEST_CASE("columns of empty fields stay, but not what a last separator makes", "[io][csv]") {
  CHECK(read("1,2,\n3,4,\n5,6,\n", kStated).signal.lead_count() == 2);
  CHECK(read("I,II,\n1,2,\n3,4,\n5,6,\n", kStated).signal.lead_count() == 2);
  CHECK(read("1,2,,\n3,4,,\n5,6,,\n", kStated).signal.lead_count() == 4);
  CHECK(read("I,II,V1\n1,2,\n3,4,\n5,6,\n", kStated).signal.lead_count() == 3);
}

TEST_CASE("what a table does not say is asked for, never guessed", "[io][csv]") {
  const std::string bare = "1,2\n3,4\n5,6\n";
  const Error both = refuse(bare);
  CHECK(both.code == ErrorCode::kBadHeader);
  CHECK_THAT(both.message, ContainsSubstring("neither"));
  CHECK_THAT(both.hint, ContainsSubstring("--rate") && ContainsSubstring("--unit"));
  CHECK_THAT(refuse(bare, {.unit = "mV"}).message, ContainsSubstring("no sampling rate"));
  CHECK_THAT(refuse(bare, {.sampling_rate_hz = 500}).message, ContainsSubstring("no unit"));
  CHECK_THAT(refuse("time_s,x\n0,1\n0.002,2\n0.004,3\n0.1,4\n").message, ContainsSubstring("even"));
  CHECK(refuse(bare, {.sampling_rate_hz = -1, .unit = "mV"}).code == ErrorCode::kInvalidArgument);
  CHECK(refuse(bare, {.sampling_rate_hz = 1, .unit = "bpm"}).code == ErrorCode::kInvalidArgument);
  CHECK(read_recording(small_record(), kStated).error().code == ErrorCode::kInvalidArgument);
  const Recording other = read("# fs = 250 Hz\n1,2\n3,4\n5,6\n", kStated);
  CHECK(other.signal.sampling_rate_hz() == 500);
  CHECK(other.warnings.size() == 1);
}

TEST_CASE("a broken table names the line", "[io][csv]") {
  std::string good;
  for (int i = 0; i < 20; ++i) good += "1,2\n";
  const Error word = refuse(good + "3,oops\n4,5\n", kStated);
  CHECK(word.code == ErrorCode::kBadValue);
  CHECK(word.byte_offset == 80);
  CHECK_THAT(word.message, ContainsSubstring("oops") && ContainsSubstring("line 21"));
  CHECK(refuse(good + "3,4,5\n1,2\n", kStated).code == ErrorCode::kInconsistent);
  CHECK(refuse(good + "3", kStated).code == ErrorCode::kTruncated);
  CHECK(refuse("1e300,1\n0:01,2\n0:02,3\n0:03,4\n", {.unit = "mV"}).code ==
        ErrorCode::kInsufficientData);  // midnight is not looked for forever
  CHECK(refuse("", kStated).code == ErrorCode::kEmptyFile);
  CHECK(refuse("no table\nat all\n", kStated).code == ErrorCode::kBadHeader);
}

TEST_CASE("text that is no table is not taken for one", "[io][csv]") {
  for (const char* text : {"Dear Sir,\n1, 2 and 3.\n", "100 2 360 650000\n100.dat 212 200\n",
                           "<?xml version=\"1.0\"?>\n", "1\n2\n", "1,2\n1,2\nx,y\n"})
    CHECK_FALSE(is_csv({"x", bytes_of(text)}));
  CHECK_FALSE(is_csv({"x", bytes_of("1,2\n1,2\n1,2\n" + std::string(1, '\0'))}));
  CHECK(is_csv({"x", bytes_of("1,2\n1,2\n1,2\n")}));
}

TEST_CASE("printed times give the plainest rate they allow", "[io][csv]") {
  const auto rate = [](double hz, const char* format, int count) {
    PrintedTimes times;
    for (int i = 0; i < count; ++i) {
      char text[40];
      std::snprintf(text, sizeof text, format, i / hz);
      note_digits(text, '.', times);
      times.values.push_back(std::strtod(text, nullptr));
    }
    const auto found = rate_from_times(times, 1, "x");
    return found ? *found : 0.0;
  };
  CHECK(rate(360, "%.3f", 3600) == 360);
  CHECK(rate(360, "%.6g", 36000) == 360);
  CHECK(rate(1000, "%.9g", 100000) == 1000);
  CHECK(rate(128, "%.2f", 1280) == 128);
  CHECK(rate(257.3, "%.9g", 10000) == 257.3);
  CHECK(rate(500.025, "%.9g", 10000) == 500.025);
}

TEST_CASE("cut and damaged tables are errors or shorter recordings", "[io][csv][hostile]") {
  const std::string text =
      "# Sampling Rate: 250\n# Patient: Doe\ntime (ms);I [mV];II [uV]\n0;0,1;5\n4;0,2;-6\n8;;7\n"
      "12;0,4;8\n16;1e-3;NaN\n20;3,25;9\n";
  const FileSet whole = csv(text);
  REQUIRE(read_recording(whole).has_value());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = read_recording(csv(text.substr(0, size)));
    if (cut) CHECK(cut->signal.sample_count() <= 6);
    CHECK(survives(csv(text.substr(0, size))));
  }
  require_damage_survived({whole, csv("1 2 3\n4 5 6\n7 8 9\n")}, 10000, 21);
}

TEST_CASE("the tables at hand ask for what they lack", "[io][csv][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto file = [&](const char* name) { return read_files({*data / "formats/csv" / name}); };
  for (const char* name : {"0000050.ECG.csv", "ECG1.txt", "ecg.txt"}) {
    const auto recording = read_recording(file(name));
    REQUIRE_FALSE(recording.has_value());
    CHECK(recording.error().code == ErrorCode::kBadHeader);
  }
  const auto line = read_recording(file("ECG1.txt"), kStated);
  REQUIRE(line.has_value());
  CHECK(line->signal.lead_count() == 1);
  CHECK(line->signal.sample_count() == 20000);
  CHECK(line->signal.lead(0)[1] == 0.005413f);
  const auto simple = read_recording(file("ecg.txt"), {.unit = "200/mV"});
  REQUIRE(simple.has_value());
  CHECK(simple->signal.sampling_rate_hz() == 1000);
  CHECK(simple->signal.sample_count() == 15000);
}

TEST_CASE("the same Contec ECG as CSV and as SCP-ECG has the same microvolts", "[io][csv][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto scp = read_recording(read_files({*data / "formats/scp/0000050.ECG.scp"}));
  REQUIRE(scp.has_value());
  // The table holds counts; their size, 5 uV, and the rate stand in the SCP-ECG file only.
  const auto table = read_recording(read_files({*data / "formats/csv/0000050.ECG.csv"}),
                                    {.sampling_rate_hz = scp->signal.sampling_rate_hz(),
                                     .unit = "200/mV",
                                     .leads = {"I", "II", "III", "aVR", "aVL", "aVF"}});
  REQUIRE(table.has_value());
  CHECK(table->signal.sample_count() == scp->signal.sample_count());
  double worst_mv = 0;
  for (std::size_t lead = 0; lead < 6; ++lead) {
    REQUIRE(scp->signal.leads()[lead].lead == table->signal.leads()[lead].lead);
    // The SCP-ECG file stores 32,767 samples of the 37,855 it states.
    for (std::size_t i = 0; i < 32767; ++i)
      worst_mv = std::max(worst_mv, std::abs(static_cast<double>(scp->signal.lead(lead)[i]) -
                                             static_cast<double>(table->signal.lead(lead)[i])));
  }
  INFO("largest difference in mV: " << worst_mv);
  CHECK(worst_mv < 1e-6);
}
