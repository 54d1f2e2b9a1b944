#include "io/table_facts.h"

#include <algorithm>

#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr const char* kRates[] = {"samplingrate",
                                  "samplerate",
                                  "samplingfrequency",
                                  "samplefrequency",
                                  "samplespersecond",
                                  "samplingratehz",
                                  "sampleratehz",
                                  "samplingfreq",
                                  "samplingfrequencyhz",
                                  "frequency",
                                  "freq",
                                  "rate",
                                  "fs",
                                  "sfreq",
                                  "srate",
                                  "fshz",
                                  "hz"};
constexpr const char* kIntervals[] = {"samplinginterval", "sampleinterval", "samplingperiod",
                                      "interval"};
constexpr const char* kUnits[] = {"unit", "units", "sigunits"};
constexpr const char* kLeads[] = {
    "lead", "leads",   "leadnames",   "leadname",     "label",   "labels",   "channel",  "channels",
    "desc", "signame", "signalnames", "channelnames", "chnames", "varnames", "siglabels"};
constexpr const char* kOtherUnits[] = {"s",  "sec",  "seconds", "ms", "msec", "us", "samples",
                                       "hz", "mmhg", "bpm",     "%",  "adu",  "g",  "l/min"};

template <std::size_t kCount>
bool is_one_of(std::string_view key, const char* const (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), key) != std::end(names);
}

}  // namespace

std::string plain_key(std::string_view text) {
  std::string key;
  for (const char c : lower_case(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) key += c;
  }
  return key;
}

bool names_rate(std::string_view plain) { return is_one_of(plain, kRates); }
bool names_interval(std::string_view plain) { return is_one_of(plain, kIntervals); }
bool names_unit(std::string_view plain) { return is_one_of(plain, kUnits); }
bool names_leads(std::string_view plain) { return is_one_of(plain, kLeads); }

bool is_unit(std::string_view text) {
  const std::string lower = lower_case(text);
  return units_per_mv(text) > 0 || is_one_of(lower, kOtherUnits) || lower.starts_with("hh:mm") ||
         lower.starts_with("mm:ss");
}

}  // namespace ecg
