# What to build, and the compiler settings that all of our own code shares.

option(EINTHOVEN_NATIVE "Build the native programs" ON)
option(EINTHOVEN_TRAINER "Build einthoven-train if LibTorch is found" ON)
option(EINTHOVEN_VIEWER "Build the viewer (desktop window, or page module under Emscripten)" ON)
option(EINTHOVEN_TESTS "Build the tests" ON)
option(EINTHOVEN_BENCH "Build the benchmarks (a build with tests always has them)" OFF)
option(EINTHOVEN_FUZZ "Build the fuzz targets (clang only; see tools/fuzz)" OFF)
option(EINTHOVEN_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
option(EINTHOVEN_WERROR "Treat warnings in our own code as errors" ON)
set(EINTHOVEN_DEPS ${CMAKE_SOURCE_DIR}/.deps CACHE PATH "Where tools/setup put the pinned sources")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(EINTHOVEN_CCACHE ccache)
if(EINTHOVEN_CCACHE)
  # Paths below the checkout count as relative, so that every clone and build folder shares results.
  set(CMAKE_C_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${EINTHOVEN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()

if(EMSCRIPTEN)
  add_compile_options(-msimd128 -msse)
  set(CMAKE_CROSSCOMPILING_EMULATOR node)
  # Debian's Emscripten finds its JavaScript parser (acorn) only with this path.
  if(EXISTS /usr/share/nodejs/acorn)
    set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "env NODE_PATH=/usr/share/nodejs")
  endif()
endif()
if(EINTHOVEN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(EINTHOVEN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
