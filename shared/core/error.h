#pragma once
// What went wrong with bytes that came from outside: code, sentence, place, remedy.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecg {

/// One flat list of everything that can be wrong with input or a request.
enum class ErrorCode : std::uint8_t {
  kUnknownFormat,      ///< no reader recognises the bytes
  kUnsupported,        ///< recognised, but this variant is not implemented
  kEmptyFile,          ///< zero bytes
  kTruncated,          ///< the file ends before what its header promises
  kMissingFile,        ///< a file that the header names is not in the set
  kBadHeader,          ///< a header field is malformed
  kBadValue,           ///< a field is well formed but impossible (negative count, zero rate)
  kTooLarge,           ///< the declared size exceeds what the bytes can hold or what is allowed
  kInconsistent,       ///< two parts of the input contradict each other
  kBadChecksum,        ///< stored and computed checksum differ
  kInvalidArgument,    ///< an option or parameter is out of its range
  kInsufficientData,   ///< too few samples or leads for the operation
  kNotFound,           ///< the lead, group or name asked for does not exist
  kIo,                 ///< the operating system refused to read or write
};

/// Stable snake_case name of a code ("missing_file"), for JSON and logs.
std::string_view error_code_name(ErrorCode code);

/// One plain sentence that explains a code to a person.
std::string_view error_code_sentence(ErrorCode code);

/// An error as it travels to the user: handled or passed on, never both.
struct Error {
  ErrorCode code{};
  std::string message;                      ///< what is wrong, with the offending values
  std::string hint;                         ///< what the user can do about it; may be empty
  std::string file;                         ///< name of the file concerned; may be empty
  std::optional<std::int64_t> byte_offset;  ///< where in that file
};

/// "<file>: <what> (at byte N): <hint>", the form every program prints.
std::string to_string(const Error& error);

}  // namespace ecg
