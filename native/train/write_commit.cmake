# Writes OUTPUT, a header with the commit of SOURCE; touches it only when that has changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit unknown)
endif()
set(text "#pragma once\nnamespace ecg {\ninline constexpr const char* kSourceCommit = \"${commit}\";\n}  // namespace ecg\n")
set(former "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} former)
endif()
if(NOT text STREQUAL former)
  file(WRITE ${OUTPUT} "${text}")
endif()
