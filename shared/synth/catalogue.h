#pragma once
// What the simulator can produce: rhythms, morphologies, defects, each with a name and a sentence.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ecg {

/// Rhythm asked of the simulator.
enum class Rhythm : std::uint8_t {
  kSinus,
  kSinusBrady,
  kSinusTachy,
  kSinusArrhythmia,
  kAtrialFibrillation,
  kAtrialFlutter,
  kSvt,
  kPac,
  kPvc,
  kPvcMultifocal,
  kBigeminy,
  kCouplets,
  kVentricularTachycardia,
  kAvBlock1,
  kWenckebach,
  kMobitz2,
  kAvBlock3,
  kPaced,
  kPause,
  kAsystole,
};

/// How disease changes the beats.
enum class Morphology : std::uint8_t {
  kRbbb,
  kLbbb,
  kLafb,
  kLvh,
  kWpw,
  kLongQt,
  kShortQt,
  kAnteriorStemi,
  kInferiorStemi,
  kLateralStemi,
  kLowVoltage,
  kLpfb,
  kRvh,
  kPericarditis,
  kPosteriorStemi,
  kOldAnteriorInfarction,
  kOldInferiorInfarction,
  kHyperkalaemia,
  kHypokalaemia,
  kEarlyRepolarisation,
};

/// What goes wrong between the body and the file.
enum class Defect : std::uint8_t {
  kBaselineWander,
  kMuscle,
  kMains,
  kMotion,
  kElectrodePop,
  kLeadOff,
  kSwappedArms,
  kSwappedLeft,
  kSaturation,
  kCoarse,
  kMissing,
};

/// One entry of a catalogue: the name used on the command line, the words used in a report, and one
/// sentence for the reader of `einthoven synth --list`.
template <typename T>
struct CatalogueEntry {
  T value;
  std::string_view name;
  std::string_view sentence;
};

/// All rhythms, in the order of the enumeration.
std::span<const CatalogueEntry<Rhythm>> rhythm_catalogue();

/// "sinus" and so on.
std::string_view rhythm_name(Rhythm rhythm);

/// The rhythm of that name; nullopt if there is none.
std::optional<Rhythm> rhythm_from_name(std::string_view name);

/// The same for morphologies.
std::span<const CatalogueEntry<Morphology>> morphology_catalogue();
std::string_view morphology_name(Morphology morphology);
std::optional<Morphology> morphology_from_name(std::string_view name);

/// The same for defects.
std::span<const CatalogueEntry<Defect>> defect_catalogue();
std::string_view defect_name(Defect defect);
std::optional<Defect> defect_from_name(std::string_view name);

}  // namespace ecg
