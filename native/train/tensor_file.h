#pragma once
// Named tensors and text in one file: the safetensors layout, which other tools read as well.
//
// u64 little-endian header length, a JSON header {"__metadata__": {text}, name: {dtype, shape,
// data_offsets}}, the values. The metadata entry "crc32" is the CRC-32 of the whole file, computed
// with its own eight digits as zeros.

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

#include "core/result.h"

namespace ecg {

/// What such a file holds. Tensors are on the CPU: float32, float64, bfloat16, int64 or uint8.
struct TensorFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Writes atomically (write_file_atomically): a crash at any moment
/// leaves the former file or the new one, never a part. kIo when the system refuses.
Result<void> write_tensor_file(const std::filesystem::path& path, const TensorFile& content);

/// Reads and verifies everything before it returns: sizes against the file, offsets, the checksum.
/// Errors: kMissingFile, kEmptyFile, kTruncated, kBadHeader, kBadChecksum, kIo.
Result<TensorFile> read_tensor_file(const std::filesystem::path& path);

}  // namespace ecg
