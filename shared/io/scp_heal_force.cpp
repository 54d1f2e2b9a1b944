#include "io/scp_heal_force.h"

#include <string>
#include <utility>

#include "io/scp_info.h"

namespace ecg {
namespace {

constexpr std::size_t kHead = 8;  // amplitude step, rate, coding, size of the stream
constexpr std::size_t kPackedBytes = 6, kPackedNumbers = 4;
constexpr std::uint32_t kMostLeads = 12;
constexpr std::uint32_t kBeat = 0x8000, kIrregular = 0x4000;

/// Number `index` of the stream with its two marks.
std::uint32_t packed_number(const ByteView& stream, std::size_t index) {
  const std::size_t at = index / kPackedNumbers * kPackedBytes, place = index % kPackedNumbers;
  if (place < 3) return stream.u16(at + 2 * place);
  constexpr std::uint32_t kSpare = 0x3C00;
  return (stream.u16(at) & kSpare) >> 2 | (stream.u16(at + 2) & kSpare) >> 6 |
         (stream.u16(at + 4) & kSpare) >> 10;
}

std::size_t number_count(const ByteView& section) {
  return section.u16(6) / kPackedBytes * kPackedNumbers;
}

void add_beat(std::size_t sample, std::uint32_t marks, std::vector<Annotation>& annotations) {
  if ((marks & kBeat) == 0) return;
  annotations.push_back({static_cast<SampleIndex>(sample), std::nullopt, "Q",
                         (marks & kIrregular) != 0 ? "irregular" : "", 0, 0});
}

}  // namespace

bool is_heal_force(const ScpFile& file) {
  const ScpSection* list = file.find(3);
  const ScpSection* rhythm = file.find(6);
  if (list == nullptr || rhythm == nullptr) return false;
  const ByteView leads(list->data), stream(rhythm->data);
  const std::uint32_t count = leads.u8(0);
  const bool unlisted = count > 0 && count <= kMostLeads && 2 + 9 * count > leads.size();
  const std::size_t size = stream.u16(6);
  return unlisted && stream.u16(4) == 0 && size >= kPackedBytes && size % kPackedBytes == 0 &&
         kHead + size <= stream.size() && number_count(stream) >= count;
}

Result<Recording> read_heal_force(const NamedBytes& file, const ScpFile& sections) {
  const ScpSection& rhythm = *sections.find(6);
  const ByteView section(rhythm.data), stream(section.part(kHead, section.u16(6)));
  const std::uint32_t step_nv = section.u16(0), rate_hz = section.u16(2);
  if (step_nv == 0 || rate_hz == 0)
    return scp_error(ErrorCode::kBadValue, file, "section 6 states no amplitude step or no rate",
                     rhythm.byte_offset);
  Recording recording;
  recording.info.source_format = "SCP-ECG";
  recording.warnings = {
      "The file does not follow EN 1064: it was read as Heal Force devices write it.",
      "It does not say which leads it holds."};
  fill_scp_info(sections, recording.info);
  const std::size_t leads = ByteView(sections.find(3)->data).u8(0);
  const std::size_t samples = number_count(section) / leads;
  std::vector<LeadLabel> labels;
  for (std::size_t lead = 0; lead < leads; ++lead)
    labels.push_back({Lead::kOther, "channel " + std::to_string(lead + 1)});
  recording.signal = Signal(std::move(labels), static_cast<SampleIndex>(samples), rate_hz);
  recording.calibrations.assign(leads, {1e6 / step_nv, 0, 10, "nV", "Heal Force"});
  for (std::size_t i = 0; i < samples; ++i) {
    std::uint32_t marks = 0;
    for (std::size_t lead = 0; lead < leads; ++lead) {
      const std::uint32_t number = packed_number(stream, i * leads + lead);
      const int count = static_cast<int>(number & 0x3FF) - 512;
      recording.signal.lead(lead)[i] = static_cast<float>(count * (step_nv * 1e-6));
      marks |= number;
    }
    add_beat(i, marks, recording.annotations);
  }
  return recording;
}

}  // namespace ecg
