# The viewer's typeface: Inter from the system's font package, subset and turned into a C++ array.

find_program(EINTHOVEN_FONT_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(EINTHOVEN_FONT_PYTHON NAMES python3 REQUIRED)
execute_process(COMMAND ${EINTHOVEN_FONT_PYTHON} -c "import fontTools" RESULT_VARIABLE no_fonttools ERROR_QUIET)
if(no_fonttools)
  message(FATAL_ERROR "${EINTHOVEN_FONT_PYTHON} has no fontTools (Debian package fonttools). Run ./tools/setup, "
    "or set EINTHOVEN_FONT_PYTHON to a Python that has it.")
endif()
find_path(EINTHOVEN_INTER_FOLDER Inter-Regular.otf
  PATHS /usr/share/fonts/opentype/inter /usr/local/share/fonts NO_CMAKE_FIND_ROOT_PATH REQUIRED
  DOC "Folder of Inter-Regular.otf (Debian package fonts-inter)")

# embed_font(VARIABLE STYLE SYMBOL): path of a generated source that defines SYMBOL and SYMBOL_size.
function(embed_font variable style symbol)
  set(script ${CMAKE_SOURCE_DIR}/tools/cmake/embed_font.py)
  set(font ${EINTHOVEN_INTER_FOLDER}/Inter-${style}.otf)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${EINTHOVEN_FONT_PYTHON} ${script} ${font} ${symbol} ${output}
    DEPENDS ${script} ${font} COMMENT "Subsetting Inter ${style}" VERBATIM)
  set(${variable} ${output} PARENT_SCOPE)
endfunction()
