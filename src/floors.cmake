# The words of the floor plan: tally_module and tally_program.
#
#   tally_module(points FLOOR 4
#     SOURCES points/earn.cpp points/redeem.cpp
#     DEPENDS base model rules state
#     PRIVATE_LIBS some::third_party)
#
# makes the static library tally::points. Its DEPENDS are modules of lower floors, declared above
# it; they are linked PUBLIC, because a contract includes theirs. Without SOURCES the module is
# headers alone. tests/lint/check_floors.py reads the same declarations, so: plain words, no
# variables.

function(tally_module NAME)
  _tally_parse(${NAME} ${ARGN})
  if(SOURCES)
    if(TALLY_SHARED_MODULES)
      add_library(tally_${NAME} SHARED ${SOURCES})
      target_link_options(tally_${NAME} PRIVATE LINKER:-z,defs)
    else()
      add_library(tally_${NAME} STATIC ${SOURCES})
    endif()
    _tally_compile(tally_${NAME} PUBLIC)
  elseif(PRIVATE_LIBS)
    message(FATAL_ERROR "${NAME} has no SOURCES, so it has no use for PRIVATE_LIBS")
  else()
    add_library(tally_${NAME} INTERFACE)
    target_include_directories(tally_${NAME} INTERFACE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(tally_${NAME} INTERFACE ${DEPENDS} tl::expected)
  endif()
  add_library(tally::${NAME} ALIAS tally_${NAME})
  set_property(GLOBAL PROPERTY TALLY_FLOOR_${NAME} ${FLOOR})
  set_property(GLOBAL APPEND PROPERTY TALLY_MODULES ${NAME})
endfunction()

# An executable NAME, on the top floor; otherwise as tally_module. Its SOURCES are in src/app.
function(tally_program NAME)
  _tally_parse(${NAME} ${ARGN})
  add_executable(${NAME} ${SOURCES})
  _tally_compile(${NAME} PRIVATE)
endfunction()

# Sets FLOOR, SOURCES, DEPENDS (as targets) and PRIVATE_LIBS in the caller, or stops configuring.
function(_tally_parse NAME)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "FLOOR" "SOURCES;DEPENDS;PRIVATE_LIBS")
  if(given_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${NAME}: do not understand ${given_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT given_FLOOR MATCHES "^[0-9]$")
    message(FATAL_ERROR "${NAME} needs a FLOOR, 0 to 8")
  endif()

  set(targets "")
  foreach(dependency IN LISTS given_DEPENDS)
    get_property(floor GLOBAL PROPERTY TALLY_FLOOR_${dependency})
    if("${floor}" STREQUAL "")
      message(FATAL_ERROR "${NAME} depends on ${dependency}, which is not declared above it")
    endif()
    if(floor GREATER_EQUAL given_FLOOR)
      message(FATAL_ERROR "${NAME} (floor ${given_FLOOR}) may not depend on "
                          "${dependency} (floor ${floor})")
    endif()
    list(APPEND targets tally::${dependency})
  endforeach()

  set(FLOOR ${given_FLOOR} PARENT_SCOPE)
  set(SOURCES ${given_SOURCES} PARENT_SCOPE)
  set(DEPENDS ${targets} PARENT_SCOPE)
  set(PRIVATE_LIBS ${given_PRIVATE_LIBS} PARENT_SCOPE)
endfunction()

# VISIBILITY: whether whoever links TARGET gets its contracts and DEPENDS as well.
macro(_tally_compile TARGET VISIBILITY)
  target_include_directories(${TARGET} ${VISIBILITY} ${PROJECT_SOURCE_DIR}/include
                             PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${TARGET} ${VISIBILITY} ${DEPENDS} tl::expected
                        PRIVATE ${PRIVATE_LIBS} tally_warnings)
endmacro()
