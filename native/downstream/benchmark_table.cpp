#include "downstream/benchmark_table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "core/philox.h"
#include "corpus/csv_table.h"

namespace ecg {
namespace {

/// The records of one patient, and how many of them carry each class.
struct Person {
  std::vector<BenchmarkRecord*> records;
  std::map<std::string, int> classes;
  bool placed = false;
};

/// How full a fold is.
struct Fold {
  std::size_t records = 0;
  std::map<std::string, int> classes;
};

std::vector<Person> people_without_fold(BenchmarkTable& table, std::uint64_t seed) {
  std::map<std::string, Person> by_name;
  for (BenchmarkRecord& record : table.records) {
    if (record.fold != 0) continue;
    Person& person = by_name[record.patient];
    person.records.push_back(&record);
    for (const std::string& name : record.labels[0]) ++person.classes[name];
  }
  std::vector<Person> people;
  for (auto& [name, person] : by_name) people.push_back(std::move(person));
  RandomStream random({seed, 0, 0, 0, RandomPurpose::kSplit});
  random.shuffle(std::span<Person>(people));
  return people;
}

// Classes from the rarest to the most frequent, by records.
std::vector<std::string> rarest_first(const std::vector<Person>& people) {
  std::map<std::string, int> counts;
  for (const Person& person : people) {
    for (const auto& [name, count] : person.classes) counts[name] += count;
  }
  std::vector<std::string> names;
  for (const auto& [name, count] : counts) names.push_back(name);
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return counts[a] < counts[b];
  });
  return names;
}

// The fold with fewest of the class ("" = any), then with fewest records.
std::size_t emptiest(const std::array<Fold, kFolds>& folds, const std::string& name) {
  const auto fill = [&](const Fold& fold) {
    const auto found = fold.classes.find(name);
    return std::pair(found == fold.classes.end() ? 0 : found->second, fold.records);
  };
  const auto found = std::min_element(
      folds.begin(), folds.end(), [&](const Fold& a, const Fold& b) { return fill(a) < fill(b); });
  return static_cast<std::size_t>(found - folds.begin());
}

void place(Person& person, std::array<Fold, kFolds>& folds, const std::string& name) {
  const std::size_t number = emptiest(folds, name);
  for (BenchmarkRecord* record : person.records) record->fold = static_cast<int>(number + 1);
  folds[number].records += person.records.size();
  for (const auto& [own, count] : person.classes) folds[number].classes[own] += count;
  person.placed = true;
}

}  // namespace

void assign_folds(BenchmarkTable& table, std::uint64_t seed) {
  auto people = people_without_fold(table, seed);
  std::array<Fold, kFolds> folds;
  for (const BenchmarkRecord& record : table.records) {
    if (record.fold < 1 || record.fold > kFolds) continue;  // of the data set itself
    Fold& fold = folds[static_cast<std::size_t>(record.fold - 1)];
    ++fold.records;
    for (const std::string& name : record.labels[0]) ++fold.classes[name];
  }
  for (const std::string& name : rarest_first(people)) {
    for (Person& person : people) {
      if (!person.placed && person.classes.contains(name)) place(person, folds, name);
    }
  }
  for (Person& person : people) {
    if (!person.placed) place(person, folds, "");
  }
}

void drop_rare_classes(BenchmarkTable& table, std::size_t least) {
  for (std::size_t task = 0; task < table.tasks.size(); ++task) {
    std::map<std::string, std::size_t> counts;
    for (const auto& record : table.records) {
      for (const std::string& name : record.labels[task]) ++counts[name];
    }
    std::string dropped;
    for (const auto& [name, count] : counts) {
      if (count < least) dropped += " " + name + " (" + std::to_string(count) + ")";
    }
    if (dropped.empty()) continue;
    table.notes.push_back(table.tasks[task] + ": classes left out as too rare:" + dropped);
    for (auto& record : table.records) {
      std::erase_if(record.labels[task], [&](const auto& name) { return counts[name] < least; });
    }
  }
}

const char* split_of_fold(int fold) {
  if (fold == kChooseFold) return "validation";
  return fold == kReportFold ? "test" : "train";
}

std::string csv_of_table(const BenchmarkTable& table) {
  std::vector<std::string> columns{"record", "patient", "strat_fold", "split", "source"};
  columns.insert(columns.end(), table.tasks.begin(), table.tasks.end());
  std::string text = csv_line(columns);
  for (const BenchmarkRecord& record : table.records) {
    std::vector<std::string> fields{record.record, record.patient, std::to_string(record.fold),
                                    split_of_fold(record.fold), record.source};
    for (const auto& names : record.labels) {
      std::string joined;
      for (const std::string& name : names) joined += (joined.empty() ? "" : "|") + name;
      fields.push_back(std::move(joined));
    }
    text += csv_line(fields);
  }
  return text;
}

}  // namespace ecg
