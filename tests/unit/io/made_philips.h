#pragma once
// Philips ECG XML made in the test.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_philips {

inline std::vector<std::uint8_t> codes(const std::vector<std::uint32_t>& list) {
  std::vector<std::uint8_t> bytes;
  std::uint32_t held = 0;
  int count = 0;
  for (const std::uint32_t code : list) {
    held = held << 10 | code;
    for (count += 10; count >= 8; count -= 8)
      bytes.push_back(static_cast<std::uint8_t>(held >> (count - 8)));
    held &= (1u << count) - 1;
  }
  if (count > 0) bytes.push_back(static_cast<std::uint8_t>(held << (8 - count)));
  return bytes;
}

/// A chunk whose counts come out as `counts`: literal codes only.
inline std::vector<std::uint8_t> chunk(const std::vector<int>& counts) {
  std::vector<int> numbers = counts;
  const auto difference = [&](std::size_t i) {
    return 2 * counts[i - 1] - counts[i - 2] - counts[i];
  };
  // Each number holds the difference of the count after it; the first such stands in the header.
  for (std::size_t i = 2; i + 1 < counts.size(); ++i) numbers[i] = difference(i + 1) + 64;
  std::vector<std::uint32_t> list;
  for (const int shift : {8, 0})
    for (const int number : numbers)
      list.push_back(static_cast<std::uint32_t>(number >> shift & 255));
  list.push_back(1023);
  const auto packed = codes(list);
  const auto first = static_cast<std::uint32_t>(difference(2));
  std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(packed.size() & 255),
                                  static_cast<std::uint8_t>(packed.size() >> 8),
                                  0,
                                  0,
                                  1,
                                  0,
                                  static_cast<std::uint8_t>(first & 255),
                                  static_cast<std::uint8_t>(first >> 8 & 255)};
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  return bytes;
}

inline std::string base64(const std::vector<std::uint8_t>& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

inline NamedBytes document(const std::string& waveforms) {
  const std::string text =
      "<?xml version=\"1.0\"?><restingecgdata xmlns=\"http://www3.medical.philips.com\">"
      "<documentinfo><documenttype>PhilipsECG</documenttype><documentversion>1.04.02"
      "</documentversion></documentinfo><dataacquisition date=\"2010-01-19\" time=\"15:19:22\">"
      "<machine machineid=\"SN7\">PageWriter</machine><acquirer><operator id=\"VWJ\"/>"
      "<institutionname>Clinic</institutionname></acquirer><signalcharacteristics><samplingrate>500"
      "</samplingrate><resolution>5</resolution><hipass>0.05</hipass><bitspersample>16"
      "</bitspersample></signalcharacteristics></dataacquisition><patient><generalpatientdata>"
      "<patientid>P9</patientid><name><lastname>Doe</lastname><firstname>Jane</firstname></name>"
      "<age><years>50</years></age><sex>Female</sex></generalpatientdata></patient>"
      "<interpretations><interpretation><globalmeasurements><qrsdur>84</qrsdur><qtint>352</qtint>"
      "</globalmeasurements><statement><leftstatement>Sinus rhythm</leftstatement><rightstatement>"
      "rate 60</rightstatement></statement></interpretation></interpretations><waveforms>" +
      waveforms + "</waveforms></restingecgdata>";
  return {"made.xml", {text.begin(), text.end()}};
}

inline const std::vector<int> kOne{10, 12, 9, -30, 32000, -32000}, kTwo{100, 90, 70, 61, 50, 55};

/// I, II and what remains of III, aVR: 0, 1, -1, 0, 0, 0 and 0, 0, 2, 0, 0, 0.
inline std::string xli() {
  std::vector<std::uint8_t> all;
  for (const auto& lead :
       {kOne, kTwo, {0, 1, -1, 0, 0, 0}, {0, 0, 2, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}) {
    const auto one = chunk(lead);
    all.insert(all.end(), one.begin(), one.end());
  }
  return "<parsedwaveforms dataencoding=\"Base64\" compression=\"XLI\" numberofleads=\"4\" "
         "leadlabels=\"I II III aVR\">" +
         base64(all) + "</parsedwaveforms>";
}

inline std::string plain(const std::string& numbers) {
  return "<parsedwaveforms dataencoding=\"Plain\" leadlabels=\"I II III\">" + numbers +
         "</parsedwaveforms>";
}

}  // namespace ecg::test::made_philips
