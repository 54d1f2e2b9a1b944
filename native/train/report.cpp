#include "train/report.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "nn/masked_autoencoder.h"
#include "train/checkpoint.h"
#include "train/forward.h"
#include "train/run_record.h"
#include "train/svg_chart.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownRecords = 3, kMappedRecords = 512;
constexpr std::int64_t kShownLeads[] = {1, 6, 10};  // II, V1, V5 of the twelve

using Columns = std::map<std::string, std::vector<std::pair<double, double>>>;

// metrics.csv as (step, value) by column; empty fields are left out.
Columns read_metrics(const fs::path& run) {
  const auto bytes = value_or_throw(read_whole_file(run / kMetricsFile));
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> names;
  Columns columns;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::vector<std::string> texts;
    for (std::string field; std::getline(fields, field, ',');) texts.push_back(field);
    if (names.empty()) {
      names = texts;
      continue;
    }
    for (std::size_t i = 1; i < std::min(names.size(), texts.size()); ++i) {
      if (texts[i].empty()) continue;
      columns[names[i]].emplace_back(std::atof(texts[0].c_str()), std::atof(texts[i].c_str()));
    }
  }
  return columns;
}

std::string curves(const Columns& columns) {
  const auto line = [&](const char* column, const char* name, const char* colour) {
    const auto found = columns.find(column);
    return ChartLine{name, colour, found == columns.end() ? Points() : thin(found->second, 400)};
  };
  std::string html = "<h2>Curves</h2>\n";
  html +=
      svg_chart("Loss", "step",
                {line("loss", "training", "#8ab"), line("validation_loss", "validation", "#036")});
  if (columns.contains("validation_patch_loss")) {
    html += svg_chart("Error of hidden patches", "step",
                      {line("patch_loss", "training", "#8ab"),
                       line("validation_patch_loss", "validation", "#036"),
                       line("validation_baseline", "predicting the mean", "#999")});
  }
  html += svg_chart("Gradient norm", "step", {line("gradient_norm", "before clipping", "#a63")});
  html += svg_chart("Learning rate", "step", {line("lr", "last layer", "#363")});
  return html;
}

void ignore_damage(std::uint32_t, const Error&) {}

const std::vector<std::uint32_t>& held_out(const Corpus& corpus) {
  const auto& test = corpus.records_of(Split::kTest);
  return test.empty() ? corpus.records_of(Split::kValidation) : test;
}

Points trace_of(const torch::Tensor& signal, std::int64_t lead, double rate_hz) {
  const auto row = signal[0][lead].contiguous();
  const float* values = row.data_ptr<float>();
  Points points;
  for (std::int64_t i = 0; i < row.numel(); ++i)
    points.emplace_back(static_cast<double>(i) / rate_hz, values[i]);
  return points;
}

// Stretches of a lead that were hidden, in seconds.
std::vector<std::pair<double, double>> hidden_stretches(const torch::Tensor& visible,
                                                        std::int64_t lead,
                                                        const TrainConfig& config) {
  std::vector<std::pair<double, double>> stretches;
  const double width_s =
      static_cast<double>(config.model.patch_samples) / config.input.sampling_rate_hz;
  for (std::int64_t column = 0; column < config.model.columns; ++column) {
    const double begin_s = width_s * static_cast<double>(column);
    if (visible[0][lead * config.model.columns + column].item<float>() > 0.5f) continue;
    if (!stretches.empty() && std::abs(stretches.back().second - begin_s) < 1e-9) {
      stretches.back().second = begin_s + width_s;
    } else {
      stretches.emplace_back(begin_s, begin_s + width_s);
    }
  }
  return stretches;
}

// Empty where the system does not reconstruct patches.
std::string reconstructions(TrainedModel& trained, const Corpus& corpus) {
  std::string html =
      "<h2>Held-out records</h2>\n<p>Grey stretches were hidden from the model; blue is the "
      "record, orange what the model made of the rest.</p>\n";
  const TrainConfig& config = trained.config;
  const auto& records = held_out(corpus);
  for (std::size_t i = 0; i < std::min(kShownRecords, records.size()); ++i) {
    const std::vector<Turn> turns{{kHeldOutEpoch, records[i]}};
    const Batch batch = make_batch(*trained.model, corpus, turns, ignore_damage);
    const View& view = batch.views.at(0);
    const auto found = trained.model->predict(view);
    if (!found) return {};
    const auto answer =
        signal_from_prediction(found->prediction, found->patches, view.visible, config.model);
    const auto truth = signal_from_patches(found->patches, config.model.lead_count());
    for (const std::int64_t lead : kShownLeads) {
      if (lead >= config.model.lead_count()) continue;
      const std::string name(lead_name(config.model.leads[static_cast<std::size_t>(lead)]));
      html += svg_chart("Record " + std::to_string(i + 1) + ", lead " + name, "seconds",
                        {{"record", "#36c", trace_of(truth, lead, config.input.sampling_rate_hz)},
                         {"model", "#d60", trace_of(answer, lead, config.input.sampling_rate_hz)}},
                        hidden_stretches(view.visible, lead, config));
    }
  }
  return html;
}

torch::Tensor embeddings_of(TrainedModel& trained, const Corpus& corpus,
                            const std::vector<std::uint32_t>& records) {
  std::vector<torch::Tensor> parts;
  for (std::size_t begin = 0; begin < records.size(); begin += 64) {
    const std::size_t count = std::min<std::size_t>(64, records.size() - begin);
    const SignalBatch batch =
        read_batch(corpus, std::span(records).subspan(begin, count), ignore_damage);
    parts.push_back(trained.model->encode(batch.signal, batch.lead_mask).embedding);
  }
  return torch::cat(parts);
}

std::string embedding_map(TrainedModel& trained, const Corpus& corpus) {
  std::vector<std::uint32_t> records = held_out(corpus);
  records.resize(std::min(records.size(), kMappedRecords));
  if (records.size() < 3) return {};
  const auto all = embeddings_of(trained, corpus, records);
  const auto centred = all - all.mean(0, true);
  const auto directions = std::get<2>(at::linalg_svd(centred, false)).narrow(0, 0, 2);
  const auto places = at::matmul(centred, directions.t()).contiguous();
  std::vector<ChartDot> dots;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto details = corpus.read_details(records[i]);
    const double peaks = details ? static_cast<double>(details->r_peaks.size()) : 0;
    const float* place = places.data_ptr<float>() + 2 * i;
    dots.push_back({place[0], place[1], peaks});
  }
  return "<h2>Embeddings</h2>\n<p>" + std::to_string(records.size()) +
         " held-out records along the two widest directions of their embeddings; the redder, the "
         "more R "
         "peaks in the window.</p>\n" +
         svg_dots("Embeddings", dots);
}

std::string head_of(const RunRecord& record) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Run " +
      escape_xml(record.config.name) +
      "</title>\n<style>body{font:15px/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
      "table{border-collapse:collapse}td{padding:.1em 1em .1em "
      "0}svg{max-width:100%}</style></head><body>\n<h1>Run " +
      escape_xml(record.config.name) + "</h1>\n<p>" + escape_xml(record.command) +
      "</p>\n<p>For education and research only; not for diagnosis.</p>\n<table>\n";
  const auto row = [&](const std::string& name, const std::string& value) {
    html += "<tr><td>" + escape_xml(name) + "</td><td>" + escape_xml(value) + "</td></tr>\n";
  };
  row("steps", std::to_string(record.step));
  row("commit", record.machine.commit);
  row("data", record.data_hash);
  for (const std::string& source : record.sources) row("source", source);
  for (const auto& [name, value] : record.figures) row(name, short_number(value));
  return html + "</table>\n";
}

}  // namespace

void write_report(const fs::path& run, const fs::path& corpus_folder) {
  const torch::NoGradGuard no_grad;
  const RunRecord record = value_or_throw(read_run_record(run));
  std::vector<std::pair<std::uint32_t, Error>> damaged;  // the run has told of them
  const Corpus corpus = value_or_throw(Corpus::open(corpus_folder, &damaged));
  TrainedModel trained = value_or_throw(load_model(run));
  trained.model->eval();
  const std::string html = head_of(record) + curves(read_metrics(run)) +
                           reconstructions(trained, corpus) + embedding_map(trained, corpus) +
                           "</body></html>\n";
  throw_on_error(write_file_atomically(run / kReportFile, html));
}

}  // namespace ecg
