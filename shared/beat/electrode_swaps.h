#pragma once
// Electrodes on the wrong place, suspected from how the leads of one beat fit each other.
//
// In people whose electrodes sit right, the eight independent leads depend on each other in much
// the same way. Each swap of electrodes turns the leads into other sums of themselves; the swap
// that, undone, makes them fit much better is suspected. P, QRS and ST-T are weighed apart.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "beat/beat_marks.h"
#include "beat/median_beat.h"
#include "core/result.h"

namespace ecg {

/// Two electrodes that have changed places, or more.
enum class ElectrodeSwap : std::uint8_t {
  kRaLa,           ///< right and left arm
  kRaLl,           ///< right arm and left leg
  kLaLl,           ///< left arm and left leg
  kLimbsForward,   ///< right arm's cable on the left arm, that on the left leg, that on the right
                   ///< arm
  kLimbsBackward,  ///< the other way round
  kRaRl,           ///< right arm and right leg: lead II is nearly flat
  kLaRl,           ///< left arm and right leg: lead III is nearly flat
  kV1V2,
  kV2V3,
  kV3V4,
  kV4V5,
  kV5V6,
  kV1V3,
  kV4V6,
  kChestReversed,  ///< V1-V6 in reverse order
};
inline constexpr std::size_t kElectrodeSwapCount = 15;

/// Stable snake_case name ("ra_la"), for JSON and logs.
std::string_view electrode_swap_name(ElectrodeSwap swap);

/// One plain sentence for a person, with what to look at.
std::string_view electrode_swap_sentence(ElectrodeSwap swap);

/// The parts of a beat that are weighed.
inline constexpr std::size_t kSwapParts = 3;  // P, QRS, ST-T

/// What speaks for a swap.
struct SwapSuspicion {
  ElectrodeSwap swap{};
  /// Sum over P, QRS and ST-T of ln(misfit as recorded / misfit with the swap undone); for a
  /// nearly flat lead, ln(other limb leads' size / its size).
  double evidence = 0;
  /// The same by part, P, QRS and ST-T; nullopt where the part was not found, or for a flat lead.
  std::array<std::optional<double>, kSwapParts> parts;
};

/// How much evidence makes a suspicion; chosen so that about 1 % of the recordings that the model
/// was made from are suspected (bench swaps).
inline constexpr double kSwapEvidence = 0.60;

/// The best-fitting swap, if its evidence exceeds kSwapEvidence. Disease can look like a swap
/// (dextrocardia like that of both arms, old infarctions like one of chest electrodes): it is a
/// reason to look, not to reject. `marks`: samples in the beat, QRS and T found.
/// Errors: kNotFound (I, II or one of V1-V6 is absent), kInsufficientData (no QRS or T; a lead
/// with missing samples).
Result<std::optional<SwapSuspicion>> suspect_electrode_swap(const MedianBeat& beat,
                                                            const BeatMarks& marks);

/// What is recorded with the electrodes swapped: the twelve leads anew from I, II and V1-V6, other
/// leads as they are. Swapping pairs twice gives the true leads again; kRaRl and kLaRl lose a lead
/// (both legs count as one place). Errors: kNotFound (I, II or one of V1-V6 is absent).
Result<Signal> swap_electrodes(SignalView signal, ElectrodeSwap swap);

/// Second moments of I, II, V1 ... V6 over one part of a beat, divided by their trace. nullopt for
/// a part that was not found or holds nothing.
using LeadMoments = std::array<std::array<double, 8>, 8>;
using PartMoments = std::array<std::optional<LeadMoments>, kSwapParts>;

/// Moments of a beat; errors as suspect_electrode_swap. For making the model.
Result<PartMoments> lead_moments(const MedianBeat& beat, const BeatMarks& marks);

/// suspect_electrode_swap on moments, without the search for flat leads.
std::optional<SwapSuspicion> suspect_electrode_swap(const PartMoments& parts);

}  // namespace ecg
