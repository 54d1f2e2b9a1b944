#include "downstream/probe_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "corpus/csv_table.h"
#include "downstream/figure_text.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;

// Corners in equal steps, the first and the last among them.
Json json_of(const std::vector<RocPoint>& roc) {
  Json points = Json::array();
  const std::size_t count = std::min(roc.size(), kRocPoints);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& p = roc[count > 1 ? i * (roc.size() - 1) / (count - 1) : 0];
    points.push_back({number_or_null(p.false_positive_rate), number_or_null(p.true_positive_rate)});
  }
  return points;
}

Json json_of(const std::vector<ReliabilityBin>& bins) {
  Json all = Json::array();
  for (const auto& b : bins) {
    all.push_back(
        {number_or_null(b.mean_probability), number_or_null(b.share_positive), b.records});
  }
  return all;
}

Json json_of(const ClassScore& c) {
  return {{"name", c.name},
          {"positives", c.positives},
          {"auroc", number_or_null(c.auroc)},
          {"auprc", number_or_null(c.auprc)},
          {"f1", number_or_null(c.f1)},
          {"threshold", number_or_null(c.threshold)},
          {"few_positives", c.few},
          {"roc", json_of(c.roc)},
          {"reliability", json_of(c.reliability)}};
}

// Six digits are enough, and keep the file small.
Json json_of_resamples(const std::vector<double>& values) {
  Json all = Json::array();
  for (const double value : values) all.push_back(number_or_null(std::round(value * 1e6) / 1e6));
  return all;
}

Json json_of(const ProbeRow& row) {
  Json classes = Json::array();
  for (const ClassScore& c : row.score.classes) classes.push_back(json_of(c));
  Json object{{"encoder", row.encoder},
              {"head", row.head},
              {"leads", row.leads},
              {"label_fraction", row.fraction},
              {"seed", row.seed},
              {"train_records", row.train_records},
              {"chosen", row.chosen},
              {"choose_macro_auroc", number_or_null(row.choose_auroc)},
              {"report_records", row.score.records},
              {"report_patients", row.score.patients},
              {"macro_auroc", json_of(row.score.macro_auroc)},
              {"macro_auroc_resamples", json_of_resamples(row.score.auroc_resamples)},
              {"macro_auprc", json_of(row.score.macro_auprc)},
              {"macro_f1", json_of(row.score.macro_f1)},
              {"calibration_error", number_or_null(row.score.calibration_error)}};
  if (row.score.challenge) object["challenge_score"] = json_of(*row.score.challenge);
  object["classes"] = classes;
  return object;
}

double number_from(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Interval interval_from(const Json& object) {
  return {number_from(object.at("value")), number_from(object.at("low")),
          number_from(object.at("high"))};
}

ClassScore class_from(const Json& object) {
  ClassScore c;
  c.name = object.at("name").get<std::string>();
  c.positives = object.at("positives").get<std::int64_t>();
  c.auroc = number_from(object.at("auroc"));
  c.auprc = number_from(object.at("auprc"));
  c.f1 = number_from(object.at("f1"));
  c.threshold = number_from(object.at("threshold"));
  c.few = object.at("few_positives").get<bool>();
  for (const Json& point : object.at("roc")) {
    c.roc.push_back({number_from(point.at(0)), number_from(point.at(1)), 0});
  }
  for (const Json& bin : object.at("reliability")) {
    c.reliability.push_back(
        {0, 0, number_from(bin.at(0)), number_from(bin.at(1)), bin.at(2).get<std::size_t>()});
  }
  return c;
}

ProbeRow row_from(const Json& object) {
  ProbeRow row;
  row.encoder = object.at("encoder").get<std::string>();
  row.head = object.at("head").get<std::string>();
  row.leads = object.at("leads").get<std::string>();
  row.fraction = object.at("label_fraction").get<double>();
  row.seed = object.at("seed").get<std::uint64_t>();
  row.train_records = object.at("train_records").get<std::int64_t>();
  row.chosen = object.at("chosen").get<double>();
  row.choose_auroc = number_from(object.at("choose_macro_auroc"));
  row.score.records = object.at("report_records").get<std::int64_t>();
  row.score.patients = object.at("report_patients").get<std::int64_t>();
  row.score.macro_auroc = interval_from(object.at("macro_auroc"));
  for (const Json& value : object.at("macro_auroc_resamples")) {
    row.score.auroc_resamples.push_back(number_from(value));
  }
  row.score.macro_auprc = interval_from(object.at("macro_auprc"));
  row.score.macro_f1 = interval_from(object.at("macro_f1"));
  row.score.calibration_error = number_from(object.at("calibration_error"));
  if (object.contains("challenge_score")) {
    row.score.challenge = interval_from(object.at("challenge_score"));
  }
  for (const Json& c : object.at("classes")) row.score.classes.push_back(class_from(c));
  return row;
}

}  // namespace

std::string text_of_heading() {
  return formatted("%-14s %-15s %-10s %6s %4s %6s  %-20s %-20s %-20s %6s\n", "encoder", "head",
                   "leads", "labels", "seed", "train", "macro AUROC (95 %)", "macro AUPRC (95 %)",
                   "macro F1 (95 %)", "ECE");
}

std::string text_of_row(const ProbeRow& r) {
  std::string line =
      formatted("%-14s %-15s %-10s %4.0f %% %4llu %6lld  %-20s %-20s %-20s %6.3f",
                r.encoder.c_str(), r.head.c_str(), r.leads.c_str(), 100 * r.fraction,
                static_cast<unsigned long long>(r.seed), static_cast<long long>(r.train_records),
                text_of(r.score.macro_auroc).c_str(), text_of(r.score.macro_auprc).c_str(),
                text_of(r.score.macro_f1).c_str(), r.score.calibration_error);
  if (r.score.challenge) line += "  CinC score " + text_of(*r.score.challenge);
  return line + "\n";
}

std::string text_of_classes(const ProbeRow& row) {
  std::string text =
      formatted("%-14s %9s %6s %6s %6s\n", "class", "positives", "AUROC", "AUPRC", "F1");
  bool any_few = false;
  for (const ClassScore& c : row.score.classes) {
    text +=
        formatted("%-14s %8lld%s %6.3f %6.3f %6.3f\n", c.name.c_str(),
                  static_cast<long long>(c.positives), c.few ? "*" : " ", c.auroc, c.auprc, c.f1);
    any_few |= c.few;
  }
  if (any_few)
    text +=
        formatted("* fewer than %lld positives: unsure\n", static_cast<long long>(kFewPositives));
  return text;
}

std::string json_of_rows(const std::vector<ProbeRow>& rows) {
  Json all = Json::array();
  for (const ProbeRow& row : rows) all.push_back(json_of(row));
  return all.dump(2) + "\n";
}

Result<std::vector<ProbeRow>> rows_from_json(std::string_view json, const std::string& where) {
  const Json all = Json::parse(json, nullptr, false);
  const Error malformed{ErrorCode::kBadHeader,
                        "this is no table of results",
                        "name a probe.json or finetune.json of this program",
                        where,
                        {}};
  if (!all.is_array()) return malformed;
  std::vector<ProbeRow> rows;
  try {
    for (const Json& row : all) rows.push_back(row_from(row));
  } catch (const Json::exception&) {
    return malformed;
  }
  return rows;
}

std::string csv_of_rows(const std::vector<ProbeRow>& rows) {
  std::string text =
      "encoder,head,leads,label_fraction,seed,train_records,report_records,macro_auroc,auroc_low,"
      "auroc_high,macro_auprc,auprc_low,auprc_high,macro_f1,f1_low,f1_high,calibration_error,"
      "challenge,challenge_low,challenge_high\n";
  for (const ProbeRow& r : rows) {
    std::vector<std::string> fields{r.encoder,
                                    r.head,
                                    r.leads,
                                    formatted("%g", r.fraction),
                                    std::to_string(r.seed),
                                    std::to_string(r.train_records),
                                    std::to_string(r.score.records)};
    const auto add = [&](const Interval& i) {
      for (const double v : {i.value, i.low, i.high}) fields.push_back(formatted("%.6g", v));
    };
    add(r.score.macro_auroc);
    add(r.score.macro_auprc);
    add(r.score.macro_f1);
    fields.push_back(formatted("%.6g", r.score.calibration_error));
    if (r.score.challenge)
      add(*r.score.challenge);
    else
      fields.insert(fields.end(), 3, "");
    text += csv_line(fields);
  }
  return text;
}

std::string csv_of_classes(const std::vector<ProbeRow>& rows) {
  std::string text =
      "encoder,head,leads,label_fraction,seed,class,positives,few_positives,auroc,auprc,f1,"
      "threshold\n";
  for (const ProbeRow& r : rows) {
    for (const ClassScore& c : r.score.classes) {
      text += csv_line({r.encoder, r.head, r.leads, formatted("%g", r.fraction),
                        std::to_string(r.seed), c.name, std::to_string(c.positives),
                        c.few ? "1" : "0", formatted("%.6g", c.auroc), formatted("%.6g", c.auprc),
                        formatted("%.6g", c.f1), formatted("%.6g", c.threshold)});
    }
  }
  return text;
}

}  // namespace ecg
