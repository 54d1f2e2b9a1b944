#pragma once
// ZIP archives (APPNOTE.TXT, PKWARE) -> the files in them. Stored and deflated entries.

#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

/// True if the file begins as an archive does.
bool is_zip(const NamedBytes& file);

/// The files of an archive under "archive.zip/folder/name", without folders, hidden files and the
/// extra entries that macOS adds. No more than inflate_limit of the archive's size comes out, and
/// every checksum is verified. Errors: kTruncated (no directory at its end, or an entry outside the
/// file), kBadHeader, kUnsupported (encrypted, another compression, ZIP64, an archive inside),
/// kTooLarge, kBadValue, kBadChecksum, kInsufficientData (nothing in it).
Result<FileSet> unzip(const NamedBytes& archive);

/// The set with every archive replaced by its files.
Result<FileSet> with_archives_unpacked(const FileSet& files);

}  // namespace ecg
