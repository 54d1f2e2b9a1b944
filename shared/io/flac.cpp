#include "io/flac.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <FLAC/stream_decoder.h>

namespace ecg {
namespace {

/// What the callbacks of one decoding share.
struct Decoding {
  std::span<const std::uint8_t> bytes;
  std::int64_t most_values = 0;
  std::size_t read = 0;
  FlacSamples samples;
  std::int64_t promised = 0;  ///< samples per channel in the stream's header; 0 = not said
  bool damaged = false, too_large = false, reshaped = false;

  std::int64_t decoded() const {
    return samples.channels.empty() ? 0 : static_cast<std::int64_t>(samples.channels[0].size());
  }
};

Decoding& decoding_of(void* client) { return *static_cast<Decoding*>(client); }

FLAC__StreamDecoderReadStatus read_bytes(const FLAC__StreamDecoder*, FLAC__byte buffer[],
                                         std::size_t* size, void* client) {
  Decoding& state = decoding_of(client);
  *size = std::min(*size, state.bytes.size() - state.read);
  if (*size == 0) return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
  std::copy_n(state.bytes.begin() + static_cast<std::ptrdiff_t>(state.read), *size, buffer);
  state.read += *size;
  return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

FLAC__StreamDecoderWriteStatus keep_samples(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                            const FLAC__int32* const buffer[], void* client) {
  Decoding& state = decoding_of(client);
  auto& channels = state.samples.channels;
  if (channels.empty()) {
    channels.resize(frame->header.channels);
    state.samples.bits = frame->header.bits_per_sample;
  }
  state.reshaped = channels.size() != frame->header.channels ||
                   state.samples.bits != frame->header.bits_per_sample;
  const std::int64_t values =
      (state.decoded() + frame->header.blocksize) * static_cast<std::int64_t>(channels.size());
  state.too_large = values > state.most_values;
  if (state.reshaped || state.too_large) return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    channels[c].insert(channels[c].end(), buffer[c], buffer[c] + frame->header.blocksize);
  }
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void read_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* client) {
  if (metadata->type != FLAC__METADATA_TYPE_STREAMINFO) return;
  decoding_of(client).promised =
      static_cast<std::int64_t>(metadata->data.stream_info.total_samples);
}

void note_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* client) {
  decoding_of(client).damaged = true;
}

struct DeleteDecoder {
  void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
};
using Decoder = std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder>;

/// What went wrong, if anything.
std::optional<Error> failure_of(const Decoding& state, std::string_view file) {
  const auto error = [&](ErrorCode code, std::string what, const char* hint) {
    return Error{code, std::move(what), hint, std::string(file),
                 static_cast<std::int64_t>(state.read)};
  };
  const std::string place = "sample " + std::to_string(state.decoded());
  if (state.too_large)
    return error(ErrorCode::kTooLarge, "the FLAC stream unpacks to far more than its size allows",
                 "no ECG is packed this tightly: do not trust the file");
  if (state.damaged || state.reshaped)
    return error(ErrorCode::kBadValue, "the FLAC stream is damaged at " + place,
                 "the copy is damaged: fetch the file again");
  if (state.decoded() == 0 || state.decoded() < state.promised)
    return error(ErrorCode::kTruncated,
                 "the FLAC stream ends at " + place + " of " + std::to_string(state.promised),
                 "the copy is incomplete: fetch the file again");
  return std::nullopt;
}

}  // namespace

Result<FlacSamples> decode_flac(std::span<const std::uint8_t> bytes, std::int64_t most_values,
                                std::string_view file_name) {
  constexpr std::uint8_t kSignature[] = {'f', 'L', 'a', 'C'};
  if (bytes.size() < 4 ||
      !std::equal(std::begin(kSignature), std::end(kSignature), bytes.begin())) {
    return Error{ErrorCode::kBadHeader, "the signal file is not FLAC, as its header says",
                 "check the format in the header, or fetch the file again", std::string(file_name),
                 0};
  }
  Decoding state;
  state.bytes = bytes;
  state.most_values = most_values;
  const Decoder decoder(FLAC__stream_decoder_new());
  FLAC__stream_decoder_set_md5_checking(decoder.get(), true);
  FLAC__stream_decoder_init_stream(decoder.get(), read_bytes, nullptr, nullptr, nullptr, nullptr,
                                   keep_samples, read_metadata, note_error, &state);
  // Frame by frame, so that the first damage ends it: the decoder would search on for the next
  // frame.
  while (!state.damaged && !state.too_large && !state.reshaped &&
         FLAC__stream_decoder_get_state(decoder.get()) < FLAC__STREAM_DECODER_END_OF_STREAM &&
         FLAC__stream_decoder_process_single(decoder.get())) {
  }
  if (auto error = failure_of(state, file_name)) return *std::move(error);
  state.samples.checksum_differs = !FLAC__stream_decoder_finish(decoder.get());
  return std::move(state.samples);
}

}  // namespace ecg
