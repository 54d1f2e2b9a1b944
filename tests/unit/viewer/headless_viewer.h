#pragma once
// A viewer without window and GPU: frames are made, textures acknowledged, nothing is drawn.

#include <string>
#include <vector>

#include "viewer/viewer.h"

namespace ecg::test {

/// Steps a Viewer through time, 1/60 s per frame.
class HeadlessViewer {
 public:
  HeadlessViewer();

  /// One frame; returns how many more are wanted.
  int frame();
  /// Frames until none is wanted (at most 20). Returns how many were made.
  int settle();

  void move(double x, double y);
  void press(double x, double y);
  void release(double x, double y);
  void click(double x, double y);

  /// Kinds of the requests since the last call, in order.
  std::vector<RequestKind> request_kinds();

  /// Vertices of the last frame.
  int vertex_count() const;

  Viewer& viewer() { return viewer_; }
  Workspace& workspace() { return viewer_.workspace(); }
  /// Middle of the sheet's area on screen.
  ImVec2 paper_middle() const;

 private:
  Viewer viewer_;
  double now_s_ = 0;
};

/// A model.json for the demo model's input: 12 leads, 1000 samples at 100 Hz, 20 columns.
std::string demo_model_json();

/// Recording with a sine in every lead, `duration_s` long, 100 Hz, 12 leads.
Recording sine_recording(double duration_s);

}  // namespace ecg::test
