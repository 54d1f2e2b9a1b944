#pragma once
// Everything a user can do, by name: the same actions behind keys, buttons, links and the page's
// accessibility mirror.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "viewer/workspace.h"

namespace ecg {

/// One action. `key` is KeyboardEvent.key, lower case; empty: it has no key. `shown_key`: how the
/// shortcut sheet writes it. `takes_value`: called as "name:value".
struct Action {
  std::string_view name;
  std::string_view label;
  std::string_view key;
  std::string_view shown_key;
  bool takes_value = false;
  void (*run)(Workspace& workspace, std::string_view value) = nullptr;
};

/// All actions, in the order of the shortcut sheet.
std::span<const Action> all_actions();

/// Runs "name" or "name:value". False if there is no such action.
bool run_action(Workspace& workspace, std::string_view action);

/// The action of a key (KeyboardEvent.key) pressed without Ctrl, Alt or Meta; nullptr if none.
const Action* action_of_key(std::string_view key);

/// A number that fills the whole text; nullopt otherwise.
std::optional<double> number_from_text(std::string_view text);

}  // namespace ecg
