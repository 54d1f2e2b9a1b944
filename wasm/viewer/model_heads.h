#pragma once
// Labels that a model was taught to recognise, or sentences it compares a recording with, and how
// well it does.

#include <string>
#include <vector>

#include "viewer/json.h"

namespace ecg {

/// One label of a head: its name, and a sentence on how well it is told apart (empty: not
/// measured).
struct HeadLabel {
  std::string name, known;
  std::string sentences;  ///< what the recording is compared with, where no label was learnt
};

/// Labels of one task, as "heads" of model.json tells of them.
struct ModelHead {
  std::string task;
  std::vector<HeadLabel> labels;
  bool compares = false;  ///< with sentences: nobody taught it these labels
  std::string figures;    ///< "Mean AUROC 0.81 (0.76-0.86) on 178 records: ..."
};

/// The heads of a bundle, in the order of their outputs; without any where it has none. Entries
/// that are not as they should be are left out.
std::vector<ModelHead> heads_from_json(const Json& model);

/// Labels of all heads together.
std::size_t label_count(const std::vector<ModelHead>& heads);

}  // namespace ecg
