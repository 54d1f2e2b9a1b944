#include "downstream/score_page.h"

#include <cmath>
#include <cstdio>
#include <iterator>
#include <map>

#include "train/svg_chart.h"

namespace ecg {
namespace {

constexpr const char* kColours[] = {"#36c", "#d60", "#2a7", "#a3c", "#777", "#b22", "#088", "#960"};

std::string colour_of(std::size_t i) { return kColours[i % std::size(kColours)]; }

std::string cell(const std::string& text) { return "<td>" + escape_xml(text) + "</td>"; }

std::string fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return std::isnan(value) ? "-" : text;
}

std::string text_of(const Interval& i) {
  return fixed(i.value) + " (" + fixed(i.low) + " to " + fixed(i.high) + ")";
}

std::string name_of(const ProbeRow& row) {
  return row.encoder + ", " + row.head + ", leads " + row.leads;
}

std::string percent_of(const ProbeRow& row) { return short_number(100 * row.fraction) + " %"; }

std::string table_of_rows(const std::vector<ProbeRow>& rows) {
  std::string html =
      "<table>\n<tr><th>encoder</th><th>head</th><th>leads</th><th>labels</th><th>seed</th>"
      "<th>macro AUROC (95 %)</th><th>macro AUPRC (95 %)</th><th>macro F1 (95 %)</th><th>ECE</th>"
      "</tr>\n";
  for (const ProbeRow& r : rows) {
    html += "<tr>" + cell(r.encoder) + cell(r.head) + cell(r.leads) + cell(percent_of(r)) +
            cell(std::to_string(r.seed)) + cell(text_of(r.score.macro_auroc)) +
            cell(text_of(r.score.macro_auprc)) + cell(text_of(r.score.macro_f1)) +
            cell(fixed(r.score.calibration_error)) + "</tr>\n";
  }
  return html + "</table>\n";
}

std::string table_of_classes(const ProbeRow& row) {
  std::string html =
      "<table>\n<tr><th>class</th><th>positives</th><th>AUROC</th><th>AUPRC</th><th>F1</th></tr>\n";
  bool few = false;
  for (const ClassScore& c : row.score.classes) {
    few |= c.few;
    html += "<tr>" + cell(c.name) + cell(std::to_string(c.positives) + (c.few ? "*" : "")) +
            cell(fixed(c.auroc)) + cell(fixed(c.auprc)) + cell(fixed(c.f1)) + "</tr>\n";
  }
  html += "</table>\n";
  if (few) html += "<p>* fewer than " + std::to_string(kFewPositives) + " positives: unsure</p>\n";
  return html;
}

constexpr const char* kStyle =
    "body{font:15px/1.4 sans-serif;max-width:64em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse}td,th{padding:.1em 1em .1em 0;text-align:left}"
    "svg{max-width:100%}";

}  // namespace

std::string roc_figure(const ProbeRow& row) {
  std::vector<ChartLine> lines{{"chance", "#bbb", {{0, 0}, {1, 1}}}};
  for (const ClassScore& c : row.score.classes) {
    ChartLine line{c.name + (c.few ? "*" : ""), colour_of(lines.size() - 1), {}};
    for (const RocPoint& p : c.roc) {
      line.points.emplace_back(p.false_positive_rate, p.true_positive_rate);
    }
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return svg_chart("Sensitivity", "false positive rate", lines);
}

std::string reliability_figure(const ProbeRow& row) {
  std::vector<ChartLine> lines{{"honest", "#bbb", {{0, 0}, {1, 1}}}};
  for (const ClassScore& c : row.score.classes) {
    ChartLine line{c.name, colour_of(lines.size() - 1), {}};
    for (const ReliabilityBin& bin : c.reliability) {
      if (bin.records > 0) line.points.emplace_back(bin.mean_probability, bin.share_positive);
    }
    lines.push_back(std::move(line));
  }
  return svg_chart("Share of positives", "probability", lines);
}

std::string label_efficiency_figure(const std::vector<ProbeRow>& rows) {
  std::map<std::string, std::map<double, std::pair<double, int>>> sums;
  for (const ProbeRow& row : rows) {
    auto& [sum, count] = sums[name_of(row)][row.fraction];
    sum += row.score.macro_auroc.value;
    ++count;
  }
  std::vector<ChartLine> lines;
  for (const auto& [name, by_fraction] : sums) {
    if (by_fraction.size() < 2) continue;
    ChartLine line{name, colour_of(lines.size()), {}};
    for (const auto& [fraction, sum] : by_fraction) {
      line.points.emplace_back(std::log10(100 * fraction), sum.first / sum.second);
    }
    lines.push_back(std::move(line));
  }
  return lines.empty() ? "" : svg_chart("Macro AUROC", "log10 of % of labels", lines);
}

std::string html_of_rows(const std::string& title, const std::vector<ProbeRow>& rows,
                         const std::string& preface) {
  std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
                     escape_xml(title) + "</title>\n<style>" + kStyle +
                     "</style></head><body>\n<h1>" + escape_xml(title) +
                     "</h1>\n<p>For education and research only; not for diagnosis. Intervals are "
                     "95 % over resampled patients.</p>\n" +
                     (preface.empty() ? "" : "<pre>" + escape_xml(preface) + "</pre>\n") +
                     table_of_rows(rows);
  const std::string efficiency = label_efficiency_figure(rows);
  if (!efficiency.empty()) html += "<h2>Label efficiency</h2>\n" + efficiency;
  for (const ProbeRow& row : rows) {
    html += "<h2>" +
            escape_xml(name_of(row) + ", " + percent_of(row) + " of labels, seed " +
                       std::to_string(row.seed)) +
            "</h2>\n" + table_of_classes(row) + roc_figure(row) + reliability_figure(row);
  }
  return html + "</body></html>\n";
}

}  // namespace ecg
