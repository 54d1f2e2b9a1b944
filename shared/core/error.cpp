#include "core/error.h"

namespace ecg {
namespace {

struct CodeText {
  std::string_view name;
  std::string_view sentence;
};

CodeText code_text(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnknownFormat:
      return {"unknown_format", "No reader recognises this file."};
    case ErrorCode::kUnsupported:
      return {"unsupported", "The format is known, but this variant of it is not supported."};
    case ErrorCode::kEmptyFile:
      return {"empty_file", "The file is empty."};
    case ErrorCode::kTruncated:
      return {"truncated", "The file ends before what its header promises."};
    case ErrorCode::kMissingFile:
      return {"missing_file", "A file that belongs to this record is missing."};
    case ErrorCode::kBadHeader:
      return {"bad_header", "The header is malformed."};
    case ErrorCode::kBadValue:
      return {"bad_value", "A value in the file is impossible."};
    case ErrorCode::kTooLarge:
      return {"too_large",
              "The declared size is larger than the file can hold or than is allowed."};
    case ErrorCode::kInconsistent:
      return {"inconsistent", "Two parts of the input contradict each other."};
    case ErrorCode::kBadChecksum:
      return {"bad_checksum", "The stored checksum does not match the data."};
    case ErrorCode::kInvalidArgument:
      return {"invalid_argument", "An option is outside its allowed range."};
    case ErrorCode::kInsufficientData:
      return {"insufficient_data", "There is not enough signal for this operation."};
    case ErrorCode::kNotFound:
      return {"not_found", "What was asked for does not exist in this recording."};
    case ErrorCode::kIo:
      return {"io", "The operating system could not read or write the file."};
  }
  return {"unknown", "Unknown error."};
}

}  // namespace

std::string_view error_code_name(ErrorCode code) { return code_text(code).name; }

std::string_view error_code_sentence(ErrorCode code) { return code_text(code).sentence; }

std::string to_string(const Error& error) {
  std::string text;
  if (!error.file.empty()) text += error.file + ": ";
  text += error.message.empty() ? std::string(error_code_sentence(error.code)) : error.message;
  if (error.byte_offset) text += " (at byte " + std::to_string(*error.byte_offset) + ")";
  if (!error.hint.empty()) text += ": " + error.hint;
  return text;
}

}  // namespace ecg
