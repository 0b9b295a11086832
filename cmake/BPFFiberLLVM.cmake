# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Finds the LLVM and the Clang that the plugins are built for.
#
#   BPF_FIBER_LLVM_MAJOR   which one, when several are installed (cache)
#   LLVM_DIR               where exactly, for one that is not in a usual place
#
# Plugins only load into the Clang they were built against, so the two are
# found together and the major is part of every plugin's file name.

set(BPF_FIBER_LLVM_MAJORS 22 21 20 19)

set(BPF_FIBER_LLVM_MAJOR "" CACHE STRING
  "Major version of LLVM to build for (${BPF_FIBER_LLVM_MAJORS}); empty: the newest")
set_property(CACHE BPF_FIBER_LLVM_MAJOR PROPERTY STRINGS "" ${BPF_FIBER_LLVM_MAJORS})

list(JOIN BPF_FIBER_LLVM_MAJORS ", " _majors)
if(BPF_FIBER_LLVM_MAJOR AND NOT BPF_FIBER_LLVM_MAJOR IN_LIST BPF_FIBER_LLVM_MAJORS)
  message(FATAL_ERROR
    "BPF_FIBER_LLVM_MAJOR is ${BPF_FIBER_LLVM_MAJOR}; supported are ${_majors}")
endif()

# A change of the wish makes what was found for the last one stale.
if(DEFINED _bpf_fiber_llvm_wish
   AND NOT "${_bpf_fiber_llvm_wish}" STREQUAL "${BPF_FIBER_LLVM_MAJOR}")
  unset(LLVM_DIR CACHE)
  unset(Clang_DIR CACHE)
endif()
set(_bpf_fiber_llvm_wish "${BPF_FIBER_LLVM_MAJOR}" CACHE INTERNAL "")

# LLVM's package looks for libraries that only static linking would need and
# reports each that it does not find: keep that away from the user.
set(_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
if(LLVM_DIR)
  find_package(LLVM CONFIG QUIET)
else()
  set(_wanted ${BPF_FIBER_LLVM_MAJOR})
  if(NOT _wanted)
    set(_wanted ${BPF_FIBER_LLVM_MAJORS})
  endif()
  foreach(_major IN LISTS _wanted)
    # Releases are N.1.x; the package accepts only its own major.minor.
    find_package(LLVM ${_major}.1 CONFIG QUIET
      PATHS /usr/lib/llvm-${_major} /usr/local/lib/llvm-${_major}
            /opt/homebrew/opt/llvm@${_major})
    if(LLVM_FOUND)
      break()
    endif()
  endforeach()
endif()

if(LLVM_FOUND)
  find_package(Clang CONFIG QUIET
    PATHS "${LLVM_INSTALL_PREFIX}/lib/cmake/clang" NO_DEFAULT_PATH)
  if(NOT Clang_FOUND)
    find_package(Clang CONFIG QUIET)
  endif()
endif()
set(CMAKE_MESSAGE_LOG_LEVEL "${_log_level}")

if(NOT LLVM_FOUND)
  if(BPF_FIBER_LLVM_MAJOR)
    set(_which "LLVM ${BPF_FIBER_LLVM_MAJOR}")
    set(_pkg ${BPF_FIBER_LLVM_MAJOR})
  else()
    set(_which "an LLVM of version ${_majors}")
    list(GET BPF_FIBER_LLVM_MAJORS 0 _pkg)
  endif()
  message(FATAL_ERROR
    "cannot find ${_which} with its development files.\n"
    "Install it (Debian: apt-get install llvm-${_pkg}-dev libclang-${_pkg}-dev clang-${_pkg}), "
    "or run ./dev setup, "
    "or say where it is: -DLLVM_DIR=<prefix>/lib/cmake/llvm")
endif()

if(NOT LLVM_VERSION_MAJOR IN_LIST BPF_FIBER_LLVM_MAJORS)
  message(FATAL_ERROR
    "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR} is not supported; supported are ${_majors}")
endif()
if(BPF_FIBER_LLVM_MAJOR AND NOT LLVM_VERSION_MAJOR EQUAL BPF_FIBER_LLVM_MAJOR)
  message(FATAL_ERROR
    "BPF_FIBER_LLVM_MAJOR asks for ${BPF_FIBER_LLVM_MAJOR}, but LLVM_DIR (${LLVM_DIR}) is "
    "LLVM ${LLVM_PACKAGE_VERSION}")
endif()
if(NOT Clang_FOUND)
  message(FATAL_ERROR
    "found LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}, but not the development files of its "
    "Clang.\n"
    "Install them (Debian: apt-get install libclang-${LLVM_VERSION_MAJOR}-dev), "
    "or say where they are: -DClang_DIR=<prefix>/lib/cmake/clang")
endif()

# The driver execs this very file.  The name with the major is preferred: it
# stays what it is when a newer LLVM moves in.
find_program(BPF_FIBER_CLANG NAMES clang-${LLVM_VERSION_MAJOR} clang
  PATHS "${LLVM_TOOLS_BINARY_DIR}" NO_DEFAULT_PATH NO_CACHE)
if(NOT BPF_FIBER_CLANG)
  message(FATAL_ERROR
    "found LLVM ${LLVM_PACKAGE_VERSION}, but no clang in ${LLVM_TOOLS_BINARY_DIR}.\n"
    "Install it (Debian: apt-get install clang-${LLVM_VERSION_MAJOR})")
endif()

message(STATUS "LLVM ${LLVM_PACKAGE_VERSION}, ${BPF_FIBER_CLANG}")
