#pragma once
// Small things to train on: a corpus of short simulated records, a tiny model.

#include <filesystem>
#include <string>

#include "corpus/corpus.h"
#include "support/temporary_folder.h"
#include "train/train_config.h"

namespace ecg::test {

/// Completed configuration of a tiny model: 12 leads x 2 s, 8 columns, float32, one thread.
TrainConfig toy_config();

/// Prepares `count` simulated records for toy_config() in `folder`. Throws Failure.
void make_toy_corpus(const std::filesystem::path& folder, std::size_t count,
                     std::size_t threads = 2);

/// Whole file as text, and back.
std::string text_of_file(const std::filesystem::path& path);
void write_text_file(const std::filesystem::path& path, const std::string& text);

/// Flips a bit in the samples of record `row` of a shard of a toy corpus.
void damage_record(const std::filesystem::path& shard, std::size_t row);

}  // namespace ecg::test
