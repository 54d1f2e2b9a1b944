# The only file that knows where third-party code comes from. Each dependency is one target.

# pinned_source(VARIABLE NAME): folder of a pinned source, named in tools/dependencies.lock.
function(pinned_source variable name)
  file(GLOB folder ${EINTHOVEN_DEPS}/${name}-[0-9]*)
  if(NOT folder)
    message(FATAL_ERROR "${name} is not in ${EINTHOVEN_DEPS}. Run ./tools/setup first.")
  endif()
  list(GET folder 0 folder)
  set(${variable} ${folder} PARENT_SCOPE)
endfunction()

# KissFFT, transforming four leads at a time in the lanes of an SSE register (also under WebAssembly).
pinned_source(kissfft_folder kissfft)
add_library(kissfft STATIC ${kissfft_folder}/kiss_fft.c ${kissfft_folder}/kiss_fftr.c)
target_include_directories(kissfft SYSTEM PUBLIC ${kissfft_folder})
target_compile_definitions(kissfft PUBLIC USE_SIMD)
target_compile_options(kissfft PRIVATE -w -O3 -ffp-contract=off)

# Header-only JSON, used by shared/ (native and wasm) without exceptions. Debian's headers are
# reached through a folder of their own, so that no other system header enters a wasm build.
find_path(nlohmann_json_headers nlohmann/json.hpp PATHS /usr/include /usr/local/include
  NO_CMAKE_FIND_ROOT_PATH REQUIRED)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/headers)
file(CREATE_LINK ${nlohmann_json_headers}/nlohmann ${CMAKE_BINARY_DIR}/headers/nlohmann SYMBOLIC)
add_library(nlohmann_json_headers INTERFACE)
target_include_directories(nlohmann_json_headers SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/headers)

# zlib: deflated archives, MATLAB files and DICOM. Without its own file access (gz*.c).
pinned_source(zlib_folder zlib)
add_library(zlib STATIC EXCLUDE_FROM_ALL)
foreach(part adler32 compress crc32 deflate inffast inflate inftrees trees uncompr zutil)
  target_sources(zlib PRIVATE ${zlib_folder}/${part}.c)
endforeach()
target_include_directories(zlib SYSTEM PUBLIC ${zlib_folder})
target_compile_options(zlib PRIVATE -w -O2)

# pugixml: XML in memory only. It knows no external entities; without exceptions, streams and XPath.
pinned_source(pugixml_folder pugixml)
add_library(pugixml STATIC EXCLUDE_FROM_ALL ${pugixml_folder}/src/pugixml.cpp)
target_include_directories(pugixml SYSTEM PUBLIC ${pugixml_folder}/src)
target_compile_definitions(pugixml PUBLIC PUGIXML_NO_EXCEPTIONS PUGIXML_NO_STL PUGIXML_NO_XPATH)
target_compile_options(pugixml PRIVATE -w -O2 -fno-exceptions)

# libFLAC, its decoder only: compressed WFDB signals.
pinned_source(flac_folder flac)
add_library(flac STATIC EXCLUDE_FROM_ALL)
foreach(part bitmath bitreader cpu crc fixed format lpc md5 memory stream_decoder window)
  target_sources(flac PRIVATE ${flac_folder}/src/libFLAC/${part}.c)
endforeach()
target_include_directories(flac SYSTEM PUBLIC ${flac_folder}/include PRIVATE ${flac_folder}/src/libFLAC/include)
target_compile_definitions(flac PUBLIC FLAC__NO_DLL PRIVATE FLAC__HAS_OGG=0 FLAC__NO_ASM NDEBUG
  CPU_IS_BIG_ENDIAN=0 HAVE_LROUND HAVE_STDINT_H HAVE_INTTYPES_H HAVE_FSEEKO PACKAGE_VERSION="1.4.2")
target_compile_options(flac PRIVATE -w -O2)

compile_for_size(flac)

if(EINTHOVEN_TESTS)
  pinned_source(catch2_folder catch2)
  if(EMSCRIPTEN)
    set(saved_flags ${CMAKE_CXX_FLAGS})
    string(APPEND CMAKE_CXX_FLAGS " -fexceptions")
  endif()
  add_subdirectory(${catch2_folder} ${CMAKE_BINARY_DIR}/catch2 EXCLUDE_FROM_ALL SYSTEM)
  if(EMSCRIPTEN)
    set(CMAKE_CXX_FLAGS ${saved_flags})
  endif()
endif()

if(EINTHOVEN_VIEWER)
  pinned_source(bundle_folder imgui-bundle)
  set(imgui_folder ${bundle_folder}/external/imgui/imgui)
  set(glfw_folder ${bundle_folder}/external/glfw/glfw)

  # On the page the viewer makes its WebGL context itself: Emscripten's GLFW is not used.
  if(NOT EMSCRIPTEN)
    set(GLFW_BUILD_DOCS OFF)
    set(GLFW_BUILD_TESTS OFF)
    set(GLFW_BUILD_EXAMPLES OFF)
    set(GLFW_INSTALL OFF)
    set(GLFW_BUILD_WAYLAND OFF)
    add_subdirectory(${glfw_folder} ${CMAKE_BINARY_DIR}/glfw EXCLUDE_FROM_ALL)
    find_package(OpenGL REQUIRED)
    target_link_libraries(glfw INTERFACE OpenGL::GL)
  endif()

  add_library(imgui STATIC
    ${imgui_folder}/imgui.cpp ${imgui_folder}/imgui_draw.cpp ${imgui_folder}/imgui_tables.cpp
    ${imgui_folder}/imgui_widgets.cpp ${imgui_folder}/imgui_stacklayout.cpp
    ${imgui_folder}/backends/imgui_impl_opengl3.cpp)
  target_include_directories(imgui SYSTEM PUBLIC ${imgui_folder} ${imgui_folder}/backends)
  # 32-bit indices: WebGL has no vertex offset, and a long trace exceeds 65,536 vertices.
  target_compile_definitions(imgui PUBLIC ImDrawIdx=unsigned\ int IMGUI_DISABLE_OBSOLETE_FUNCTIONS
    IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS)
  if(EMSCRIPTEN)
    target_compile_definitions(imgui PUBLIC IMGUI_IMPL_OPENGL_ES3 IMGUI_DISABLE_FILE_FUNCTIONS)
    target_link_options(imgui PUBLIC -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2)
  endif()
  target_compile_options(imgui PRIVATE -w)
  compile_for_size(imgui)
endif()

if(NOT EMSCRIPTEN AND EINTHOVEN_NATIVE)
  find_package(CLI11 REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo cairo-ft freetype2)

  if(EINTHOVEN_TRAINER)
    file(GLOB pinned_torch ${EINTHOVEN_DEPS}/torch-*/torch/share/cmake)
    find_package(Torch QUIET HINTS ${pinned_torch})
    if(NOT Torch_FOUND)
      message(STATUS "LibTorch not found: einthoven-train is left out (set Torch_DIR to build it)")
    endif()
  endif()
endif()
