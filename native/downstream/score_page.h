#pragma once
// Results as a page for people: tables, ROC and reliability curves, label efficiency. One HTML file
// with its figures inside (SVG, no scripts).

#include <string>
#include <vector>

#include "downstream/probe_row.h"

namespace ecg {

/// Receiver operating characteristics of the classes of a row, with the chance line.
std::string roc_figure(const ProbeRow& row);

/// Share of positives against probability, classes together, with the line of honest probabilities.
std::string reliability_figure(const ProbeRow& row);

/// Macro AUROC against the share of labels, one line per encoder, head and lead set (seeds
/// averaged); empty where no line has two shares.
std::string label_efficiency_figure(const std::vector<ProbeRow>& rows);

/// The page: `preface` as it stands in fixed width (may be empty), a table of all rows, label
/// efficiency, then classes, ROC and reliability of each row.
std::string html_of_rows(const std::string& title, const std::vector<ProbeRow>& rows,
                         const std::string& preface = {});

}  // namespace ecg
