# How our own targets are declared: one line per library and per test program.

# Warnings and language rules of our own code; third-party code does not link this.
add_library(einthoven_rules INTERFACE)
target_compile_options(einthoven_rules INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  # Masks, augmentations and filters must give the same bits on every platform.
  -ffp-contract=off)
if(EINTHOVEN_WERROR)
  target_compile_options(einthoven_rules INTERFACE -Werror)
endif()

# einthoven_library(NAME SOURCES a.cpp ... HEADERS a.h ... [USES target ...] [PRIVATELY_USES target ...] [INCLUDE dir] [EXCEPTIONS])
# Headers are included from the folder above ("core/lead.h"). Without EXCEPTIONS the library may not throw.
function(einthoven_library name)
  cmake_parse_arguments(ARG "EXCEPTIONS" "INCLUDE" "SOURCES;HEADERS;USES;PRIVATELY_USES" ${ARGN})
  if(NOT ARG_INCLUDE)
    set(ARG_INCLUDE ${CMAKE_CURRENT_SOURCE_DIR}/..)
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${ARG_INCLUDE} FILES ${ARG_HEADERS})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_PRIVATELY_USES} einthoven_rules)
  if(NOT ARG_EXCEPTIONS)
    target_compile_options(${name} PRIVATE -fno-exceptions)
  endif()
endfunction()

# compile_for_size(TARGET...): on the page every kilobyte is waited for. For code that takes no part in
# computing with signals; what is computed stays the same.
function(compile_for_size)
  if(EMSCRIPTEN)
    foreach(target IN LISTS ARGN)
      target_compile_options(${target} PRIVATE -Oz)
    endforeach()
  endif()
endfunction()

# compile_files_for_size(FILE...): the same for some files of the folder's target.
function(compile_files_for_size)
  if(EMSCRIPTEN)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -Oz)
  endif()
endfunction()

# compile_files_for_speed(FILE...): GCC makes vector instructions of loops whose length it does not
# know at -O3 only. What is computed stays the same.
function(compile_files_for_speed)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT EINTHOVEN_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O3)
  endif()
endfunction()

# reuse_torch_headers(TARGET...): LibTorch's headers come from the one precompiled form of them. Files
# include what they use all the same.
function(reuse_torch_headers)
  foreach(target IN LISTS ARGN)
    target_precompile_headers(${target} REUSE_FROM ecg_torch_headers)
  endforeach()
endfunction()

# Lets a test program in Node see what the shell's environment says.
set(EINTHOVEN_NODE_ENVIRONMENT ${CMAKE_CURRENT_LIST_DIR}/node_environment.js)

# einthoven_test(NAME LABEL unit|golden|... SOURCES a_test.cpp ... USES target ...)
# A Catch2 program, run by CTest natively or in Node.
function(einthoven_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_USES} ecg_test_support Catch2::Catch2WithMain einthoven_rules)
  if(EMSCRIPTEN)
    target_compile_options(${name} PRIVATE -fexceptions)
    target_link_options(${name} PRIVATE -fexceptions -sSINGLE_FILE=1 -sEXIT_RUNTIME=1
      -sALLOW_MEMORY_GROWTH=1 -sASSERTIONS=1 -sNODERAWFS=1
      --pre-js ${EINTHOVEN_NODE_ENVIRONMENT})
    set_target_properties(${name} PROPERTIES LINK_DEPENDS ${EINTHOVEN_NODE_ENVIRONMENT})
  endif()
  add_test(NAME ${name} COMMAND ${name} --warn NoAssertions --order rand)
  # Catch2 ends with 4 when every case was skipped.
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 4)
endfunction()
