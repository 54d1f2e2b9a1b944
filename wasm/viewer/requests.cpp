#include "viewer/requests.h"

#include <algorithm>
#include <utility>

#include "io/base64.h"
#include "viewer/json.h"

namespace ecg {

std::string_view request_name(RequestKind kind) {
  switch (kind) {
    case RequestKind::kOpenDialog:
      return "open_dialog";
    case RequestKind::kOpenExample:
      return "open_example";
    case RequestKind::kLoadModel:
      return "load_model";
    case RequestKind::kChooseModel:
      return "choose_model";
    case RequestKind::kRunEncoder:
      return "run_encoder";
    case RequestKind::kCopy:
      return "copy";
    case RequestKind::kDownload:
      return "download";
    case RequestKind::kPrint:
      return "print";
    case RequestKind::kViewChanged:
      return "view_changed";
    case RequestKind::kCursor:
      return "cursor";
    case RequestKind::kAnnounce:
      return "announce";
  }
  return "";
}

void Requests::add(Request request) {
  const bool replaces = request.kind == RequestKind::kViewChanged ||
                        request.kind == RequestKind::kCursor ||
                        request.kind == RequestKind::kRunEncoder;
  if (replaces) {
    const auto same = [&](const Request& other) { return other.kind == request.kind; };
    waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), same), waiting_.end());
  }
  waiting_.push_back(std::move(request));
}

std::vector<Request> Requests::take() { return std::exchange(waiting_, {}); }

namespace {

Json json_from_request(const Request& request) {
  Json json = {{"kind", request_name(request.kind)}};
  switch (request.kind) {
    case RequestKind::kRunEncoder:
      json["generation"] = request.generation;
      break;
    case RequestKind::kCopy:
    case RequestKind::kAnnounce:
      json["text"] = request.text;
      break;
    case RequestKind::kCursor:
      json["css"] = request.text;
      break;
    case RequestKind::kDownload:
      json["name"] = request.name;
      json["mime"] = request.mime;
      if (request.is_binary) {
        json["base64"] = base64_from_bytes(
            {reinterpret_cast<const std::uint8_t*>(request.text.data()), request.text.size()});
      } else {
        json["text"] = request.text;
      }
      break;
    default:
      break;
  }
  return json;
}

}  // namespace

std::string requests_json(const std::vector<Request>& requests) {
  Json list = Json::array();
  for (const Request& request : requests) list.push_back(json_from_request(request));
  return text_from_json(list);
}

}  // namespace ecg
