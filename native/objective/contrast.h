#pragma once
// Contrast between records: two views of one record are to be near each other and far from those of
// other records (NT-Xent: Chen et al. 2020, "A simple framework for contrastive learning").

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "distributed/communicator.h"

namespace ecg {

/// What another record of the same person is to an anchor.
enum class SamePatient : std::uint8_t {
  kExcluded,  ///< neither positive nor negative: it leaves the denominator
  kPositive,  ///< positive as the record's other view is; the loss is the mean over positives
              ///< (supervised contrast, Khosla et al. 2020, L_out; CMSC's choice)
  kNegative,  ///< a negative like any other, as in SimCLR
};

/// "excluded", "positive", "negative": what a configuration may say.
const std::vector<std::string>& same_patient_names();

/// Precondition: one of same_patient_names().
SamePatient same_patient_of(const std::string& name);

struct ContrastOptions {
  double temperature = 0.1;
  SamePatient same_patient = SamePatient::kExcluded;
};

/// Records as they are compared.
struct ContrastBatch {
  at::Tensor first, second;  ///< [batch, D] projections of the two views, of any length but 0
  at::Tensor patient;        ///< [batch] int64; equal numbers are the same person
  at::Tensor valid;          ///< [batch] of 1 and 0; 0 = the record takes no part
};

/// Anchors of this process: two for every valid record. A float64 scalar.
at::Tensor contrast_count(const at::Tensor& valid);

/// Sum over the anchors of this process (both views of its valid records) of
///   -log( exp(z_a.z_p / t) / sum over k of exp(z_a.z_k / t) ),
/// z of length 1, p the other view of the record, k all valid rows of all processes but a itself
/// and what same_patient excludes. Divided by contrast_count of all processes it is NT-Xent's mean,
/// and parameter gradients summed over processes are those of one process with all records
/// (distributed/gather.h; every process must call it with equally many records). In float32
/// (float64 stays) whatever autocast says. A record without any to compare with gives 0.
at::Tensor contrast_sum(const ContrastBatch& batch, const ContrastOptions& options,
                        const Communicator& ranks);

/// Mean over this process' valid anchors of whether the nearest admitted row is the other view, no
/// gradient: 1 = every record recognised. 0 where there is none. For people to read.
double contrast_accuracy(const ContrastBatch& batch, const ContrastOptions& options);

}  // namespace ecg
