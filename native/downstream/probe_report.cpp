#include "downstream/probe_report.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace ecg {
namespace {

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string text_of(const Interval& i) {
  return formatted("%.3f (%.3f-%.3f)", i.value, i.low, i.high);
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(const Interval& i) {
  return {{"value", number(i.value)}, {"low", number(i.low)}, {"high", number(i.high)}};
}

nlohmann::ordered_json json_of(const ProbeRow& row) {
  nlohmann::ordered_json classes = nlohmann::ordered_json::array();
  for (const ClassScore& c : row.score.classes) {
    classes.push_back({{"name", c.name},
                       {"positives", c.positives},
                       {"auroc", number(c.auroc)},
                       {"auprc", number(c.auprc)},
                       {"f1", number(c.f1)},
                       {"threshold", number(c.threshold)},
                       {"few_positives", c.few}});
  }
  return {{"encoder", row.encoder},
          {"head", row.head},
          {"leads", row.leads},
          {"label_fraction", row.fraction},
          {"seed", row.seed},
          {"train_records", row.train_records},
          {"chosen", row.chosen},
          {"choose_macro_auroc", number(row.choose_auroc)},
          {"report_records", row.score.records},
          {"report_patients", row.score.patients},
          {"macro_auroc", json_of(row.score.macro_auroc)},
          {"macro_auprc", json_of(row.score.macro_auprc)},
          {"macro_f1", json_of(row.score.macro_f1)},
          {"calibration_error", number(row.score.calibration_error)},
          {"classes", classes}};
}

}  // namespace

std::string text_of_heading() {
  return formatted("%-14s %-10s %-10s %6s %4s %6s  %-20s %-20s %-20s %6s\n", "encoder", "head",
                   "leads", "labels", "seed", "train", "macro AUROC (95 %)", "macro AUPRC (95 %)",
                   "macro F1 (95 %)", "ECE");
}

std::string text_of_row(const ProbeRow& r) {
  return formatted("%-14s %-10s %-10s %4.0f %% %4llu %6lld  %-20s %-20s %-20s %6.3f\n",
                   r.encoder.c_str(), r.head.c_str(), r.leads.c_str(), 100 * r.fraction,
                   static_cast<unsigned long long>(r.seed), static_cast<long long>(r.train_records),
                   text_of(r.score.macro_auroc).c_str(), text_of(r.score.macro_auprc).c_str(),
                   text_of(r.score.macro_f1).c_str(), r.score.calibration_error);
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
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ProbeRow& row : rows) all.push_back(json_of(row));
  return all.dump(2) + "\n";
}

std::string csv_of_rows(const std::vector<ProbeRow>& rows) {
  std::string text =
      "encoder,head,leads,label_fraction,seed,train_records,report_records,macro_auroc,auroc_low,"
      "auroc_high,macro_auprc,auprc_low,auprc_high,macro_f1,f1_low,f1_high,calibration_error\n";
  for (const ProbeRow& r : rows) {
    text += r.encoder + "," + r.head + "," + r.leads;
    text +=
        formatted(",%g,%llu,%lld,%lld", r.fraction, static_cast<unsigned long long>(r.seed),
                  static_cast<long long>(r.train_records), static_cast<long long>(r.score.records));
    for (const Interval* i : {&r.score.macro_auroc, &r.score.macro_auprc, &r.score.macro_f1}) {
      text += formatted(",%.6g,%.6g,%.6g", i->value, i->low, i->high);
    }
    text += formatted(",%.6g\n", r.score.calibration_error);
  }
  return text;
}

}  // namespace ecg
