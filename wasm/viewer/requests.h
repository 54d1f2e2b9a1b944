#pragma once
// What the viewer wants from its host (page or desktop window): collected during a frame, taken
// after.

#include <string>
#include <string_view>
#include <vector>

namespace ecg {

enum class RequestKind {
  kOpenDialog,
  kOpenExample,
  kLoadModel,
  kChooseModel,
  kRunEncoder,
  kCopy,
  kDownload,
  kPrint,
  kViewChanged,
  kCursor,
  kAnnounce,
};

/// Name of a request on the border to the page ("open_dialog").
std::string_view request_name(RequestKind kind);

/// One wish. Which fields are used depends on the kind (wasm/exports/viewer_api.h).
struct Request {
  RequestKind kind{};
  std::string text;        ///< copy, download, announce: the text (or bytes); cursor: its CSS name
  std::string name;        ///< download: file name
  std::string mime;        ///< download: media type
  int generation = 0;      ///< run_encoder
  bool is_binary = false;  ///< download: `text` holds bytes
};

/// Wishes in the order they arose. Of view_changed, cursor and run_encoder only the last one
/// stands.
class Requests {
 public:
  void add(Request request);
  void add(RequestKind kind) { add(Request{kind, {}, {}, {}, 0}); }

  /// Hands out all wishes and forgets them.
  std::vector<Request> take();

 private:
  std::vector<Request> waiting_;
};

/// The wishes as the JSON array that crosses to the page.
std::string requests_json(const std::vector<Request>& requests);

}  // namespace ecg
