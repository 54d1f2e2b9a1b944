// The text files of a corpus: corpus.json and index.tsv.

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "corpus/corpus.h"
#include "corpus/json_fields.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;

Error malformed(const char* file, std::string what) {
  return {ErrorCode::kBadHeader, std::move(what), "run `einthoven-train prepare` again", file, {}};
}

bool read_counts(const Json& object, const char* key, std::array<std::uint64_t, 3>& counts) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto count = found->find(std::string(split_name(static_cast<Split>(i))));
    if (count == found->end() || !count->is_number_unsigned()) return false;
    counts[i] = count->get<std::uint64_t>();
  }
  return true;
}

Json json_of_counts(const std::array<std::uint64_t, 3>& counts) {
  Json object;
  for (std::size_t i = 0; i < 3; ++i) {
    object[std::string(split_name(static_cast<Split>(i)))] = counts[i];
  }
  return object;
}

// Takes the text up to `separator` off the front of `rest`.
std::string_view take_field(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return field;
}

bool parse_number(std::string_view field, int base, std::uint32_t& number) {
  const char* end = field.data() + field.size();
  const auto parsed = std::from_chars(field.data(), end, number, base);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

bool parse_split(std::string_view field, Split& split) {
  for (const Split candidate : {Split::kTrain, Split::kValidation, Split::kTest}) {
    if (field != split_name(candidate)) continue;
    split = candidate;
    return true;
  }
  return false;
}

}  // namespace

std::string shard_file_name(std::size_t shard) {
  std::string number = std::to_string(shard);
  number.insert(0, number.size() < 5 ? 5 - number.size() : 0, '0');
  return "shard-" + number + ".ecgs";
}

std::string text_of_info(const CorpusInfo& info) {
  Json object;
  object["format"] = "einthoven-corpus-1";
  object["sources"] = info.sources;
  object["licences"] = info.licences;
  object["seed"] = info.seed;
  object["records"] = json_of_counts(info.records);
  object["patients"] = json_of_counts(info.patients);
  object["quarantined"] = info.quarantined;
  object["data_hash"] = info.data_hash;
  if (!info.vocabulary_hash.empty()) object["vocabulary_hash"] = info.vocabulary_hash;
  object["input"] = Json::parse(model_spec_input_json(info.spec), nullptr, false);
  return object.dump(2) + "\n";
}

Result<CorpusInfo> info_from_text(std::string_view text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object() || object.value("format", Json()) != "einthoven-corpus-1") {
    return malformed(kCorpusFile, "is not a corpus description of this version");
  }
  CorpusInfo info;
  const bool counted = read_counts(object, "records", info.records) &&
                       read_counts(object, "patients", info.patients) &&
                       object.value("seed", Json()).is_number_unsigned() &&
                       object.value("quarantined", Json()).is_number_unsigned() &&
                       object.value("data_hash", Json()).is_string();
  if (!counted || !object.contains("input"))
    return malformed(kCorpusFile, "lacks counts, hash or input");
  info.seed = object["seed"].get<std::uint64_t>();
  info.quarantined = object["quarantined"].get<std::uint64_t>();
  info.data_hash = object["data_hash"].get<std::string>();
  const Json vocabulary = object.value("vocabulary_hash", Json(""));
  if (!vocabulary.is_string())
    return malformed(kCorpusFile, "has a vocabulary_hash that is no text");
  info.vocabulary_hash = vocabulary.get<std::string>();
  info.sources = texts_at(object, "sources");
  info.licences = texts_at(object, "licences");
  auto spec = model_spec_from_json(object["input"].dump());
  if (!spec) return spec.error();
  info.spec = *std::move(spec);
  return info;
}

std::string index_line(const IndexEntry& entry) {
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, "%u\t%u\t%s\t%08x\t", entry.shard, entry.row,
                std::string(split_name(entry.split)).c_str(), entry.crc);
  return numbers + std::string(entry.name) + "\t" + std::string(entry.patient) + "\n";
}

Result<std::vector<IndexEntry>> index_from_text(std::string_view text) {
  std::vector<IndexEntry> index;
  index.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  take_field(text, '\n');
  while (!text.empty()) {
    std::string_view line = take_field(text, '\n');
    IndexEntry entry;
    const bool numbers = parse_number(take_field(line, '\t'), 10, entry.shard) &&
                         parse_number(take_field(line, '\t'), 10, entry.row) &&
                         parse_split(take_field(line, '\t'), entry.split) &&
                         parse_number(take_field(line, '\t'), 16, entry.crc);
    if (!numbers) {
      return malformed(kIndexFile, "line " + std::to_string(index.size() + 2) + " is malformed");
    }
    entry.name = take_field(line, '\t');
    entry.patient = line;
    index.push_back(entry);
  }
  return index;
}

}  // namespace ecg
