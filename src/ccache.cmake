# Compiles through ccache where it is installed.
find_program(TALLY_CCACHE ccache)
mark_as_advanced(TALLY_CCACHE)

if(TALLY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The checkout's place must not matter: another clone, or the CI, shares the cache. The
  # sloppiness is what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros ${TALLY_CCACHE})
endif()
