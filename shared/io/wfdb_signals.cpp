#include "io/wfdb_signals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

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
void remove_skew(WfdbSignal& signal) {
  const std::int64_t size = static_cast<std::int64_t>(signal.values.size());
  const std::int64_t frames = size / signal.spec.samples_per_frame;
  const std::int64_t shift =
      std::min(signal.spec.skew_frames, frames) * signal.spec.samples_per_frame;
  std::move(signal.values.begin() + static_cast<std::ptrdiff_t>(shift), signal.values.end(),
            signal.values.begin());
  std::fill(signal.values.end() - static_cast<std::ptrdiff_t>(shift), signal.values.end(),
            kMissing);
}

/// Turns the counts of one signal into its values, in as many pieces as they come.
class CountsToValues {
 public:
  explicit CountsToValues(WfdbSignal& signal, std::int64_t length)
      : signal_(signal), missing_(wfdb_missing_count(signal.spec.format)) {
    const double unit = units_per_mv(signal.spec.unit);
    signal.is_voltage = unit > 0;
    gain_ = signal.spec.gain * (signal.is_voltage ? unit : 1.0);
    level_ = static_cast<std::uint32_t>(signal.spec.initial_value);
    signal.values.resize(static_cast<std::size_t>(length));
  }

  void put(std::int32_t count) {
    if (signal_.spec.format == 8) {  // a difference
      level_ += static_cast<std::uint32_t>(count);
      count = static_cast<std::int32_t>(level_);
    }
    sum_ += static_cast<std::uint32_t>(count);
    const bool absent = missing_ && count == *missing_;
    signal_.values[at_++] =
        absent ? kMissing : static_cast<float>((count - signal_.spec.baseline) / gain_);
  }

  bool checksum_differs() const {
    return signal_.spec.checksum &&
           ((sum_ ^ static_cast<std::uint32_t>(*signal_.spec.checksum)) & 0xFFFFu) != 0;
  }

 private:
  WfdbSignal& signal_;
  std::optional<std::int32_t> missing_;
  double gain_ = 1;
  std::uint32_t level_ = 0, sum_ = 0;
  std::size_t at_ = 0;
};

using Sinks = std::vector<CountsToValues>;

/// Decodes a file of frames block by block: no more than a few thousand counts are alive at once.
void decode_frames(const SignalFile& source, const WfdbHeader& header, std::int64_t frame_count,
                   Sinks& sinks) {
  const std::int64_t per_frame = source.samples_per_frame;
  const std::int64_t block = 6 * std::max<std::int64_t>(1, 2048 / per_frame);
  const auto bytes =
      std::span(source.file->bytes).subspan(static_cast<std::size_t>(source.byte_offset));
  std::vector<std::int32_t> counts;
  for (std::int64_t frame = 0; frame < frame_count; frame += block) {
    const std::int64_t frames = std::min(block, frame_count - frame);
    counts.resize(static_cast<std::size_t>(frames * per_frame));
    const std::int64_t at = wfdb_byte_of_sample(source.format, frame * per_frame);
    decode_wfdb_samples(source.format, bytes.subspan(static_cast<std::size_t>(at)), counts);
    std::int64_t first = 0;
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      const std::int64_t own = header.signals[source.members[i]].samples_per_frame;
      for (std::int64_t begin = first; begin < frames * per_frame; begin += per_frame) {
        for (std::int64_t k = 0; k < own; ++k)
          sinks[i].put(counts[static_cast<std::size_t>(begin + k)]);
      }
      first += own;
    }
  }
}

/// Decodes one file into the signals it holds.
void decode_file(const SignalFile& source, const WfdbHeader& header, WfdbSignals& out) {
  Sinks sinks;
  for (const std::size_t member : source.members) {
    WfdbSignal& signal = out.signals[member];
    sinks.emplace_back(signal, out.frame_count * signal.spec.samples_per_frame);
  }
  if (source.flac) {
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      const auto counts = std::span(source.flac->channels[i])
                              .subspan(static_cast<std::size_t>(source.byte_offset),
                                       out.signals[source.members[i]].values.size());
      for (const std::int32_t count : counts) sinks[i].put(count);
    }
  } else {
    decode_frames(source, header, out.frame_count, sinks);
  }
  for (std::size_t i = 0; i < source.members.size(); ++i) {
    WfdbSignal& signal = out.signals[source.members[i]];
    // Without a stated length the checksum may cover another number of samples.
    if (header.frame_count && sinks[i].checksum_differs()) {
      out.warnings.push_back("The checksum of signal " + std::to_string(source.members[i] + 1) +
                             " (" + signal.spec.description +
                             ") does not match: " + std::string(file_name_of(source.file->name)) +
                             " may be damaged or edited.");
    }
    if (signal.spec.skew_frames > 0) remove_skew(signal);
  }
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

Result<WfdbSignals> read_wfdb_signals(const FileSet& files, const WfdbHeader& header,
                                      std::string_view header_name) {
  auto sources = signal_files(files, header, header_name);
  if (!sources) return sources.error();
  WfdbSignals out;
  if (auto ok = unpack_flac(*sources, header, allowed_values(files), out.warnings); !ok)
    return ok.error();
  const auto frames = record_frames(header, *sources, out.warnings);
  if (!frames) return frames.error();
  if (!size_is_allowed(files, header, *frames)) {
    return Error{ErrorCode::kTooLarge,
                 "the header describes far more samples than the files can hold",
                 "check the number of signals and samples in the header", std::string(header_name),
                 std::nullopt};
  }
  out.frame_count = *frames;
  for (const WfdbSignalSpec& spec : header.signals)
    out.signals.push_back({spec, {}, units_per_mv(spec.unit) > 0});
  for (const SignalFile& source : *sources) decode_file(source, header, out);
  for (WfdbSignal& signal : out.signals) {
    if (signal.spec.format == 0)
      signal.values.assign(static_cast<std::size_t>(*frames * signal.spec.samples_per_frame),
                           kMissing);
  }
  return out;
}

}  // namespace ecg
