#include "io/wfdb_signals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "io/count_scale.h"
#include "io/flac.h"
#include "io/size_limits.h"
#include "io/text.h"
#include "io/units.h"
#include "io/wfdb_samples.h"

namespace ecg {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// The signals that share one file, in frame order.
struct SignalFile {
  const NamedBytes* file = nullptr;
  std::vector<std::size_t> members;  ///< indices into header.signals
  std::int64_t samples_per_frame = 0;
  int format = 0;
  std::int64_t byte_offset = 0;     ///< of FLAC: samples of each channel to pass over
  std::optional<FlacSamples> flac;  ///< one channel per member, if the file is compressed
};

/// Formats 508, 516 and 524: FLAC of up to 8, 16 and 24 bits.
bool is_flac_format(int format) { return format == 508 || format == 516 || format == 524; }

std::string file_list(const FileSet& files) {
  std::string list;
  for (const NamedBytes& file : files.files) {
    if (list.size() > 200) return list + ", ...";
    list += (list.empty() ? "" : ", ") + std::string(file_name_of(file.name));
  }
  return list;
}

Error missing_file(const FileSet& files, std::string_view header_name, const std::string& name) {
  const std::string header(file_name_of(header_name));
  return {ErrorCode::kMissingFile,
          "the header asks for \"" + name + "\", which is not among the files given (" +
              file_list(files) + ")",
          "open " + header + " and " + std::string(file_name_of(name)) +
              " together: select both, or drop both at once",
          std::string(header_name), std::nullopt};
}

Error file_error(ErrorCode code, const NamedBytes& file, std::string what, std::string hint) {
  return {code, std::move(what), std::move(hint), file.name, std::nullopt};
}

/// Sorts the signals by the file that holds them and checks that each file is described in one way.
Result<std::vector<SignalFile>> signal_files(const FileSet& files, const WfdbHeader& header,
                                             std::string_view header_name) {
  std::vector<SignalFile> result;
  for (std::size_t i = 0; i < header.signals.size(); ++i) {
    const WfdbSignalSpec& spec = header.signals[i];
    if (spec.format == 0) continue;
    const NamedBytes* file = find_beside(files, header_name, spec.file_name);
    if (file == nullptr) return missing_file(files, header_name, spec.file_name);
    if (!is_wfdb_format_supported(spec.format) && !is_flac_format(spec.format)) {
      return file_error(ErrorCode::kUnsupported, *file,
                        "WFDB storage format " + std::to_string(spec.format) + " is not supported",
                        "convert the record to format 16 with the WFDB tools (xform)");
    }
    if (file->bytes.empty())
      return file_error(ErrorCode::kEmptyFile, *file, "the signal file is empty",
                        "copy the file again");
    auto known = std::find_if(result.begin(), result.end(),
                              [&](const SignalFile& f) { return f.file == file; });
    if (known == result.end())
      known = result.insert(result.end(), {file, {}, 0, spec.format, spec.byte_offset, {}});
    if (known->format != spec.format || known->byte_offset != spec.byte_offset) {
      return file_error(
          ErrorCode::kInconsistent, *file,
          "the header gives different storage formats or byte offsets for signals in this one file",
          "check the signal lines of " + std::string(file_name_of(header_name)));
    }
    known->members.push_back(i);
    known->samples_per_frame += spec.samples_per_frame;
  }
  if (result.empty()) {
    return Error{ErrorCode::kInsufficientData, "no signal of this record is stored in a file",
                 "open the record that this layout belongs to", std::string(header_name),
                 std::nullopt};
  }
  return result;
}

/// Unpacks the compressed files: a channel per signal, in the order of the header.
Result<void> unpack_flac(std::vector<SignalFile>& sources, const WfdbHeader& header,
                         std::int64_t most_values, std::vector<std::string>& warnings) {
  for (SignalFile& source : sources) {
    if (!is_flac_format(source.format)) continue;
    auto samples = decode_flac(source.file->bytes, most_values, source.file->name);
    if (!samples) return samples.error();
    const auto members = static_cast<std::int64_t>(source.members.size());
    const std::int64_t first = header.signals[source.members[0]].samples_per_frame;
    const bool alike = source.samples_per_frame == first * members;
    if (samples->channels.size() != source.members.size() || !alike ||
        samples->bits > static_cast<std::uint32_t>(source.format - 500)) {
      return file_error(ErrorCode::kInconsistent, *source.file,
                        "the FLAC stream has " + std::to_string(samples->channels.size()) +
                            " channels of " + std::to_string(samples->bits) +
                            " bits; the header describes " + std::to_string(members) +
                            " signals in format " + std::to_string(source.format) +
                            (alike ? "" : " with different numbers of samples per frame"),
                        "check the signal lines of the header");
    }
    if (samples->checksum_differs) {
      warnings.push_back("The checksum of " + std::string(file_name_of(source.file->name)) +
                         " does not match: its samples may be damaged or edited.");
    }
    source.flac = *std::move(samples);
  }
  return {};
}

/// Whole frames that a file holds behind its offset.
std::int64_t frame_capacity(const SignalFile& source) {
  if (source.flac) {
    const auto samples = static_cast<std::int64_t>(source.flac->channels[0].size());
    const auto members = static_cast<std::int64_t>(source.members.size());
    return std::max<std::int64_t>(0, samples - source.byte_offset) * members /
           source.samples_per_frame;
  }
  const auto size = static_cast<std::int64_t>(source.file->bytes.size());
  const std::int64_t usable = std::max<std::int64_t>(0, size - source.byte_offset);
  return wfdb_sample_capacity(source.format, usable) / source.samples_per_frame;
}

/// Whole frames in a file, or an error that says how much is there.
Result<std::int64_t> frames_in(const SignalFile& source, const WfdbHeader& header) {
  const auto size = static_cast<std::int64_t>(source.file->bytes.size());
  const std::int64_t frames = frame_capacity(source);
  const std::int64_t wanted = header.frame_count.value_or(std::max<std::int64_t>(1, frames));
  if (frames >= wanted) return frames;
  Error error =
      file_error(ErrorCode::kTruncated, *source.file,
                 "the file ends after " + std::to_string(frames) + " of the " +
                     std::to_string(wanted) + " samples per signal that the header promises",
                 "the copy is incomplete: fetch the file again");
  error.byte_offset = size;
  return error;
}

/// Frames of the record: as declared, else as many as the shortest file holds.
Result<std::int64_t> record_frames(const WfdbHeader& header, const std::vector<SignalFile>& sources,
                                   std::vector<std::string>& warnings) {
  std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
  for (const SignalFile& source : sources) {
    const auto frames = frames_in(source, header);
    if (!frames) return frames.error();
    shortest = std::min(shortest, *frames);
    if (header.frame_count && *frames > *header.frame_count) {
      warnings.push_back(std::string(file_name_of(source.file->name)) + " holds " +
                         std::to_string(*frames - *header.frame_count) +
                         " more samples per signal than the header declares; they are ignored.");
    }
  }
  return header.frame_count.value_or(shortest);
}

/// Moves the signal earlier by its skew; the end, which the file does not hold, becomes missing.
void remove_skew(const WfdbSignalSpec& spec, std::span<float> values) {
  const std::int64_t frames = static_cast<std::int64_t>(values.size()) / spec.samples_per_frame;
  const std::int64_t shift = std::min(spec.skew_frames, frames) * spec.samples_per_frame;
  const auto kept = values.end() - static_cast<std::ptrdiff_t>(shift);
  std::move(values.begin() + static_cast<std::ptrdiff_t>(shift), values.end(), values.begin());
  std::fill(kept, values.end(), kMissing);
}

/// Turns the counts of one signal into its values, in as many pieces as they come.
class CountsToValues {
 public:
  CountsToValues(const WfdbSignalSpec& spec, std::span<float> values) : spec_(spec), rest_(values) {
    const double unit = units_per_mv(spec.unit);
    scale_ = {spec.gain * (unit > 0 ? unit : 1.0), spec.baseline, wfdb_missing_count(spec.format),
              wfdb_count_bits(spec.format)};
    level_ = static_cast<std::uint32_t>(spec.initial_value);
  }

  /// The next counts; of format 8 they are differences and become levels.
  void put(std::span<std::int32_t> counts) {
    if (spec_.format == 8) {
      for (std::int32_t& count : counts)
        count = static_cast<std::int32_t>(level_ += static_cast<std::uint32_t>(count));
    }
    sum_ += values_of_counts(counts, scale_, rest_.first(counts.size()));
    rest_ = rest_.subspan(counts.size());
  }

  bool checksum_differs() const {
    return spec_.checksum && ((sum_ ^ static_cast<std::uint32_t>(*spec_.checksum)) & 0xFFFFu) != 0;
  }

 private:
  const WfdbSignalSpec& spec_;
  std::span<float> rest_;
  CountScale scale_;
  std::uint32_t level_ = 0, sum_ = 0;
};

using Sinks = std::vector<CountsToValues>;

/// Decodes a file of frames block by block, so that no count leaves the nearest cache.
void decode_frames(const SignalFile& source, const WfdbHeader& header, std::int64_t frame_count,
                   Sinks& sinks) {
  const auto per_frame = static_cast<std::size_t>(source.samples_per_frame);
  const std::size_t block = 6 * std::max<std::size_t>(1, kCountsAtOnce / 6 / per_frame);
  const auto all =
      std::span(source.file->bytes).subspan(static_cast<std::size_t>(source.byte_offset));
  std::vector<std::int32_t> frames, counts;
  for (std::int64_t frame = 0; frame < frame_count; frame += static_cast<std::int64_t>(block)) {
    const std::size_t count = std::min(block, static_cast<std::size_t>(frame_count - frame));
    const std::int64_t at = wfdb_byte_of_sample(source.format, frame * source.samples_per_frame);
    const auto bytes = all.subspan(static_cast<std::size_t>(at));
    frames.clear();
    std::size_t first = 0;
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      const auto own =
          static_cast<std::size_t>(header.signals[source.members[i]].samples_per_frame);
      counts.resize(count * own);
      if (own == 1) {
        decode_wfdb_samples(source.format, bytes, first, per_frame, counts);
      } else {
        if (frames.empty()) {
          frames.resize(count * per_frame);
          decode_wfdb_samples(source.format, bytes, 0, 1, frames);
        }
        signal_of_frames(frames, per_frame, first, own, counts);
      }
      sinks[i].put(counts);
      first += own;
    }
  }
}

/// Decodes one file into the signals it holds.
void decode_file(SignalFile& source, const WfdbHeader& header, WfdbSignals& out) {
  Sinks sinks;
  for (const std::size_t member : source.members)
    sinks.emplace_back(out.signals[member].spec, out.values(member));
  if (source.flac) {
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      sinks[i].put(std::span(source.flac->channels[i])
                       .subspan(static_cast<std::size_t>(source.byte_offset),
                                out.values(source.members[i]).size()));
    }
  } else {
    decode_frames(source, header, out.frame_count, sinks);
  }
  for (std::size_t i = 0; i < source.members.size(); ++i) {
    const std::size_t member = source.members[i];
    const WfdbSignalSpec& spec = out.signals[member].spec;
    // Without a stated length the checksum may cover another number of samples.
    if (header.frame_count && sinks[i].checksum_differs()) {
      out.warnings.push_back("The checksum of signal " + std::to_string(member + 1) + " (" +
                             spec.description +
                             ") does not match: " + std::string(file_name_of(source.file->name)) +
                             " may be damaged or edited.");
    }
    if (spec.skew_frames > 0) remove_skew(spec, out.values(member));
  }
}

/// Signals that can share one matrix: the same rate, and all voltages or all something else.
struct MatrixKey {
  std::int64_t samples_per_frame = 1;
  bool is_voltage = true;
  bool operator==(const MatrixKey&) const = default;
};

/// Standard name if it is one, also of the PTB spelling "vx" of the Frank leads. `number` counts
/// the signals from 1.
LeadLabel wfdb_label(const std::string& description, std::size_t number) {
  LeadLabel label = label_from_name(description);
  const std::string lower = lower_case(label.name);
  if (lower == "vx") label.lead = Lead::kX;
  if (lower == "vy") label.lead = Lead::kY;
  if (lower == "vz") label.lead = Lead::kZ;
  if (label.name.empty()) label.name = "signal " + std::to_string(number);
  return label;
}

/// True if frames x samples per frame of all signals stays within what these files may become.
bool size_is_allowed(const FileSet& files, const WfdbHeader& header, std::int64_t frames) {
  std::int64_t per_frame = 0;
  for (const WfdbSignalSpec& spec : header.signals) per_frame += spec.samples_per_frame;
  return frames <= allowed_values(files) / per_frame;
}

}  // namespace

const NamedBytes* find_beside(const FileSet& files, std::string_view header_name,
                              std::string_view name) {
  const std::size_t folder = header_name.size() - file_name_of(header_name).size();
  if (const NamedBytes* file =
          files.find(std::string(header_name.substr(0, folder)) + std::string(name)))
    return file;
  if (const NamedBytes* file = files.find(name)) return file;
  const std::string lower = lower_case(file_name_of(name));
  for (const NamedBytes& file : files.files) {
    if (lower_case(file_name_of(file.name)) == lower) return &file;
  }
  return nullptr;
}

WfdbSignals wfdb_signals_of(const std::vector<WfdbSignalSpec>& specs, std::int64_t frame_count,
                            double frame_rate_hz) {
  std::vector<MatrixKey> keys;
  std::vector<std::vector<LeadLabel>> labels;
  WfdbSignals out;
  out.frame_count = frame_count;
  for (const WfdbSignalSpec& spec : specs) {
    const MatrixKey key{spec.samples_per_frame, units_per_mv(spec.unit) > 0};
    const auto known = std::find(keys.begin(), keys.end(), key);
    const auto matrix = static_cast<std::size_t>(known - keys.begin());
    if (known == keys.end()) {
      keys.push_back(key);
      labels.emplace_back();
    }
    out.signals.push_back({spec, key.is_voltage, matrix, labels[matrix].size()});
    labels[matrix].push_back(wfdb_label(spec.description, out.signals.size()));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::int64_t per_frame = keys[i].samples_per_frame;
    out.matrices.push_back(Signal::unfilled(std::move(labels[i]), frame_count * per_frame,
                                            frame_rate_hz * static_cast<double>(per_frame)));
  }
  return out;
}

Result<WfdbSignals> read_wfdb_signals(const FileSet& files, const WfdbHeader& header,
                                      std::string_view header_name) {
  auto sources = signal_files(files, header, header_name);
  if (!sources) return sources.error();
  std::vector<std::string> warnings;
  if (auto ok = unpack_flac(*sources, header, allowed_values(files), warnings); !ok)
    return ok.error();
  const auto frames = record_frames(header, *sources, warnings);
  if (!frames) return frames.error();
  if (!size_is_allowed(files, header, *frames)) {
    return Error{ErrorCode::kTooLarge,
                 "the header describes far more samples than the files can hold",
                 "check the number of signals and samples in the header", std::string(header_name),
                 std::nullopt};
  }
  WfdbSignals out = wfdb_signals_of(header.signals, *frames, header.frame_rate_hz);
  out.warnings = std::move(warnings);
  for (SignalFile& source : *sources) decode_file(source, header, out);
  for (std::size_t i = 0; i < out.signals.size(); ++i) {
    const auto values = out.values(i);
    if (header.signals[i].format == 0) std::fill(values.begin(), values.end(), kMissing);
  }
  return out;
}

}  // namespace ecg
