#include "viewer/model_heads.h"

#include "viewer/texts.h"

namespace ecg {
namespace {

std::string text_of(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

/// "0.81", or "unknown" where the file says null.
std::string figure(const Json& value) {
  return value.is_number() ? number_text(value.get<double>(), 2) : "unknown";
}

/// Its texts in quotation marks, one after the other.
std::string sentences_of(const Json& label) {
  std::string text;
  const auto prompts = label.find("prompts");
  if (prompts == label.end() || !prompts->is_array()) return text;
  for (const Json& prompt : *prompts) {
    if (!prompt.is_string()) continue;
    text += (text.empty() ? "\u201c" : ", \u201c") + prompt.get<std::string>() + "\u201d";
  }
  return text;
}

HeadLabel label_from(const Json& json) {
  HeadLabel label{text_of(json, "name"), {}, sentences_of(json)};
  const Json auroc = json.value("auroc", Json());
  // A head that learnt its labels has been measured or should have been; sentences need not be.
  if (label.sentences.empty() || auroc.is_number()) {
    label.known = "AUROC " + figure(auroc) + " from " + json.value("positives", Json(0)).dump() +
                  " records that have it";
  }
  return label;
}

ModelHead head_from(const Json& json) {
  ModelHead head{text_of(json, "task"), {}, false, {}};
  for (const Json& label : json["labels"]) {
    if (!label.is_object()) continue;
    head.labels.push_back(label_from(label));
    head.compares = head.compares || !head.labels.back().sentences.empty();
  }
  const Json macro = json.value("macro", Json());
  if (macro.is_array() && macro.size() == 3 && (!head.compares || macro[0].is_number())) {
    head.figures = "Mean AUROC " + figure(macro[0]) + " (" + figure(macro[1]) + "\u2013" +
                   figure(macro[2]) + ") on " + json.value("n", Json(0)).dump() +
                   " records: " + text_of(json, "on");
  }
  return head;
}

}  // namespace

std::vector<ModelHead> heads_from_json(const Json& model) {
  std::vector<ModelHead> heads;
  if (!model.is_object() || !model.contains("heads") || !model["heads"].is_array()) return heads;
  for (const Json& head : model["heads"]) {
    if (head.is_object() && head.contains("labels") && head["labels"].is_array()) {
      heads.push_back(head_from(head));
    }
  }
  return heads;
}

std::size_t label_count(const std::vector<ModelHead>& heads) {
  std::size_t count = 0;
  for (const ModelHead& head : heads) count += head.labels.size();
  return count;
}

}  // namespace ecg
