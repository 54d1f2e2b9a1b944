#include "target.h"

#include <algorithm>

#include "io/formats.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"

namespace ecg::fuzz {
namespace {

/// A target that reads one format, whatever the content looks like.
struct Target {
  std::string_view name;
  std::string_view format;  ///< name in formats(); empty: read_recording decides
  std::string_view file_name;
};

constexpr Target kTargets[] = {
    {"dicom", "DICOM", "x.dcm"},
    {"edf", "EDF or BDF", "x.edf"},
    {"scp", "SCP-ECG", "x.scp"},
    {"muse", "GE MUSE XML", "x.xml"},
    {"aecg", "HL7 aECG", "x.xml"},
    {"ishne", "ISHNE", "x.ecg"},
    {"csv", "CSV", "x.csv"},
    {"mat", "MATLAB 5", "x.mat"},
    {"npy", "NumPy", "x.npy"},
    {"philips", "Philips XML", "x.xml"},
    {"schiller", "Schiller XML", "x.xml"},
    {"mfer", "MFER", "x.mwf"},
    {"zip", "", "x.zip"},
    {"wfdb", "", "r.hea"},
    {"any", "", "x"},
};

/// For tables that do not say it themselves.
const ReadOptions kStated{.sampling_rate_hz = 250, .unit = "uV"};

const Target& target_of(std::string_view name) {
  for (const Target& target : kTargets) {
    if (target.name == name) return target;
  }
  __builtin_trap();
}

/// The entry of a target; traps where the table of formats no longer has it.
const Format* format_of_target(const Target& target) {
  if (target.format.empty()) return nullptr;
  for (const Format& format : formats()) {
    if (format.name == target.format) return &format;
  }
  __builtin_trap();
}

void require(bool condition) {
  if (!condition) __builtin_trap();
}

void require_consistent(const Recording& recording) {
  const Signal& signal = recording.signal;
  require(signal.lead_count() > 0 && signal.sampling_rate_hz() > 0);
  require(signal.values().size() ==
          signal.lead_count() * static_cast<std::size_t>(signal.sample_count()));
  require(recording.calibrations.empty() || recording.calibrations.size() == signal.lead_count());
  require(
      std::is_sorted(recording.annotations.begin(), recording.annotations.end(),
                     [](const Annotation& a, const Annotation& b) { return a.sample < b.sample; }));
  for (const Annotation& one : recording.annotations)
    require(!one.lead || *one.lead < signal.lead_count());
  check_recording(recording);
}

FileSet files_of_record(std::span<const std::uint8_t> bytes) {
  const auto size_at = [&](std::size_t at) -> std::size_t {
    return at + 1 < bytes.size() ? bytes[at] | bytes[at + 1] << 8 : 0;
  };
  std::span<const std::uint8_t> rest = bytes.subspan(std::min<std::size_t>(4, bytes.size()));
  const auto take = [&](std::size_t size) {
    const auto part = rest.first(std::min(size, rest.size()));
    rest = rest.subspan(part.size());
    return std::vector<std::uint8_t>(part.begin(), part.end());
  };
  const std::vector<std::uint8_t> headers = take(size_at(0));
  FileSet files;
  auto begin = headers.begin();
  for (int number = 0; number < 8; ++number) {
    const auto end = std::find(begin, headers.end(), std::uint8_t{'\f'});
    files.files.push_back({number == 0 ? "r.hea" : "s" + std::to_string(number) + ".hea",
                           std::vector<std::uint8_t>(begin, end)});
    if (end == headers.end()) break;
    begin = end + 1;
  }
  files.files.push_back({"r.atr", take(size_at(2))});
  files.files.push_back({"r.dat", take(rest.size())});
  return files;
}

}  // namespace

std::vector<std::string_view> target_names() {
  std::vector<std::string_view> names;
  for (const Target& target : kTargets) names.push_back(target.name);
  return names;
}

FileSet files_of(std::string_view target, std::span<const std::uint8_t> bytes) {
  if (target == "wfdb") return files_of_record(bytes);
  return {{{std::string(target_of(target).file_name), {bytes.begin(), bytes.end()}}}};
}

std::vector<std::uint8_t> bytes_of_record(std::string_view headers,
                                          std::span<const std::uint8_t> annotations,
                                          std::span<const std::uint8_t> samples) {
  std::vector<std::uint8_t> bytes;
  for (const std::size_t size : {headers.size(), annotations.size()}) {
    bytes.push_back(static_cast<std::uint8_t>(size & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(size >> 8));
  }
  bytes.insert(bytes.end(), headers.begin(), headers.end());
  bytes.insert(bytes.end(), annotations.begin(), annotations.end());
  bytes.insert(bytes.end(), samples.begin(), samples.end());
  return bytes;
}

bool run_one(std::string_view target, std::span<const std::uint8_t> bytes) {
  const FileSet files = files_of(target, bytes);
  const Format* format = format_of_target(target_of(target));
  const auto recording =
      format != nullptr ? format->read(files, files.files.front()) : read_recording(files);
  bool was_read = recording.has_value();
  if (format != nullptr && format->read_stated != nullptr) {
    const auto stated = format->read_stated(files, files.files.front(), kStated);
    if (stated) require_consistent(*stated);
    was_read |= stated.has_value();
  }
  if (recording) {
    require_consistent(*recording);
  } else {
    require(!recording.error().message.empty() && !recording.error().hint.empty());
  }
  if (format != nullptr && format->describe != nullptr) format->describe(files.files.front());
  require(!describe_files(files).empty());
  return was_read;
}

}  // namespace ecg::fuzz
