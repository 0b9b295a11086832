# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# bpf_fiber_add_plugin(<target> <source>...)
#
# A module that clang (and, if it needs no symbol of Clang's, opt) loads.
# LLVM's own add_llvm_pass_plugin() is not used: it refuses a second target in
# a folder and wants a static variant.  Nothing of LLVM is linked in: its
# symbols come from the process that loads the module, and a second copy of
# the libraries would register every option twice.
function(bpf_fiber_add_plugin target)
  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES
    PREFIX ""
    OUTPUT_NAME "${target}-${LLVM_VERSION_MAJOR}"
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/bpf-fiber"
    # Default visibility: llvmGetPassPluginInfo must be seen, and LLVM's inline
    # registries must be one with the process's.
    CXX_VISIBILITY_PRESET default)
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include")
  target_include_directories(${target} SYSTEM PRIVATE
    ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
  separate_arguments(definitions UNIX_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_options(${target} PRIVATE ${definitions} -Wall -Wextra -Wno-unused-parameter)
  if(NOT LLVM_ENABLE_EH)
    target_compile_options(${target} PRIVATE -fno-exceptions)
  endif()
  # Always: the code uses none, and leaving it out fits both kinds of LLVM.
  target_compile_options(${target} PRIVATE -fno-rtti)
  install(TARGETS ${target} LIBRARY DESTINATION lib/bpf-fiber)
endfunction()
