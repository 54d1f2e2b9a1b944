#pragma once
// What a run learns, as a configuration: system, input, sizes, views. No LibTorch here.

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "model_input/model_spec.h"
#include "nn/mae_config.h"
#include "objective/cg_dmer_options.h"
#include "objective/clear_hug_options.h"
#include "objective/lead_agnostic_options.h"
#include "pretext/mask.h"

namespace ecg {

/// One field of a configuration by its dotted name.
struct ConfigField {
  std::string name;  ///< "model.width"
  std::variant<std::int64_t*, double*, int*, std::string*> value;
  double low = 0, high = 0;          ///< bounds of a number
  std::vector<std::string> choices;  ///< of a text; empty = any
};

/// Rebuilding hidden patches.
struct ReconstructionOptions {
  double weight = 1;  ///< of its terms in the loss; 0 = not part of it
};
std::vector<ConfigField> fields_of(ReconstructionOptions& options);
std::vector<ConfigField> fields_of(CgDmerOptions& options);

/// Recognising the other view of a record (contrast.h).
struct ContrastConfig {
  double weight = 0;         ///< of its term in the loss; 0 = not part of it
  double temperature = 0.1;  ///< of cosines
  std::int64_t width = 128;  ///< of what is compared; the projection's inside is twice that
  std::string same_patient = "excluded";  ///< what other records of the same person are
};
std::vector<ConfigField> fields_of(ContrastConfig& config);

/// The part of a configuration that objectives and models read. What a system needs beyond it is a
/// struct in the system's own header, held here, with its own fields_of.
struct ObjectiveConfig {
  std::int64_t seed = 1;          ///< of weights, order, views
  std::string system = "hybrid";  ///< kind: one of system_kinds()

  ModelSpec input;  ///< leads, rate, length, filter, normalisation, patches
  /// Units of the input by their name in model_spec.h; `input.normalisation` follows it.
  std::string normalisation = "zscore_record";
  MaeConfig model;  ///< leads, columns and patch_samples follow from `input`

  ReconstructionOptions reconstruction;
  ContrastConfig contrast;

  std::int64_t views = 1;            ///< of a record in a step
  std::string alignment = "none";    ///< "r_peak": a beat in the middle (alignment.h); not held out
  std::string mask_method = "stdm";  ///< masks_of (view_config.h): one for all views, or one each
  double mask_ratio = 0;             ///< share of tokens hidden; 0 = each method's usual one
  StdmOptions mask;                  ///< of "stdm" where mask_ratio is 0

  std::string augment_methods;  ///< of the augmentation catalogue, "scale,emg"; empty = none
  /// "learned": FDA as well, by a map that is learned (importance_map.h); "none".
  std::string importance = "none";
  std::int64_t importance_bands = 64;  ///< from 0 Hz to half the sampling rate
  double augment_strength = 1;  ///< 0 to 2 times the usual; amplitudes count 1 mV as 1 deviation

  double drop_path = 0;  ///< share of records that skip the last encoder block; earlier ones: less

  CgDmerOptions cg_dmer;              ///< of system "cg_dmer"
  ClearHugOptions clear_hug;          ///< of system "clear_hug"
  LeadAgnosticOptions lead_agnostic;  ///< of system "lead_agnostic"

  bool learns_importance() const { return importance == "learned"; }
};

/// Kinds of systems: "hybrid" (masked autoencoder and contrast, together or alone), "clear_hug"
/// (heartbeats of single leads), ...
const std::vector<std::string>& system_kinds();

/// The fields of `config`, in the order in which they are printed, tables together.
std::vector<ConfigField> objective_fields(ObjectiveConfig& config);

/// Makes `input` follow `normalisation`, `model` follow `input`, and checks everything together.
/// Errors: kBadValue naming the field, kNotFound (an augmentation, with the nearest name).
Result<void> complete_objective(ObjectiveConfig& config);

struct CorpusInfo;

/// Fills in what the system takes from the corpus in `folder` before anything else looks at it: the
/// words of its reports, for "cg_dmer". Errors: those of adopt_vocabulary.
Result<void> adopt_corpus(ObjectiveConfig& config, const std::filesystem::path& folder,
                          const CorpusInfo& corpus);

}  // namespace ecg
