#include "desktop/desktop_host.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "viewer/actions.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "einthoven-viewer [FILE...] [--example] [--size WxH] [--action NAME] [--screenshot FILE.ppm]";

Error usage_error(const std::string& message) {
  return {ErrorCode::kInvalidArgument, message, std::string("Usage: ") + kUsage, {}, {}};
}

Result<void> read_size(const std::string& text, WindowOptions& window) {
  int used = 0;
  const int found =
      std::sscanf(text.c_str(), "%dx%d%n", &window.width_px, &window.height_px, &used);
  const bool whole = found == 2 && static_cast<std::size_t>(used) == text.size();
  const bool possible = window.width_px >= 100 && window.width_px <= 16384 &&
                        window.height_px >= 100 && window.height_px <= 16384;
  if (!whole || !possible) return usage_error("--size " + text + " is no size such as 1280x800");
  return {};
}

/// Files to open for a path: itself, and for a WFDB header those beside it with its name.
std::vector<fs::path> with_companions(const fs::path& path) {
  std::vector<fs::path> all = {path};
  if (path.extension() != ".hea") return all;
  std::error_code failed;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    const bool companion =
        entry.path().stem() == path.stem() && entry.path().filename() != path.filename();
    if (companion && entry.is_regular_file(failed)) all.push_back(entry.path());
  }
  return all;
}

Result<NamedBytes> read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  NamedBytes file{path.filename().string(), {}};
  if (stream)
    file.bytes.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  if (!stream && !stream.eof()) {
    return Error{
        ErrorCode::kIo, "cannot be read", "Does it exist, and may you read it?", path.string(), {}};
  }
  return file;
}

/// A name that does not exist yet: "ecg.svg", "ecg-2.svg", ...
fs::path free_name(const std::string& wanted) {
  const fs::path path = wanted;
  fs::path candidate = path;
  for (int i = 2; fs::exists(candidate); ++i) {
    candidate = path.stem().string() + "-" + std::to_string(i) + path.extension().string();
  }
  return candidate;
}

void save(Workspace& workspace, const Request& request) {
  const fs::path path = free_name(request.name);
  std::ofstream stream(path, std::ios::binary);
  stream << request.text;
  stream.close();
  workspace.message = stream ? "Saved " + fs::absolute(path).string()
                             : "Could not write " + fs::absolute(path).string();
}

void fulfil(Workspace& workspace, DesktopWindow& window, const Request& request) {
  switch (request.kind) {
    case RequestKind::kOpenDialog:
      workspace.message =
          "Drop the files of a recording on this window, or name them on the command line.";
      break;
    case RequestKind::kOpenExample:
      (void)open_example(workspace, 1);
      break;
    case RequestKind::kChooseModel:
      workspace.message = "Models run on the page: ./tools/demo serves it.";
      break;
    case RequestKind::kCopy:
      window.set_clipboard(request.text);
      break;
    case RequestKind::kCursor:
      window.set_cursor(request.text);
      break;
    case RequestKind::kDownload:
      save(workspace, request);
      break;
    case RequestKind::kLoadModel:
    case RequestKind::kRunEncoder:
    case RequestKind::kPrint:
    case RequestKind::kViewChanged:
    case RequestKind::kAnnounce:
      break;  // the page's business
  }
}

}  // namespace

Result<DesktopOptions> options_from_arguments(int count, const char* const* arguments) {
  DesktopOptions options;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--example") {
      options.example = true;
      continue;
    }
    if (argument.rfind("--", 0) != 0) {
      options.paths.push_back(argument);
      continue;
    }
    const bool known = argument == "--size" || argument == "--action" || argument == "--screenshot";
    if (!known) return usage_error("unknown option " + argument);
    if (++i == count) return usage_error(argument + " needs a value");
    if (argument == "--action") options.actions.push_back(arguments[i]);
    if (argument == "--screenshot") options.screenshot = arguments[i];
    if (argument == "--size") {
      const auto read = read_size(arguments[i], options.window);
      if (!read) return read.error();
    }
  }
  return options;
}

Result<FileSet> read_files(const std::vector<std::string>& paths) {
  FileSet files;
  for (const std::string& path : paths) {
    for (const fs::path& wanted : with_companions(path)) {
      if (files.find(wanted.filename().string()) != nullptr) continue;
      auto file = read_file(wanted);
      if (!file) return file.error();
      files.files.push_back(std::move(*file));
    }
  }
  return files;
}

void open_paths(Workspace& workspace, const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  const auto files = read_files(paths);
  if (!files) {
    workspace.message = to_string(files.error());
    return;
  }
  const auto opened = open_files(workspace, *files);
  if (!opened) workspace.message = to_string(opened.error());
}

void fulfil_requests(Workspace& workspace, DesktopWindow& window) {
  for (const Request& request : workspace.requests.take()) fulfil(workspace, window, request);
}

Result<void> write_picture(const Picture& picture, const std::string& path) {
  std::ofstream stream(path, std::ios::binary);
  stream << "P6\n" << picture.width_px << " " << picture.height_px << "\n255\n";
  stream.write(reinterpret_cast<const char*>(picture.rgb.data()),
               static_cast<std::streamsize>(picture.rgb.size()));
  stream.close();
  if (!stream)
    return Error{
        ErrorCode::kIo, "cannot be written", "Is the folder there and writable?", path, {}};
  return {};
}

}  // namespace ecg
