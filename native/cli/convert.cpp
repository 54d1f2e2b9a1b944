// einthoven convert: a recording in another format.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/read_flags.h"
#include "cli/recording_json.h"
#include "io/csv_writer.h"
#include "io/deidentify.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/npy_writer.h"
#include "io/read_recording.h"
#include "io/text.h"
#include "io/wfdb_annotation_writer.h"
#include "io/wfdb_writer.h"

namespace ecg::cli {
namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  bool json = false;
  bool deidentify = false;
  int wfdb_format = 16;
  ReadOptions read;
};

/// Refuses to write over a file that was read.
void write_output(const std::string& path, std::string_view bytes, const FileSet& inputs) {
  for (const NamedBytes& input : inputs.files) {
    std::error_code ignored;
    if (std::filesystem::equivalent(input.name, path, ignored)) {
      throw CliError({ErrorCode::kInvalidArgument, "the output would replace a file of the input",
                      "choose another name", path, std::nullopt});
    }
  }
  write_file(path, bytes);
}

/// The bytes of the one file that `out` names.
std::string bytes_as(const Recording& recording, const std::string& out) {
  const std::string extension = extension_of(out);
  if (extension == "csv") return csv_from_signal(recording.signal);
  if (extension == "npy") return npy_from_signal(recording.signal);
  if (extension == "json") return text_from_json(json_with_samples(recording), -1);
  if (extension == "edf")
    return std::string(text_of(value_or_throw(edf_from_recording(recording))));
  if (extension == "dcm")
    return std::string(text_of(value_or_throw(dicom_from_recording(recording))));
  throw CliError({ErrorCode::kInvalidArgument, "no writer for the ending \"" + extension + "\"",
                  "end OUT with .csv, .hea, .edf, .dcm, .json or .npy", out, std::nullopt});
}

/// Header, samples and, where there are marks, annotations.
std::vector<std::string> write_wfdb(const Recording& recording, const ConvertOptions& options,
                                    const FileSet& inputs) {
  const std::string& out = options.out;
  FileSet files = value_or_throw(wfdb_from_recording(recording, stem_of(out), options.wfdb_format));
  if (!recording.annotations.empty()) {
    auto marks = wfdb_from_annotations(recording.annotations);
    if (marks) {
      files.files.push_back({std::string(stem_of(out)) + ".atr", std::move(marks).value()});
    } else {
      std::fprintf(stderr, "einthoven: %s: warning: the annotations are not written: %s\n",
                   out.c_str(), to_string(marks.error()).c_str());
    }
  }
  std::vector<std::string> written;
  for (const NamedBytes& file : files.files) {
    const std::string path = (std::filesystem::path(out).parent_path() / file.name).string();
    write_output(path, text_of(file.bytes), inputs);
    written.push_back(path);
  }
  return written;
}

std::vector<std::string> write_as(const Recording& recording, const ConvertOptions& options,
                                  const FileSet& inputs) {
  if (extension_of(options.out) == "hea") return write_wfdb(recording, options, inputs);
  write_output(options.out, bytes_as(recording, options.out), inputs);
  return {options.out};
}

/// Takes off whatever points at a person, the file's name included.
Recording without_person(const Recording& recording, const ConvertOptions& options) {
  const std::string in(stem_of(options.in)), out(stem_of(options.out));
  if (lower_case(out).find(lower_case(in)) != std::string::npos) {
    throw CliError({ErrorCode::kInvalidArgument,
                    "OUT carries the name of IN, which may tell who was recorded",
                    "name OUT anew, for example case1" +
                        std::filesystem::path(options.out).extension().string(),
                    options.out, std::nullopt});
  }
  Deidentified plain = deidentified(recording, out);
  for (const std::string& kind : plain.removed)
    std::fprintf(stderr, "einthoven: removed: %s\n", kind.c_str());
  std::fprintf(stderr, "einthoven: the shape of an ECG can itself tell who someone is.\n");
  return std::move(plain.recording);
}

/// What a person should know of what was not written.
void print_warnings(const Recording& recording, const ConvertOptions& options) {
  const std::string extension = extension_of(options.out);
  for (const std::string& warning : recording.warnings)
    std::fprintf(stderr, "einthoven: %s: warning: %s\n", options.in.c_str(), warning.c_str());
  if (!recording.groups.empty() && extension != "json" && extension != "dcm") {
    std::fprintf(stderr,
                 "einthoven: %s: warning: only the main signal was converted; see \"einthoven "
                 "info\" for the other %zu.\n",
                 options.in.c_str(), recording.groups.size());
  }
}

void run_convert(const ConvertOptions& options) {
  const FileSet inputs = load_recording_files(options.in);
  Recording recording = value_or_throw(read_recording(inputs, options.read));
  if (options.deidentify) recording = without_person(recording, options);
  const auto written = write_as(recording, options, inputs);
  print_warnings(recording, options);
  if (options.json) {
    std::fputs(text_from_json({{"written", written}}).c_str(), stdout);
  } else {
    for (const std::string& path : written) std::printf("written: %s\n", path.c_str());
  }
}

}  // namespace

void add_convert(CLI::App& program) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = program.add_subcommand(
      "convert", "Write a recording in another format, chosen by the ending of OUT");
  command->add_option("IN", options->in, "ECG file to read (for WFDB the .hea)")->required();
  command
      ->add_option("OUT", options->out,
                   "File to write: .csv (time in s, one column of mV per lead), .hea (WFDB, with "
                   ".dat and .atr beside it), .edf (EDF+), .dcm (DICOM waveform), .json "
                   "(everything that was read), .npy (float32, leads x samples, mV)")
      ->required();
  command->add_flag("--json", options->json, "Print {\"written\": [...]} instead of text");
  command->add_flag("--deidentify", options->deidentify,
                    "Write only what cannot name a person: samples, leads, age below 90, sex, "
                    "known marks and measurements; say what was removed");
  command->add_option("--wfdb-format", options->wfdb_format, "Storage of a .hea: 16 or 212")
      ->check(CLI::IsMember({16, 212}));
  add_read_flags(*command, options->read);
  command->callback([options] { run_convert(*options); });
}

}  // namespace ecg::cli
