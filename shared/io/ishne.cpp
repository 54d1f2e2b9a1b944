#include "io/ishne.h"

#include <string>
#include <utility>

#include "io/byte_view.h"
#include "io/text.h"

namespace ecg {
namespace {

// Places of the header's fields in the file.
constexpr std::size_t kChecksum = 8, kVariableSize = 10, kSampleCount = 14, kVariableAt = 18,
                      kDataAt = 22, kFirstName = 28, kLastName = 68, kId = 108, kSex = 128,
                      kRace = 130, kBirthDate = 132, kRecordDate = 138, kStartTime = 150,
                      kLeadCount = 156, kLeadCodes = 158, kLeadQualities = 182, kResolutions = 206,
                      kPacemaker = 230, kRecorder = 232, kRate = 272, kProprietary = 274,
                      kCopyright = 354, kHeaderEnd = 522;
constexpr std::size_t kMostLeads = 12;
constexpr double kNanovoltsPerMv = 1e6;

Error ishne_error(ErrorCode code, const NamedBytes& file, std::string what, std::size_t at,
                  std::string hint = "the header is damaged: fetch the file again") {
  return {code, std::move(what), std::move(hint), file.name, static_cast<std::int64_t>(at)};
}

/// What the header says of the samples, checked against the size of the file.
struct Shape {
  std::size_t leads = 0;
  std::int64_t samples = 0;
  double rate_hz = 0;
  std::size_t data_at = 0;
};

/// Fields that annotation files share with the others.
Result<Shape> frame_of(const NamedBytes& file) {
  const ByteView bytes(file.bytes);
  if (bytes.size() < kHeaderEnd) {
    return ishne_error(ErrorCode::kTruncated, file, "the file ends inside its header", bytes.size(),
                       "the copy is incomplete: fetch the file again");
  }
  Shape shape;
  shape.data_at = bytes.u32(kDataAt);
  shape.rate_hz = bytes.s16(kRate);
  if (shape.data_at < kHeaderEnd || shape.data_at > bytes.size()) {
    return ishne_error(ErrorCode::kBadValue, file, "the data are said to begin outside the file",
                       kDataAt);
  }
  return shape;
}

Result<Shape> shape_of(const NamedBytes& file) {
  auto shape = frame_of(file);
  if (!shape) return shape;
  const ByteView bytes(file.bytes);
  const int leads = bytes.s16(kLeadCount);
  if (leads < 1 || leads > static_cast<int>(kMostLeads)) {
    return ishne_error(ErrorCode::kBadValue, file,
                       std::to_string(leads) + " leads: an ISHNE file has 1 to 12", kLeadCount);
  }
  if (!(shape->rate_hz > 0))
    return ishne_error(ErrorCode::kBadValue, file, "the sampling rate is not positive", kRate);
  shape->leads = static_cast<std::size_t>(leads);
  shape->samples = bytes.u32(kSampleCount);
  for (std::size_t i = 0; i < shape->leads; ++i) {
    if (bytes.s16(kResolutions + 2 * i) > 0) continue;
    return ishne_error(ErrorCode::kBadValue, file, "the resolution of a lead is not positive",
                       kResolutions + 2 * i);
  }
  const auto there = static_cast<std::int64_t>((bytes.size() - shape->data_at) / 2 / shape->leads);
  if (shape->samples == 0 || there < shape->samples) {
    return ishne_error(ErrorCode::kTruncated, file,
                       "the file holds " + std::to_string(there) + " of " +
                           std::to_string(shape->samples) + " declared samples per lead",
                       bytes.size(), "the copy is incomplete: fetch the file again");
  }
  return shape;
}

LeadLabel label_of_code(int code, std::size_t index) {
  constexpr Lead kFromX[] = {Lead::kX,   Lead::kY,   Lead::kZ,   Lead::kI,   Lead::kII,
                             Lead::kIII, Lead::kAvr, Lead::kAvl, Lead::kAvf, Lead::kV1,
                             Lead::kV2,  Lead::kV3,  Lead::kV4,  Lead::kV5,  Lead::kV6};
  if (code >= 2 && code <= 16) return label_of(kFromX[code - 2]);
  const std::string number = std::to_string(index + 1);
  if (code == 1) return {Lead::kOther, "bipolar " + number};
  if (code >= 17 && code <= 19) return {Lead::kOther, code == 17 ? "ES" : code == 18 ? "AS" : "AI"};
  return {Lead::kOther, "channel " + number};
}

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

/// Day, month, year -> ISO 8601; nullopt where one of them is not told (-9).
std::optional<std::string> date_at(const ByteView& bytes, std::size_t at) {
  const int day = bytes.s16(at), month = bytes.s16(at + 2), year = bytes.s16(at + 4);
  if (day < 1 || day > 31 || month < 1 || month > 12 || year < 1000) return std::nullopt;
  return std::to_string(year) + '-' + two_digits(month) + '-' + two_digits(day);
}

std::optional<std::string> start_of(const ByteView& bytes) {
  const auto date = date_at(bytes, kRecordDate);
  const int hour = bytes.s16(kStartTime), minute = bytes.s16(kStartTime + 2),
            second = bytes.s16(kStartTime + 4);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return date;
  const std::string clock = two_digits(hour) + ':' + two_digits(minute) + ':' + two_digits(second);
  return date ? *date + 'T' + clock : clock;
}

std::optional<std::string> stated(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

void fill_info(const ByteView& bytes, std::size_t leads, RecordingInfo& info) {
  info.source_format = "ISHNE";
  info.start_time = start_of(bytes);
  info.patient_id = stated(bytes.text(kId, 20));
  if (const int sex = bytes.s16(kSex); sex == 1 || sex == 2)
    info.sex = sex == 1 ? "male" : "female";
  info.device = stated(bytes.text(kRecorder, 40));
  const std::string first = bytes.text(kFirstName, 40), last = bytes.text(kLastName, 40);
  info.identity.patient_name = stated(first + (first.empty() || last.empty() ? "" : " ") + last);
  info.identity.birth_date = date_at(bytes, kBirthDate);
  if (const int race = bytes.s16(kRace); race > 0)
    info.identity.other.push_back({"race code", std::to_string(race)});
  constexpr std::pair<std::size_t, const char*> kTexts[] = {{kProprietary, "proprietary"},
                                                            {kCopyright, "copyright"}};
  for (const auto& [at, name] : kTexts) {
    if (std::string text = bytes.text(at, 80); !text.empty())
      info.identity.other.push_back({name, std::move(text)});
  }
  const std::size_t size = bytes.u32(kVariableSize);
  if (std::string text = bytes.text(bytes.u32(kVariableAt), size); size > 0 && !text.empty())
    info.comments.push_back(std::move(text));
  if (const int pacemaker = bytes.s16(kPacemaker); pacemaker > 0)
    info.technical.push_back({"pacemaker code", std::to_string(pacemaker)});
  for (std::size_t i = 0; i < leads; ++i) {
    if (const int quality = bytes.s16(kLeadQualities + 2 * i); quality > 0)
      info.technical.push_back(
          {"quality code of lead " + std::to_string(i + 1), std::to_string(quality)});
  }
}

/// The header from behind the checksum up to the data.
void check_header(const ByteView& bytes, std::size_t data_at, std::vector<std::string>& warnings) {
  const std::uint32_t sum = bytes.u16(kChecksum);
  if (sum == 0 || sum == crc16_ccitt(bytes.part(kVariableSize, data_at - kVariableSize))) return;
  warnings.push_back("The checksum of the header does not fit: it may be damaged or edited.");
}

Signal signal_of(const ByteView& bytes, const Shape& shape, std::vector<Calibration>& scales) {
  std::vector<LeadLabel> labels;
  for (std::size_t i = 0; i < shape.leads; ++i)
    labels.push_back(label_of_code(bytes.s16(kLeadCodes + 2 * i), i));
  Signal signal(std::move(labels), shape.samples, shape.rate_hz);
  const std::uint8_t* data = bytes.part(shape.data_at, bytes.size()).data();
  for (std::size_t row = 0; row < shape.leads; ++row) {
    const double counts_per_mv = kNanovoltsPerMv / bytes.s16(kResolutions + 2 * row);
    scales.push_back({counts_per_mv, 0, 16, "nV", "16"});
    auto lead = signal.lead(row);
    for (std::size_t i = 0; i < lead.size(); ++i) {
      const std::size_t at = 2 * (i * shape.leads + row);
      const auto count = static_cast<std::int16_t>(data[at] | data[at + 1] << 8);
      lead[i] = static_cast<float>(count / counts_per_mv);
    }
  }
  return signal;
}

/// The annotation file of the same name; nullptr if the set has none.
const NamedBytes* annotations_of(const FileSet& files, const NamedBytes& file) {
  for (const NamedBytes& other : files.files) {
    if (recognises_ishne_annotations(other) &&
        lower_case(stem_of(other.name)) == lower_case(stem_of(file.name)))
      return &other;
  }
  return nullptr;
}

/// First a sample to count from, then for each beat two labels and the samples since the last one.
void read_beats(const NamedBytes& file, Recording& recording) {
  const auto frame = frame_of(file);
  if (!frame) {
    recording.warnings.push_back("The annotations in " + file.name +
                                 " are not read: " + frame.error().message + '.');
    return;
  }
  const ByteView bytes(file.bytes);
  const double scale =
      frame->rate_hz > 0 ? recording.signal.sampling_rate_hz() / frame->rate_hz : 1;
  std::int64_t at_sample = bytes.u32(frame->data_at);
  std::size_t outside = 0;
  for (std::size_t at = frame->data_at + 4; at + 4 <= bytes.size(); at += 4) {
    at_sample += bytes.u16(at + 2);
    const auto sample = static_cast<SampleIndex>(static_cast<double>(at_sample) * scale + 0.5);
    if (sample >= recording.signal.sample_count()) {
      ++outside;
      continue;
    }
    const std::string symbol = bytes.text(at, 1), second = bytes.text(at + 1, 1);
    recording.annotations.push_back(
        {sample, std::nullopt, symbol.empty() ? "Q" : symbol, second == "#" ? "" : second, 0, 0});
  }
  if (outside > 0) {
    recording.warnings.push_back(std::to_string(outside) + " beats in " + file.name +
                                 " lie behind the signal; they are left out.");
  }
}

}  // namespace

bool recognises_ishne(const NamedBytes& file) {
  return text_of(file.bytes).starts_with("ISHNE1.0");
}

bool recognises_ishne_annotations(const NamedBytes& file) {
  return text_of(file.bytes).starts_with("ANN  1.0");
}

Result<Recording> read_ishne(const FileSet& files, const NamedBytes& file) {
  const auto shape = shape_of(file);
  if (!shape) return shape.error();
  const ByteView bytes(file.bytes);
  Recording recording;
  fill_info(bytes, shape->leads, recording.info);
  check_header(bytes, shape->data_at, recording.warnings);
  recording.signal = signal_of(bytes, *shape, recording.calibrations);
  const std::size_t declared = 2 * shape->leads * static_cast<std::size_t>(shape->samples);
  if (bytes.size() - shape->data_at != declared)
    recording.warnings.push_back("There are bytes after the last declared sample; not read.");
  if (const NamedBytes* beats = annotations_of(files, file)) read_beats(*beats, recording);
  return recording;
}

Result<Recording> read_ishne_annotations(const FileSet&, const NamedBytes& file) {
  return Error{ErrorCode::kMissingFile,
               "these are the beats of an ISHNE recording, without its signals",
               "open " + std::string(stem_of(file.name)) + ".ecg and this file together", file.name,
               std::nullopt};
}

std::vector<FoundPart> describe_ishne(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const ByteView bytes(file.bytes);
  const int leads = bytes.s16(kLeadCount);
  for (int i = 0; i < leads && i < static_cast<int>(kMostLeads); ++i) {
    const auto row = static_cast<std::size_t>(i);
    parts.push_back(
        {"lead " + std::string(display_name(label_of_code(bytes.s16(kLeadCodes + 2 * row), row))),
         std::to_string(bytes.s16(kResolutions + 2 * row)) + " nV per count", file.name,
         static_cast<std::int64_t>(kLeadCodes + 2 * row)});
  }
  return parts;
}

}  // namespace ecg
