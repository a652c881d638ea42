# tally_flags: how our own code is compiled and linked. Generated and foreign code does not link it.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(tally_flags INTERFACE)

target_compile_options(tally_flags INTERFACE
  -Werror -Wall -Wextra -Wconversion -Wsign-conversion -Wformat=2 -Wshadow
  -Wimplicit-fallthrough -Wnull-dereference)

# Hardening: the table of the security design. What one of the two compilers refuses is asked for.
target_compile_options(tally_flags INTERFACE
  -fstack-protector-strong -fstack-clash-protection -fno-delete-null-pointer-checks
  -ftrivial-auto-var-init=zero)
foreach(flag -fcf-protection=full -fzero-call-used-regs=used-gpr -fstrict-flex-arrays=3
             -Wbidi-chars=any)
  string(MAKE_C_IDENTIFIER "TALLY_HAS${flag}" has_flag)
  check_cxx_compiler_flag(-Werror\ ${flag} ${has_flag})
  if(${has_flag})
    target_compile_options(tally_flags INTERFACE ${flag})
  endif()
endforeach()
target_compile_definitions(tally_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(tally_flags INTERFACE
  LINKER:-z,relro,-z,now,-z,noexecstack,-z,separate-code)

# Neither messages nor debug information name the place of the checkout.
target_compile_options(tally_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105651).
  target_compile_options(tally_flags INTERFACE -Wno-restrict)
endif()

if(TALLY_SANITIZE)
  target_compile_options(tally_flags INTERFACE
    -fsanitize=${TALLY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tally_flags INTERFACE -fsanitize=${TALLY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The instrumented code confuses the analyses that follow values through inlined calls.
    target_compile_options(tally_flags INTERFACE
      -Wno-null-dereference -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow)
  endif()
else()
  # Fortified calls hide from the sanitizers, so only plain builds have them.
  target_compile_options(tally_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
