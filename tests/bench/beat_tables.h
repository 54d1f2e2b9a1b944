#pragma once
// The tables of ./tools/bench beats.

#include <filesystem>
#include <string>
#include <vector>

#include "timing.h"

namespace ecg::bench {

/// Which records a table is about: while rules are being chosen, the others stay unseen.
enum class Halves { kBoth, kChosenOn };

/// R peaks on MIT-BIH as EC57 scores them; per record if `each`.
void print_mitdb(const std::filesystem::path& folder, bool each, Halves halves);

/// Waves on LUDB; beside NeuroKit if `python` names a Python that has it; per record if `each`.
void print_ludb(const std::filesystem::path& folder, const std::string& python, bool each,
                Halves halves);

/// R peaks on records 118 and 119 with noise of nstdb at 12, 6 and 0 dB, beside xqrs, NeuroKit and
/// sleepecg if `python` names a Python that has them.
void print_noise_stress(const std::filesystem::path& folder, const std::string& python);

/// Time for an hour of one lead and for 10-s records of 12 leads, beside sleepecg and NeuroKit.
std::vector<Timing> time_beats(const std::filesystem::path& folder, const std::string& python);

}  // namespace ecg::bench
