#pragma once
// Signals and look-ups that the sheet's tests share.

#include <cmath>
#include <vector>

#include "plot/scene.h"

namespace ecg::test {

/// Twelve leads; lead l at time t is 0.1 (l + 1) sin(2 pi (l + 1) t / 3) mV: no two leads alike.
inline Signal twelve_leads(double rate_hz = 500, double seconds = 10) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  Signal signal(labels, static_cast<SampleIndex>(rate_hz * seconds), rate_hz);
  for (std::size_t lead = 0; lead < signal.lead_count(); ++lead) {
    const double number = static_cast<double>(lead + 1);
    auto samples = signal.lead(lead);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double turns = number * static_cast<double>(i) / rate_hz / 3;
      samples[i] = static_cast<float>(0.1 * number * std::sin(6.283185307179586 * turns));
    }
  }
  return signal;
}

/// One lead of that name, zero everywhere.
inline Signal one_lead(const char* name, double rate_hz, SampleIndex samples) {
  return Signal({label_from_name(name)}, samples, rate_hz);
}

inline std::vector<SceneLine> lines_of(const Scene& scene, LineKind kind) {
  std::vector<SceneLine> lines;
  for (const SceneLine& line : scene.lines) {
    if (line.kind == kind) lines.push_back(line);
  }
  return lines;
}

/// Points of every trace line of one strip, in order.
inline std::vector<ScenePoint> trace_of(const Scene& scene, std::size_t strip) {
  std::vector<ScenePoint> points;
  for (const SceneLine& line : scene.lines) {
    if (line.kind != LineKind::kTrace || line.strip != strip) continue;
    points.insert(points.end(), line.points.begin(), line.points.end());
  }
  return points;
}

inline std::vector<std::string> texts_of(const Scene& scene, TextRole role) {
  std::vector<std::string> texts;
  for (const SceneText& text : scene.texts) {
    if (text.role == role) texts.push_back(text.text);
  }
  return texts;
}

}  // namespace ecg::test
