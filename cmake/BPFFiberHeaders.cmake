# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What users include as <bpf_fiber/...>.  In the build directory these are
# links, so that an edit needs no build and diagnostics are about one file.

set(BPF_FIBER_HEADERS
  include/bpf_fiber/abi.h
  include/bpf_fiber/fiber.bpf.h
  include/bpf_fiber/verbs.bpf.h
  runtime/bpf/await.bpf.h
  runtime/bpf/runtime.bpf.h)

file(REMOVE_RECURSE "${PROJECT_BINARY_DIR}/include/bpf_fiber")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/include/bpf_fiber")
foreach(_header IN LISTS BPF_FIBER_HEADERS)
  get_filename_component(_name "${_header}" NAME)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${_header}"
    "${PROJECT_BINARY_DIR}/include/bpf_fiber/${_name}" COPY_ON_ERROR SYMBOLIC)
endforeach()

# The driver's own include folder: nothing but bpf_fiber/ is found through it.
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/lib/bpf-fiber/include")
file(CREATE_LINK ../../../include/bpf_fiber
  "${PROJECT_BINARY_DIR}/lib/bpf-fiber/include/bpf_fiber" SYMBOLIC)

install(DIRECTORY "${PROJECT_BINARY_DIR}/lib/bpf-fiber/include" DESTINATION lib/bpf-fiber)
install(FILES ${BPF_FIBER_HEADERS} DESTINATION include/bpf_fiber)
