#include "downstream/jobs.h"

#include <ATen/ATen.h>

#include <cstdio>
#include <limits>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/classifier.h"
#include "downstream/features.h"
#include "downstream/fine_tune.h"
#include "downstream/head_figures.h"
#include "downstream/linear_probe.h"
#include "downstream/probe.h"
#include "downstream/starts.h"
#include "downstream/tensor_scores.h"
#include "nn/linear_head.h"
#include "train/run_checks.h"

namespace ecg {
namespace {

struct OpenedJob {
  Corpus corpus;
  LabelledRecords records;
};

OpenedJob open_job(const LabelledJob& job, const std::string& data_hash,
                   const JobListener& listener) {
  Corpus corpus = value_or_throw(Corpus::open(job.corpus));
  LabelledRecords records = value_or_throw(label_records(corpus, job.labels));
  throw_on_error(check_probe(corpus, records, job.groups, data_hash));
  char text[200];
  std::snprintf(text, sizeof text,
                "%zu records with %zu classes; left out: %zu without a label, %zu that the table "
                "lacks",
                records.size(), records.classes.size(), records.without_label, records.without_row);
  if (listener.say) listener.say(text);
  return {std::move(corpus), std::move(records)};
}

// The linear probe's affine map as a head, standardisation included.
ClassifierHead head_of(const LinearProbe& probe, const System& encoder) {
  const auto weight = (probe.weight / probe.scale.unsqueeze(1)).t();  // [classes, features]
  ClassifierHead head("linear", encoder.config().input.leads, weight.size(1), weight.size(0), 0);
  const torch::NoGradGuard no_grad;
  head->output->weight.copy_(weight);
  head->output->bias.copy_(probe.bias - weight.mv(probe.mean));
  return head;
}

// The same for a model bundle, with what was measured of it.
LinearHead exported_head(const LabelledJob& job, const Classifier& classifier,
                         const ProbeRow& row) {
  const auto values = [](const at::Tensor& t) {
    const auto flat = t.detach().contiguous();
    return std::vector<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  };
  LinearHead head;
  head.task = job.labels.task;
  head.width = classifier.head->width();
  head.weight = values(classifier.head->output->weight);
  head.bias = values(classifier.head->output->bias);
  for (std::size_t c = 0; c < classifier.classes.size(); ++c) {
    head.labels.push_back({classifier.classes[c], classifier.thresholds[c]});
  }
  const std::string table = job.labels.table.filename().string();
  head.fitted_on = std::to_string(row.train_records) + " records of folds " +
                   text_of_folds(job.groups.train_folds) + " of " + table +
                   "; strength and thresholds by folds " + text_of_folds(job.groups.choose_folds);
  add_figures(head, row.score, "folds " + text_of_folds(job.groups.report_folds) + " of " + table);
  return head;
}

// The classifier of a probe's row: fitted again, which takes a moment and gives the same.
Classifier probe_classifier(const LabelledJob& job, const NamedStart& start,
                            const OpenedJob& opened, const ProbeRow& row) {
  const auto& leads = job.groups.lead_sets.front();
  const auto every = opened.records.of_folds(job.groups.train_folds);
  const auto train = label_fraction(every, row.fraction, row.seed);
  const auto choose = opened.records.of_folds(job.groups.choose_folds);
  System& encoder = *start.model.model;
  const auto features = encoder_features(encoder, opened.corpus, train.positions, leads, at::kCPU);
  const auto probe = fit_linear_probe(features, label_tensor(train), row.chosen);
  Classifier classifier{start.model, head_of(probe, encoder), train.classes, {}, leads};
  classifier.thresholds =
      thresholds_on(choose, class_probabilities(encoder, classifier.head, opened.corpus,
                                                choose.positions, leads, at::kCPU));
  return classifier;
}

void save_probe(const LabelledJob& job, const NamedStart& start, const OpenedJob& opened,
                const ProbeRow& row) {
  if (job.save.empty() && job.heads.empty()) return;
  const Classifier classifier = probe_classifier(job, start, opened, row);
  if (!job.save.empty()) throw_on_error(save_classifier(job.save, classifier));
  if (job.heads.empty()) return;
  const std::vector<LinearHead> heads{exported_head(job, classifier, row)};
  throw_on_error(check_heads(heads));
  throw_on_error(write_file_atomically(job.heads, json_from_heads(heads)));
}

}  // namespace

std::vector<ProbeRow> probe_job(const LabelledJob& job, const JobListener& listener) {
  const auto starts =
      starts_of(job.run, job.untrained, job.twin_seed, job.only_untrained, "untrained");
  const OpenedJob opened = open_job(job, starts.at(0).model.data_hash, listener);
  std::vector<NamedEncoder> encoders;
  for (const NamedStart& start : starts) encoders.push_back({start.name, start.model.model});
  const auto rows =
      run_probe(encoders, opened.corpus, opened.records, job.groups, listener.row_done);
  save_probe(job, starts[0], opened, rows[0]);
  return rows;
}

std::vector<ProbeRow> fine_tune_job(const LabelledJob& job, const FineTuneOptions& options,
                                    const JobListener& listener) {
  throw_on_error(check_fine_tune(options));
  const auto starts =
      starts_of(job.run, job.untrained, job.twin_seed, job.only_untrained, "scratch");
  const OpenedJob opened = open_job(job, starts.at(0).model.data_hash, listener);
  bool saved = job.save.empty();
  const auto say_epoch = [&](const FineTuneEpoch& e) {
    char text[120];
    std::snprintf(text, sizeof text,
                  "  epoch %lld: loss %.4f, macro AUROC on the choosing folds %.4f",
                  static_cast<long long>(e.epoch), e.loss, e.choose_auroc);
    if (listener.say) listener.say(text);
  };
  return run_fine_tune(starts, opened.corpus, opened.records, job.groups, options, say_epoch,
                       [&](const FineTuned& result) {
                         if (!saved) throw_on_error(save_classifier(job.save, result.classifier));
                         saved = true;
                         if (listener.row_done) listener.row_done(result.row);
                       });
}

ProbeRow evaluate_job(const std::filesystem::path& file, const std::filesystem::path& corpus_folder,
                      const LabelSource& labels, const ProbeOptions& groups,
                      const std::string& device_name) {
  Classifier classifier = value_or_throw(load_classifier(file));
  const Corpus corpus = value_or_throw(Corpus::open(corpus_folder));
  throw_on_error(check_same_input(classifier.encoder.config.input, corpus.info().spec));
  auto records = value_or_throw(label_records(corpus, labels));
  if (!groups.report_folds.empty()) records = records.of_folds(groups.report_folds);
  records = value_or_throw(with_classes(records, classifier.classes));
  const auto device = device_named(device_name);
  classifier.encoder.model->to(device);
  classifier.head->to(device);
  const auto& leads =
      groups.lead_sets.front().empty() ? classifier.leads : groups.lead_sets.front();
  const auto answer = class_probabilities(*classifier.encoder.model, classifier.head, corpus,
                                          records.positions, leads, device);
  ProbeRow row;
  row.encoder = classifier.encoder.config.name;
  row.head = "saved " + classifier.head->kind();
  row.leads = text_of_leads(leads);
  row.choose_auroc = std::numeric_limits<double>::quiet_NaN();
  row.score = reported_score(records, answer, classifier.thresholds, groups);
  return row;
}

std::vector<NamedRetrieval> retrieve_job(const LabelledJob& job, std::size_t k,
                                         const JobListener& listener) {
  const auto starts =
      starts_of(job.run, job.untrained, job.twin_seed, job.only_untrained, "untrained");
  const OpenedJob opened = open_job(job, starts.at(0).model.data_hash, listener);
  const auto queries = opened.records.of_folds(job.groups.report_folds);
  const auto gallery = opened.records.of_folds(job.groups.train_folds);
  const auto set_of = [](const LabelledRecords& r) { return LabelledSet{r.patients, r.labels}; };
  std::vector<NamedRetrieval> results;
  for (const NamedStart& start : starts) {
    const auto embed = [&](const LabelledRecords& records) {
      return encoder_features(*start.model.model, opened.corpus, records.positions,
                              job.groups.lead_sets.front(), at::kCPU);
    };
    results.push_back(
        {start.name,
         score_retrieval(queries.classes, set_of(queries), set_of(gallery),
                         cosine_table(embed(queries), embed(gallery)), k, job.groups.draws, 1)});
  }
  return results;
}

}  // namespace ecg
