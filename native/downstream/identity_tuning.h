#pragma once
// Teaching an encoder to tell people apart: ArcFace over the persons of some records (Oh et al.
// 2022), to be tried on others.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "downstream/identification.h"
#include "downstream/jobs.h"
#include "train/checkpoint.h"

namespace ecg {

/// Similarity of a probe and a gallery record as identification takes it: cosines of embeddings,
/// [probes x gallery].
std::vector<double> embedding_similarity(System& model, const Corpus& corpus,
                                         const IdentificationPairs& pairs,
                                         const std::vector<Lead>& leads, c10::Device device);

/// An encoder that was taught, and when it was best.
struct TunedIdentity {
  SystemPtr encoder;       ///< on the CPU
  std::int64_t epoch = 0;  ///< from 1
  double choose_auroc = 0;
};

/// Trains a copy of the encoder so that ArcFace (objective/arcface.h) tells the persons of `train`
/// apart by its embeddings; keeps the epoch with the highest verification AUROC on `choose`, people
/// it was not taught. Leads outside `leads` are absent throughout. Order of records and the head's
/// weights follow the seed; on the CPU the result is a function of the arguments and the number of
/// threads. Throws Failure (kInsufficientData: fewer than two persons).
TunedIdentity tune_identity(const TrainedModel& start, const Corpus& corpus,
                            std::span<const PatientRecord> train, const IdentificationPairs& choose,
                            const std::vector<Lead>& leads, const IdentityTuning& tuning,
                            const std::function<void(const std::string&)>& say);

/// Writes the encoder as a run folder that every command takes: its start's record, the preset's
/// name with "-arcface" behind it, and the hash of the corpus that it was taught on. Throws
/// Failure.
void save_tuned_identity(const std::filesystem::path& folder, const std::filesystem::path& run,
                         const TrainedModel& start, const TunedIdentity& tuned,
                         const CorpusInfo& corpus);

}  // namespace ecg
