#include "toy.h"

#include <fstream>
#include <sstream>

#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"

namespace ecg::test {

TrainConfig toy_config() {
  TrainConfig config;
  config.name = "toy";
  config.input.samples = 200;
  config.input.patch_samples = 25;
  config.model.width = 16;
  config.model.depth = 2;
  config.model.heads = 2;
  config.model.decoder_width = 16;
  config.model.decoder_depth = 1;
  config.model.decoder_heads = 2;
  config.steps = 20;
  config.warmup_steps = 2;
  config.batch = 8;
  config.threads = 1;
  config.device = "cpu";
  config.validate_every = 10;
  config.checkpoint_every = 5;
  throw_on_error(complete_config(config));
  return config;
}

void make_toy_corpus(const std::filesystem::path& folder, std::size_t count, std::size_t threads) {
  PrepareOptions options;
  options.spec = toy_config().input;
  options.threads = threads;
  options.shares = {0.2, 0.2};
  options.records_per_shard = 16;
  const RecordSource source = simulated_source(7, count, options.spec.duration_s());
  value_or_throw(prepare_corpus({source}, folder, options, {}));
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

void damage_record(const std::filesystem::path& shard, std::size_t row) {
  std::string bytes = text_of_file(shard);
  const std::size_t stride = (bytes.size() - 1024) / 16;
  bytes[1024 + stride * row + stride / 2] ^= 1;
  write_text_file(shard, bytes);
}

}  // namespace ecg::test
