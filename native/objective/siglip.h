#pragma once
// Alignment of ECGs and their reports by pairwise sigmoids: SigLIP (Zhai et al. 2023, "Sigmoid loss
// for language image pre-training").

#include <ATen/core/Tensor.h>

#include "distributed/communicator.h"
#include "objective/contrast.h"

namespace ecg {

/// Initial logarithm of the scale, and initial bias (Zhai et al. 2023).
inline constexpr double kSiglipLogScale = 2.302585092994046;  // ln 10
inline constexpr double kSiglipBias = -10;

/// What two records are to each other beyond "another".
struct SiglipOptions {
  SamePatient same_report = SamePatient::kPositive;   ///< whose reports are equal word by word
  SamePatient same_patient = SamePatient::kExcluded;  ///< of one person, with other words
};

/// Records and their reports as they are compared.
struct SiglipBatch {
  at::Tensor ecg, text;  ///< [batch, D], of any length but 0
  at::Tensor text_id;    ///< [batch] int64: equal where reports are equal
  at::Tensor patient;    ///< [batch] int64: equal numbers are the same person
  at::Tensor valid;      ///< [batch] of 1 and 0: 1 = has an ECG and a report
};

/// Sum over this process' valid records i and all valid records j of all processes of
///   -log sigmoid( y_ij (exp(log_scale) e_i . t_j + bias) ),
/// e and t of length 1; y = 1 for a record's own report, -1 for those of others, with the
/// exceptions that `options` makes (equal reports are looked at before equal persons; what is
/// excluded adds nothing). log_scale, bias: scalars that take gradients. Divided by the valid
/// records of all processes it is SigLIP's loss; parameter gradients summed over processes are
/// those of one process with all records (every process must call it with equally many records). In
/// float32 (float64 stays) whatever autocast says.
at::Tensor siglip_sum(const SiglipBatch& batch, const at::Tensor& log_scale, const at::Tensor& bias,
                      const SiglipOptions& options, const Communicator& ranks);

/// Rows of length 1 in float32 (float64 stays): x / sqrt(|x|^2 + 1e-12).
at::Tensor unit_rows(const at::Tensor& rows);

/// Share of this process' valid records whose own report, or an equal one, is the most similar of
/// its valid reports; no gradient; 0 if there is none. For people to read.
double retrieval_accuracy(const SiglipBatch& batch);

}  // namespace ecg
