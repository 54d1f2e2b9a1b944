#pragma once
// Toy runs. Apart from toy.h because LibTorch's headers have a CHECK of their own, and are slow.

#include <c10/util/Logging.h>  // Catch2's CHECK must come after it

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "toy.h"
#include "train/pretrain.h"

namespace ecg::test {

/// A corpus of 60 records for all tests of a program, and a run on it.
const std::filesystem::path& toy_corpus();
PretrainJob toy_job(const std::filesystem::path& run);

/// Everything in the newest checkpoint of a run; the test ends where it cannot be read.
std::map<std::string, torch::Tensor> newest_tensors(const std::filesystem::path& run);

/// Names of the tensors that differ by a bit, or stand in one only, between two runs' newest
/// checkpoints.
std::vector<std::string> differing_tensors(const std::filesystem::path& a,
                                           const std::filesystem::path& b);

/// A job's result when it is stopped after a step and resumed. Throws Failure where it did not stop
/// there.
PretrainResult stopped_and_resumed(PretrainJob job, std::int64_t step);

}  // namespace ecg::test
