# What src/app/version.cpp tells: version, commit and build as they were when this was configured.
execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE tally_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT tally_commit)
  set(tally_commit unknown)
endif()
set(tally_build "${CMAKE_BUILD_TYPE}")
if(TALLY_SANITIZE)
  string(APPEND tally_build " ${TALLY_SANITIZE}")
endif()
set_source_files_properties(app/version.cpp PROPERTIES COMPILE_DEFINITIONS
  "TALLY_VERSION=\"${PROJECT_VERSION}\";TALLY_COMMIT=\"${tally_commit}\"")
set_property(SOURCE app/version.cpp APPEND PROPERTY COMPILE_DEFINITIONS
  "TALLY_BUILD=\"${tally_build}\"")
