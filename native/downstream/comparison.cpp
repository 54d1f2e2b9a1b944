#include "downstream/comparison.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

#include "corpus/csv_table.h"
#include "downstream/figure_text.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;

bool belongs(const ProbeRow& row, const ComparedCell& cell) {
  return std::tie(row.encoder, row.head, row.leads, row.fraction) ==
         std::tie(cell.name, cell.head, cell.leads, cell.fraction);
}

// Means over rows of one figure and of the ends of its interval.
Interval mean_of(const std::vector<const ProbeRow*>& rows, Interval TaskScore::*figure) {
  Interval mean;
  const auto count = static_cast<double>(rows.size());
  for (const ProbeRow* row : rows) {
    const Interval& one = row->score.*figure;
    mean.value += one.value / count;
    mean.low += one.low / count;
    mean.high += one.high / count;
  }
  return mean;
}

double deviation_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  double mean = 0, sum = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  for (const double v : values) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

// Means over rows of their n-th resamples; none if they do not have as many.
std::vector<double> mean_resamples(const std::vector<const ProbeRow*>& rows) {
  std::vector<double> means(rows.front()->score.auroc_resamples.size());
  for (const ProbeRow* row : rows) {
    const auto& own = row->score.auroc_resamples;
    if (own.size() != means.size()) return {};
    for (std::size_t i = 0; i < own.size(); ++i) {
      means[i] += own[i] / static_cast<double>(rows.size());
    }
  }
  return means;
}

void complete(ComparedCell& cell, const std::vector<const ProbeRow*>& rows) {
  cell.auroc = mean_of(rows, &TaskScore::macro_auroc);
  cell.auprc = mean_of(rows, &TaskScore::macro_auprc);
  cell.f1 = mean_of(rows, &TaskScore::macro_f1);
  for (const ProbeRow* row : rows) {
    cell.auroc_of_seeds.push_back(row->score.macro_auroc.value);
    cell.calibration_error += row->score.calibration_error / static_cast<double>(rows.size());
  }
  cell.auroc_deviation = deviation_of(cell.auroc_of_seeds);
  cell.auroc_resamples = mean_resamples(rows);
}

std::optional<Interval> difference_of(const ComparedCell& cell, const ComparedCell& reference) {
  const auto& own = cell.auroc_resamples;
  if (own.empty() || own.size() != reference.auroc_resamples.size()) return std::nullopt;
  std::vector<double> differences(own.size());
  std::transform(own.begin(), own.end(), reference.auroc_resamples.begin(), differences.begin(),
                 std::minus<>());
  return percentile_interval(cell.auroc.value - reference.auroc.value, std::move(differences));
}

// Sets every cell's difference from the cell of the first system beside it.
void compare_with_first(std::vector<ComparedCell>& cells) {
  for (ComparedCell& cell : cells) {
    const auto reference = std::find_if(cells.begin(), cells.end(), [&](const ComparedCell& other) {
      return other.name == cells.front().name &&
             std::tie(other.head, other.leads, other.fraction) ==
                 std::tie(cell.head, cell.leads, cell.fraction);
    });
    if (reference != cells.end() && &*reference != &cell) {
      cell.difference = difference_of(cell, *reference);
    }
  }
}

// Cells as a person looks for them: by head, leads and share, the best first.
std::vector<ComparedCell> in_order(std::vector<ComparedCell> cells) {
  std::stable_sort(cells.begin(), cells.end(), [](const ComparedCell& a, const ComparedCell& b) {
    return std::tuple(a.head, a.leads, -a.fraction, -a.auroc.value) <
           std::tuple(b.head, b.leads, -b.fraction, -b.auroc.value);
  });
  return cells;
}

/// Costs of one system's seeds.
struct MeanCost {
  std::string name;
  double parameters = 0, steps = 0, seconds = 0, records_per_s = 0;
  std::size_t seeds = 0;
};

std::vector<MeanCost> mean_costs(const std::vector<PretrainingCost>& costs) {
  std::vector<MeanCost> means;
  for (const PretrainingCost& cost : costs) {
    auto found = std::find_if(means.begin(), means.end(),
                              [&](const MeanCost& m) { return m.name == cost.name; });
    if (found == means.end()) found = means.insert(means.end(), MeanCost{cost.name, 0, 0, 0, 0, 0});
    const double before = static_cast<double>(found->seeds++);
    const auto add = [&](double& mean, double value) {
      mean = (mean * before + value) / (before + 1);
    };
    add(found->parameters, static_cast<double>(cost.parameters));
    add(found->steps, static_cast<double>(cost.steps));
    add(found->seconds, cost.seconds);
    const double rate =
        cost.seconds > 0 ? static_cast<double>(cost.records_seen) / cost.seconds : 0;
    add(found->records_per_s, rate);
  }
  return means;
}

std::string text_of_costs(const std::vector<PretrainingCost>& costs) {
  std::string text = formatted("\n%-24s %5s %12s %9s %9s %10s\n", "pretraining", "seeds",
                               "parameters", "steps", "seconds", "records/s");
  for (const MeanCost& m : mean_costs(costs)) {
    text += formatted("%-24s %5zu %12.0f %9.0f %9.1f %10.1f\n", m.name.c_str(), m.seeds,
                      m.parameters, m.steps, m.seconds, m.records_per_s);
  }
  return text;
}

}  // namespace

std::vector<ComparedCell> compared_cells(const std::vector<ProbeRow>& rows) {
  std::vector<ComparedCell> cells;
  for (const ProbeRow& row : rows) {
    const bool known = std::any_of(cells.begin(), cells.end(),
                                   [&](const ComparedCell& cell) { return belongs(row, cell); });
    if (known) continue;
    ComparedCell cell;
    cell.name = row.encoder;
    cell.head = row.head;
    cell.leads = row.leads;
    cell.fraction = row.fraction;
    std::vector<const ProbeRow*> own;
    for (const ProbeRow& other : rows) {
      if (belongs(other, cell)) own.push_back(&other);
    }
    complete(cell, own);
    cells.push_back(std::move(cell));
  }
  compare_with_first(cells);
  return cells;
}

std::string text_of_differences(const std::vector<ComparedCell>& cells) {
  std::string text;
  for (const ComparedCell& c : in_order(cells)) {
    if (!c.difference) continue;
    text += formatted("%-24s %-15s %-10s %4.0f %%  %+.3f (%+.3f to %+.3f)%s\n", c.name.c_str(),
                      c.head.c_str(), c.leads.c_str(), 100 * c.fraction, c.difference->value,
                      c.difference->low, c.difference->high,
                      c.difference->low > 0 || c.difference->high < 0 ? "" : "  not told apart");
  }
  if (text.empty()) return text;
  return "\nMacro AUROC less that of " + cells.front().name +
         ", the same patients drawn for both (95 %):\n" + text;
}

std::string text_of_comparison(const std::vector<ComparedCell>& cells,
                               const std::vector<PretrainingCost>& costs) {
  std::string text = formatted("%-24s %-15s %-10s %6s %5s  %-20s %6s  %-20s %-20s %6s\n", "system",
                               "head", "leads", "labels", "seeds", "macro AUROC (95 %)", "+-",
                               "macro AUPRC (95 %)", "macro F1 (95 %)", "ECE");
  std::string group;
  for (const ComparedCell& c : in_order(cells)) {
    const std::string own = c.head + c.leads + formatted("%g", c.fraction);
    if (!group.empty() && own != group) text += "\n";
    group = own;
    text += formatted("%-24s %-15s %-10s %4.0f %% %5zu  %-20s %6.3f  %-20s %-20s %6.3f\n",
                      c.name.c_str(), c.head.c_str(), c.leads.c_str(), 100 * c.fraction,
                      c.auroc_of_seeds.size(), text_of(c.auroc).c_str(), c.auroc_deviation,
                      text_of(c.auprc).c_str(), text_of(c.f1).c_str(), c.calibration_error);
  }
  text +=
      "Intervals: patients resampled, one trained model. +-: standard deviation between seeds.\n";
  text += text_of_differences(cells);
  return costs.empty() ? text : text + text_of_costs(costs);
}

std::string csv_of_comparison(const std::vector<ComparedCell>& cells,
                              const std::vector<PretrainingCost>& costs) {
  std::string text =
      "system,head,leads,label_fraction,seeds,macro_auroc,auroc_low,auroc_high,auroc_sd,"
      "macro_auprc,auprc_low,auprc_high,macro_f1,f1_low,f1_high,calibration_error,difference,"
      "difference_low,difference_high,"
      "parameters,steps,seconds,records_per_s\n";
  const auto means = mean_costs(costs);
  const auto number_text = [](double value) { return formatted("%.6g", value); };
  for (const ComparedCell& c : in_order(cells)) {
    std::vector<std::string> fields{c.name, c.head, c.leads, number_text(c.fraction),
                                    std::to_string(c.auroc_of_seeds.size())};
    const auto add = [&](const Interval& i) {
      for (const double v : {i.value, i.low, i.high}) fields.push_back(number_text(v));
    };
    add(c.auroc);
    fields.push_back(number_text(c.auroc_deviation));
    add(c.auprc);
    add(c.f1);
    fields.push_back(number_text(c.calibration_error));
    if (c.difference) add(*c.difference);
    if (!c.difference) fields.insert(fields.end(), 3, "");
    const auto cost = std::find_if(means.begin(), means.end(),
                                   [&](const MeanCost& m) { return m.name == c.name; });
    if (cost == means.end()) {
      fields.insert(fields.end(), 4, "");
    } else {
      for (const double v : {cost->parameters, cost->steps, cost->seconds, cost->records_per_s}) {
        fields.push_back(number_text(v));
      }
    }
    text += csv_line(fields);
  }
  return text;
}

std::string json_of_comparison(const std::vector<ComparedCell>& cells,
                               const std::vector<PretrainingCost>& costs) {
  Json all_cells = Json::array(), all_costs = Json::array();
  for (const ComparedCell& c : in_order(cells)) {
    Json cell{{"system", c.name},
              {"head", c.head},
              {"leads", c.leads},
              {"label_fraction", c.fraction},
              {"macro_auroc", json_of(c.auroc)},
              {"macro_auroc_of_seeds", c.auroc_of_seeds},
              {"macro_auroc_sd", number_or_null(c.auroc_deviation)},
              {"macro_auprc", json_of(c.auprc)},
              {"macro_f1", json_of(c.f1)},
              {"calibration_error", number_or_null(c.calibration_error)}};
    if (c.difference) cell["difference"] = json_of(*c.difference);
    all_cells.push_back(std::move(cell));
  }
  for (const PretrainingCost& c : costs) {
    all_costs.push_back({{"system", c.name},
                         {"seed", c.seed},
                         {"parameters", c.parameters},
                         {"steps", c.steps},
                         {"records_seen", c.records_seen},
                         {"seconds", c.seconds}});
  }
  return Json{{"cells", all_cells}, {"costs", all_costs}}.dump(2) + "\n";
}

}  // namespace ecg
