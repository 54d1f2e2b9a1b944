#include "downstream/identification.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace ecg {
namespace {

constexpr double kSecondsPerDay = 86400;
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// The first window of each record, per person, earliest record first.
using ByPatient = std::map<std::string, std::vector<const PatientRecord*>>;

ByPatient records_by_patient(std::span<const PatientRecord> records) {
  ByPatient by_patient;
  for (const PatientRecord& record : records) {
    auto& own = by_patient[record.patient];
    const auto same = std::find_if(own.begin(), own.end(), [&](const PatientRecord* other) {
      return other->record == record.record;
    });
    if (same == own.end())
      own.push_back(&record);
    else if (record.position < (*same)->position)
      *same = &record;
  }
  for (auto& [patient, own] : by_patient) {
    const bool timed = std::all_of(own.begin(), own.end(), [](auto* r) { return r->time_s; });
    std::sort(own.begin(), own.end(), [&](const PatientRecord* a, const PatientRecord* b) {
      if (timed && *a->time_s != *b->time_s) return *a->time_s < *b->time_s;
      return a->position < b->position;
    });
  }
  return by_patient;
}

// Number of gallery records that are at least as like the probe as its own.
std::size_t rivals_of(std::span<const double> row, std::uint32_t own) {
  std::size_t rivals = 0;
  for (std::size_t g = 0; g < row.size(); ++g) rivals += g != own && row[g] >= row[own];
  return rivals;
}

// All pairs, from the most alike to the least.
class Verification {
 public:
  Verification(const IdentificationPairs& pairs, std::span<const double> similarity)
      : gallery_(pairs.gallery.size()), order_(similarity.size()), same_(similarity.size(), 0) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(),
              [&](std::size_t a, std::size_t b) { return similarity[a] > similarity[b]; });
    for (std::size_t p = 0; p < pairs.probes.size(); ++p) {
      same_[p * gallery_ + pairs.probes[p].gallery_place] = 1;
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
      tie_goes_on_.push_back(i + 1 < order_.size() &&
                             similarity[order_[i + 1]] == similarity[order_[i]]);
    }
  }

  struct Figures {
    double auroc = kUndefined, equal_error_rate = kUndefined;
  };

  // Pair (p, g) counts probe_times[p] * gallery_times[g].
  Figures figures(std::span<const std::uint32_t> probe_times,
                  std::span<const std::uint32_t> gallery_times) const {
    const auto times = [&](std::size_t pair) {
      return static_cast<double>(probe_times[pair / gallery_]) * gallery_times[pair % gallery_];
    };
    double of_one = 0, of_two = 0;
    for (const std::size_t pair : order_) (same_[pair] ? of_one : of_two) += times(pair);
    if (of_one == 0 || of_two == 0) return {};
    // Along the curve of (false alarms, misses) from (0, 1) to (1, 0).
    Figures found{0, kUndefined};
    double alarms = 0, misses = 1, next_alarms = 0, next_misses = 1;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const double share = times(order_[i]);
      if (same_[order_[i]])
        next_misses -= share / of_one;
      else
        next_alarms += share / of_two;
      if (tie_goes_on_[i]) continue;
      found.auroc += (next_alarms - alarms) * (1 - (misses + next_misses) / 2);
      if (std::isnan(found.equal_error_rate) && next_alarms >= next_misses) {
        const double before = misses - alarms, after = next_misses - next_alarms;
        const double at = before == after ? 0 : before / (before - after);
        found.equal_error_rate = alarms + at * (next_alarms - alarms);
      }
      alarms = next_alarms;
      misses = next_misses;
    }
    return found;
  }

 private:
  std::size_t gallery_;
  std::vector<std::size_t> order_;
  std::vector<std::uint8_t> same_, tie_goes_on_;
};

double share_within(const std::vector<std::size_t>& rivals, std::size_t places,
                    std::span<const std::uint32_t> times) {
  double found = 0, all = 0;
  for (std::size_t p = 0; p < rivals.size(); ++p) {
    all += times[p];
    found += rivals[p] < places ? times[p] : 0;
  }
  return all > 0 ? found / all : kUndefined;
}

std::optional<double> median_gap(const IdentificationPairs& pairs) {
  std::vector<double> gaps;
  for (const auto& probe : pairs.probes) {
    if (probe.gap_days) gaps.push_back(*probe.gap_days);
  }
  if (gaps.empty()) return std::nullopt;
  std::sort(gaps.begin(), gaps.end());
  return (gaps[gaps.size() / 2] + gaps[(gaps.size() - 1) / 2]) / 2;
}

}  // namespace

Result<IdentificationPairs> identification_pairs(std::span<const PatientRecord> records,
                                                 ProbeChoice choice, bool everyone) {
  IdentificationPairs pairs;
  for (const auto& [patient, own] : records_by_patient(records)) {
    if (own.size() < 2 && !everyone) continue;
    const auto place = static_cast<std::uint32_t>(pairs.gallery.size());
    pairs.gallery.push_back(own[0]->position);
    pairs.patients.push_back(patient);
    const std::size_t end =
        choice == ProbeChoice::kSecond ? std::min<std::size_t>(2, own.size()) : own.size();
    for (std::size_t i = 1; i < end; ++i) {
      IdentificationProbe probe{own[i]->position, place, std::nullopt};
      if (own[0]->time_s && own[i]->time_s) {
        probe.gap_days = (*own[i]->time_s - *own[0]->time_s) / kSecondsPerDay;
      }
      pairs.probes.push_back(probe);
    }
  }
  if (pairs.probes.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "no patient has two records",
                 "identification needs repeated records of a person; check the patient column",
                 {},
                 {}};
  }
  return pairs;
}

IdentificationScore score_identification(const IdentificationPairs& pairs,
                                         std::span<const double> similarity, std::size_t draws,
                                         std::uint64_t seed) {
  const std::size_t gallery = pairs.gallery.size();
  std::vector<std::size_t> rivals;
  for (std::size_t p = 0; p < pairs.probes.size(); ++p) {
    rivals.push_back(
        rivals_of(similarity.subspan(p * gallery, gallery), pairs.probes[p].gallery_place));
  }
  const Verification verification(pairs, similarity);
  std::vector<double> top1, top5, auroc, error_rate;
  std::vector<std::uint32_t> times(pairs.probes.size(), 1);
  const std::vector<std::uint32_t> once(gallery, 1);
  const auto add = [&](std::span<const std::uint32_t> of_gallery) {
    const auto figures = verification.figures(times, of_gallery);
    top1.push_back(share_within(rivals, 1, times));
    top5.push_back(share_within(rivals, 5, times));
    auroc.push_back(figures.auroc);
    error_rate.push_back(figures.equal_error_rate);
  };
  PatientBootstrap bootstrap(pairs.patients, seed);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto of_gallery = bootstrap.weights(draw);
    for (std::size_t p = 0; p < times.size(); ++p) {
      times[p] = of_gallery[pairs.probes[p].gallery_place];
    }
    add(of_gallery);
  }
  std::fill(times.begin(), times.end(), 1u);
  add(once);
  const auto interval = [](std::vector<double>& values) {
    const double whole = values.back();
    values.pop_back();
    return percentile_interval(whole, values);
  };
  return {static_cast<std::int64_t>(gallery),
          static_cast<std::int64_t>(pairs.probes.size()),
          interval(top1),
          interval(top5),
          interval(auroc),
          interval(error_rate),
          median_gap(pairs)};
}

}  // namespace ecg
