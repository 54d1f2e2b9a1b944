#include "downstream/probe_options.h"

#include <map>

namespace ecg {

Result<void> check_unseen(const Corpus& corpus, const LabelledRecords& records,
                          const std::string& pretraining_data_hash) {
  if (corpus.info().data_hash != pretraining_data_hash) return {};
  for (const std::uint32_t position : records.positions) {
    if (corpus.index()[position].split != Split::kTrain) continue;
    return Error{ErrorCode::kInconsistent,
                 "the encoder was pretrained on record " +
                     std::string(corpus.index()[position].name) + ", which is to be reported on",
                 "pretrain on a corpus whose training split leaves these folds out",
                 {},
                 {}};
  }
  return {};
}

Result<void> check_probe(const Corpus& corpus, const LabelledRecords& records,
                         const ProbeOptions& options, const std::string& pretraining_data_hash) {
  std::map<std::string, std::string> group_of;
  const auto check_group = [&](const char* name, const std::vector<int>& folds) -> Result<void> {
    const LabelledRecords group = records.of_folds(folds);
    if (group.size() == 0) {
      return Error{ErrorCode::kInsufficientData,
                   std::string("no labelled record in the folds to ") + name,
                   "check the fold column and the folds",
                   {},
                   {}};
    }
    for (const std::string& patient : group.patients) {
      const auto& first = group_of.emplace(patient, name).first->second;
      if (first == name) continue;
      return Error{
          ErrorCode::kInconsistent,
          "patient " + patient + " is in the folds to " + first + " and in those to " + name,
          "folds must keep a patient's records together",
          {},
          {}};
    }
    return {};
  };
  if (auto ok = check_group("train", options.train_folds); !ok) return ok;
  if (auto ok = check_group("choose", options.choose_folds); !ok) return ok;
  if (auto ok = check_group("report", options.report_folds); !ok) return ok;
  return check_unseen(corpus, records.of_folds(options.report_folds), pretraining_data_hash);
}

}  // namespace ecg
