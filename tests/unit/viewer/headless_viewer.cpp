#include "headless_viewer.h"

#include <cmath>

#include "model_input/model_spec.h"

namespace ecg::test {
namespace {

void acknowledge_textures() {
  for (ImTextureData* texture : *ImGui::GetDrawData()->Textures) {
    if (texture->Status == ImTextureStatus_WantCreate) texture->SetTexID(1);
    const bool destroy = texture->Status == ImTextureStatus_WantDestroy;
    if (destroy) texture->SetTexID(ImTextureID_Invalid);
    texture->SetStatus(destroy ? ImTextureStatus_Destroyed : ImTextureStatus_OK);
  }
}

}  // namespace

HeadlessViewer::HeadlessViewer() { viewer_.resize(1280, 800, 1); }

int HeadlessViewer::frame() {
  now_s_ += 1.0 / 60;
  const int wanted = viewer_.frame(now_s_);
  acknowledge_textures();
  return wanted;
}

int HeadlessViewer::settle() {
  int made = 1;
  while (frame() > 0 && made < 20) ++made;
  return made;
}

void HeadlessViewer::move(double x, double y) {
  viewer_.pointer(PointerType::kMouse, x, y, -1, false);
  settle();
}

void HeadlessViewer::press(double x, double y) {
  viewer_.pointer(PointerType::kMouse, x, y, 0, true);
  settle();
}

void HeadlessViewer::release(double x, double y) {
  viewer_.pointer(PointerType::kMouse, x, y, 0, false);
  settle();
}

void HeadlessViewer::click(double x, double y) {
  move(x, y);
  press(x, y);
  release(x, y);
}

std::vector<RequestKind> HeadlessViewer::request_kinds() {
  std::vector<RequestKind> kinds;
  for (const Request& request : workspace().requests.take()) kinds.push_back(request.kind);
  return kinds;
}

int HeadlessViewer::vertex_count() const { return ImGui::GetDrawData()->TotalVtxCount; }

ImVec2 HeadlessViewer::paper_middle() const {
  const Rect& area = viewer_.paper().area;
  return {(area.left + area.right) / 2, (area.top + area.bottom) / 2};
}

std::string demo_model_json() {
  return R"({"format":"einthoven-bundle-1","name":"demo","version":"3","provenance":{"corpus":"simulator"},"input":)" +
         model_spec_input_json(ModelSpec()) + "}";
}

Recording sine_recording(double duration_s) {
  constexpr double kRate = 100;
  std::vector<LeadLabel> leads;
  for (const Lead lead : kTwelveLeads) leads.push_back(label_of(lead));
  Recording recording;
  recording.signal = Signal(leads, static_cast<SampleIndex>(duration_s * kRate), kRate);
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    const std::span<float> samples = recording.signal.lead(lead);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double turns = (1.0 + 0.1 * static_cast<double>(lead)) * static_cast<double>(i) / kRate;
      samples[i] = static_cast<float>(std::sin(turns * 6.283185307179586));
    }
  }
  recording.info.record_name = "sine";
  recording.info.source_format = "test";
  return recording;
}

}  // namespace ecg::test
