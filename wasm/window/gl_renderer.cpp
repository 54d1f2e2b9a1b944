#include "window/gl_renderer.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#if defined(__EMSCRIPTEN__)
#include <GLES3/gl3.h>
#else
#include <GLFW/glfw3.h>
#endif

#include "viewer/theme.h"

namespace ecg {
namespace {

#if defined(__EMSCRIPTEN__)
constexpr const char* kShaderVersion = "#version 300 es";
#else
constexpr const char* kShaderVersion = "#version 330 core";
#endif

}  // namespace

Result<void> GlRenderer::start() {
  if (running_) return {};
  const bool made =
      ImGui_ImplOpenGL3_Init(kShaderVersion) && ImGui_ImplOpenGL3_CreateDeviceObjects();
  if (!made) {
    return Error{ErrorCode::kUnsupported,
                 "the graphics driver cannot draw this window",
                 "OpenGL 3.3, or WebGL 2 in the browser, is needed.",
                 {},
                 {}};
  }
  running_ = true;
  return {};
}

void GlRenderer::stop() {
  if (!running_) return;
  ImGui_ImplOpenGL3_Shutdown();
  // The viewer made its ImGui context for a renderer with textures; it stays so without one.
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  running_ = false;
}

void GlRenderer::draw(int width_device_px, int height_device_px) {
  if (!running_) return;
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(theme::kGround);
  glViewport(0, 0, width_device_px, height_device_px);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace ecg
