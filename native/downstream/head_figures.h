#pragma once
// What was measured of a head, written into it for the bundle that it travels in. No LibTorch here.

#include <string>
#include <vector>

#include "downstream/task_score.h"
#include "nn/linear_head.h"

namespace ecg {

/// Figures of `score`, whose classes are the head's labels in their order, and where they are from.
void add_figures(LinearHead& head, const TaskScore& score, const std::string& reported_on);

/// "1, 2, 3".
std::string text_of_folds(const std::vector<int>& folds);

}  // namespace ecg
