#include "io/scp_info.h"

#include <cstdio>
#include <utility>

#include "io/text.h"

namespace ecg {
namespace {

/// One field of section 1.
struct Field {
  std::uint32_t tag = 0;
  ByteView value;
};

std::vector<Field> fields_of(const ScpSection& section) {
  const ByteView bytes(section.data);
  std::vector<Field> fields;
  for (std::size_t at = 0; at + 3 <= bytes.size() && bytes.u8(at) != 255;) {
    const std::size_t length = bytes.u16(at + 1);
    fields.push_back({bytes.u8(at), ByteView(bytes.part(at + 3, length))});
    at += 3 + length;
  }
  return fields;
}

std::string iso_date(const ByteView& value) {
  if (value.size() < 4 || value.u16(0) == 0) return {};
  constexpr std::uint32_t kLatestYear = 2999;  // beyond it the bytes are the wrong way round
  const std::uint32_t swapped = value.u8(0) << 8 | value.u8(1);
  const std::uint32_t year = value.u16(0) > kLatestYear ? swapped : value.u16(0);
  char text[40];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", year, value.u8(2), value.u8(3));
  return text;
}

std::string iso_time(const ByteView& value) {
  char text[40];
  std::snprintf(text, sizeof text, "T%02u:%02u:%02u", value.u8(0), value.u8(1), value.u8(2));
  return text;
}

std::optional<double> age_years(const ByteView& value) {
  constexpr double kPerYear[] = {0, 1, 12, 52.18, 365.25, 8766};
  const std::uint32_t unit = value.u8(2);
  if (value.u16(0) == 0 || unit < 1 || unit > 5) return std::nullopt;
  return value.u16(0) / kPerYear[unit];
}

/// Model in 8-13; after 35 the texts: program, serial number, two softwares, manufacturer.
void read_device(const ByteView& value, RecordingInfo& info) {
  std::string device = value.text(8, 6);
  std::size_t at = 36;
  for (int i = 0; i < 5 && at < value.size(); ++i) {
    const auto rest = value.part(at, value.size());
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != 0) ++length;
    const std::string text = value.text(at, length);
    if (i == 1 && !text.empty()) info.identity.device_serial = text;
    if (i == 4 && !text.empty()) device = text + (device.empty() ? "" : " " + device);
    at += length + 1;
  }
  if (!device.empty()) info.device = device;
}

const char* other_name(std::uint32_t tag) {
  constexpr std::pair<std::uint32_t, const char*> kNames[] = {{3, "second last name"},
                                                              {5, "date of birth"},
                                                              {13, "diagnosis"},
                                                              {17, "analysing institution"},
                                                              {18, "acquiring department"},
                                                              {19, "analysing department"},
                                                              {20, "referring physician"},
                                                              {21, "confirming physician"},
                                                              {22, "technician"},
                                                              {23, "room"},
                                                              {30, "free text"},
                                                              {31, "sequence number"},
                                                              {35, "medical history"}};
  for (const auto& [number, name] : kNames) {
    if (number == tag) return name;
  }
  return nullptr;
}

void read_person(const ScpSection& section, RecordingInfo& info) {
  std::string last, first, date, time;
  for (const auto& [tag, value] : fields_of(section)) {
    const std::string text = value.text(0, value.size());
    if (tag == 0) last = text;
    if (tag == 1) first = text;
    if (tag == 2 && !text.empty()) info.patient_id = text;
    if (tag == 4) info.age_years = age_years(value);
    if (tag == 5 && !iso_date(value).empty()) info.identity.birth_date = iso_date(value);
    if (tag == 8 && value.u8(0) == 1) info.sex = "male";
    if (tag == 8 && value.u8(0) == 2) info.sex = "female";
    if (tag == 14) read_device(value, info);
    if (tag == 16 && !text.empty()) info.identity.institution = text;
    if (tag == 25) date = iso_date(value);
    if (tag == 26) time = iso_time(value);
    if (tag == 27 && value.u16(0) > 0)
      info.technical.push_back(
          {"high-pass filter", shortest_decimal(value.u16(0) / 100.0) + " Hz"});
    if (tag == 28 && value.u16(0) > 0)
      info.technical.push_back({"low-pass filter", std::to_string(value.u16(0)) + " Hz"});
    if (other_name(tag) != nullptr && tag != 5 && !text.empty())
      info.identity.other.push_back({other_name(tag), text});
  }
  if (!date.empty()) info.start_time = date + time;
  if (!last.empty() || !first.empty())
    info.identity.patient_name = last + (last.empty() || first.empty() ? "" : ", ") + first;
}

/// Global measurements of the first reference beat.
void read_measurements(const ScpSection& section, RecordingInfo& info) {
  constexpr int kUnknown = 29999;  // and numbers close to it, for reasons why there is none
  const ByteView bytes(section.data);
  const auto add = [&](const char* name, int value, const char* unit) {
    if (value < kUnknown - 1000)
      info.measurements.push_back({name, static_cast<double>(value), unit});
  };
  if (bytes.size() < 6) return;
  add("average RR interval", static_cast<int>(bytes.u16(2)), "ms");
  add("average PP interval", static_cast<int>(bytes.u16(4)), "ms");
  if (bytes.u8(0) == 0 || bytes.size() < 22) return;
  constexpr const char* kPoints[] = {"P onset", "P offset", "QRS onset", "QRS offset", "T offset"};
  for (std::size_t i = 0; i < 5; ++i) add(kPoints[i], static_cast<int>(bytes.u16(6 + 2 * i)), "ms");
  constexpr const char* kAxes[] = {"P axis", "QRS axis", "T axis"};
  for (std::size_t i = 0; i < 3; ++i) add(kAxes[i], bytes.s16(16 + 2 * i), "deg");
}

/// Statements of section 8 (text) or 11 (a type byte before the text).
void read_statements(const ScpSection& section, std::size_t type_bytes, RecordingInfo& info) {
  const ByteView bytes(section.data);
  std::size_t at = 9;
  for (std::uint32_t left = bytes.u8(8); left > 0 && at + 3 <= bytes.size(); --left) {
    const std::size_t length = bytes.u16(at + 1);
    if (length > type_bytes) {
      std::string text = bytes.text(at + 3 + type_bytes, length - type_bytes);
      if (!text.empty()) info.statements.push_back(std::move(text));
    }
    at += 3 + length;
  }
}

}  // namespace

void fill_scp_info(const ScpFile& file, RecordingInfo& info) {
  if (const ScpSection* section = file.find(1)) read_person(*section, info);
  if (const ScpSection* section = file.find(7)) read_measurements(*section, info);
  if (const ScpSection* section = file.find(8)) read_statements(*section, 0, info);
  if (const ScpSection* section = file.find(11)) read_statements(*section, 1, info);
}

}  // namespace ecg
