#include "beat/beat_marks.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string_view>

TEST_CASE("every wave status has a name and a sentence of its own") {
  std::set<std::string_view> names, sentences;
  const int last = static_cast<int>(ecg::WaveStatus::kNotRepeated);
  for (int i = 0; i <= last; ++i) {
    names.insert(ecg::wave_status_name(static_cast<ecg::WaveStatus>(i)));
    sentences.insert(ecg::wave_status_sentence(static_cast<ecg::WaveStatus>(i)));
  }
  CHECK(names.size() == static_cast<std::size_t>(last) + 1);
  CHECK(sentences.size() == static_cast<std::size_t>(last) + 1);
  CHECK(names.count("unknown") == 0);
}

TEST_CASE("a fresh mark is not searched and not found") {
  const ecg::WaveMarks marks;
  CHECK_FALSE(marks.found());
  CHECK_FALSE(marks.peak.has_value());
}
