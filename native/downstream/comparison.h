#pragma once
// Several systems beside each other: what each of them scores over its seeds, and what it cost. No
// LibTorch here.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "downstream/probe_row.h"

namespace ecg {

/// What a pretraining run cost.
struct PretrainingCost {
  std::string name;  ///< of the system in the tables
  std::uint64_t seed = 1;
  std::int64_t parameters = 0, steps = 0, records_seen = 0;
  double seconds = 0;  ///< of training
};

/// Seeds of one system under one head, lead set and share of labels.
struct ComparedCell {
  std::string name, head, leads;
  double fraction = 1;
  std::vector<double> auroc_of_seeds;   ///< macro AUROC, by seed
  Interval auroc, auprc, f1;            ///< means over seeds of the figures and of their ends
  double auroc_deviation = 0;           ///< between seeds; NaN for one
  double calibration_error = 0;         ///< mean over seeds
  std::vector<double> auroc_resamples;  ///< means over seeds of the n-th resamples' macro AUROC
  /// Macro AUROC less that of the first row's system under the same head, leads and share, the same
  /// patients drawn for both. None for that system itself, and where its seeds were drawn
  /// otherwise.
  std::optional<Interval> difference;
};

/// Rows of equal encoder, head, leads and fraction as one cell each, in the order in which they
/// first occur. An interval tells how sure a figure is for one trained model, given the patients;
/// the deviation, how much it moves when all is trained again. Most of an interval's width is which
/// patients there are, and common to all systems: differences are surer than figures.
std::vector<ComparedCell> compared_cells(const std::vector<ProbeRow>& rows);

/// Differences of the cells from the first system's, for people; empty where there is none.
std::string text_of_differences(const std::vector<ComparedCell>& cells);

/// The table for people, best macro AUROC first within each head, lead set and share; then the
/// costs.
std::string text_of_comparison(const std::vector<ComparedCell>& cells,
                               const std::vector<PretrainingCost>& costs);

/// The same as CSV, one line per cell, with the costs' means over seeds.
std::string csv_of_comparison(const std::vector<ComparedCell>& cells,
                              const std::vector<PretrainingCost>& costs);

/// The same as JSON: {"cells": [...], "costs": [...]}; the rows themselves are probe_report.h's.
std::string json_of_comparison(const std::vector<ComparedCell>& cells,
                               const std::vector<PretrainingCost>& costs);

}  // namespace ecg
