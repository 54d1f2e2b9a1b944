// einthoven info: what is in a file, for people or as JSON.

#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/info_table.h"
#include "cli/read_flags.h"
#include "cli/recording_json.h"
#include "io/formats.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"

namespace ecg::cli {
namespace {

struct InfoOptions {
  std::vector<std::string> files;
  bool json = false;
  bool parts = false;
  bool table = false;
  ReadOptions read;
};

void print_field(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("  %-15s %s\n", name, value.c_str());
}

std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value + 0.0);  // no "-0"
  return text;
}

void print_leads(const Signal& signal, const std::vector<Calibration>& calibrations) {
  std::printf("  %-10s %-8s %12s %10s %10s %10s  %s\n", "lead", "unit", "counts/mV", "baseline",
              "lowest", "highest", "stored as");
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const Calibration calibration = row < calibrations.size() ? calibrations[row] : Calibration{};
    float low = NAN, high = NAN;
    for (const float value : signal.lead(row)) {
      low = std::fmin(low, value);
      high = std::fmax(high, value);
    }
    const std::string name(display_name(signal.leads()[row]));
    std::printf("  %-10s %-8s %12s %10s %10.4g %10.4g  %s\n", name.c_str(),
                calibration.unit.c_str(), number_text(calibration.counts_per_mv).c_str(),
                number_text(calibration.baseline).c_str(), static_cast<double>(low),
                static_cast<double>(high), calibration.storage.c_str());
  }
}

/// How often each annotation symbol occurs.
std::string annotation_summary(const std::vector<Annotation>& annotations) {
  std::map<std::string, int> counts;
  for (const Annotation& annotation : annotations) ++counts[annotation.symbol];
  std::string text = std::to_string(annotations.size());
  const char* separator = " (";
  for (const auto& [symbol, count] : counts) {
    text += separator + symbol + " x " + std::to_string(count);
    separator = ", ";
  }
  return counts.empty() ? std::string("none") : text + ')';
}

void print_checks(const Recording& recording) {
  const RecordingChecks checks = check_recording(recording);
  print_field("limb leads", checks.limb_lead_residual_mv
                                ? "III = II - I and the like hold to " +
                                      number_text(*checks.limb_lead_residual_mv) + " mV"
                                : std::string("cannot be compared (leads absent)"));
  print_field("missing", std::to_string(checks.missing_samples) + " samples");
  for (const std::string& warning : recording.warnings) print_field("warning", warning);
  for (const std::string& warning : checks.warnings) print_field("warning", warning);
}

/// What the device or a reader put into the file; nothing here is computed.
void print_statements(const RecordingInfo& info) {
  for (const std::string& statement : info.statements) print_field("from the file", statement);
  for (const FileMeasurement& measurement : info.measurements) {
    print_field("from the file",
                measurement.name + " " + number_text(measurement.value) + " " + measurement.unit);
  }
  for (const NamedText& text : info.technical)
    print_field("technical", text.name + ": " + text.value);
}

/// Who was recorded, where and by whom, as far as the file says.
void print_identity(const RecordingInfo& info) {
  print_field("patient", info.identity.patient_name.value_or(""));
  print_field("patient id", info.patient_id.value_or(""));
  print_field("born", info.identity.birth_date.value_or(""));
  print_field("institution", info.identity.institution.value_or(""));
  print_field("serial number", info.identity.device_serial.value_or(""));
  for (const NamedText& text : info.identity.other) print_field(text.name.c_str(), text.value);
}

/// The parts recognised in the files, whether they can be read or not.
void print_parts(const FileSet& files) {
  for (const FoundPart& part : describe_files(files)) {
    const std::string place =
        part.byte_offset ? " (at byte " + std::to_string(*part.byte_offset) + ")" : std::string();
    std::printf("%s: %s %s%s\n", part.file.c_str(), part.what.c_str(), part.detail.c_str(),
                place.c_str());
  }
}

void print_recording(const Recording& recording) {
  const Signal& signal = recording.signal;
  const RecordingInfo& info = recording.info;
  std::printf("%s (%s)\n", info.record_name.c_str(), info.source_format.c_str());
  print_field("sampling rate", number_text(signal.sampling_rate_hz()) + " Hz");
  print_field("duration", number_text(signal.duration_s()) + " s, " +
                              std::to_string(signal.sample_count()) + " samples per lead");
  print_field("start", info.start_time.value_or(""));
  print_field("age", info.age_years ? number_text(*info.age_years) + " years" : "");
  print_field("sex", info.sex.value_or(""));
  print_field("device", info.device.value_or(""));
  print_identity(info);
  print_statements(info);
  print_field("annotations", annotation_summary(recording.annotations));
  print_checks(recording);
  std::printf("\n");
  print_leads(signal, recording.calibrations);
  for (const SignalGroup& group : recording.groups) {
    std::printf("\n  further signals: %s, %lld samples\n", group.name.c_str(),
                static_cast<long long>(group.signal.sample_count()));
    print_leads(group.signal, group.calibrations);
  }
  std::printf("\n");
}

/// Reports each record once, however many of its files were named. Of several records the readable
/// ones are reported before the first error is thrown.
void for_each_record(const std::vector<std::string>& paths,
                     const std::function<void(const FileSet&)>& report) {
  std::set<std::string> seen;
  std::optional<CliError> first_error;
  for (const std::string& path : paths) {
    try {
      const FileSet files = load_recording_files(path);
      if (!seen.insert(files.files.front().name).second) continue;
      report(files);
    } catch (const CliError& error) {
      if (first_error) {
        std::fprintf(stderr, "einthoven: %s\n", error.what());
      } else {
        first_error = error;
      }
    }
  }
  if (first_error) throw *first_error;
}

void print_json(const InfoOptions& options) {
  auto list = nlohmann::ordered_json::array();
  for_each_record(options.files, [&](const FileSet& files) {
    list.push_back(json_from_recording(value_or_throw(read_recording(files, options.read))));
  });
  const nlohmann::ordered_json all = {{"recordings", list}};
  std::fputs(text_from_json(list.size() == 1 ? list[0] : all).c_str(), stdout);
}

void print_text(const InfoOptions& options) {
  bool any = false;
  for_each_record(options.files, [&](const FileSet& files) {
    const Recording recording = value_or_throw(read_recording(files, options.read));
    if (!any) std::printf("%s\n\n", kNotForDiagnosis);
    any = true;
    print_recording(recording);
  });
}

void print_table(const InfoOptions& options) {
  const auto rows = table_of(options.files, options.read);
  std::fputs((options.json ? text_from_json(json_of_table(rows)) : text_of_table(rows)).c_str(),
             stdout);
}

void run_info(const InfoOptions& options) {
  if (options.table) return print_table(options);
  if (options.parts) return for_each_record(options.files, print_parts);
  options.json ? print_json(options) : print_text(options);
}

}  // namespace

void add_info(CLI::App& program) {
  auto options = std::make_shared<InfoOptions>();
  CLI::App* command = program.add_subcommand("info",
                                             "Say what ECG files hold: leads, rate, duration, "
                                             "annotations, and whether the leads fit each other");
  command
      ->add_option("FILE", options->files,
                   "ECG files. For a WFDB record name its header (.hea); its signal and annotation "
                   "files are found beside it")
      ->required();
  command->add_flag(
      "--json", options->json,
      "Print one JSON object instead of text (several records: {\"recordings\": [...]})");
  command->add_flag("--parts", options->parts,
                    "List what is recognised inside the files instead, also where they are broken");
  command->add_flag("--table", options->table,
                    "One line per record of whole folders: format, leads, rate, duration, checks, "
                    "and whether it opens; with --json the same as one object");
  add_read_flags(*command, options->read);
  command->callback([options] { run_info(*options); });
}

}  // namespace ecg::cli
