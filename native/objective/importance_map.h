#pragma once
// Frequency-dynamic augmentation (FDA) whose importance map is learned with everything else.

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/lead.h"
#include "core/philox.h"

namespace ecg {

/// Share of a record's power that a view disturbs, whatever is learned: mean(1 - importance).
inline constexpr double kDisturbedShare = 0.3;

/// Which spectra are disturbed by random numbers of their own. Where I and II are among the leads,
/// the other limb leads are none of them; else one limb lead draws for all, so that their
/// identities hold either way.
struct FdaRows {
  std::vector<std::int64_t> lead;  ///< position of every row's lead among the leads
  std::vector<std::int64_t>
      of_lead;  ///< the row of every lead; of a derived limb lead, that of I or II
  std::vector<std::int64_t> shared;      ///< the same with one row for all limb leads
  std::int64_t first = -1, second = -1;  ///< positions of I and II, -1 unless both are there
};
FdaRows fda_rows(std::span<const Lead> leads);

/// Random numbers of a batch's views, [batch, rows, bins] float32, drawn before any map is known.
struct FdaNoise {
  torch::Tensor size;    ///< standard normal: of a bin's size
  torch::Tensor phase;   ///< standard normal: of a bin's phase
  torch::Tensor chance;  ///< uniform in [0, 1): a bin is dropped where it is small enough
};

/// Noise for signals of `leads` x `samples` (even): the numbers that "fda_leads" of the
/// augmentation catalogue draws from the same keys.
FdaNoise draw_fda_noise(std::span<const RandomKey> keys, std::span<const Lead> leads,
                        std::int64_t samples);

/// The same numbers computed on the device of `like`, to the bit.
FdaNoise draw_fda_noise_on(const torch::Tensor& like, std::span<const RandomKey> keys,
                           std::span<const Lead> leads, std::int64_t samples);

/// How important every band of every lead is: what is important is disturbed little. Minimising a
/// loss over a free map would end at "disturb nothing", so every record has a budget: weighted by
/// the record's own power, 1 - importance is kDisturbedShare on average over rows and bands. (By
/// power, because an even average would be spent where a filtered ECG has nothing to disturb.)
/// Parameter: logits [kLeadRows, bands], 0 at first, which is importance 0.7 everywhere.
class ImportanceMapImpl : public torch::nn::Module {
 public:
  /// The bands divide the spectrum of `leads` x `samples` (even) evenly.
  ImportanceMapImpl(std::vector<Lead> leads, std::int64_t samples, std::int64_t bands);

  /// 1 - importance of every bin of every row of FdaRows, [batch, rows, bins], for the signal
  /// [batch, leads, samples]. Differentiable in the logits.
  torch::Tensor disturbed(const torch::Tensor& signal);

  /// FDA views of the signal, of which present [batch, leads] (1 = present, else 0 in the signal)
  /// is there: every bin of a row times
  ///   (1 + 0.2 s w e) exp(i 0.1 s w u), or 0 with chance 0.1 s w,    w = 1 - importance, s
  ///   strength,
  /// without phase at 0 Hz and the Nyquist frequency; derived limb leads are made of the new I and
  /// II, and where a record lacks one of them, all its limb leads are disturbed alike. Whether a
  /// bin is dropped has no gradient. In float32 (float64 stays) whatever autocast says.
  /// `complete`: every record is known to have I and II, which saves work and changes nothing.
  torch::Tensor view(const torch::Tensor& signal, const torch::Tensor& present,
                     const FdaNoise& noise, double strength, bool complete = false);

  torch::Tensor logits;  ///< [kLeadRows, bands]

 private:
  /// What is the same in every step, as tensors.
  struct Tables {
    torch::Tensor row_lead, row_logits;  ///< of every row: its lead's position; its row of logits
    torch::Tensor of_lead, shared;       ///< FdaRows
    torch::Tensor band_of_bin;
    torch::Tensor mix, derived;  ///< [leads, 2] sums of I and II; [1, leads, 1] leads made of them
  };

  Tables make_tables(std::int64_t bins) const;
  const Tables& tables_on(torch::Device device);
  torch::Tensor rebuilt(const torch::Tensor& view, const torch::Tensor& has_both);

  std::vector<Lead> leads_;
  FdaRows rows_;
  std::int64_t bands_;
  Tables tables_;  ///< on the device where they were last needed; no part of checkpoints
};
TORCH_MODULE(ImportanceMap);

}  // namespace ecg
