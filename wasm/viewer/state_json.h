#pragma once
// The workspace as JSON for the page: accessibility mirror, title, tests
// (wasm/exports/viewer_api.h).

#include <cstdint>
#include <span>
#include <string>

#include "plot/scene.h"
#include "viewer/workspace.h"

namespace ecg {

/// State of the workspace; `frames`: frames drawn since the viewer was made.
std::string state_json(const Workspace& workspace, std::int64_t frames);

/// A scene as drawn: px_per_mm (device pixels), lines, texts, strips.
std::string scene_json(const Scene& scene, double px_per_mm);

/// An error as {"code","message","hint","file","byte_offset","found":[{"what","detail","file"}],
/// "unstated": null | {"rate","unit","leads","samples","largest"}}; "null" if there is none.
/// `found`: what could be seen in files that did not open; `unstated`: what would open them.
std::string error_json(const std::optional<Error>& error, std::span<const FoundPart> found = {},
                       const std::optional<UnstatedFacts>& unstated = std::nullopt);

/// {"generation","shapes":{NAME:[...]},"start_s","notes"} of the prepared input, or "null".
std::string input_json(const Encoder& encoder);

/// [{"name","bytes"}].
std::string files_json(const FileSet& files);

/// [{"name","files":[position,...]}].
std::string recordings_json(std::span<const RecordingFiles> recordings);

}  // namespace ecg
