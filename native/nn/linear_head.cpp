#include "nn/linear_head.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "einthoven-heads/2";

Error broken(const std::string& task, const std::string& what) {
  return {ErrorCode::kInconsistent,
          "head '" + task + "' " + what,
          "write it again with einthoven-train probe --heads",
          {},
          {}};
}

bool plain(const std::string& task) {
  return !task.empty() && task.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789_-") == std::string::npos;
}

bool all_finite(const std::vector<float>& values) {
  for (const float value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

// JSON has no NaN: an AUROC that is undefined is null.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

double number_or_nan(const Json& value) {
  return value.is_number() ? value.get<double>() : std::nan("");
}

Json json_of(const LinearHead& head) {
  Json labels = Json::array();
  for (const HeadLabel& label : head.labels) {
    labels.push_back({{"name", label.name},
                      {"threshold", label.threshold},
                      {"auroc", number_or_null(label.auroc)},
                      {"positives", label.positives}});
    if (!label.prompts.empty()) labels.back()["prompts"] = label.prompts;
  }
  return {{"task", head.task},
          {"labels", std::move(labels)},
          {"input", head.input},
          {"metric", "AUROC"},
          {"on", head.reported_on},
          {"fitted_on", head.fitted_on},
          {"n", head.records},
          {"macro",
           {number_or_null(head.macro_auroc), number_or_null(head.macro_low),
            number_or_null(head.macro_high)}},
          {"width", head.width},
          {"weight", head.weight},
          {"bias", head.bias}};
}

// Throws nlohmann's exceptions where a value is missing or of another type.
LinearHead head_of(const Json& object) {
  LinearHead head;
  head.task = object.at("task").get<std::string>();
  for (const Json& label : object.at("labels")) {
    head.labels.push_back({label.at("name").get<std::string>(), label.at("threshold").get<double>(),
                           number_or_nan(label.at("auroc")),
                           label.at("positives").get<std::int64_t>(),
                           label.value("prompts", std::vector<std::string>())});
  }
  head.input = object.value("input", head.input);
  head.width = object.at("width").get<std::int64_t>();
  head.fitted_on = object.at("fitted_on").get<std::string>();
  head.reported_on = object.at("on").get<std::string>();
  head.records = object.at("n").get<std::int64_t>();
  const Json& macro = object.at("macro");
  head.macro_auroc = number_or_nan(macro.at(0));
  head.macro_low = number_or_nan(macro.at(1));
  head.macro_high = number_or_nan(macro.at(2));
  head.weight = object.at("weight").get<std::vector<float>>();
  head.bias = object.at("bias").get<std::vector<float>>();
  return head;
}

}  // namespace

std::string head_output(const LinearHead& head) { return "probabilities." + head.task; }

Result<void> check_heads(const std::vector<LinearHead>& heads) {
  std::set<std::string> tasks;
  for (const LinearHead& head : heads) {
    if (!plain(head.task))
      return broken(head.task, "has a name with other signs than letters, digits, _ and -");
    if (!tasks.insert(head.task).second) return broken(head.task, "is there twice");
    const std::size_t labels = head.labels.size();
    if (labels == 0 || head.width < 1 || head.bias.size() != labels ||
        head.weight.size() != labels * static_cast<std::size_t>(head.width)) {
      return broken(head.task, "has sizes that do not fit each other");
    }
    if (!all_finite(head.weight) || !all_finite(head.bias))
      return broken(head.task, "holds a number that is not finite");
  }
  return {};
}

std::string json_from_heads(const std::vector<LinearHead>& heads) {
  Json list = Json::array();
  for (const LinearHead& head : heads) list.push_back(json_of(head));
  const Json object = {{"format", kFormat}, {"heads", std::move(list)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string index_json_from_heads(const std::vector<LinearHead>& heads) {
  Json list = Json::array();
  for (const LinearHead& head : heads) {
    Json object = json_of(head);
    for (const char* weights : {"width", "weight", "bias"}) object.erase(weights);
    object["output"] = head_output(head);
    list.push_back(std::move(object));
  }
  return list.dump();
}

Result<std::vector<LinearHead>> heads_from_json(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object() || object.value("format", Json()) != kFormat ||
      !object.contains("heads")) {
    return Error{ErrorCode::kBadHeader,
                 "these are no heads",
                 "name the file that einthoven-train probe --heads wrote",
                 {},
                 {}};
  }
  std::vector<LinearHead> heads;
  try {
    for (const Json& head : object["heads"]) heads.push_back(head_of(head));
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kBadHeader,
                 std::string("a head is incomplete: ") + error.what(),
                 "write it again with einthoven-train probe --heads",
                 {},
                 {}};
  }
  if (auto checked = check_heads(heads); !checked) return checked.error();
  return heads;
}

}  // namespace ecg
