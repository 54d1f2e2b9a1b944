#pragma once
// Dear ImGui's OpenGL renderer for the current GL context (3.3 core, or ES 3.0 on the page).

#include "core/result.h"

namespace ecg {

/// Owns the GPU objects of ImGui's draw data. The GL context it was made in must be current.
class GlRenderer {
 public:
  GlRenderer() = default;
  ~GlRenderer() { stop(); }
  GlRenderer(const GlRenderer&) = delete;
  GlRenderer& operator=(const GlRenderer&) = delete;

  /// Makes the objects. Needs a current ImGui context. Error: kUnsupported if shaders do not
  /// compile.
  Result<void> start();

  /// Frees them; ImGui's textures are made anew after the next start(). Harmless when stopped, and
  /// when the context has been lost.
  void stop();

  /// Clears to the viewer's ground and draws ImGui::GetDrawData().
  void draw(int width_device_px, int height_device_px);

 private:
  bool running_ = false;
};

}  // namespace ecg
