#include "io/recording_list.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "io/formats.h"
#include "io/read_recording.h"
#include "io/text.h"
#include "io/wfdb_header.h"
#include "io/wfdb_reader.h"
#include "io/zip.h"

namespace ecg {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the number that `text` begins with; `value` is its digits without leading zeros.
std::size_t leading_number(std::string_view text, std::string_view& value) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  value = text.substr(0, end);
  while (value.size() > 1 && value[0] == '0') value.remove_prefix(1);
  return end;
}

// Numbers in names compare by value: "r2" before "r10".
bool naturally_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      std::string_view x, y;
      a.remove_prefix(leading_number(a, x));
      b.remove_prefix(leading_number(b, y));
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.size() - file_name_of(path).size());
}

/// Collects the files of one WFDB record.
class RecordFiles {
 public:
  explicit RecordFiles(const FileSet& files) : files_(files) {}

  void add_record(const NamedBytes& header) {
    if (!add(header)) return;
    for (const NamedBytes& file : files_.files) {
      const bool beside = folder_of(file.name) == folder_of(header.name);
      if (beside && stem_of(file.name) == stem_of(header.name)) add(file);
    }
    const auto parsed = parse_wfdb_header(text_of(header.bytes), header.name);
    if (!parsed) return;    // reading says why
    std::string_view last;  // most often all signals lie in one file
    for (const WfdbSignalSpec& signal : parsed->signals) {
      if (signal.file_name != last) add_named(header, signal.file_name, false);
      last = signal.file_name;
    }
    for (const WfdbSegmentSpec& segment : parsed->segments)
      add_named(header, segment.record_name + ".hea", true);
  }

  std::vector<std::size_t> take() { return std::move(positions_); }

 private:
  bool add(const NamedBytes& file) {
    const auto position = static_cast<std::size_t>(&file - files_.files.data());
    if (!seen_.insert(position).second) return false;
    positions_.push_back(position);
    return true;
  }

  void add_named(const NamedBytes& header, const std::string& name, bool is_record) {
    const NamedBytes* file = files_.find(std::string(folder_of(header.name)) + name);
    if (file == nullptr) return;
    if (is_record)
      add_record(*file);
    else
      add(*file);
  }

  const FileSet& files_;
  std::vector<std::size_t> positions_;
  std::set<std::size_t> seen_;
};

void add_wfdb_records(const FileSet& files, std::vector<RecordingFiles>& found,
                      std::vector<bool>& taken) {
  for (const NamedBytes* header : wfdb_records_in(files)) {
    RecordFiles record(files);
    record.add_record(*header);
    found.push_back({header->name, record.take()});
    for (const std::size_t file : found.back().files) taken[file] = true;
  }
}

void add_other_formats(const FileSet& files, std::vector<RecordingFiles>& found,
                       const std::vector<bool>& taken) {
  std::vector<std::size_t> companions;
  const std::size_t before = found.size();
  for (std::size_t i = 0; i < files.files.size(); ++i) {
    if (taken[i] || files.files[i].bytes.empty()) continue;
    const Format* format = format_of(files.files[i]);
    // Beside other recordings a table is more likely to be about them than to be one.
    if (format == nullptr || (before > 0 && !format->recognises(files.files[i]))) continue;
    if (format->role == FileRole::kCompanion)
      companions.push_back(i);
    else
      found.push_back({files.files[i].name, {i}});
  }
  for (std::size_t r = before; r < found.size(); ++r) {
    for (const std::size_t companion : companions) {
      if (stem_of(files.files[companion].name) == stem_of(found[r].name))
        found[r].files.push_back(companion);
    }
  }
}

std::string others_text(const std::vector<RecordingFiles>& recordings) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  for (std::size_t i = 1; i < recordings.size() && i <= kNamed; ++i)
    names += (i == 1 ? "" : ", ") + std::string(file_name_of(recordings[i].name));
  return names + (recordings.size() > kNamed + 1 ? ", ..." : "");
}

}  // namespace

std::vector<RecordingFiles> recordings_in(const FileSet& files) {
  std::vector<RecordingFiles> found;
  std::vector<bool> taken(files.files.size(), false);
  add_wfdb_records(files, found, taken);
  add_other_formats(files, found, taken);
  std::sort(found.begin(), found.end(), [](const RecordingFiles& a, const RecordingFiles& b) {
    return naturally_before(a.name, b.name);
  });
  return found;
}

FileSet files_of(const FileSet& files, const RecordingFiles& recording) {
  FileSet part;
  for (const std::size_t file : recording.files) part.files.push_back(files.files[file]);
  return part;
}

Result<Recording> read_first_recording(const FileSet& files, const ReadOptions& options) {
  if (std::any_of(files.files.begin(), files.files.end(), is_zip)) {
    const auto unpacked = with_archives_unpacked(files);  // holds no archive any more
    return unpacked ? read_first_recording(*unpacked, options) : unpacked.error();
  }
  const auto recordings = recordings_in(files);
  if (recordings.size() < 2) return read_recording(files, options);
  auto recording = read_recording(files_of(files, recordings.front()), options);
  if (recording) {
    recording->warnings.push_back("This is the first of " + std::to_string(recordings.size()) +
                                  " recordings opened together; open the others one at a time: " +
                                  others_text(recordings) + ".");
  }
  return recording;
}

std::optional<UnstatedFacts> unstated_facts(const FileSet& files) {
  if (read_first_recording(files)) return std::nullopt;
  const ReadOptions rate{.sampling_rate_hz = 500}, unit{.unit = "mV"};
  const auto whole = read_first_recording(files, {.sampling_rate_hz = 500, .unit = "mV"});
  if (!whole) return std::nullopt;
  UnstatedFacts facts;
  facts.rate = !read_first_recording(files, unit);
  facts.unit = !read_first_recording(files, rate);
  facts.leads = whole->signal.lead_count();
  facts.samples = whole->signal.sample_count();
  for (const float value : whole->signal.values())  // a missing sample is larger than none
    facts.largest = std::max(facts.largest, std::fabs(static_cast<double>(value)));
  return facts;
}

}  // namespace ecg
