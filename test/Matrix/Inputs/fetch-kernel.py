#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fetch-kernel.py VERSION FOLDER - make FOLDER/VERSION hold Debian's newest kernel
of that series, not installed but as boot.py wants it:

  package     the name of the package that it comes from, and what was taken
  vmlinux     uncompressed, so that the emulator need not do it
  modules/    NN-NAME.ko in the order in which they are loaded, uncompressed

What is there already and still the newest is left alone. The folder changes in
one step: who is interrupted leaves none behind, or the one from before.
Exit: 0 it is there, 1 it cannot be had.
"""

import fcntl
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile

# The host's file system as the root, and what the tests use that is no part of
# the kernel itself.
MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "veth", "sch_ingress", "cls_bpf"]


def newest_package(version):
    """Of the generic flavour: the cloud's has no 9p."""
    names = subprocess.run(
        ["apt-cache", "pkgnames", "linux-image-%s." % version],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout.split()
    names = [n for n in names if re.fullmatch(r"linux-image-[\d.]+(-\d+|\+deb\w+)-amd64", n)]
    return max(names, key=lambda n: [int(d) for d in re.findall(r"\d+", n)], default=None)


def decompressed(image):
    """The ELF file in a bzImage: Documentation/arch/x86/boot.rst."""

    def field(offset):
        return int.from_bytes(image[offset : offset + 4], "little")

    start = ((image[0x1F1] or 4) + 1) * 512 + field(0x248)  # setup_sects, payload_offset
    payload = image[start : start + field(0x24C)]  # payload_length
    if payload.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(payload)
    # The last four bytes are its length.
    return subprocess.run(
        ["zstd", "-dcq"], input=payload[:-4], stdout=subprocess.PIPE, check=True
    ).stdout


def unpack(package, folder):
    """vmlinux, and the modules by name."""
    modules = {}
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as deb:
        with tarfile.open(fileobj=deb.stdout, mode="r|") as archive:
            for member in archive:
                base = os.path.basename(member.name)
                if base.startswith("vmlinuz-"):
                    with open(os.path.join(folder, "vmlinux"), "wb") as file:
                        file.write(decompressed(archive.extractfile(member).read()))
                elif re.search(r"\.ko(\.xz)?$", base) and re.search(
                    r"/kernel/(net|fs|lib|crypto|drivers/(virtio|net/[^/]*$|block))", member.name
                ):
                    data = archive.extractfile(member).read()
                    modules[base.partition(".ko")[0].replace("-", "_")] = (
                        lzma.decompress(data) if base.endswith(".xz") else data
                    )
        if deb.wait():
            raise OSError("dpkg-deb fails")
    return modules


def in_order(modules, wanted):
    """What is wanted, behind what it needs. What is not there is built in."""
    order = []

    def add(name):
        name = name.replace("-", "_")
        if name in order or name not in modules:
            return
        for needed in re.search(rb"\0depends=([^\0]*)", modules[name])[1].decode().split(","):
            add(needed)
        order.append(name)

    for name in wanted:
        add(name)
    return order


def fetch(version, folder):
    target = os.path.join(folder, version)
    try:
        with open(os.path.join(target, "package"), encoding="utf-8") as file:
            present = file.read()
    except OSError:
        present = None
    package = newest_package(version)
    taken = "%s\n%s\n" % (package, " ".join(MODULES))
    if package is None or taken == present:
        if not present:
            sys.exit("no source of packages has a linux-image-%s" % version)
        return

    # Beside the target, so that it can be renamed; what an interrupted one left
    # is nobody's, as only one runs at a time.
    for old in os.listdir(folder):
        if old.startswith("new."):
            shutil.rmtree(os.path.join(folder, old), ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="new.", dir=folder) as new:
        # apt's own user cannot write there, and says so.
        download = subprocess.run(
            ["apt-get", "-q", "download", package], cwd=new,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        files = [f for f in os.listdir(new) if f.endswith(".deb")]
        if download.returncode or len(files) != 1:
            if present:
                return
            sys.exit("cannot download %s: %s" % (package, download.stdout.strip()[-300:]))
        kernel = os.path.join(new, "kernel")
        os.makedirs(os.path.join(kernel, "modules"))
        modules = unpack(os.path.join(new, files[0]), kernel)
        for number, name in enumerate(in_order(modules, MODULES)):
            path = os.path.join(kernel, "modules", "%02d-%s.ko" % (number, name))
            with open(path, "wb") as file:
                file.write(modules[name])
        with open(os.path.join(kernel, "package"), "w", encoding="utf-8") as file:
            file.write(taken)
        if os.path.exists(target):
            os.rename(target, os.path.join(new, "old"))
        os.rename(kernel, target)


def ended(number, _):
    """Once only: it may be told to the group and to each process."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    version, folder = sys.argv[1:]
    signal.signal(signal.SIGTERM, ended)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fetch(version, folder)


main()
