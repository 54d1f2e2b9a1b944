#pragma once
// Sentences and figures as people read them. Numbers carry units; what a file does not say stays
// out.

#include <string>
#include <string_view>

#include "viewer/workspace.h"

namespace ecg {

/// "500 Hz", "10 s", "12.5 mm/s": the shortest form with at most `decimals` decimals.
std::string number_text(double value, int decimals);

/// "10 s", "2 min 30 s", "1 h 4 min".
std::string duration_text(double seconds);

/// "00001_lr", or "Example (simulated)".
std::string sheet_title(const OpenRecording& opened);

/// "Opened 00001_lr: 12 leads, 10 s, 100 Hz, WFDB." for screen readers.
std::string opening_sentence(const OpenRecording& opened);

/// "140 of 240 tokens", "65 of 108 beats": those hidden.
std::string hidden_text(const Encoder& encoder);

/// "140 of 240 tokens hidden, mean error 0.052 mV." for screen readers.
std::string reconstruction_sentence(const Encoder& encoder);

/// "0.5-40 Hz, 100 Hz sampling (model input)".
std::string model_input_text(const ModelSpec& spec);

/// "V3, 2.50-3.00 s" or, where tokens are heartbeats, "V3, beat 4, 2.50-3.00 s". Precondition: the
/// encoder has an input.
std::string token_text(const Encoder& encoder, std::size_t token);

/// "einthoven-tiny 0.1.0", "not named"; empty without a model.
std::string model_name(const Encoder& encoder);

/// "240 of 500 ms", "up to 15 beats a lead", "124 steps". Precondition: there is a model.
std::string tokens_text(const Encoder& encoder);

/// At most that many bytes, cut between words, with an ellipsis where something was cut.
std::string shortened_text(std::string_view text, std::size_t most_bytes);

/// A safe file name from a record name: letters, digits, '-' and '_' only; "ecg" if none is left.
std::string safe_file_name(std::string_view record_name);

}  // namespace ecg
