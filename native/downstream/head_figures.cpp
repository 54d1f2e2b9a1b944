#include "downstream/head_figures.h"

namespace ecg {

void add_figures(LinearHead& head, const TaskScore& score, const std::string& reported_on) {
  for (std::size_t i = 0; i < head.labels.size(); ++i) {
    head.labels[i].auroc = score.classes.at(i).auroc;
    head.labels[i].positives = score.classes.at(i).positives;
  }
  head.reported_on = reported_on;
  head.records = score.records;
  head.macro_auroc = score.macro_auroc.value;
  head.macro_low = score.macro_auroc.low;
  head.macro_high = score.macro_auroc.high;
}

std::string text_of_folds(const std::vector<int>& folds) {
  std::string text;
  for (const int fold : folds) text += (text.empty() ? "" : ", ") + std::to_string(fold);
  return text;
}

}  // namespace ecg
