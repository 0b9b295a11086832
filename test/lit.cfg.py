# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The lit suites: every folder beside this file that has tests in it.

Substitutions
  %fiberc       the driver of the build directory
  %clang        the clang that it runs
  %opt          opt with the pass plugin loaded
  %bpftool      bpftool
  %fiber_test   the runner of kernel tests, see tools/fiber-test/README.md
  %vmlinux_dir  the folder of vmlinux.h of the running kernel
  %root         the source tree
  %build        the build directory
  %cmake        cmake

Features
  bpf           programs can be loaded here: rights, system call, types
  vmlinux       there is a vmlinux.h
  two-cpus      tests with two CPUs at once make sense
  llvm-N        the major version the plugins are for

A test takes 120 seconds at most (BPF_FIBER_TEST_SECONDS in the environment, or in
the one that a folder sets, says otherwise) and must pass beside another one.

lit begins with what took longest. What it knows of that in a build that has run
no test yet is in .lit_test_times.txt: seconds, about, of the longest.
"""

import ctypes
import os
import platform
import shlex
import shutil
import struct

import lit.formats

config.name = "bpf-fiber"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".ll", ".sh", ".test"]
config.excludes = ["Inputs", "run-limited"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.bpf_fiber_build, "test")

# lit's own time limit needs a Python package that Debian does not install.
lit_config.bashPath = os.path.join(config.test_source_root, "run-limited")

bin_dir = os.path.join(config.bpf_fiber_build, "bin")
plugin = os.path.join(
    config.bpf_fiber_build, "lib", "bpf-fiber", "BPFFiberPasses-%s.so" % config.llvm_major
)


def add(name, *words):
    config.substitutions.append((name, " ".join(shlex.quote(word) for word in words)))


add("%fiberc", os.path.join(bin_dir, "bpf-fiberc"))
add("%fiber_test", os.path.join(bin_dir, "fiber-test"))
add("%clang", config.clang)
add("%cmake", config.cmake)
add("%opt", os.path.join(config.llvm_bin, "opt"), "-load-pass-plugin=" + plugin)
add("%bpftool", config.bpftool)
add("%vmlinux_dir", config.vmlinux_dir)
add("%root", config.bpf_fiber_source)
add("%build", config.bpf_fiber_build)

config.environment["PATH"] = os.pathsep.join(
    [bin_dir, config.llvm_bin, config.environment["PATH"], "/usr/sbin", "/sbin"]
)
config.environment["LC_ALL"] = "C"
if "BPF_FIBER_TEST_SECONDS" in os.environ:
    config.environment["BPF_FIBER_TEST_SECONDS"] = os.environ["BPF_FIBER_TEST_SECONDS"]


def can_load_programs():
    """Really loads "return 2" as an XDP program: nothing else tells for sure."""
    numbers = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "ppc64le": 361, "s390x": 351}
    number = numbers.get(platform.machine())
    if not number:
        return False
    program = ctypes.create_string_buffer(
        struct.pack("=BBhi", 0xB7, 0, 0, 2)
        + struct.pack("=BBhi", 0x95, 0, 0, 0)
    )
    licence = ctypes.create_string_buffer(b"GPL")
    # prog_type, insn_cnt, insns, license, and zeros
    attr = struct.pack("=IIQQ", 6, 2, ctypes.addressof(program), ctypes.addressof(licence))
    attr = ctypes.create_string_buffer(attr.ljust(120, b"\0"), 120)
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(ctypes.c_long(number), ctypes.c_int(5), attr, ctypes.c_uint(120))
    if fd < 0:
        lit_config.note("no BPF here: %s" % os.strerror(ctypes.get_errno()))
        return False
    os.close(fd)
    return True


config.available_features.add("llvm-" + config.llvm_major)
if (os.cpu_count() or 1) >= 2:
    config.available_features.add("two-cpus")
if shutil.which("spin"):
    config.available_features.add("spin")
if os.path.exists(os.path.join(config.vmlinux_dir, "vmlinux.h")):
    config.available_features.add("vmlinux")
    if os.path.exists(os.path.join(bin_dir, "fiber-test")) and can_load_programs():
        config.available_features.add("bpf")
