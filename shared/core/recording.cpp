#include "core/recording.h"

#include <algorithm>

namespace ecg {

void sort_by_sample(std::vector<Annotation>& annotations) {
  std::stable_sort(annotations.begin(), annotations.end(),
                   [](const Annotation& a, const Annotation& b) { return a.sample < b.sample; });
}

}  // namespace ecg
