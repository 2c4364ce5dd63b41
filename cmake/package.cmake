# SPDX-License-Identifier: MIT

# ---- manual pages and completions: made by the program itself, from its option tables ----
set(OVRMND_PAGES ${CMAKE_BINARY_DIR}/pages)
list(JOIN OVRMND_COMMANDS "," pages_commands)
set(pages ${OVRMND_PAGES}/ovrmnd.1)
foreach(command ${OVRMND_COMMANDS})
  list(APPEND pages ${OVRMND_PAGES}/ovrmnd-${command}.1)
endforeach()
set(completions ${OVRMND_PAGES}/ovrmnd ${OVRMND_PAGES}/_ovrmnd ${OVRMND_PAGES}/ovrmnd.fish)
add_custom_command(
  OUTPUT ${pages} ${completions}
  COMMAND ${CMAKE_COMMAND} -DOVRMND=$<TARGET_FILE:ovrmnd> -DCOMMANDS=${pages_commands}
          -DTO=${OVRMND_PAGES} -P ${PROJECT_SOURCE_DIR}/cmake/pages.cmake
  DEPENDS ovrmnd ${PROJECT_SOURCE_DIR}/cmake/pages.cmake
  VERBATIM)
add_custom_target(pages ALL DEPENDS ${pages} ${completions})
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${OVRMND_PAGES}/ovrmnd
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${OVRMND_PAGES}/_ovrmnd DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${OVRMND_PAGES}/ovrmnd.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md"
        PATTERN "*.svg" REGEX "/examples/plugins/[^/]+$")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# ---- a Debian package: `cpack --config BUILD/CPackConfig.cmake` ----
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME ovrmnd)
set(CPACK_PACKAGE_CONTACT "the ovrmnd authors")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "call one API endpoint for many inputs")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Calls one HTTP API endpoint for many inputs: fast, fair to the server, and with
nothing lost. Services are described once in YAML; schedulers, retry policies
and progress reporters are plugins.")
include(CPack)
