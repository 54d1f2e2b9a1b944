#include "seeds.h"

#include <cmath>

#include "io/csv_writer.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/npy_writer.h"
#include "io/wfdb_annotation_writer.h"
#include "io/wfdb_writer.h"
#include "made_dicom.h"
#include "made_edf.h"
#include "made_flac.h"
#include "made_hl7.h"
#include "made_ishne.h"
#include "made_mat.h"
#include "made_mfer.h"
#include "made_muse.h"
#include "made_philips.h"
#include "made_schiller.h"
#include "made_scp.h"
#include "made_zip.h"
#include "synthetic_record.h"
#include "target.h"

namespace ecg::fuzz {
namespace {

using namespace ecg::test;

/// Two leads of a slow wave with everything a recording may say.
Recording small_recording() {
  Recording recording;
  recording.signal = Signal({label_of(Lead::kI), label_of(Lead::kV1)}, 50, 250);
  for (std::size_t i = 0; i < recording.signal.values().size(); ++i)
    recording.signal.values()[i] = static_cast<float>(static_cast<int>(i % 25) - 12) / 50;
  recording.info.start_time = "2002-03-05T08:26:04";
  recording.info.patient_id = "17";
  recording.info.sex = "female";
  recording.info.age_years = 51;
  recording.info.identity.patient_name = "Doe";
  recording.info.statements = {"Sinus rhythm"};
  recording.info.measurements = {{"QRS duration", 92, "ms"}};
  recording.annotations = {{7, std::nullopt, "N", "", 0, 0}, {30, 1, "\"", "note", 0, 0}};
  return recording;
}

void add(std::vector<Seed>& seeds, std::string name, const FileSet& files) {
  seeds.push_back({std::move(name), files.files.front().bytes});
}

std::vector<Seed> dicom_seeds() {
  using namespace made_dicom;
  std::vector<Seed> seeds{{"written", dicom_from_recording(small_recording()).value()}};
  add(seeds, "explicit", dicom(kExplicit, {true, false}));
  add(seeds, "implicit", dicom("1.2.840.10008.1.2", {false, false}));
  add(seeds, "big_endian", dicom("1.2.840.10008.1.2.2", {true, true}));
  add(seeds, "bare", dicom(kExplicit, {}, false));
  return seeds;
}

std::vector<Seed> edf_seeds() {
  using namespace made_edf;
  std::vector<Seed> seeds{{"written", edf_from_recording(small_recording()).value()}};
  add(seeds, "plus_c", edf_plus("EDF+C", "1"));
  add(seeds, "plus_d", edf_plus("EDF+D", "3"));
  auto bdf = bytes_of(header_of({kLeadI}, "24BIT", "1", "1",
                                "\xFF"
                                "BIOSEMI"));
  append(bdf, {1, 0, 0, 0xFF, 0xFF, 0x80});
  seeds.push_back({"bdf", std::move(bdf)});
  return seeds;
}

std::vector<Seed> scp_seeds() {
  std::vector<Seed> seeds;
  add(seeds, "second_differences", made_scp::second_differences());
  add(seeds, "subtracted", made_scp::subtracted());
  return seeds;
}

std::vector<Seed> aecg_seeds() {
  using namespace made_hl7;
  return {{"annotated", document(kSet, kAnnotations).bytes}, {"empty", document("").bytes}};
}

std::vector<Seed> csv_seeds() {
  std::vector<Seed> seeds{{"written", bytes_of(csv_from_signal(small_recording().signal))}};
  seeds.push_back(
      {"semicolons", bytes_of("# rate 500 Hz\nt;I (uV);II (uV)\n0;1,5;2\n2;-3;4\n4;5;6\n"
                              "6;7;8\n")});
  seeds.push_back({"plain", bytes_of("1 2 3\n4 5 6\n7 8 9\n-1 0 1e3\n")});
  seeds.push_back({"clock", bytes_of("time\tECG\n'[00:00:00.000'\t1\n00:00:00.004\t2\n"
                                     "00:00:00.008\t3\n")});
  return seeds;
}

std::vector<Seed> mat_seeds() {
  using namespace made_mat;
  std::vector<Seed> seeds;
  for (const bool big_endian : {false, true}) {
    const Writer w{big_endian};
    add(seeds, big_endian ? "big_endian" : "rich", w.file(rich(w)));
  }
  const Writer w;
  add(seeds, "compressed", w.file(compressed(w.matrix("val", 2, two_leads()))));
  return seeds;
}

std::vector<Seed> philips_seeds() {
  using namespace made_philips;
  return {{"xli", document(xli()).bytes}, {"plain", document(plain("1 2 3 4 5 6")).bytes}};
}

std::vector<Seed> zip_seeds() {
  std::vector<Seed> seeds;
  for (const bool deflate : {false, true})
    seeds.push_back({deflate ? "deflated" : "stored", made_zip::record_archive(deflate).bytes});
  const auto edf = edf_from_recording(small_recording()).value();
  seeds.push_back({"edf", made_zip::archive({{"a/x.edf", edf, true}}).bytes});
  return seeds;
}

/// Records in several storage formats, one with gaps and skew, one of segments.
std::vector<Seed> wfdb_seeds() {
  std::vector<Seed> seeds;
  const FileSet small = small_record();
  const auto text = [](const NamedBytes& file) {
    return std::string(file.bytes.begin(), file.bytes.end());
  };
  seeds.push_back(
      {"small", bytes_of_record(text(small.files[0]), small.files[2].bytes, small.files[1].bytes)});
  for (const int format : {16, 212}) {
    const FileSet written = wfdb_from_recording(small_recording(), "r", format).value();
    seeds.push_back({"written_" + std::to_string(format),
                     bytes_of_record(text(written.files[0]), {}, written.files[1].bytes)});
  }
  for (const int format : {8, 24, 32, 61, 80, 160, 310, 311}) {
    const std::string header = "r 3 250/500(3) 10\nr.dat " + std::to_string(format) +
                               "x2:1+4 1000(0)/mV\nr.dat " + std::to_string(format) +
                               ":2+4 200(1024)/uV\nr.dat " + std::to_string(format) +
                               "+4 20/mmHg\n";
    seeds.push_back({"format_" + std::to_string(format),
                     bytes_of_record(header, {}, std::vector<std::uint8_t>(200, 0x5A))});
  }
  seeds.push_back(
      {"segments",
       bytes_of_record("r/3 1 250 6\ns1 2\n~ 2\ns2 2\n\fs1 1 250 2\nr.dat 16 200 16 0 0 "
                       "0 0 I\n\fs2 1 250 2\nr.dat 16 200 16 0 0 0 0 I\n",
                       {}, bytes_16({1, 2}))});
  return seeds;
}

}  // namespace

std::vector<Seed> seeds_of(std::string_view target) {
  if (target == "dicom") return dicom_seeds();
  if (target == "edf") return edf_seeds();
  if (target == "scp") return scp_seeds();
  if (target == "muse") return {{"whole", made_muse::whole().bytes}};
  if (target == "aecg") return aecg_seeds();
  if (target == "philips") return philips_seeds();
  if (target == "schiller")
    return {{"rhythm", made_schiller::document(made_schiller::kRhythm).bytes}};
  if (target == "ishne") return {{"signals", made_ishne::signals().bytes}};
  if (target == "mat") return mat_seeds();
  if (target == "npy") return {{"written", bytes_of(npy_from_signal(small_recording().signal))}};
  if (target == "mfer") {
    return {{"big_endian", made_mfer::file(made_mfer::two_channels({true})).bytes},
            {"little_endian", made_mfer::file(made_mfer::two_channels({false})).bytes}};
  }
  if (target == "csv") return csv_seeds();
  if (target == "zip") return zip_seeds();
  if (target == "wfdb") return wfdb_seeds();
  std::vector<Seed> all;
  for (const std::string_view other : target_names()) {
    if (other == "any" || other == "wfdb") continue;
    for (Seed& seed : seeds_of(other))
      all.push_back({std::string(other) + '_' + seed.name, std::move(seed.bytes)});
  }
  return all;
}

}  // namespace ecg::fuzz
