#pragma once
// Patient identification: does the record most like a new one belong to the same person? One record
// per person waits in a gallery; later records (probes) are compared with all of it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "downstream/bootstrap.h"

namespace ecg {

/// One record (or window of one) that may take part.
struct PatientRecord {
  std::uint32_t position = 0;  ///< in the corpus' index
  std::string patient;
  std::string record;            ///< windows of one record share its name
  std::optional<double> time_s;  ///< when it was recorded, on any common clock
};

/// A later record and its person's place in the gallery.
struct IdentificationProbe {
  std::uint32_t position = 0;
  std::uint32_t gallery_place = 0;
  std::optional<double> gap_days;  ///< after the gallery's record
};

struct IdentificationPairs {
  std::vector<std::uint32_t> gallery;  ///< positions, one per person
  std::vector<std::string> patients;   ///< of the gallery
  std::vector<IdentificationProbe> probes;
};

/// Which records of a person are probes.
enum class ProbeChoice { kSecond, kAllLater };

/// Per person with at least two different records: the earliest goes to the gallery, the second one
/// (or every later one) is a probe. Of the windows of a record only the first in the corpus is
/// used, so no pair is of one record. Order is that of the times where all of a person's are known,
/// else of positions. With `everyone`, people with one record fill up the gallery, which makes it
/// harder. kInsufficientData if nobody has two.
Result<IdentificationPairs> identification_pairs(std::span<const PatientRecord> records,
                                                 ProbeChoice choice = ProbeChoice::kSecond,
                                                 bool everyone = false);

/// How well people are told apart. Identification: among the gallery. Verification: pairs of a
/// probe and a gallery record, of one person or of two, at a threshold of similarity.
struct IdentificationScore {
  std::int64_t gallery = 0, probes = 0;
  Interval top1, top5;                    ///< share of probes; a tie counts against
  Interval auroc;                         ///< of verification
  Interval equal_error_rate;              ///< where false alarms are as frequent as misses
  std::optional<double> median_gap_days;  ///< of the probes whose gap is known
};

/// similarity [probes x gallery], the higher the more alike. Intervals resample people: of the
/// probes, and in verification of the gallery as well.
IdentificationScore score_identification(const IdentificationPairs& pairs,
                                         std::span<const double> similarity, std::size_t draws,
                                         std::uint64_t seed);

}  // namespace ecg
