# SPDX-License-Identifier: MIT

# Run as a script, cmake -DFROM=templates/plugin -DFILES="any/README.md,..." -DTO=FILE.c -P
# templates.cmake writes the files' bytes as the table of cli/plugin_template.h.
if(CMAKE_SCRIPT_MODE_FILE)
  set(rows "")
  set(number 0)
  file(WRITE ${TO}.new "#include \"cli/plugin_template.h\"\n\n")
  string(REPLACE "," ";" FILES "${FILES}")
  foreach(name ${FILES})
    file(READ ${FROM}/${name} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    file(APPEND ${TO}.new "static const char file_${number}[] = {${bytes}0};\n")
    string(REGEX MATCH "^([^/]+)/(.+)$" matched ${name})
    set(kind ${CMAKE_MATCH_1})
    set(path ${CMAKE_MATCH_2})
    string(APPEND rows "    {\"${kind}\", \"${path}\", file_${number}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(APPEND ${TO}.new "\nconst struct plugin_template plugin_templates[] = {\n${rows}    {0},\n};\n")
  file(RENAME ${TO}.new ${TO})
  return()
endif()

# ---- what `ovrmnd plugin new` writes is part of the program ----
set(from ${PROJECT_SOURCE_DIR}/templates/plugin)
set(templates any/CMakeLists.txt any/README.md any/.gitignore)
foreach(kind scheduler retry progress)
  list(APPEND templates ${kind}/plugin-name.c ${kind}/tests/unit.c)
endforeach()
list(TRANSFORM templates PREPEND ${from}/ OUTPUT_VARIABLE template_files)
list(JOIN templates "," template_names)
set(generated ${CMAKE_BINARY_DIR}/plugin_templates.c)
add_custom_command(
  OUTPUT ${generated}
  COMMAND ${CMAKE_COMMAND} -DFROM=${from} -DFILES=${template_names} -DTO=${generated}
          -P ${PROJECT_SOURCE_DIR}/cmake/templates.cmake
  DEPENDS ${template_files} ${PROJECT_SOURCE_DIR}/cmake/templates.cmake
  VERBATIM)
target_sources(cli PRIVATE ${generated})

# As they are, the templates compile: under the warnings of this build, and checked by its linter.
foreach(kind scheduler retry progress)
  add_library(template-${kind} OBJECT ${from}/${kind}/plugin-name.c ${from}/${kind}/tests/unit.c)
  target_link_libraries(template-${kind} PRIVATE ovrmnd_abi)
  target_compile_options(template-${kind} PRIVATE -UNDEBUG)
endforeach()
