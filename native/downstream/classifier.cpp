#include "downstream/classifier.h"

#include <torch/utils.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "downstream/features.h"
#include "train/batch_reader.h"

namespace ecg {
namespace {

constexpr std::size_t kBatch = 64;
constexpr const char* kHeadPrefix = "head.";
constexpr const char* kHeadKey = "classifier";

void copy_tensors(const torch::OrderedDict<std::string, at::Tensor>& from,
                  const torch::OrderedDict<std::string, at::Tensor>& to) {
  for (const auto& item : from) to[item.key()].copy_(item.value());
}

// What of a classifier is no tensor.
std::string json_of(const Classifier& classifier) {
  nlohmann::ordered_json leads = nlohmann::ordered_json::array();
  for (const Lead lead : classifier.leads) leads.push_back(lead_name(lead));
  return nlohmann::ordered_json{{"head", classifier.head->kind()},
                                {"classes", classifier.classes},
                                {"thresholds", classifier.thresholds},
                                {"leads", leads}}
      .dump();
}

Error no_classifier(const std::filesystem::path& path) {
  return {ErrorCode::kBadHeader,
          "this checkpoint holds no classifier",
          "name a file that finetune or probe wrote",
          path.string(),
          {}};
}

// Takes over head and classes from the metadata and the tensors that are not the encoder's.
bool take_head(Classifier& classifier, const std::string& json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object() || !object.contains("head") || !object.contains("classes") ||
      !object.contains("thresholds") || !object.contains("leads")) {
    return false;
  }
  const auto kind = object["head"].get<std::string>();
  if (std::find(head_kinds().begin(), head_kinds().end(), kind) == head_kinds().end()) return false;
  auto& tensors = classifier.encoder.optimiser;
  const char* final_layer = kind == "hug" ? "hug.output.weight" : "output.weight";
  const auto output = tensors.find(std::string(kHeadPrefix) + final_layer);
  classifier.classes = object["classes"].get<std::vector<std::string>>();
  classifier.thresholds = object["thresholds"].get<std::vector<double>>();
  for (const auto& name : object["leads"]) {
    classifier.leads.push_back(lead_from_name(name.get<std::string>()));
  }
  const auto classes = static_cast<std::int64_t>(classifier.classes.size());
  if (output == tensors.end() || output->second.dim() != 2 || output->second.size(0) != classes ||
      classifier.thresholds.size() != classifier.classes.size()) {
    return false;
  }
  classifier.head = ClassifierHead(kind, classifier.encoder.config.input.leads,
                                   output->second.size(1), classes, 0);
  const torch::NoGradGuard no_grad;
  for (auto& item : classifier.head->named_parameters()) {
    const auto found = tensors.find(kHeadPrefix + item.key());
    if (found == tensors.end() || found->second.sizes() != item.value().sizes()) return false;
    item.value().copy_(found->second);
  }
  tensors.clear();
  return true;
}

}  // namespace

SystemPtr copy_of(System& model) {
  const torch::NoGradGuard no_grad;
  SystemPtr copy = make_system(model.config());
  copy_tensors(model.named_parameters(), copy->named_parameters());
  copy_tensors(model.named_buffers(), copy->named_buffers());
  return copy;
}

at::Tensor class_probabilities(System& encoder, ClassifierHead& head, const Corpus& corpus,
                               std::span<const std::uint32_t> records,
                               const std::vector<Lead>& leads, c10::Device device) {
  const torch::NoGradGuard no_grad;
  encoder.eval();
  head->eval();
  const auto used = lead_use(encoder, leads);
  std::vector<at::Tensor> parts{at::empty({0, head->classes()}, at::kDouble)};
  for (std::size_t begin = 0; begin < records.size(); begin += kBatch) {
    const auto part = records.subspan(begin, std::min(kBatch, records.size() - begin));
    const SignalBatch batch = read_batch(corpus, part);
    const auto encoded =
        encoder.encode(batch.signal.to(device), (batch.lead_mask * used).to(device));
    parts.push_back(head(encoded).to(at::kCPU, at::kDouble).sigmoid());
  }
  return at::cat(parts);
}

Result<void> save_classifier(const std::filesystem::path& path, const Classifier& classifier) {
  std::map<std::string, torch::Tensor> head;
  for (const auto& item : classifier.head->named_parameters()) {
    head[kHeadPrefix + item.key()] = item.value().detach().to(torch::kCPU);
  }
  TensorFile content =
      checkpoint_of(*classifier.encoder.model, classifier.encoder.config,
                    classifier.encoder.position, classifier.encoder.data_hash, head);
  content.metadata[kHeadKey] = json_of(classifier);
  return write_tensor_file(path, content);
}

Result<Classifier> load_classifier(const std::filesystem::path& path) {
  const auto content = read_tensor_file(path);
  if (!content) return content.error();
  const auto json = content->metadata.find(kHeadKey);
  if (json == content->metadata.end()) return no_classifier(path);
  auto encoder = model_from_checkpoint(*content, path.string());
  if (!encoder) return encoder.error();
  Classifier classifier;
  classifier.encoder = *std::move(encoder);
  if (!take_head(classifier, json->second)) return no_classifier(path);
  return classifier;
}

}  // namespace ecg
