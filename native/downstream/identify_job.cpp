// Identification of people, by an encoder as it is and by one that was taught to tell others apart.
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <set>

#include "corpus/failure.h"
#include "downstream/identity_tuning.h"
#include "downstream/jobs.h"
#include "downstream/patient_records.h"
#include "downstream/starts.h"
#include "train/run_checks.h"

namespace ecg {
namespace {

/// Records to judge with; where an encoder is taught, records to teach with and to choose by.
struct Groups {
  IdentificationPairs report, choose;
  std::vector<PatientRecord> train;
};

// Folds of a table, or splits of the corpus where there is no table.
PatientGroup group_of(const IdentifyJob& job, const std::vector<int>& folds, Split split) {
  PatientGroup group;
  if (job.table.empty()) group.split = split;
  if (!job.table.empty()) group.folds = folds;
  return group;
}

void check_apart(const std::vector<PatientRecord>& train, const IdentificationPairs& other) {
  std::set<std::string> taught;
  for (const PatientRecord& record : train) taught.insert(record.patient);
  for (const std::string& patient : other.patients) {
    if (!taught.contains(patient)) continue;
    throw Failure({ErrorCode::kInconsistent,
                   "patient " + patient + " is among those to learn from and those to judge by",
                   "folds must keep a patient's records together",
                   {},
                   {}});
  }
}

Groups groups_of(const Corpus& corpus, const IdentifyJob& job) {
  const auto pairs_of = [&](const PatientGroup& group) {
    const auto records = value_or_throw(patient_records(corpus, job, group));
    return value_or_throw(identification_pairs(records, job.choice, job.everyone));
  };
  Groups groups;
  if (!job.tuning) {
    groups.report = pairs_of({job.folds, std::nullopt});
    return groups;
  }
  groups.report = pairs_of(group_of(job, job.folds, Split::kTest));
  groups.choose = pairs_of(group_of(job, job.tuning->choose_folds, Split::kValidation));
  groups.train = value_or_throw(
      patient_records(corpus, job, group_of(job, job.tuning->train_folds, Split::kTrain)));
  check_apart(groups.train, groups.report);
  check_apart(groups.train, groups.choose);
  return groups;
}

}  // namespace

std::vector<NamedIdentification> identify_job(const IdentifyJob& job, const JobListener& listener) {
  const Corpus corpus = value_or_throw(Corpus::open(job.corpus));
  const Groups groups = groups_of(corpus, job);
  const auto device = device_named(job.device);
  std::vector<NamedIdentification> results;
  const auto judge = [&](const std::string& name, System& model) {
    if (listener.say) listener.say("embedding with " + name);
    const auto similarity = embedding_similarity(model, corpus, groups.report, job.leads, device);
    results.push_back({name, score_identification(groups.report, similarity, job.draws, 1)});
  };
  const auto starts = starts_of(job.run, job.untrained, kTwinSeed, false, "untrained");
  throw_on_error(check_same_input(starts.at(0).model.config.input, corpus.info().spec));
  for (const NamedStart& start : starts) {
    judge(start.name, *start.model.model);
    if (!job.tuning) continue;
    const TunedIdentity tuned = tune_identity(start.model, corpus, groups.train, groups.choose,
                                              job.leads, *job.tuning, listener.say);
    judge(start.name + " + ArcFace", *tuned.encoder);
    if (results.size() == 2 && !job.save.empty()) {
      save_tuned_identity(job.save, job.run, start.model, tuned, corpus.info());
    }
  }
  return results;
}

}  // namespace ecg
