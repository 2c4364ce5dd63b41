# SPDX-License-Identifier: MIT
#
# cmake -DOVRMND=... -DCOMMANDS="a;b" -DTO=FOLDER -P pages.cmake: manual pages and completions.

function(write file)
  execute_process(COMMAND ${OVRMND} ${ARGN} OUTPUT_FILE ${TO}/${file} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "ovrmnd ${ARGN}: ${status}")
  endif()
endfunction()

# Memory that is never freed at exit is no fault of a page.
set(ENV{ASAN_OPTIONS} "detect_leaks=0")
string(REPLACE "," ";" COMMANDS ${COMMANDS})
file(MAKE_DIRECTORY ${TO})
write(ovrmnd.1 manual)
foreach(command ${COMMANDS})
  write(ovrmnd-${command}.1 manual ${command})
endforeach()
write(ovrmnd completion bash)
write(_ovrmnd completion zsh)
write(ovrmnd.fish completion fish)
