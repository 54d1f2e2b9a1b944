#include "synth/beat_shape.h"

#include "core/exact_math.h"

namespace ecg {

std::vector<Wave> place(const std::vector<ShapeWave>& waves, double onset_s, double duration_s,
                        double gain, const Rotation& rotation) {
  std::vector<Wave> placed;
  placed.reserve(waves.size());
  for (const ShapeWave& wave : waves) {
    placed.push_back({onset_s + wave.centre * duration_s, wave.before * duration_s,
                      wave.after * duration_s, rotate(wave.mv * gain, rotation)});
  }
  return placed;
}

void fit_visible_extent(std::vector<ShapeWave>& waves, bool keep_begin) {
  // Overlapping waves may cancel, so the extent of a stretched shape is measured again.
  for (int pass = 0; pass < 2; ++pass) {
    const WaveTruth seen = measure_waves(place(waves, 0, 1));
    const double begin = keep_begin ? 0 : seen.onset_s;
    const double factor = 1 / (seen.offset_s - begin);
    for (ShapeWave& wave : waves) {
      wave.centre = (wave.centre - begin) * factor;
      wave.before *= factor;
      wave.after *= factor;
    }
  }
}

double qt_at(double qtc_s, double rr_s) { return qtc_s * exact_exp(exact_log(rr_s) / 3); }

}  // namespace ecg
