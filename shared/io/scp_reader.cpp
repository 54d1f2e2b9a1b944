#include "io/scp_reader.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "io/scp_beats.h"
#include "io/scp_huffman.h"
#include "io/scp_heal_force.h"
#include "io/scp_info.h"
#include "io/scp_leads.h"
#include "io/scp_sections.h"
#include "io/size_limits.h"

namespace ecg {
namespace {

constexpr int kLargestRatio = 16;

/// One lead of section 3.
struct LeadSpec {
  ScpStretch stretch;
  LeadLabel label;
};

/// The head of section 5 or 6 and the bytes of each lead.
struct DataBlock {
  std::uint32_t avm_nv = 0;       ///< nanovolt per count
  std::uint32_t interval_us = 0;  ///< between two samples
  std::uint32_t difference_order = 0;
  bool is_bimodal = false;
  std::vector<std::span<const std::uint8_t>> leads;
  std::int64_t byte_offset = 0;
};

/// Everything that decoding needs.
struct Parts {
  const NamedBytes& file;
  std::vector<LeadSpec> leads;
  bool subtracts_reference = false;
  std::vector<ScpTable> tables;  ///< empty: 16-bit numbers
  DataBlock rhythm;
  std::optional<DataBlock> reference;
  ScpQrsLocations qrs;
};

Result<std::vector<LeadSpec>> parse_leads(const NamedBytes& file, const ScpSection& section) {
  const ByteView bytes(section.data);
  const std::size_t count = bytes.u8(0);
  if (count == 0 || 2 + 9 * count > bytes.size()) {
    return scp_error(ErrorCode::kTruncated, file, "the list of leads is empty or ends too early",
                     section.byte_offset);
  }
  std::vector<LeadSpec> leads;
  for (std::size_t at = 2; leads.size() < count; at += 9) {
    const std::uint32_t number = bytes.u8(at + 8);
    const Lead lead = lead_of_scp_number(number);
    LeadSpec spec{{bytes.u32(at), bytes.u32(at + 4)}, {lead, ""}};
    if (lead == Lead::kOther) spec.label.name = "SCP lead " + std::to_string(number);
    if (spec.stretch.begin == 0 && spec.stretch.end > 0) spec.stretch.begin = 1;  // from 0, end out
    if (spec.stretch.end < spec.stretch.begin || spec.stretch.begin == 0) {
      return scp_error(ErrorCode::kBadValue, file, "a lead ends before it begins",
                       section.byte_offset + static_cast<std::int64_t>(at));
    }
    leads.push_back(std::move(spec));
  }
  return leads;
}

Result<DataBlock> parse_block(const NamedBytes& file, const ScpSection& section,
                              std::size_t lead_count) {
  const ByteView bytes(section.data);
  DataBlock block{bytes.u16(0),     bytes.u16(2), bytes.u8(4),
                  bytes.u8(5) == 1, {},           section.byte_offset};
  if (block.avm_nv == 0 || block.interval_us == 0 || block.difference_order > 2) {
    return scp_error(ErrorCode::kBadValue, file,
                     "section " + std::to_string(section.id) +
                         " states no amplitude step, no sampling interval or an unknown coding",
                     section.byte_offset);
  }
  std::size_t at = 6 + 2 * lead_count;
  for (std::size_t i = 0; i < lead_count; ++i) {
    const std::size_t size = bytes.u16(6 + 2 * i);
    if (at > bytes.size() || size > bytes.size() - at) {
      return scp_error(ErrorCode::kTruncated, file,
                       "the data of lead " + std::to_string(i + 1) + " ends beyond section " +
                           std::to_string(section.id),
                       section.byte_offset + static_cast<std::int64_t>(std::min(at, bytes.size())));
    }
    block.leads.push_back(bytes.part(at, size));
    at += size;
  }
  return block;
}

/// Sums up differences in place. Unsigned arithmetic: damaged files may run over.
void integrate(std::uint32_t order, std::span<std::int32_t> values) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(values[i]); };
  for (std::size_t i = order; order > 0 && i < values.size(); ++i) {
    const std::uint32_t before = order == 1 ? at(i - 1) : 2 * at(i - 1) - at(i - 2);
    values[i] = static_cast<std::int32_t>(at(i) + before);
  }
}

/// `count` values of one lead; fewer where 16-bit numbers end before. False: the code breaks off.
bool decode_lead(const Parts& parts, const DataBlock& block, std::size_t lead, std::size_t count,
                 std::vector<std::int32_t>& values) {
  if (parts.tables.empty()) {
    const ByteView bytes(block.leads[lead]);
    values.clear();
    for (std::size_t i = 0; i < std::min(count, bytes.size() / 2); ++i)
      values.push_back(bytes.s16(2 * i));
  } else if (!decode_scp_huffman(parts.tables, block.leads[lead], count, values)) {
    return false;
  }
  integrate(block.difference_order, values);
  return true;
}

/// As many values of the reference beat as its lead holds: section 4 gives a length in ms only.
std::size_t reference_length(const Parts& parts, const ScpFile& file) {
  const ScpSection* qrs = file.find(4);
  if (qrs == nullptr) return 0;
  return std::size_t{1000} * ByteView(qrs->data).u16(0) / parts.reference->interval_us;
}

Calibration calibration_of(const DataBlock& block, bool is_coded) {
  return {1e6 / block.avm_nv, 0, 0, "nV", is_coded ? "SCP Huffman" : "16"};
}

Error broken_code(const Parts& parts, const DataBlock& block, std::size_t lead) {
  return scp_error(
      ErrorCode::kTruncated, parts.file,
      "the Huffman code of lead " + std::to_string(lead + 1) + " breaks off before its last sample",
      block.byte_offset);
}

/// The reference beat of every lead, in counts.
Result<SignalGroup> read_reference(const Parts& parts, std::size_t length) {
  const DataBlock& block = *parts.reference;
  SignalGroup group;
  group.name = "reference beat";
  std::vector<std::vector<std::int32_t>> rows(parts.leads.size());
  std::size_t longest = 0;
  std::vector<LeadLabel> labels;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!decode_lead(parts, block, i, length, rows[i])) return broken_code(parts, block, i);
    longest = std::max(longest, rows[i].size());
    labels.push_back(parts.leads[i].label);
    group.calibrations.push_back(calibration_of(block, !parts.tables.empty()));
  }
  group.signal =
      Signal(std::move(labels), static_cast<SampleIndex>(longest), 1e6 / block.interval_us);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto out = group.signal.lead(i);
    std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t k = 0; k < rows[i].size(); ++k)
      out[k] = static_cast<float>(rows[i][k] / group.calibrations[i].counts_per_mv);
  }
  return group;
}

/// Samples of a bimodal lead per stored mean; 1 for others. 0: no whole number.
int ratio_of(const Parts& parts) {
  if (!parts.rhythm.is_bimodal) return 1;
  if (!parts.reference || parts.rhythm.interval_us % parts.reference->interval_us != 0) return 0;
  const std::uint32_t ratio = parts.rhythm.interval_us / parts.reference->interval_us;
  return ratio <= kLargestRatio ? static_cast<int>(ratio) : 0;
}

/// Adds the reference beat to the beats it was subtracted from. `mv` begins at sample `first`.
void add_reference(const Parts& parts, std::span<const float> beat_mv, std::int64_t first,
                   std::span<float> mv) {
  const auto length = static_cast<std::int64_t>(beat_mv.size());
  const std::int64_t last = first + static_cast<std::int64_t>(mv.size()) - 1;
  for (const ScpSubtraction& one : parts.qrs.subtractions) {
    const std::int64_t shift = parts.qrs.reference_fiducial - one.fiducial - 1;
    const std::int64_t begin = std::max({one.stretch.begin, first, -shift});
    const std::int64_t end = std::min({one.stretch.end, last, length - 1 - shift});
    for (std::int64_t t = begin; t <= end; ++t)
      mv[static_cast<std::size_t>(t - first)] += beat_mv[static_cast<std::size_t>(t + shift)];
  }
}

/// One lead of the rhythm into `out`, whose first sample has the number `first`. Samples missing
/// at its end, which 16-bit length fields of long leads cause, are returned.
Result<std::int64_t> read_rhythm_lead(const Parts& parts, std::size_t lead, int ratio,
                                      std::int64_t first, std::span<float> out) {
  const ScpStretch stretch = parts.leads[lead].stretch;
  const auto runs = bimodal_runs(parts.qrs.full_rate, stretch, ratio);
  const std::int64_t samples = stretch.end + 1 - stretch.begin;
  const std::int64_t stored = ratio > 1 ? stored_values(runs, ratio) : samples;
  std::vector<std::int32_t> values;
  if (!decode_lead(parts, parts.rhythm, lead, static_cast<std::size_t>(stored), values))
    return broken_code(parts, parts.rhythm, lead);
  const double counts_per_mv = 1e6 / parts.rhythm.avm_nv;
  auto to = out.subspan(static_cast<std::size_t>(stretch.begin - first));
  if (ratio == 1) {
    for (std::size_t i = 0; i < values.size(); ++i)
      to[i] = static_cast<float>(values[i] / counts_per_mv);
    return samples - static_cast<std::int64_t>(values.size());
  }
  if (static_cast<std::int64_t>(values.size()) < stored)
    return broken_code(parts, parts.rhythm, lead);
  const auto full = expand_bimodal(runs, ratio, values);
  for (std::size_t i = 0; i < full.size(); ++i) to[i] = static_cast<float>(full[i] / counts_per_mv);
  return 0;
}

/// Optional sections; required where the rhythm depends on them.
Result<void> parse_others(const ScpFile& file, Parts& parts) {
  if (const ScpSection* section = file.find(2)) {
    auto tables = parse_scp_tables(parts.file, *section);
    if (!tables) return tables.error();
    parts.tables = std::move(tables).value();
  }
  if (const ScpSection* section = file.find(5)) {
    auto block = parse_block(parts.file, *section, parts.leads.size());
    if (!block) return block.error();
    parts.reference = std::move(block).value();
  }
  if (const ScpSection* section = file.find(4)) {
    auto qrs = parse_scp_qrs(parts.file, *section);
    if (!qrs) return qrs.error();
    parts.qrs = std::move(qrs).value();
  }
  const bool needs_both = parts.subtracts_reference || parts.rhythm.is_bimodal;
  if (needs_both && (!parts.reference || file.find(4) == nullptr)) {
    return scp_error(ErrorCode::kInconsistent, parts.file,
                     "the rhythm was compressed with a reference beat that the file lacks",
                     parts.rhythm.byte_offset);
  }
  return {};
}

Result<Parts> parse_parts(const NamedBytes& file, const ScpFile& sections) {
  const ScpSection* lead_section = sections.find(3);
  const ScpSection* rhythm_section = sections.find(6);
  if (lead_section == nullptr || rhythm_section == nullptr) {
    return scp_error(ErrorCode::kNotFound, file, "the file holds no rhythm signal (sections 3, 6)",
                     0, "open the file that holds the signals, not a report");
  }
  auto leads = parse_leads(file, *lead_section);
  if (!leads) return leads.error();
  auto rhythm = parse_block(file, *rhythm_section, leads->size());
  if (!rhythm) return rhythm.error();
  Parts parts{file, std::move(leads).value(),  (ByteView(lead_section->data).u8(1) & 1) != 0,
              {},   std::move(rhythm).value(), std::nullopt,
              {}};
  const auto others = parse_others(sections, parts);
  if (!others) return others.error();
  return parts;
}

/// The stretch of all leads, or an error where it is far larger than the file.
Result<ScpStretch> extent_of(const FileSet& files, const Parts& parts, int ratio) {
  ScpStretch all = parts.leads.front().stretch;
  for (const LeadSpec& lead : parts.leads) {
    all.begin = std::min(all.begin, lead.stretch.begin);
    all.end = std::max(all.end, lead.stretch.end);
  }
  const auto values = (all.end + 1 - all.begin) * static_cast<std::int64_t>(parts.leads.size());
  if (ratio == 0) {
    return scp_error(ErrorCode::kUnsupported, parts.file,
                     "the two sampling rates of bimodal compression do not fit each other",
                     parts.rhythm.byte_offset);
  }
  if (values > allowed_values(files)) {
    return scp_error(ErrorCode::kTooLarge, parts.file,
                     "the leads claim far more samples than the file can hold",
                     parts.rhythm.byte_offset);
  }
  return all;
}

Result<void> read_rhythm(const FileSet& files, const Parts& parts, Recording& recording) {
  const int ratio = ratio_of(parts);
  const auto extent = extent_of(files, parts, ratio);
  if (!extent) return extent.error();
  std::vector<LeadLabel> labels;
  for (const LeadSpec& lead : parts.leads) labels.push_back(lead.label);
  const std::int64_t length = extent->end + 1 - extent->begin;
  recording.signal = Signal(std::move(labels), length, 1e6 * ratio / parts.rhythm.interval_us);
  std::int64_t missing = 0;
  for (std::size_t i = 0; i < parts.leads.size(); ++i) {
    auto out = recording.signal.lead(i);
    std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN());
    const auto lacking = read_rhythm_lead(parts, i, ratio, extent->begin, out);
    if (!lacking) return lacking.error();
    missing = std::max(missing, *lacking);
    recording.calibrations.push_back(calibration_of(parts.rhythm, !parts.tables.empty()));
    if (parts.subtracts_reference)
      add_reference(parts, recording.groups.front().signal.lead(i), extent->begin, out);
  }
  if (missing >= length) {
    return scp_error(ErrorCode::kInsufficientData, parts.file, "a lead holds no sample",
                     parts.rhythm.byte_offset);
  }
  if (missing > 0) {
    recording.warnings.push_back("The file holds " + std::to_string(missing) +
                                 " samples per lead fewer than it states: missing at the end.");
  }
  return {};
}

}  // namespace

Result<Recording> read_scp(const FileSet& files, const NamedBytes& file) {
  auto sections = parse_scp(file);
  if (!sections) return sections.error();
  if (is_heal_force(*sections)) return read_heal_force(file, *sections);
  auto parts = parse_parts(file, *sections);
  if (!parts) return parts.error();
  Recording recording;
  recording.info.source_format = "SCP-ECG";
  recording.warnings = std::move(sections->warnings);
  fill_scp_info(*sections, recording.info);
  if (parts->reference) {
    const std::size_t length = reference_length(*parts, *sections);
    auto beat = read_reference(*parts, length);
    if (!beat) return beat.error();
    recording.groups.push_back(std::move(beat).value());
  }
  const auto rhythm = read_rhythm(files, *parts, recording);
  if (!rhythm) return rhythm.error();
  return recording;
}

std::vector<FoundPart> describe_scp(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const auto sections = parse_scp(file);
  if (!sections) return parts;
  constexpr const char* kNames[] = {"pointers",     "person and recording", "Huffman tables",
                                    "leads",        "QRS locations",        "reference beat",
                                    "rhythm",       "measurements",         "statements",
                                    "manufacturer", "lead measurements",    "coded statements"};
  for (const ScpSection& section : sections->sections) {
    const bool known = section.id < static_cast<int>(std::size(kNames));
    parts.push_back({"section " + std::to_string(section.id),
                     std::string(known ? kNames[section.id] : "manufacturer") + ", " +
                         std::to_string(section.data.size()) + " bytes",
                     file.name, section.byte_offset});
  }
  return parts;
}

}  // namespace ecg
