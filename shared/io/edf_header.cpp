#include "io/edf_header.h"

#include <utility>

#include "io/text.h"

namespace ecg {
namespace {

constexpr std::size_t kFixedBytes = 256;
constexpr std::size_t kSignalBytes = 256;

Error edf_error(ErrorCode code, const NamedBytes& file, std::string what, std::size_t at,
                std::string hint = "the header is damaged: fetch the file again") {
  return {code, std::move(what), std::move(hint), file.name, static_cast<std::int64_t>(at)};
}

/// Reads fixed-width ASCII columns; remembers the first malformed number.
class Columns {
 public:
  explicit Columns(const NamedBytes& file) : file_(file), text_(text_of(file.bytes)) {}

  std::string text(std::size_t at, std::size_t width) const {
    return utf8_from_bytes(trimmed(text_.substr(at, width)));
  }

  double number(std::size_t at, std::size_t width, const char* what) {
    const std::string field(trimmed(text_.substr(at, width)));
    const auto value = parse_number(field);
    if (!value && !error_) {
      error_ =
          edf_error(ErrorCode::kBadHeader, file_,
                    std::string(what) + " \"" + utf8_from_bytes(field) + "\" is no number", at);
    }
    return value.value_or(0);
  }

  std::int64_t integer(std::size_t at, std::size_t width, const char* what) {
    const double value = number(at, width, what);
    const bool fits = value >= -1.0 && value <= 99999999.0;  // a column may say 3e33
    const auto whole = fits ? static_cast<std::int64_t>(value) : 0;
    if ((!fits || static_cast<double>(whole) != value) && !error_) {
      error_ = edf_error(ErrorCode::kBadValue, file_, std::string(what) + " is out of range", at);
    }
    return error_ ? 0 : whole;
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const NamedBytes& file_;
  std::string_view text_;
  std::optional<Error> error_;
};

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "02.03.98", "08.26.04" -> "1998-03-02T08:26:04"; years below 85 are of this century (EDF).
std::optional<std::string> iso_time(const std::string& date, const std::string& time) {
  if (date.size() != 8 || time.size() != 8) return std::nullopt;
  std::string digits;
  for (const std::string& field : {date, time}) {
    for (const std::size_t at : {0u, 3u, 6u}) digits += field.substr(at, 2);
  }
  if (!is_digits(digits)) return std::nullopt;
  const std::string century = digits.substr(4, 2) >= "85" ? "19" : "20";
  return century + digits.substr(4, 2) + '-' + digits.substr(2, 2) + '-' + digits.substr(0, 2) +
         'T' + digits.substr(6, 2) + ':' + digits.substr(8, 2) + ':' + digits.substr(10, 2);
}

/// The columns of all signals: each kind of field for every signal, then the next kind.
void read_signals(Columns& columns, std::size_t count, EdfHeader& header) {
  const auto at = [count](std::size_t before, std::size_t width, std::size_t i) {
    return kFixedBytes + before * count + width * i;
  };
  for (std::size_t i = 0; i < count && !columns.error(); ++i) {
    EdfSignalSpec spec;
    spec.label = columns.text(at(0, 16, i), 16);
    spec.transducer = columns.text(at(16, 80, i), 80);
    spec.unit = columns.text(at(96, 8, i), 8);
    spec.physical_min = columns.number(at(104, 8, i), 8, "the physical minimum");
    spec.physical_max = columns.number(at(112, 8, i), 8, "the physical maximum");
    spec.digital_min = columns.number(at(120, 8, i), 8, "the digital minimum");
    spec.digital_max = columns.number(at(128, 8, i), 8, "the digital maximum");
    spec.prefilter = columns.text(at(136, 80, i), 80);
    spec.samples_per_record = columns.integer(at(216, 8, i), 8, "the samples per record");
    if (spec.samples_per_record < 0) spec.samples_per_record = 0;
    spec.is_annotations = spec.label == "EDF Annotations" || spec.label == "BDF Annotations";
    spec.first_sample = header.samples_per_record;
    header.samples_per_record += spec.samples_per_record;
    header.signals.push_back(std::move(spec));
  }
}

/// Declared records against the bytes there are.
Result<void> check_size(const NamedBytes& file, EdfHeader& header) {
  const auto size = static_cast<std::int64_t>(file.bytes.size());
  if (header.samples_per_record == 0) {
    return edf_error(ErrorCode::kInsufficientData, file, "no signal has a sample", kFixedBytes);
  }
  const std::int64_t record_bytes = header.samples_per_record * header.sample_bytes();
  const std::int64_t there = (size - header.header_bytes) / record_bytes;
  const bool whole = (size - header.header_bytes) % record_bytes == 0;
  if (header.record_count < 0) {  // the standard's mark of a recording that was not closed
    header.record_count = there;
    header.warnings.push_back("The header does not state its number of data records: " +
                              std::to_string(there) + " were found.");
  }
  if (there < header.record_count) {
    return edf_error(ErrorCode::kTruncated, file,
                     "the file ends after " + std::to_string(there) + " of " +
                         std::to_string(header.record_count) + " data records",
                     file.bytes.size(), "the copy is incomplete: fetch the file again");
  }
  if (header.record_count == 0)
    return edf_error(ErrorCode::kInsufficientData, file, "there is no data record", kFixedBytes);
  if (there > header.record_count || !whole)
    header.warnings.push_back("There are bytes after the last declared data record; not read.");
  return {};
}

}  // namespace

bool recognises_edf(const NamedBytes& file) {
  const std::string_view text = text_of(file.bytes);
  return text.starts_with("0       ") || text.starts_with(
                                             "\xFF"
                                             "BIOSEMI");
}

Result<EdfHeader> parse_edf_header(const NamedBytes& file) {
  if (file.bytes.empty())
    return edf_error(ErrorCode::kEmptyFile, file, "the file is empty", 0, "copy the file again");
  const auto too_short = [&] {
    return edf_error(ErrorCode::kTruncated, file, "the file ends inside its header",
                     file.bytes.size(), "the copy is incomplete: fetch the file again");
  };
  if (file.bytes.size() < kFixedBytes) return too_short();
  Columns columns(file);
  EdfHeader header;
  header.is_bdf = file.bytes[0] == 0xFF;
  header.patient = columns.text(8, 80);
  header.recording = columns.text(88, 80);
  header.start_time = iso_time(columns.text(168, 8), columns.text(176, 8));
  const std::string kind = columns.text(192, 44);
  header.is_plus = kind.starts_with("EDF+") || kind.starts_with("BDF+");
  header.is_discontinuous = header.is_plus && kind.size() > 4 && kind[4] == 'D';
  header.record_count = columns.integer(236, 8, "the number of data records");
  header.record_duration_s = columns.number(244, 8, "the duration of a data record");
  const std::int64_t count = columns.integer(252, 4, "the number of signals");
  if (columns.error()) return *columns.error();
  if (header.record_duration_s < 0 || count < 1) {
    return edf_error(ErrorCode::kBadValue, file,
                     "a negative duration of data records, or no signal", 244);
  }
  header.header_bytes = static_cast<std::int64_t>(kFixedBytes + kSignalBytes * count);
  if (header.header_bytes > static_cast<std::int64_t>(file.bytes.size())) return too_short();
  read_signals(columns, static_cast<std::size_t>(count), header);
  if (columns.error()) return *columns.error();
  const auto fits = check_size(file, header);
  if (!fits) return fits.error();
  return header;
}

}  // namespace ecg
