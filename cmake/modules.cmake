# SPDX-License-Identifier: MIT

# ovrmnd_module(NAME [HEADERS_ONLY] [SEES module...] [LINKS library...] [MAIN file])
#
# core/NAME as a static library. A source may include "NAME/x.h" and "M/x.h" for each M that it
# SEES, and nothing else of core: the folders are reached through links in a folder made for this
# module alone. So an arrow that is not drawn here does not compile.
function(ovrmnd_module name)
  cmake_parse_arguments(M "HEADERS_ONLY" "MAIN" "SEES;LINKS" ${ARGN})
  set(see ${CMAKE_BINARY_DIR}/see/${name})
  file(REMOVE_RECURSE ${see})
  file(MAKE_DIRECTORY ${see})
  set(modules ${M_SEES})
  list(REMOVE_ITEM modules ovrmnd_abi)
  foreach(seen ${name} ${modules})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/core/${seen} ${see}/${seen} SYMBOLIC)
  endforeach()
  if(M_HEADERS_ONLY)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${M_SEES})
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS core/${name}/*.c)
  if(M_MAIN)
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/core/${name}/${M_MAIN})
  endif()
  if(NOT sources)
    add_library(${name} INTERFACE)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_compile_options(${name} PRIVATE -iquote ${see})
  target_link_libraries(${name} PUBLIC ${M_SEES} ${M_LINKS})
  set_property(GLOBAL APPEND PROPERTY OVRMND_MODULES ${name})
endfunction()

# Plugins that others can write to are refused, so those in the build tree are made fit to load
# whatever the umask says.
function(ovrmnd_only_ours target folder)
  file(MAKE_DIRECTORY ${folder})
  file(CHMOD ${folder} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
       GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  add_custom_command(TARGET ${target} POST_BUILD COMMAND chmod go-w $<TARGET_FILE:${target}>)
endfunction()

# ovrmnd_plugin(KIND SOURCE): the shared object KIND/NAME.so from NAME.c.
function(ovrmnd_plugin kind source)
  get_filename_component(name ${source} NAME_WE)
  set(target plugin-${kind}-${name})
  add_library(${target} MODULE ${source})
  target_link_libraries(${target} PRIVATE ovrmnd_abi)
  target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${OVRMND_BUILD_PLUGINS}/${kind})
  ovrmnd_only_ours(${target} ${OVRMND_BUILD_PLUGINS}/${kind})
  install(TARGETS ${target} LIBRARY DESTINATION ${OVRMND_PLUGIN_SUBDIR}/${kind})
  set_property(GLOBAL APPEND PROPERTY OVRMND_PLUGINS ${target})
endfunction()
