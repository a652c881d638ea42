# How all that we compile is hardened, and tally_warnings: what our own code must not provoke.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Hardening: the table of the security design. What one of the two compilers refuses is asked for.
add_compile_options(-fstack-protector-strong -fstack-clash-protection
  -fno-delete-null-pointer-checks -ftrivial-auto-var-init=zero)
foreach(flag -fcf-protection=full -fzero-call-used-regs=used-gpr -fstrict-flex-arrays=3)
  string(MAKE_C_IDENTIFIER "TALLY_HAS${flag}" has_flag)
  check_cxx_compiler_flag("-Werror ${flag}" ${has_flag})
  if(${has_flag})
    add_compile_options(${flag})
  endif()
endforeach()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack,-z,separate-code)

# Neither messages nor debug information name the place of the checkout.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(TALLY_SANITIZE)
  add_compile_options(-fsanitize=${TALLY_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TALLY_SANITIZE})
else()
  # Fortified calls hide from the sanitizers, so only plain builds have them.
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

# Counts what the fuzzer's inputs reach; the driver itself comes with tests/fuzz.
if(TALLY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(tally_warnings INTERFACE)
target_compile_options(tally_warnings INTERFACE
  -Werror -Wall -Wextra -Wconversion -Wsign-conversion -Wformat=2 -Wshadow
  -Wimplicit-fallthrough -Wnull-dereference)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105651).
  target_compile_options(tally_warnings INTERFACE -Wbidi-chars=any -Wno-restrict)
  if(TALLY_SANITIZE)
    # Instrumented code confuses the analyses that follow values through inlined calls.
    target_compile_options(tally_warnings INTERFACE
      -Wno-null-dereference -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow)
  endif()
endif()
