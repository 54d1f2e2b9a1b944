#pragma once
// Models small enough to be differentiated by differences and trained in a second.

#include <utility>
#include <vector>

#include "nn/mae_config.h"
#include "objective/lead_agnostic_options.h"

namespace ecg::test {

/// A masked autoencoder of two blocks of width 16 and a decoder of one block of width 12.
inline MaeConfig toy_model(std::vector<Lead> leads, std::int64_t columns,
                           std::int64_t patch_samples) {
  MaeConfig config;
  config.leads = std::move(leads);
  config.columns = columns;
  config.patch_samples = patch_samples;
  config.width = 16;
  config.depth = 2;
  config.heads = 2;
  config.decoder_width = 12;
  config.decoder_depth = 1;
  config.decoder_heads = 2;
  return config;
}

/// Two convolutions of 12 channels, two books of eight codes.
inline LeadAgnosticOptions toy_lead_agnostic() {
  LeadAgnosticOptions options;
  options.conv_width = 12;
  options.conv_layers = 2;
  options.position_kernel = 8;
  options.position_groups = 4;
  options.mask_span = 4;
  options.negatives = 6;
  options.books = 2;
  options.codes = 8;
  options.code_width = 4;
  options.target_width = 8;
  return options;
}

}  // namespace ecg::test
