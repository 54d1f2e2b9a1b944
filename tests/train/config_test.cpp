// Configurations: presets, assignments, and what is said when they are wrong.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "corpus/failure.h"
#include "objective/view_config.h"
#include "pretext/mask_catalogue.h"
#include "support/test_data.h"
#include "toy.h"
#include "train/schedule.h"
#include "train/train_config.h"

using namespace ecg;
using Catch::Matchers::ContainsSubstring;

namespace {

Error error_of(std::string_view toml) {
  TrainConfig config;
  const auto applied = apply_toml(config, toml, "test.toml");
  REQUIRE_FALSE(applied.has_value());
  CHECK(applied.error().file == "test.toml");
  return applied.error();
}

}  // namespace

TEST_CASE("TOML sets what it names and nothing else") {
  TrainConfig config;
  const TrainConfig before;
  REQUIRE(apply_toml(config, "seed = 9\n[model]\nwidth = 48\n[schedule]\npeak_lr = 1", "x")
              .has_value());
  CHECK(config.seed == 9);
  CHECK(config.model.width == 48);
  CHECK(config.peak_lr == 1.0);
  CHECK(config.model.depth == before.model.depth);
}

TEST_CASE("An unknown setting is an error that names the nearest one") {
  CHECK(error_of("[model]\nwidht = 3").code == ErrorCode::kNotFound);
  CHECK_THAT(error_of("[model]\nwidht = 3").hint, ContainsSubstring("'model.width'"));
  CHECK_THAT(error_of("peak_lr = 3").hint, ContainsSubstring("'schedule.peak_lr'"));
  CHECK_THAT(error_of("[optimizer]\nbatch = 3").hint, ContainsSubstring("'optimiser.batch'"));
  CHECK_THAT(error_of("xyzzyqwertz = 3").hint, ContainsSubstring("--print-config"));
}

TEST_CASE("Wrong types, wrong ranges and broken TOML are errors") {
  CHECK(error_of("[model]\nwidth = 3.5").code == ErrorCode::kBadValue);
  CHECK(error_of("[model]\nwidth = \"3\"").code == ErrorCode::kBadValue);
  CHECK(error_of("[model]\ndepth = 0").code == ErrorCode::kBadValue);
  CHECK_THAT(error_of("[run]\ndevice = \"gpu\"").hint, ContainsSubstring("\"cuda\""));
  CHECK(error_of("[model\n").code == ErrorCode::kBadHeader);
  CHECK_THAT(error_of("a = 1\na = 2").message, ContainsSubstring("line 2"));
}

TEST_CASE("Assignments are TOML, with bare words as texts") {
  TrainConfig config;
  CHECK(apply_assignment(config, "model.depth=7").has_value());
  CHECK(apply_assignment(config, "run.device=cpu").has_value());
  CHECK(apply_assignment(config, "corpus.path=a/b").has_value());
  CHECK(config.model.depth == 7);
  CHECK(config.device == "cpu");
  CHECK(config.corpus_path == "a/b");
  CHECK(apply_assignment(config, "model.depth").error().code == ErrorCode::kInvalidArgument);
  CHECK(apply_assignment(config, "model.depht=7").error().code == ErrorCode::kNotFound);
  CHECK(apply_assignment(config, "model.depth=many").error().code == ErrorCode::kBadHeader);
}

TEST_CASE("Contradictions between settings are found when the configuration is completed") {
  TrainConfig config;
  config.model.heads = 5;
  CHECK_THAT(complete_config(config).error().message, ContainsSubstring("width"));
  config = TrainConfig();
  config.input.patch_samples = 300;
  CHECK_FALSE(complete_config(config).has_value());
  config = TrainConfig();
  config.warmup_steps = config.steps;
  CHECK_FALSE(complete_config(config).has_value());
  config = TrainConfig();
  config.clock = "wall";
  CHECK_THAT(complete_config(config).error().hint, ContainsSubstring("max_seconds"));
}

TEST_CASE("Presets may name any mask of the catalogue, and augmentations that keep the length") {
  for (const MaskMethod& method : mask_methods()) {
    TrainConfig config;
    throw_on_error(apply_assignment(config, "mask.method=" + std::string(method.name)));
    CHECK(complete_config(config));
    config.mask_ratio = 0.4;
    CHECK(complete_config(config).has_value() == method.takes_ratio);
  }
  const auto refusal = [](const std::string& masks) {
    TrainConfig config;
    config.mask_method = masks;
    return complete_config(config).error();
  };
  CHECK(refusal("multi_scal").hint == "did you mean 'multi_scale'?");
  CHECK_THAT(refusal("").message, ContainsSubstring("there is no mask"));
  CHECK_THAT(refusal("stdm,random").hint, ContainsSubstring("one for each"));
  TrainConfig each;
  each.views = 2;
  each.mask_method = "stdm,wav2vec2";
  CHECK(complete_config(each));
  each.mask_ratio = 0.4;
  CHECK_THAT(complete_config(each).error().message, ContainsSubstring("'wav2vec2'"));
  for (const AugmentationMethod& method : augmentation_methods()) {
    TrainConfig config;
    throw_on_error(apply_assignment(config, "augment.methods=emg," + std::string(method.name)));
    CHECK(complete_config(config).has_value() == method.preserves.length);
  }
  TrainConfig config;
  config.augment_methods = "wandr";
  CHECK(complete_config(config).error().hint == "did you mean 'wander'?");
}

TEST_CASE("A configuration survives TOML and JSON") {
  TrainConfig config = ecg::test::toy_config();
  config.peak_lr = 0.1;
  config.epsilon = 1e-8;
  config.corpus_path = "a \"b\" \\c";
  const std::string json = json_from_config(config);
  const auto from_json = config_from_json(json);
  REQUIRE(from_json.has_value());
  CHECK(json_from_config(*from_json) == json);
  TrainConfig from_toml;
  REQUIRE(apply_toml(from_toml, toml_from_config(config), "x").has_value());
  REQUIRE(complete_config(from_toml).has_value());
  CHECK(json_from_config(from_toml) == json);
  CHECK_FALSE(config_from_json("{\"seed\": \"x\"}").has_value());
  CHECK_FALSE(config_from_json("nonsense").has_value());
}

TEST_CASE("Every preset of the project is valid") {
  int presets = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ecg::test::source_file("models/presets"))) {
    TrainConfig config;
    const std::string text = ecg::test::text_of_file(entry.path());
    INFO(entry.path().filename().string());
    CHECK(apply_toml(config, text, "x").has_value());
    CHECK(complete_config(config).has_value());
    CHECK(config.name == entry.path().stem().string());
    ++presets;
  }
  CHECK(presets >= 2);
}

TEST_CASE("The learning rate rises, falls as a cosine, and follows the clock it is told to") {
  TrainConfig config;
  config.steps = 100;
  config.warmup_steps = 10;
  config.peak_lr = 2;
  config.final_lr_ratio = 0.1;
  CHECK(learning_rate(config, 0, 0) == 0.2);
  CHECK(learning_rate(config, 9, 0) == 2);
  CHECK(learning_rate(config, 10, 1e9) == 2);  // elapsed time does not count
  CHECK(std::abs(learning_rate(config, 55, 0) - 1.1) < 1e-12);
  CHECK(std::abs(learning_rate(config, 100, 0) - 0.2) < 1e-12);
  config.clock = "wall";
  config.max_seconds = 60;
  CHECK(progress_of(config, 10, 30) == 0.5);
  CHECK(progress_of(config, 80, 30) == 0.8);
  CHECK(std::abs(learning_rate(config, 20, 60) - 0.2) < 1e-12);
}

TEST_CASE("The input's units are a setting like the rest of it") {
  TrainConfig config;
  CHECK(config.input.normalisation == Normalisation::kZscoreRecord);
  REQUIRE(apply_assignment(config, "input.normalisation=zscore_lead"));
  REQUIRE(complete_config(config));
  CHECK(config.input.normalisation == Normalisation::kZscoreLead);
  CHECK_FALSE(apply_assignment(config, "input.normalisation=minmax"));
}
