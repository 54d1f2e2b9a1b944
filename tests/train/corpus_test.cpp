// Shards and corpora: what is written comes back, what is damaged is refused, no patient is split.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <set>

#include "corpus/crc32.h"
#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"
#include "support/test_data.h"
#include "toy.h"

using namespace ecg;
using namespace ecg::test;
namespace fs = std::filesystem;

namespace {

ShardRecord toy_record(int number) {
  ShardRecord record;
  record.name = "record" + std::to_string(number);
  record.patient = "patient" + std::to_string(number / 2);
  record.start_s = number * 10.0;
  record.split = static_cast<Split>(number % 3);
  record.lead_present = {1, 0};
  record.offset_mv = {0.25, 0};
  record.scale_mv = {0.5, 1};
  for (int i = 0; i < 5; ++i) record.values.push_back(static_cast<float>(std::sin(number + i)));
  record.values.resize(10, 0.0f);
  return record;
}

fs::path write_toy_shard(const TemporaryFolder& folder, int records) {
  const fs::path path = folder / "a.ecgs";
  auto writer = value_or_throw(ShardWriter::create(path, {{Lead::kII, Lead::kV5}, 5, 100}));
  for (int i = 0; i < records; ++i) value_or_throw(writer.append(toy_record(i)));
  throw_on_error(writer.finish());
  return path;
}

ErrorCode code_of_open(const fs::path& path) {
  const auto reader = ShardReader::open(path);
  REQUIRE_FALSE(reader.has_value());
  CHECK_FALSE(reader.error().hint.empty());
  CHECK_FALSE(reader.error().file.empty());
  return reader.error().code;
}

}  // namespace

TEST_CASE("CRC-32 has its published check value and can be continued") {
  const std::string text = "123456789";
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), 9);
  CHECK(crc32(bytes) == 0xCBF43926u);
  for (std::size_t cut = 0; cut <= 9; ++cut) {
    CHECK(crc32(bytes.subspan(cut), crc32(bytes.first(cut))) == 0xCBF43926u);
  }
}

TEST_CASE("CRC-32 of any length and start is what its definition gives") {
  std::vector<std::uint8_t> bytes(330);
  RandomStream random({9, 0, 0, 0, RandomPurpose::kMask});
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.next_u32());
  for (std::size_t first = 0; first < 3; ++first) {
    std::uint32_t remainder = ~0x1234u;
    for (std::size_t length = 0; first + length < bytes.size(); ++length) {
      REQUIRE(crc32(std::span(bytes).subspan(first, length), 0x1234u) == ~remainder);
      remainder ^= bytes[first + length];
      for (int bit = 0; bit < 8; ++bit) {
        remainder = (remainder >> 1) ^ ((remainder & 1) ? 0xEDB88320u : 0);
      }
    }
  }
}

TEST_CASE("A shard gives back what was written") {
  const TemporaryFolder folder;
  const auto reader = value_or_throw(ShardReader::open(write_toy_shard(folder, 3)));
  REQUIRE(reader.record_count() == 3);
  CHECK(reader.shape() == ShardShape{{Lead::kII, Lead::kV5}, 5, 100});
  for (int i = 0; i < 3; ++i) {
    const ShardRecord wanted = toy_record(i);
    const ShardRecord record = value_or_throw(reader.read(static_cast<std::uint64_t>(i)));
    CHECK(record.name == wanted.name);
    CHECK(record.patient == wanted.patient);
    CHECK(record.start_s == wanted.start_s);
    CHECK(record.split == wanted.split);
    CHECK(record.lead_present == wanted.lead_present);
    CHECK(record.offset_mv == wanted.offset_mv);
    CHECK(record.scale_mv == wanted.scale_mv);
    for (std::size_t k = 0; k < 10; ++k)
      CHECK(std::fabs(record.values[k] - wanted.values[k]) <= 1.0f / 65534);
  }
}

TEST_CASE("Every truncation of a shard is refused, and so is a longer file") {
  const TemporaryFolder folder;
  const std::string whole = text_of_file(write_toy_shard(folder, 2));
  const fs::path path = folder / "cut.ecgs";
  for (std::size_t size = 0; size < whole.size(); size += 37) {
    write_text_file(path, whole.substr(0, size));
    const ErrorCode code = code_of_open(path);
    CHECK((code == ErrorCode::kTruncated || code == ErrorCode::kEmptyFile));
  }
  write_text_file(path, whole + "x");
  CHECK(code_of_open(path) == ErrorCode::kInconsistent);
  CHECK(code_of_open(folder / "absent.ecgs") == ErrorCode::kMissingFile);
}

TEST_CASE("A damaged header or a huge count is refused; a damaged record is found when read") {
  const TemporaryFolder folder;
  const std::string whole = text_of_file(write_toy_shard(folder, 2));
  const fs::path path = folder / "bad.ecgs";
  std::string bytes = whole;
  bytes[0] = 'X';
  write_text_file(path, bytes);
  CHECK(code_of_open(path) == ErrorCode::kBadHeader);

  bytes = whole;
  bytes[23] = '\x7f';  // top byte of the record count
  write_text_file(path, bytes);
  CHECK(code_of_open(path) == ErrorCode::kBadChecksum);
  const std::span<const std::uint8_t> head(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                           1020);
  const std::uint32_t crc = crc32(head);  // a lie with a valid checksum
  for (std::size_t i = 0; i < 4; ++i) bytes[1020 + i] = static_cast<char>(crc >> (8 * i));
  write_text_file(path, bytes);
  CHECK(code_of_open(path) == ErrorCode::kTruncated);

  bytes = whole;
  bytes[1024 + 240] ^= 1;
  write_text_file(path, bytes);
  const auto reader = value_or_throw(ShardReader::open(path));
  const auto damaged = reader.read(0);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().code == ErrorCode::kBadChecksum);
  CHECK(damaged.error().byte_offset == 1024);
  CHECK(reader.read(1).has_value());
}

TEST_CASE("A shard refuses values that are not finite and names that do not fit") {
  const TemporaryFolder folder;
  auto writer =
      value_or_throw(ShardWriter::create(folder / "a.ecgs", {{Lead::kII, Lead::kV5}, 5, 100}));
  ShardRecord record = toy_record(0);
  record.values[3] = NAN;
  CHECK(writer.append(record).error().code == ErrorCode::kInvalidArgument);
  record = toy_record(0);
  record.name.assign(112, 'n');
  CHECK(writer.append(record).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("Patients are split by themselves alone, in about the shares asked for") {
  const SplitShares shares{0.1, 0.2};
  std::array<int, 3> counts{};
  for (int i = 0; i < 20000; ++i) {
    const std::string patient = "p" + std::to_string(i);
    const Split split = split_of_patient(3, patient, shares);
    CHECK(split == split_of_patient(3, patient, shares));
    ++counts[static_cast<std::size_t>(split)];
  }
  CHECK(std::abs(counts[1] - 2000) < 200);
  CHECK(std::abs(counts[2] - 4000) < 280);
}

TEST_CASE("A prepared corpus opens, keeps patients apart and does not depend on threads") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "one", 40, 1);
  make_toy_corpus(folder / "two", 40, 2);
  for (const char* file :
       {kIndexFile, kCorpusFile, kQuarantineFile, "shard-00000.ecgs", "shard-00002.ecgs"}) {
    CHECK(text_of_file(folder / "one" / file) == text_of_file(folder / "two" / file));
  }
  const Corpus corpus = value_or_throw(Corpus::open(folder / "one"));
  CHECK(corpus.index().size() == 40);
  CHECK(corpus.info().spec == toy_config().input);
  std::map<std::string, Split> split_of;
  for (std::uint32_t i = 0; i < 40; ++i) {
    const ShardRecord record = value_or_throw(corpus.read(i));
    CHECK(record.name == corpus.index()[i].name);
    CHECK(record.split == corpus.index()[i].split);
    const auto known = split_of.emplace(record.patient, record.split);
    CHECK(known.first->second == record.split);
  }
  CHECK_FALSE(corpus.records_of(Split::kTrain).empty());
  CHECK_FALSE(corpus.records_of(Split::kValidation).empty());
  CHECK_FALSE(corpus.records_of(Split::kTest).empty());
}

TEST_CASE("Several recordings and windows of one patient stay in one split") {
  const TemporaryFolder folder;
  PrepareOptions options;
  options.spec = toy_config().input;
  options.shares = {0.3, 0.3};
  RecordSource source = simulated_source(5, 30, 3 * options.spec.duration_s());
  for (std::size_t i = 0; i < 30; ++i) {
    options.table.add(std::to_string(i), {"p" + std::to_string(i / 5), {}, {}, {}});
  }
  value_or_throw(prepare_corpus({source}, folder / "c", options, {}));
  const Corpus corpus = value_or_throw(Corpus::open(folder / "c"));
  CHECK(corpus.index().size() == 90);
  std::map<std::string_view, std::set<Split>> splits;
  for (const IndexEntry& entry : corpus.index()) splits[entry.patient].insert(entry.split);
  CHECK(splits.size() == 6);
  for (const auto& [patient, seen] : splits) CHECK(seen.size() == 1);
}

TEST_CASE("What cannot be used is listed with its reason; too much of it is an error") {
  const TemporaryFolder folder;
  PrepareOptions options;
  options.spec = toy_config().input;
  const RecordSource good = simulated_source(5, 10, options.spec.duration_s());
  RecordSource mixed = good;
  mixed.read = [good](std::size_t index) -> Result<SourceRecord> {
    if (index == 2) return Error{ErrorCode::kTruncated, "cut \"here\"", "", "x.dat", 12};
    auto read = good.read(index);
    if (index == 4) read->recording.signal = Signal({label_of(Lead::kII)}, 10, 500);
    return read;
  };
  const auto summary = value_or_throw(prepare_corpus({mixed}, folder / "c", options, {}));
  CHECK(summary.info.quarantined == 2);
  CHECK(summary.quarantined.at("truncated") == 1);
  CHECK(summary.quarantined.at("insufficient_data") == 1);
  const std::string list = text_of_file(folder / "c" / kQuarantineFile);
  CHECK_THAT(list, Catch::Matchers::ContainsSubstring(R"("byte_offset":12)"));
  CHECK(value_or_throw(Corpus::open(folder / "c")).index().size() == 8);

  options.most_quarantined = 0.1;
  const auto refused = prepare_corpus({mixed}, folder / "d", options, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kInsufficientData);
  CHECK_FALSE(fs::exists(folder / "d"));
  CHECK(prepare_corpus({good}, folder / "c", options, {}).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("A corpus whose parts do not belong together is refused") {
  const TemporaryFolder folder;
  const fs::path corpus = folder / "c";
  make_toy_corpus(corpus, 40);
  const std::string index = text_of_file(corpus / kIndexFile);
  write_text_file(corpus / kIndexFile, index + "x");
  CHECK(Corpus::open(corpus).error().code == ErrorCode::kBadChecksum);
  write_text_file(corpus / kIndexFile, index);
  fs::remove(corpus / "shard-00001.ecgs");
  CHECK(Corpus::open(corpus).error().code == ErrorCode::kMissingFile);
  fs::copy(corpus / "shard-00002.ecgs", corpus / "shard-00001.ecgs");
  CHECK(Corpus::open(corpus).error().code == ErrorCode::kInconsistent);
  CHECK(Corpus::open(folder / "nothing").error().code == ErrorCode::kMissingFile);
}

TEST_CASE("A patient table is read with quotes, and a wrong column is named") {
  const TemporaryFolder folder;
  write_text_file(folder / "t.csv",
                  "id,file,report,patient\n1,a/b/00001_hr,\"two\nlines, \"\"q\"\"\",17\r\n");
  TableColumns columns;
  columns.record = "file";
  columns.patient = "patient";
  const auto table = value_or_throw(RecordTable::read(folder / "t.csv", columns));
  CHECK(table.size() == 1);
  REQUIRE(table.find("00001_hr"));
  CHECK(table.find("00001_hr")->patient == "17");
  columns.patient = "person";
  const auto wrong = RecordTable::read(folder / "t.csv", columns);
  CHECK(wrong.error().code == ErrorCode::kNotFound);
  CHECK_THAT(wrong.error().message, Catch::Matchers::ContainsSubstring("person"));
}

TEST_CASE("Real WFDB records become a corpus") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const TemporaryFolder folder;
  PrepareOptions options;
  const auto source = value_or_throw(folder_source(*data / "ludb"));
  const auto summary = value_or_throw(prepare_corpus({source}, folder / "c", options, {}));
  CHECK(source.names.size() == 100);
  CHECK(summary.info.records[0] + summary.info.records[1] + summary.info.records[2] == 100);
  CHECK(summary.info.quarantined == 0);
  const Corpus corpus = value_or_throw(Corpus::open(folder / "c"));
  const ShardRecord record = value_or_throw(corpus.read(0));
  double sum = 0, squares = 0;
  for (const float value : record.values) sum += value, squares += value * value;
  const auto count = static_cast<double>(record.values.size());
  CHECK(std::fabs(sum / count) < 1e-3);
  CHECK(std::fabs(std::sqrt(squares / count) - 1) < 1e-3);
}
