#include "synth/catalogue.h"

namespace ecg {
namespace {

constexpr CatalogueEntry<Rhythm> kRhythms[] = {
    {Rhythm::kSinus, "sinus", "Normal sinus rhythm at the person's resting rate."},
};

}  // namespace

std::span<const CatalogueEntry<Rhythm>> rhythm_catalogue() { return kRhythms; }

std::string_view rhythm_name(Rhythm rhythm) {
  return kRhythms[static_cast<std::size_t>(rhythm)].name;
}

std::optional<Rhythm> rhythm_from_name(std::string_view name) {
  for (const auto& entry : kRhythms) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace ecg
