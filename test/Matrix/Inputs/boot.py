# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run a shell script on another kernel, in an emulated machine.

The machine has the host's file system, which it cannot change, no network and
no disk. It is emulated in software, so that it runs where there is no hardware
virtualisation, and where that is not to be had.
"""

import os
import subprocess


def archive(files):
    """An initramfs of (name, mode, data): cpio in the format newc."""
    parts = []
    for inode, (name, mode, data) in enumerate([*files, ("TRAILER!!!", 0, b"")], 1):
        words = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        for part in (
            b"070701" + b"".join(b"%08x" % word for word in words) + name.encode() + b"\0",
            data,
        ):
            parts.append(part + bytes(-len(part) % 4))
    return b"".join(parts)


def initramfs(kernel, script):
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    directory, executable, plain = 0o40755, 0o100755, 0o100644
    modules = os.path.join(kernel, "modules")
    return archive(
        [
            ("bin", directory, b""),
            ("bin/busybox", executable, read("/bin/busybox")),
            ("init", executable, read(os.path.join(os.path.dirname(__file__), "init"))),
            ("jobs", plain, script.encode()),
            ("modules", directory, b""),
        ]
        + [("modules/" + m, plain, read(os.path.join(modules, m))) for m in sorted(os.listdir(modules))]
    )


class Machine:
    """Its lines() are what the script prints; then messages() is the kernel's."""

    def __init__(self, kernel, script, scratch):
        self.log = os.path.join(scratch, "messages")
        self.image = image = os.path.join(scratch, "initramfs")
        with open(image, "wb") as file:
            file.write(initramfs(kernel, script))
        # Not outlive us, whatever ends us; nor slow down the tests beside it.
        command = ["nice", "-n", "5", "setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"]
        command += "-M q35 -accel tcg,thread=multi -cpu max -smp 2 -m 2048".split()
        command += "-nodefaults -no-user-config -nic none -display none -no-reboot".split()
        command += ["-kernel", os.path.join(kernel, "vmlinux"), "-initrd", image]
        # no_timer_check: it panics where this machine is busy in that moment.
        command += ["-append", "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic no_timer_check"]
        command += ["-virtfs"]
        command += ["local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"]
        command += ["-serial", "file:" + self.log, "-serial", "stdio"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.remove(self.image)

    def lines(self):
        for line in self.process.stdout:
            yield line.decode(errors="replace").rstrip("\r\n")

    def messages(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()
