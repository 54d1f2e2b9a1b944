#pragma once
// Probing: what a frozen encoder knows, measured on records of people it was not fitted to.

#include <functional>
#include <string>
#include <vector>

#include "downstream/labels.h"
#include "downstream/probe_options.h"
#include "downstream/probe_row.h"
#include "objective/system.h"

namespace ecg {

/// An encoder under its name in the tables.
struct NamedEncoder {
  std::string name;
  SystemPtr model;
};

/// Every encoder x lead set x fraction x seed, each with a linear and a neighbours head. `say` is
/// told of every row as it is done. Throws Failure.
std::vector<ProbeRow> run_probe(std::vector<NamedEncoder>& encoders, const Corpus& corpus,
                                const LabelledRecords& records, const ProbeOptions& options,
                                const std::function<void(const ProbeRow&)>& say);

}  // namespace ecg
