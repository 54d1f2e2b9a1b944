// Opening, actions, links, JSON: the workspace without drawing.

#include "viewer/workspace.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <string>

#include "headless_viewer.h"
#include "io/base64.h"
#include "io/wfdb_writer.h"
#include "support/test_data.h"
#include "synth/simulate.h"
#include "viewer/actions.h"
#include "viewer/json.h"
#include "viewer/state_json.h"
#include "viewer/texts.h"
#include "viewer/view_fragment.h"

using namespace ecg;
using Catch::Matchers::ContainsSubstring;

namespace {

FileSet simulated_files() {
  auto simulation = simulate({});
  REQUIRE(simulation);
  auto files = wfdb_from_recording(simulation->recording, "s0001");
  REQUIRE(files);
  return *files;
}

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  REQUIRE_FALSE(json.is_discarded());
  return json;
}

}  // namespace

TEST_CASE("a WFDB record is opened and described") {
  Workspace workspace;
  REQUIRE(open_files(workspace, simulated_files()));
  const Json state = parsed(state_json(workspace, 7));
  CHECK(state["recording"]["record"] == "s0001");
  CHECK(state["recording"]["format"] == "WFDB");
  CHECK(state["recording"]["samples"] == 5000);
  CHECK(state["recording"]["leads"].size() == 12);
  CHECK(state["recording"]["leads"][3] == "aVR");
  CHECK(state["recording"]["example"] == false);
  CHECK(state["mode"] == "read");
  CHECK(state["view"]["layout"] == "3x4+1");
  CHECK(state["checks"]["limb_lead_residual_mv"].is_number());
  CHECK(state["frames"] == 7);
}

TEST_CASE("without a recording the state says so") {
  const Workspace workspace;
  const Json state = parsed(state_json(workspace, 0));
  CHECK(state["recording"].is_null());
  CHECK(state["checks"].is_null());
  CHECK(state["encoder"]["status"] == "none");
}

TEST_CASE("a broken file leaves the recording before in place, with an error that helps") {
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  FileSet files = simulated_files();
  for (NamedBytes& file : files.files) {
    if (extension_of(file.name) == "dat") file.bytes.resize(100);
  }
  const auto opened = open_files(workspace, files);
  REQUIRE_FALSE(opened);
  REQUIRE(workspace.open.has_value());
  CHECK(workspace.open->example);
  const Json error = parsed(error_json(workspace.error, workspace.found));
  REQUIRE_FALSE(error["found"].empty());
  CHECK(error["found"][0]["what"] == "format");
  CHECK(error["code"] == "truncated");
  CHECK_FALSE(error["message"].get<std::string>().empty());
  CHECK_FALSE(error["hint"].get<std::string>().empty());
  REQUIRE(open_example(workspace, 2));
  CHECK(error_json(workspace.error) == "null");
}

TEST_CASE("a table opens with the rate and unit that the person states") {
  Workspace workspace;
  std::string table;
  for (int i = 0; i < 1000; ++i) table += std::to_string(i % 90) + ",5\n";
  const FileSet files{{{"a.csv", {table.begin(), table.end()}}}};
  REQUIRE_FALSE(open_files(workspace, files));
  const Json error = parsed(error_json(workspace.error, workspace.found, workspace.unstated));
  CHECK(error["unstated"]["rate"] == true);
  CHECK(error["unstated"]["unit"] == true);
  CHECK(error["unstated"]["samples"] == 1000);
  CHECK(error["unstated"]["largest"] == 89);
  REQUIRE_FALSE(open_files(workspace, files, {.sampling_rate_hz = -1, .unit = "uV"}));
  REQUIRE(open_files(workspace, files, {.sampling_rate_hz = 500, .unit = "uV"}));
  CHECK(workspace.open->recording.signal.duration_s() == 2);
  CHECK_FALSE(workspace.unstated.has_value());
}

TEST_CASE("equal seeds give equal examples") {
  Workspace first;
  Workspace second;
  REQUIRE(open_example(first, 3));
  REQUIRE(open_example(second, 3));
  const auto a = first.open->recording.signal.values();
  const auto b = second.open->recording.signal.values();
  CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  CHECK(parsed(state_json(first, 0))["recording"]["example"] == true);
}

TEST_CASE("a view survives the way through a link") {
  Workspace sender;
  REQUIRE(run_action(sender, "set_layout:6x2"));
  REQUIRE(run_action(sender, "set_speed:50"));
  REQUIRE(run_action(sender, "gain_up"));
  REQUIRE(run_action(sender, "set_filter:0.5-40"));
  REQUIRE(run_action(sender, "set_mask_ratio:0.75"));
  REQUIRE(run_action(sender, "set_seed:77"));
  REQUIRE(run_action(sender, "mode_encode"));
  Workspace receiver;
  apply_view_fragment(receiver, "#" + view_fragment(sender));
  CHECK(view_fragment(receiver) == view_fragment(sender));
  CHECK(receiver.view.layout == Layout::k6x2);
  CHECK(receiver.view.gain_mm_per_mv == 20);
  CHECK(receiver.encoder.seed() == 77);
  CHECK(receiver.mode == Mode::kEncode);
}

TEST_CASE("the default link names the layout so that form decoders keep its plus sign") {
  const Workspace workspace;
  CHECK_THAT(view_fragment(workspace), ContainsSubstring("layout=3x4%2B1"));
}

TEST_CASE("a link never carries anything of the recording") {
  Workspace workspace;
  const std::string before = view_fragment(workspace);
  REQUIRE(open_files(workspace, simulated_files()));
  CHECK(view_fragment(workspace) == before);
}

TEST_CASE("hostile links change nothing") {
  Workspace workspace;
  const std::string before = view_fragment(workspace);
  for (const char* text :
       {"", "#", "&&&", "=", "speed=", "speed=nan", "speed=-3", "speed=1e99", "gain=inf",
        "layout=%", "layout=%2", "layout=<script>", "mode=admin", "seed=-1", "seed=1e20",
        "mask=", "seed=%00", "filter=../../etc", "speed=0x10q"}) {
    INFO(text);
    apply_view_fragment(workspace, text);
    CHECK(view_fragment(workspace) == before);
  }
}

TEST_CASE("strings of files cross as valid JSON whatever their bytes") {
  Workspace workspace;
  Recording recording = test::sine_recording(10);
  recording.info.record_name = "\"}]\xff\xfe<script>\n\x01";
  recording.warnings = {std::string("a\0b", 3), "\xc3"};
  workspace.open = OpenRecording{recording, {}, false};
  workspace.filtered = apply_display_filter(recording.signal, DisplayFilter::kNone);
  const Json state = parsed(state_json(workspace, 0));
  CHECK_THAT(state["recording"]["record"].get<std::string>(), ContainsSubstring("<script>"));
  CHECK(state["recording"]["warnings"].size() == 2);
  CHECK_THAT(sheet_svg(workspace), !ContainsSubstring("<script>"));
}

TEST_CASE("file names made from record names are harmless") {
  CHECK(safe_file_name("../../x y") == "______x_y");
  CHECK(safe_file_name("00001_lr") == "00001_lr");
  CHECK(safe_file_name("") == "ecg");
  CHECK(safe_file_name("///") == "ecg");
  CHECK(safe_file_name(std::string(1000, 'a')).size() == 64);
}

TEST_CASE("actions: unknown names are refused, steps stop at the ends") {
  Workspace workspace;
  CHECK_FALSE(run_action(workspace, "no_such_action"));
  CHECK_FALSE(run_action(workspace, ""));
  CHECK_FALSE(run_action(workspace, "set_seed"));
  CHECK_FALSE(run_action(workspace, "gain_up:3"));
  for (int i = 0; i < 9; ++i) run_action(workspace, "gain_down");
  CHECK(workspace.view.gain_mm_per_mv == 5);
  for (int i = 0; i < 9; ++i) run_action(workspace, "speed_up");
  CHECK(workspace.view.speed_mm_per_s == 50);
  const Layout first = workspace.view.layout;
  for (std::size_t i = 0; i < kLayouts.size(); ++i) run_action(workspace, "layout");
  CHECK(workspace.view.layout == first);
}

TEST_CASE("every action has a name of its own, and every key one action") {
  const auto actions = all_actions();
  for (std::size_t i = 0; i < actions.size(); ++i) {
    for (std::size_t j = i + 1; j < actions.size(); ++j) {
      INFO(actions[i].name << " " << actions[j].name);
      CHECK(actions[i].name != actions[j].name);
      CHECK((actions[i].key.empty() || actions[i].key != actions[j].key));
    }
  }
}

TEST_CASE("time pans within the recording only") {
  Workspace workspace;
  Recording recording = test::sine_recording(60);
  workspace.open = OpenRecording{recording, {}, false};
  set_start(workspace, 1e9);
  CHECK(workspace.view.start_s == 50);
  set_start(workspace, -1);
  CHECK(workspace.view.start_s == 0);
  run_action(workspace, "pan_right");
  CHECK(workspace.view.start_s == 2);
  run_action(workspace, "set_speed:12.5");  // 20 s on the sheet
  set_start(workspace, 1e9);
  CHECK(workspace.view.start_s == 40);
}

TEST_CASE("filters change the drawn trace, never the recording") {
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  const std::vector<float> before(workspace.open->recording.signal.values().begin(),
                                  workspace.open->recording.signal.values().end());
  REQUIRE(run_action(workspace, "filter"));
  CHECK(shown_view(workspace).filter_text == "0.05\u2013150 Hz");
  const auto shown = workspace.filtered.signal.values();
  CHECK_FALSE(std::equal(before.begin(), before.end(), shown.begin()));
  const auto kept = workspace.open->recording.signal.values();
  CHECK(std::equal(before.begin(), before.end(), kept.begin()));
  REQUIRE(run_action(workspace, "set_filter:none"));
  const auto again = workspace.filtered.signal.values();
  CHECK(std::equal(before.begin(), before.end(), again.begin()));
}

TEST_CASE("a low-pass edge above the Nyquist frequency is left out and not claimed") {
  const Recording recording = test::sine_recording(10);  // 100 Hz
  CHECK(apply_display_filter(recording.signal, DisplayFilter::kDiagnostic).text == "from 0.05 Hz");
  CHECK(apply_display_filter(recording.signal, DisplayFilter::kMonitor).text == "0.5\u201340 Hz");
}

TEST_CASE("saving asks for a download of text") {
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  workspace.requests.take();
  REQUIRE(run_action(workspace, "save_csv"));
  REQUIRE(run_action(workspace, "save_svg"));
  const auto requests = workspace.requests.take();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].name == "einthoven_example.csv");
  CHECK_THAT(requests[0].text, Catch::Matchers::StartsWith("time_s,I,II,"));
  CHECK(requests[1].mime == "image/svg+xml");
  CHECK_THAT(requests[1].text, ContainsSubstring("<svg"));
  const Json json = parsed(requests_json(requests));
  CHECK(json[0]["kind"] == "download");
}

TEST_CASE("a de-identified copy tells nothing of the person and says what it left out") {
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  RecordingInfo& info = workspace.open->recording.info;
  info.record_name = "MARKER";
  info.patient_id = "MARKER";
  info.identity.patient_name = "MARKER";
  info.statements = {"MARKER"};
  const auto saved = [&] {
    workspace.requests.take();
    REQUIRE(run_action(workspace, "save_deidentified"));
    return workspace.requests.take();
  };
  const auto requests = saved();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].name == "deidentified.edf");
  CHECK_THAT(requests[0].text, !ContainsSubstring("MARKER"));
  CHECK_THAT(workspace.saved_note, ContainsSubstring("Saved as EDF+. Left out: "));
  CHECK_THAT(workspace.saved_note, ContainsSubstring("patient name"));
  CHECK(requests[1].text == workspace.saved_note);
  const Json json = parsed(requests_json(requests));
  const auto bytes = bytes_from_base64(json[0]["base64"].get<std::string>());
  REQUIRE(bytes.has_value());
  Workspace again;
  REQUIRE(open_files(again, {{{"deidentified.edf", *bytes}}}));
  CHECK(again.open->recording.signal.lead_count() == 12);

  workspace.open->recording.signal.lead(0)[7] = std::nanf("");
  const auto as_csv = saved();
  CHECK(as_csv[0].name == "deidentified.csv");
  CHECK_THAT(as_csv[0].text, Catch::Matchers::StartsWith("time_s,I,II,"));
  CHECK_THAT(workspace.saved_note, ContainsSubstring("because EDF cannot hold it"));
}

TEST_CASE("a real PTB-XL record opens") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto base = *folder / "ptbxl" / "records500" / "00000";
  if (!std::filesystem::exists(base / "00001_hr.hea")) SKIP("PTB-XL 00001 is not here");
  Workspace workspace;
  REQUIRE(open_files(workspace, test::read_files({base / "00001_hr.hea", base / "00001_hr.dat"})));
  CHECK(parsed(state_json(workspace, 0))["recording"]["duration_s"] == 10.0);
  CHECK(shown_signal(workspace).lead_count == 12);
}

TEST_CASE("the recordings among many files are listed with the places of their files") {
  FileSet files = simulated_files();
  const auto second = wfdb_from_recording(simulate({})->recording, "s2");
  REQUIRE(second);
  files.files.insert(files.files.begin(), second->files.begin(), second->files.end());
  const Json list = parsed(recordings_json(list_recordings(files)));
  REQUIRE(list.size() == 2);
  CHECK(list[0]["name"] == "s0001.hea");
  CHECK(list[1]["name"] == "s2.hea");
  for (const Json& position : list[0]["files"]) CHECK(position >= second->files.size());
  for (const Json& position : list[1]["files"]) CHECK(position < second->files.size());
}

TEST_CASE("collected files are told by name and size") {
  CHECK(files_json({{{"a/model.json", {1, 2}}, {"b.onnx", {}}}}) ==
        R"([{"name":"a/model.json","bytes":2},{"name":"b.onnx","bytes":0}])");
}

TEST_CASE("choosing a model is asked of the host") {
  Workspace workspace;
  REQUIRE(run_action(workspace, "choose_model"));
  CHECK(requests_json(workspace.requests.take()) == R"([{"kind":"choose_model"}])");
}
