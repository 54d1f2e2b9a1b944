// The downstream commands as people run them, on a toy corpus: tables, pages, a saved classifier,
// and a comparison that goes on where it was.

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>

#include "corpus/corpus.h"
#include "corpus/failure.h"
#include "program.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

// A simulated corpus and a table of folds and labels for it.
struct LabelledFolder {
  TemporaryFolder folder;
  std::string corpus = (folder / "corpus").string(), labels = (folder / "labels.csv").string();
  LabelledFolder() {
    make_toy_corpus(corpus, 60);
    const Corpus opened = value_or_throw(Corpus::open(corpus));
    // Training folds come from the training split, so that nothing reported on was pretrained on.
    std::string table = "file,who,fold,label\n";
    for (std::size_t i = 0; i < opened.index().size(); ++i) {
      const auto& entry = opened.index()[i];
      const int fold = entry.split == Split::kTrain ? 1 : entry.split == Split::kValidation ? 2 : 3;
      table += std::string(entry.name) + "," + std::string(entry.patient) + "," +
               std::to_string(fold) + "," + (i % 2 ? "odd" : "even") + "\n";
    }
    write_text_file(folder / "labels.csv", table);
  }

  Arguments judged(const Arguments& more) const {
    return with({"--corpus",        corpus, "--labels",         labels, "--task",         "label",
                 "--record-column", "file", "--patient-column", "who",  "--fold-column",  "fold",
                 "--train-folds",   "1",    "--choose-folds",   "2",    "--report-folds", "3",
                 "--draws",         "20"},
                more);
  }

  std::string path(const std::string& name) const { return (folder / name).string(); }
};

}  // namespace

TEST_CASE("A comparison runs every preset and seed, writes one table, and keeps what is done") {
  const LabelledFolder toy;
  const std::string preset = toy_preset(toy.folder, 100);
  fs::copy(preset, toy.folder / "other.toml");
  const Arguments compare = with(
      {"compare", "--presets", preset + "," + toy.path("other.toml"), "--seeds", "1,2", "--steps",
       "6", "--methods", "probe,finetune", "--tune=--epochs", "--tune=2", "-o", toy.path("out")},
      toy.judged({}));
  const Outcome first = run(compare);
  INFO(first.text);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.text, ContainsSubstring("pretraining other, seed 2"));
  CHECK_THAT(first.text, ContainsSubstring("random weights (toy)"));
  CHECK_THAT(first.text, ContainsSubstring("random weights (other)"));
  CHECK_THAT(first.text, ContainsSubstring("from scratch (toy)"));
  CHECK(first.text.find("from scratch (other)") == std::string::npos);
  CHECK_THAT(first.text, ContainsSubstring("tuned linear"));
  for (const char* name : {"compare.txt", "compare.csv", "compare.json", "compare.html"}) {
    CHECK(fs::file_size(toy.folder / "out" / name) > 0);
  }
  const std::string csv = text_of_file(toy.folder / "out" / "compare.csv");
  CHECK_THAT(csv, ContainsSubstring("\nother,linear,all,1,2,"));

  // One cell lost: only it is made again, and the table is the same.
  fs::remove_all(toy.folder / "out" / "other-s2" / "probe");
  const Outcome second = run(compare);
  CHECK(second.code == 0);
  CHECK(second.text.find("pretraining toy") == std::string::npos);
  CHECK(second.text.find("pretraining other") == std::string::npos);
  CHECK_THAT(second.text, ContainsSubstring("probe of other, seed 2"));
  CHECK(text_of_file(toy.folder / "out" / "compare.csv") == csv);

  // Another question about the same runs is answered anew; another budget is not passed over.
  Arguments other = with(compare, {"--leads", "I", "--no-controls"});
  other[std::find(other.begin(), other.end(), "probe,finetune") - other.begin()] = "probe";
  const Outcome lead = run(other);
  CHECK(lead.code == 0);
  CHECK(lead.text.find("pretraining toy") == std::string::npos);
  CHECK_THAT(text_of_file(toy.folder / "out" / "compare.csv"),
             ContainsSubstring("\nother,linear,I,1,2,"));
  other[std::find(other.begin(), other.end(), "6") - other.begin()] = "7";
  const Outcome longer = run(other);
  CHECK(longer.code == 3);
  CHECK_THAT(longer.text, ContainsSubstring("pretrained with other settings"));
}

TEST_CASE("A comparison asks for one budget, and says where a failed step is explained") {
  const LabelledFolder toy;
  const std::string preset = toy_preset(toy.folder, 100);
  const Arguments both = with(
      {"compare", "--presets", preset, "--steps", "6", "--seconds", "2", "-o", toy.path("out")},
      toy.judged({}));
  CHECK(run(both).code == 2);
  const Arguments broken =
      with({"compare", "--presets", "no_such_preset", "--steps", "6", "-o", toy.path("out")},
           toy.judged({}));
  const Outcome outcome = run(broken);
  CHECK(outcome.code == 3);
  CHECK_THAT(outcome.text, ContainsSubstring("log.txt"));
}

TEST_CASE("A comparison can be budgeted by the clock") {
  const LabelledFolder toy;
  const std::string preset = toy_preset(toy.folder, 100);
  const Outcome outcome = run(with({"compare", "--presets", preset, "--seeds", "1", "--seconds",
                                    "1", "--no-controls", "-o", toy.path("out")},
                                   toy.judged({})));
  INFO(outcome.text);
  CHECK(outcome.code == 0);
  CHECK(outcome.text.find("random weights") == std::string::npos);
  CHECK(fs::file_size(toy.folder / "out" / "compare.csv") > 0);
}

TEST_CASE("Fine-tuned, saved, and judged again") {
  const LabelledFolder toy;
  const std::string preset = toy_preset(toy.folder, 4);
  REQUIRE(run({"pretrain", "--preset", preset, "--corpus", toy.corpus, "-o", toy.path("run"),
               "--set", "schedule.warmup_steps=1"})
              .code == 0);
  const Outcome tuned =
      run(with({"finetune", toy.path("run"), "--epochs", "2", "--head", "attention", "--save",
                toy.path("head.safetensors"), "-o", toy.path("tables")},
               toy.judged({})));
  INFO(tuned.text);
  REQUIRE(tuned.code == 0);
  CHECK_THAT(tuned.text, ContainsSubstring("epoch 2"));
  CHECK_THAT(tuned.text, ContainsSubstring("scratch 1"));
  CHECK_THAT(text_of_file(toy.folder / "tables" / "finetune.html"), ContainsSubstring("<svg"));
  const Outcome judged =
      run({"evaluate", toy.path("head.safetensors"), "--corpus", toy.corpus, "--labels", toy.labels,
           "--task", "label", "--record-column", "file", "--patient-column", "who", "--fold-column",
           "fold", "--report-folds", "3", "--draws", "20"});
  CHECK(judged.code == 0);
  CHECK_THAT(judged.text, ContainsSubstring("saved attention"));
}
