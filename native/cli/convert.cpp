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
#include "io/npy_writer.h"
#include "io/read_recording.h"
#include "io/text.h"
#include "io/wfdb_writer.h"

namespace ecg::cli {
namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  bool json = false;
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

std::vector<std::string> write_wfdb(const Recording& recording, const std::string& out,
                                    const FileSet& inputs) {
  const FileSet files = value_or_throw(wfdb_from_recording(recording, stem_of(out)));
  std::vector<std::string> written;
  for (const NamedBytes& file : files.files) {
    const std::string path = (std::filesystem::path(out).parent_path() / file.name).string();
    write_output(path, text_of(file.bytes), inputs);
    written.push_back(path);
  }
  return written;
}

std::vector<std::string> write_as(const Recording& recording, const std::string& out,
                                  const FileSet& inputs) {
  const std::string extension = extension_of(out);
  if (extension == "hea") return write_wfdb(recording, out, inputs);
  if (extension == "csv") {
    write_output(out, csv_from_signal(recording.signal), inputs);
  } else if (extension == "npy") {
    write_output(out, npy_from_signal(recording.signal), inputs);
  } else if (extension == "json") {
    write_output(out, text_from_json(json_with_samples(recording), -1), inputs);
  } else {
    throw CliError({ErrorCode::kInvalidArgument, "no writer for the ending \"" + extension + "\"",
                    "end OUT with .csv, .hea, .json or .npy", out, std::nullopt});
  }
  return {out};
}

void run_convert(const ConvertOptions& options) {
  const FileSet inputs = load_recording_files(options.in);
  const Recording recording = value_or_throw(read_recording(inputs, options.read));
  const auto written = write_as(recording, options.out, inputs);
  for (const std::string& warning : recording.warnings) {
    std::fprintf(stderr, "einthoven: %s: warning: %s\n", options.in.c_str(), warning.c_str());
  }
  if (!recording.groups.empty()) {
    std::fprintf(stderr,
                 "einthoven: %s: warning: only the main signal was converted; see \"einthoven "
                 "info\" for the other %zu.\n",
                 options.in.c_str(), recording.groups.size());
  }
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
                   "File to write: .csv (time in s, one column of mV per lead), .hea (WFDB, with a "
                   ".dat beside it), "
                   ".json (everything that was read), .npy (float32, leads x samples, mV)")
      ->required();
  command->add_flag("--json", options->json, "Print {\"written\": [...]} instead of text");
  add_read_flags(*command, options->read);
  command->callback([options] { run_convert(*options); });
}

}  // namespace ecg::cli
