#include "beat/beat_marks.h"

namespace ecg {
namespace {

struct Words {
  std::string_view name, sentence;
};

Words words_of(WaveStatus status) {
  switch (status) {
    case WaveStatus::kFound:
      return {"found", "The wave was found."};
    case WaveStatus::kNotSearched:
      return {"not_searched", "The wave was not looked for."};
    case WaveStatus::kBeyondRecording:
      return {"beyond_recording", "The wave would lie outside the recording."};
    case WaveStatus::kMissingSamples:
      return {"missing_samples", "Samples are missing where the wave would be."};
    case WaveStatus::kBelowNoise:
      return {"below_noise", "No wave stands out of the noise."};
    case WaveStatus::kCrowded:
      return {"crowded", "The neighbouring waves leave no room to tell the wave apart."};
    case WaveStatus::kNotRepeated:
      return {"not_repeated", "What stands out does not keep its place from beat to beat."};
  }
  return {"unknown", "The status is unknown."};
}

}  // namespace

std::string_view wave_status_name(WaveStatus status) { return words_of(status).name; }

std::string_view wave_status_sentence(WaveStatus status) { return words_of(status).sentence; }

}  // namespace ecg
