#include "io/formats.h"

#include <string>

#include "io/csv_reader.h"
#include "io/dicom_dataset.h"
#include "io/dicom_reader.h"
#include "io/edf_header.h"
#include "io/edf_reader.h"
#include "io/hl7_aecg.h"
#include "io/ishne.h"
#include "io/mat_reader.h"
#include "io/mfer.h"
#include "io/muse_xml.h"
#include "io/npy_reader.h"
#include "io/philips_xml.h"
#include "io/schiller_xml.h"
#include "io/scp_reader.h"
#include "io/scp_sections.h"
#include "io/text.h"
#include "io/wfdb_annotations.h"
#include "io/wfdb_header.h"
#include "io/zip.h"

namespace ecg {
namespace {

/// A format that is recognised so that an error can name it, by bytes at a fixed place.
struct KnownFormat {
  std::string_view name;
  std::size_t offset;
  std::string_view bytes;
};

constexpr KnownFormat kUnreadable[] = {
    {"HDF5 or MATLAB 7.3", 0, "\x89HDF"},
    {"XML (no kind that holds an ECG known here)", 0, "<?xml"},
    {"PDF", 0, "%PDF"},
};

/// One line per format, the surest marks first. Binary formats, then text formats.
constexpr Format kFormats[] = {
    {"DICOM", recognises_dicom, read_dicom, describe_dicom},
    {"EDF or BDF", recognises_edf, read_edf, describe_edf},
    {"SCP-ECG", recognises_scp, read_scp, describe_scp},
    {"ISHNE", recognises_ishne, read_ishne, describe_ishne},
    {"ISHNE annotations", recognises_ishne_annotations, read_ishne_annotations, nullptr,
     FileRole::kCompanion},
    {"MFER", recognises_mfer, read_mfer, describe_mfer, FileRole::kRecording, "mwf mfer mfr"},
    {"GE MUSE XML", is_muse_xml, read_muse_xml},
    {"HL7 aECG", is_hl7_aecg, read_hl7_aecg},
    {"Philips XML", is_philips_xml, read_philips_xml},
    {"Schiller XML", is_schiller_xml, read_schiller_xml},
    {.name = "MATLAB 5",
     .recognises = recognises_mat5,
     .read = read_mat,
     .describe = describe_mat,
     .read_stated = read_mat},
    {.name = "NumPy", .recognises = recognises_npy, .read = read_npy, .read_stated = read_npy},
    {.name = "CSV",
     .recognises = is_csv,
     .read = read_csv,
     .extensions = "csv tsv",
     .read_stated = read_csv},
};

bool lists_extension(std::string_view extensions, std::string_view extension) {
  for (const std::string_view one : split_fields(extensions, 16)) {
    if (one == extension) return !extension.empty();
  }
  return false;
}

std::string size_text(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

void describe_wfdb(const NamedBytes& file, std::vector<FoundPart>& parts) {
  parts.push_back({"format", "WFDB header, " + size_text(file.bytes.size()), file.name, 0});
  const auto header = parse_wfdb_header(text_of(file.bytes), file.name);
  if (!header) return;
  for (const WfdbSignalSpec& signal : header->signals) {
    parts.push_back({"lead " + signal.description,
                     "format " + std::to_string(signal.format) + " in " + signal.file_name,
                     file.name, std::nullopt});
  }
  for (const WfdbSegmentSpec& segment : header->segments) {
    parts.push_back({"segment " + segment.record_name,
                     std::to_string(segment.frame_count) + " samples", file.name, std::nullopt});
  }
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* format_of(const NamedBytes& file) {
  for (const Format& format : formats()) {
    if (format.recognises(file)) return &format;
  }
  const std::string extension = extension_of(file.name);
  for (const Format& format : formats()) {
    if (lists_extension(format.extensions, extension)) return &format;
  }
  return nullptr;
}

std::string_view unreadable_format_name(const NamedBytes& file) {
  std::string_view text = text_of(file.bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // UTF-8 mark before XML
  for (const KnownFormat& format : kUnreadable) {
    if (text.size() > format.offset && text.substr(format.offset).starts_with(format.bytes))
      return format.name;
  }
  return {};
}

std::vector<FoundPart> describe_files(const FileSet& files) {
  std::vector<FoundPart> parts;
  for (const NamedBytes& file : files.files) {
    const std::string size = size_text(file.bytes.size());
    if (is_zip(file)) {
      parts.push_back({"format", "ZIP archive, " + size, file.name, 0});
      const auto inside = unzip(file);
      if (!inside) continue;
      for (FoundPart& part : describe_files(*inside)) parts.push_back(std::move(part));
    } else if (extension_of(file.name) == "hea") {
      describe_wfdb(file, parts);
    } else if (const Format* format = format_of(file)) {
      parts.push_back({"format", std::string(format->name) + ", " + size, file.name, 0});
      if (format->describe == nullptr) continue;
      for (FoundPart& part : format->describe(file)) parts.push_back(std::move(part));
    } else {
      const std::string_view name = unreadable_format_name(file);
      parts.push_back(
          {"format", std::string(name.empty() ? "unknown" : name) + ", " + size, file.name, 0});
    }
  }
  return parts;
}

}  // namespace ecg
