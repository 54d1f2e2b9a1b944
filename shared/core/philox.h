#pragma once
// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A draw depends only on its key and position, never on threads, ranks, batch
// size or platform, so a run can be resumed or split anywhere.

#include <array>
#include <cstdint>
#include <span>

#include "core/assert.h"

namespace ecg {

/// One Philox4x32-10 block: four 32-bit words from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// What a stream of random numbers is for. Values are part of every result: append, never renumber.
enum class RandomPurpose : std::uint16_t {
  kShuffle = 1,         ///< order of records in an epoch
  kCrop = 2,            ///< where a view is cut
  kMask = 3,            ///< which tokens are hidden
  kAugment = 4,         ///< how a view is perturbed
  kInitialise = 5,      ///< initial weights
  kDropout = 6,         ///< dropout and drop-path
  kSimulateAnatomy = 7, ///< a simulated patient
  kSimulateRhythm = 8,  ///< beat times
  kSimulateBeat = 9,    ///< beat-to-beat variation
  kSimulateNoise = 10,  ///< noise and defects
  kSimulateText = 11,   ///< wording of reports
  kSplit = 12,          ///< assignment of patients to splits
  kBootstrap = 13,      ///< resamples for intervals
  kLabelFraction = 14,  ///< which patients keep their labels
  kFrequencyNoise = 15, ///< disturbances whose size is learned (FDA)
  kTest = 4095,         ///< for tests
};

/// Names one stream. Two different keys give independent streams.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;   ///< < 2^20
  std::uint64_t record = 0;  ///< < 2^48
  std::uint16_t view = 0;    ///< which view of the record, or which part of the purpose
  RandomPurpose purpose = RandomPurpose::kTest;  ///< < 2^12
};

/// Sequential draws from the stream of one key. Copies continue independently from the same place.
class RandomStream {
 public:
  explicit RandomStream(const RandomKey& key);

  std::uint32_t next_u32();

  /// Where the next word lies: in the block of this counter and key, after `used` (0 to 3) of its
  /// words. For whoever computes the rest of the stream elsewhere.
  struct Place {
    std::array<std::uint32_t, 4> counter{};
    std::array<std::uint32_t, 2> key{};
    std::uint32_t used = 0;
  };
  Place place() const;

  /// The next out.size() words, the same as from as many calls of next_u32, but several blocks at a
  /// time: about three times as fast.
  void fill_u32(std::span<std::uint32_t> out);

  /// Uniform in [0, 1), a multiple of 2^-32.
  double uniform() { return next_u32() * 0x1p-32; }

  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Unbiased integer in [0, bound). Precondition: bound > 0.
  std::uint32_t below(std::uint32_t bound);

  bool bernoulli(double probability) { return uniform() < probability; }

  /// Standard normal (Box-Muller on exact_math: the same bits everywhere).
  double normal();
  double normal(double mean, double standard_deviation) {
    return mean + standard_deviation * normal();
  }

  /// Exponential with the given mean.
  double exponential(double mean);

  /// Uniform random permutation in place (Fisher-Yates).
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      const std::uint32_t j = below(static_cast<std::uint32_t>(i));
      T held = items[i - 1];
      items[i - 1] = items[j];
      items[j] = held;
    }
  }

 private:
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

}  // namespace ecg
