# Shared by the commands in tools/; to be sourced from the repository root's tools folder.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
jobs=${EINTHOVEN_JOBS:-$(nproc 2>/dev/null || echo 2)}
command_name=$(basename "$0")
# The Node.js that tools/setup brought where the system's is too old. Read again after a set-up.
use_pinned_node() { [ ! -x "$root/.deps/node/bin/node" ] || PATH=$root/.deps/node/bin:$PATH; }
use_pinned_node

say() { printf '%s: %s\n' "$command_name" "$*"; }
die() { printf '%s: error: %s\n' "$command_name" "$*" >&2; exit 1; }

# duration SECONDS -> "1 min 05 s"
duration() { if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi; }

# run_logged LOG COMMAND...: quiet unless it fails, then the end of the log.
run_logged() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "failed: $* (whole log: ${log#"$root"/})"
  fi
}

# configure_and_build PRESET FOLDER [CMAKE ARGUMENT...]: quiet CMake and Ninja run.
configure_and_build() {
  local preset=$1 folder=$2
  shift 2
  local toolchain=()
  # A newer Emscripten of the user's own comes before the system's.
  if [ "$preset" = wasm ] && [ -n "${EMSDK:-}" ]; then
    toolchain=(-DCMAKE_TOOLCHAIN_FILE="$EMSDK/upstream/emscripten/cmake/Modules/Platform/Emscripten.cmake")
  fi
  run_logged "build/logs/configure-$preset.log" cmake --preset "$preset" -B "$folder" "${toolchain[@]}" "$@"
  run_logged "build/logs/build-$preset.log" cmake --build "$folder" --parallel "$jobs"
}

# The model bundles of this repository, for the page.
own_bundles=()
for model in models/*/model.json; do
  [ -e "$model" ] && own_bundles+=("$root/$(dirname "$model")")
done

# build_page MODULE_FOLDER PAGE_FOLDER [BUNDLE...]: Vite build with the wasm module and model bundles.
build_page() {
  local module=$1 page=$2
  shift 2
  local IFS=:
  EINTHOVEN_WASM_DIR=$module EINTHOVEN_PAGE_DIR=$page EINTHOVEN_MODELS_DIR="$*" \
    run_logged build/logs/build-page.log npm --prefix web run build
}
