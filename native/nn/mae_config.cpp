#include "nn/mae_config.h"

#include <nlohmann/json.hpp>

namespace ecg {
namespace {

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

struct Bound {
  const char* name;
  std::int64_t value, low, high;
};

Result<void> check_bounds(const MaeConfig& c) {
  const Bound bounds[] = {{"columns", c.columns, 1, 4096},
                          {"patch_samples", c.patch_samples, 2, 4096},
                          {"width", c.width, 2, 8192},
                          {"depth", c.depth, 1, 128},
                          {"heads", c.heads, 1, 256},
                          {"stem_channels", c.stem_channels, 4, 4096},
                          {"decoder_width", c.decoder_width, 2, 8192},
                          {"decoder_depth", c.decoder_depth, 1, 128},
                          {"decoder_heads", c.decoder_heads, 1, 256}};
  for (const Bound& b : bounds) {
    if (b.value < b.low || b.value > b.high) {
      return bad(std::string("model.") + b.name + " = " + std::to_string(b.value),
                 "choose a value from " + std::to_string(b.low) + " to " + std::to_string(b.high));
    }
  }
  return {};
}

Result<void> check_width(const char* name, std::int64_t width, std::int64_t heads) {
  if (width % 2 == 0 && width % heads == 0) return {};
  return bad(std::string("model.") + name + " = " + std::to_string(width) + " does not suit " +
                 std::to_string(heads) + " heads",
             "choose an even width that is a multiple of the number of heads");
}

// Reads one number of the JSON object into a field; false if it is absent or no number.
template <typename T>
bool read_number(const nlohmann::json& object, const char* key, T& field) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return false;
  field = found->get<T>();
  return true;
}

// Linear layers and attention of one transformer block over `tokens` that returns `rows` of them.
double block_flops(double rows, double tokens, double width, double mlp_width) {
  const double linear =
      4 * tokens * width * width + rows * (4 * width * width + 4 * width * mlp_width);
  const double attention = 4 * rows * tokens * width;
  return linear + attention;
}

}  // namespace

Result<void> check_mae_config(const MaeConfig& config) {
  if (config.leads.empty() || config.leads.size() > 64) {
    return bad("a model of " + std::to_string(config.leads.size()) + " leads",
               "name 1 to 64 leads");
  }
  if (auto bounds = check_bounds(config); !bounds) return bounds;
  if (!(config.mlp_ratio >= 0.25 && config.mlp_ratio <= 16)) {
    return bad("model.mlp_ratio = " + std::to_string(config.mlp_ratio), "choose 0.25 to 16");
  }
  if (!(config.patch_epsilon > 0 && config.patch_epsilon < 1)) {
    return bad("model.patch_epsilon = " + std::to_string(config.patch_epsilon),
               "choose a value above 0 and below 1");
  }
  if (config.stem != "linear" && config.stem != "conv") {
    return bad("model.stem = \"" + config.stem + "\"", "choose \"linear\" or \"conv\"");
  }
  if (config.stem_channels % kStemGroups != 0) {
    return bad("model.stem_channels = " + std::to_string(config.stem_channels),
               "choose a multiple of " + std::to_string(kStemGroups));
  }
  if (config.positions != "sine_cosine" && config.positions != "learned") {
    return bad("model.positions = \"" + config.positions + '"',
               "choose \"sine_cosine\" or \"learned\"");
  }
  if (auto width = check_width("width", config.width, config.heads); !width) return width;
  return check_width("decoder_width", config.decoder_width, config.decoder_heads);
}

std::string json_from_mae_config(const MaeConfig& config) {
  nlohmann::ordered_json object;
  object["leads"] = nlohmann::json::array();
  for (const Lead lead : config.leads) object["leads"].push_back(std::string(lead_name(lead)));
  object["columns"] = config.columns;
  object["patch_samples"] = config.patch_samples;
  object["width"] = config.width;
  object["depth"] = config.depth;
  object["heads"] = config.heads;
  object["mlp_ratio"] = config.mlp_ratio;
  object["stem"] = config.stem;
  object["stem_channels"] = config.stem_channels;
  object["decoder_width"] = config.decoder_width;
  object["decoder_depth"] = config.decoder_depth;
  object["decoder_heads"] = config.decoder_heads;
  object["patch_epsilon"] = config.patch_epsilon;
  object["positions"] = config.positions;
  return object.dump();
}

Result<MaeConfig> mae_config_from_json(std::string_view json) {
  const Error malformed = {ErrorCode::kBadHeader,
                           "the model configuration is malformed",
                           "the file was not written by einthoven-train",
                           {},
                           {}};
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return malformed;
  MaeConfig config;
  const auto leads = object.find("leads");
  if (leads == object.end() || !leads->is_array()) return malformed;
  config.leads.clear();
  for (const auto& name : *leads) {
    if (!name.is_string()) return malformed;
    config.leads.push_back(lead_from_name(name.get<std::string>()));
  }
  const bool complete = read_number(object, "columns", config.columns) &&
                        read_number(object, "patch_samples", config.patch_samples) &&
                        read_number(object, "width", config.width) &&
                        read_number(object, "depth", config.depth) &&
                        read_number(object, "heads", config.heads) &&
                        read_number(object, "mlp_ratio", config.mlp_ratio) &&
                        read_number(object, "decoder_width", config.decoder_width) &&
                        read_number(object, "decoder_depth", config.decoder_depth) &&
                        read_number(object, "decoder_heads", config.decoder_heads) &&
                        read_number(object, "patch_epsilon", config.patch_epsilon);
  if (!complete) return malformed;
  // Models written before there were stems do not name one.
  if (object.contains("stem") && object["stem"].is_string()) config.stem = object["stem"];
  read_number(object, "stem_channels", config.stem_channels);
  if (const auto positions = object.find("positions"); positions != object.end()) {
    if (!positions->is_string()) return malformed;
    config.positions = positions->get<std::string>();
  }
  if (auto checked = check_mae_config(config); !checked) return checked.error();
  return config;
}

double training_flops(const MaeConfig& model, std::int64_t visible) {
  const auto shown = static_cast<double>(visible), all = static_cast<double>(model.token_count());
  const auto width = static_cast<double>(model.width),
             narrow = static_cast<double>(model.decoder_width);
  const auto patch = static_cast<double>(model.patch_samples);
  double forward = 2 * shown * patch * width;
  forward += static_cast<double>(model.depth) *
             block_flops(shown, shown, width, static_cast<double>(model.mlp_width()));
  forward += 2 * all * width * narrow;
  const auto hidden = all - shown, mlp_width = static_cast<double>(model.decoder_mlp_width());
  forward +=
      static_cast<double>(model.decoder_depth - 1) * block_flops(all, all, narrow, mlp_width);
  forward += block_flops(hidden, all, narrow, mlp_width);
  forward += 2 * hidden * narrow * (patch + 2);
  return 3 * forward;
}

}  // namespace ecg
