# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What is installed beside the driver, the plugins and the headers.  Those three
# have fixed places (bin, lib/bpf-fiber, include/bpf_fiber): the driver finds
# the others from its own.

include(CMakePackageConfigHelpers)

set(BPF_FIBER_BINDIR bin)
set(BPF_FIBER_INCLUDEDIR include)
set(_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/bpf-fiber")
configure_package_config_file(cmake/bpf-fiberConfig.cmake.in
  "${PROJECT_BINARY_DIR}/package/bpf-fiberConfig.cmake"
  INSTALL_DESTINATION "${_cmake_dir}"
  PATH_VARS BPF_FIBER_BINDIR BPF_FIBER_INCLUDEDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/bpf-fiberConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/package/bpf-fiberConfig.cmake"
  "${PROJECT_BINARY_DIR}/package/bpf-fiberConfigVersion.cmake"
  DESTINATION "${_cmake_dir}")

set(_pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH BPF_FIBER_PC_PREFIX "/prefix/${_pc_dir}" /prefix)
string(REGEX REPLACE "/$" "" BPF_FIBER_PC_PREFIX "${BPF_FIBER_PC_PREFIX}")
configure_file(cmake/bpf-fiber.pc.in "${PROJECT_BINARY_DIR}/package/bpf-fiber.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/bpf-fiber.pc" DESTINATION "${_pc_dir}")

install(FILES docs/man/bpf-fiberc.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
