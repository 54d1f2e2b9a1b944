#include "io/read_recording.h"

#include <string>
#include <string_view>
#include <vector>

#include "io/text.h"
#include "io/wfdb_annotations.h"
#include "io/wfdb_reader.h"

namespace ecg {
namespace {

/// A format that is recognised so that the error can name it, by bytes at a fixed place.
struct KnownFormat {
  std::string_view name;
  std::size_t offset;
  std::string_view bytes;
};

constexpr KnownFormat kOtherFormats[] = {
    {"DICOM", 128, "DICM"},
    {"SCP-ECG", 16, "SCPECG"},
    {"EDF", 0, "0       "},
    {"BDF", 0,
     "\xFF"
     "BIOSEMI"},
    {"ISHNE Holter", 0, "ISHNE1.0"},
    {"NumPy", 0, "\x93NUMPY"},
    {"MATLAB 5", 0, "MATLAB 5.0"},
    {"ZIP archive", 0, "PK\x03\x04"},
    {"XML (HL7 aECG, MUSE, Philips or Schiller)", 0, "<?xml"},
    {"PDF", 0, "%PDF"},
};

std::string_view known_format(const NamedBytes& file) {
  std::string_view text = text_of(file.bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // UTF-8 mark before XML
  for (const KnownFormat& format : kOtherFormats) {
    if (text.size() > format.offset && text.substr(format.offset).starts_with(format.bytes))
      return format.name;
  }
  return {};
}

/// True for the part of a WFDB record that says nothing without its header.
bool is_wfdb_part(const NamedBytes& file) {
  const std::string extension = extension_of(file.name);
  return extension == "dat" || extension == "mat" || extension == "xyz" ||
         is_annotation_extension(extension);
}

Error unrecognised(const NamedBytes& file) {
  if (file.bytes.empty()) {
    return {ErrorCode::kEmptyFile, "the file is empty", "copy or download the file again",
            file.name, 0};
  }
  if (const std::string_view format = known_format(file); !format.empty()) {
    return {ErrorCode::kUnsupported,
            "this is a file of the format " + std::string(format) + ", which is not supported yet",
            "convert it to WFDB (.hea + .dat) first", file.name, std::nullopt};
  }
  if (is_wfdb_part(file)) {
    const std::string header = std::string(stem_of(file.name)) + ".hea";
    return {ErrorCode::kMissingFile,
            "this looks like a part of a WFDB record, but its header " + header +
                " is not among the files given",
            "open " + header + " and " + std::string(file_name_of(file.name)) +
                " together: select both, or drop both at once",
            file.name, std::nullopt};
  }
  return {ErrorCode::kUnknownFormat, "no reader recognises this file",
          "Einthoven reads WFDB records: a header (.hea) with its signal files (.dat, .mat)",
          file.name, 0};
}

Error several_records(const std::vector<const NamedBytes*>& records) {
  std::string list;
  for (std::size_t i = 0; i < records.size() && i < 8; ++i) {
    list += (i == 0 ? "" : ", ") + std::string(file_name_of(records[i]->name));
  }
  if (records.size() > 8) list += ", ...";
  return {ErrorCode::kInconsistent,
          "the files belong to " + std::to_string(records.size()) + " records: " + list,
          "open one record at a time", records.front()->name, std::nullopt};
}

}  // namespace

Result<Recording> read_recording(const FileSet& files) {
  if (files.files.empty())
    return Error{ErrorCode::kEmptyFile, "no file was given", "choose a file", "", std::nullopt};
  const auto records = wfdb_records_in(files);
  if (records.size() > 1) return several_records(records);
  if (records.size() == 1) return read_wfdb(files, *records.front());
  return unrecognised(files.files.front());
}

}  // namespace ecg
