#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-diagnostics.py DOCUMENT LIB FIBERC VMLINUX_DIR FOLDER

Compile every wrong and every right piece of docs/diagnostics.md: the wrong one
must get the diagnostic of its section, with the text that is shown, and no
other; the right one must compile without a word.  And every diagnostic that is
in LIB must have a section, and the other way round.
"""

import concurrent.futures
import os
import re
import subprocess
import sys

# Cannot be shown in a few lines.
WITHOUT_CODE = {
    "bpf-fiber-too-many-suspends",
    "bpf-fiber-too-many-references",
    "bpf-fiber-no-debug-info",
    "bpf-fiber-runtime-version",
}
MAP = "MAP(frames,"
SMALL_FIBER = """static __attribute__((annotate("bpf_fiber"), unused)) int f(void *ctx) { return 0; }
"""


def read_document(path):
    """Return {section: [(language, words, text)]}."""
    sections = {None: []}
    section = block = None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if block is not None:
                if line.startswith("```"):
                    sections[section].append((block[0], block[1], "".join(block[2])))
                    block = None
                else:
                    block[2].append(line)
            elif line.startswith("```"):
                words = line[3:].split()
                block = (words[0], words[1:], [])
            elif line.startswith("### "):
                section = line[4:].strip()
                sections[section] = []
    return sections


def ids_in_sources(lib):
    found = set()
    headers = os.path.join(os.path.dirname(lib), "include", "bpf_fiber")
    for name in os.listdir(headers):
        with open(os.path.join(headers, name), encoding="utf-8") as source:
            found |= set(re.findall(r"\[(bpf-fiber-[\w-]+)\]", source.read()))
    for folder, _, files in os.walk(lib):
        for name in files:
            with open(os.path.join(folder, name), encoding="utf-8") as source:
                text = source.read()
            found |= set(re.findall(r'FIBER_(?:ERROR|WARNING)\(\w+,\s*"([\w-]+)"', text))
            found |= set(re.findall(r'Diagnostic(?: \w+)?\([^;{]*?"(bpf-fiber-[\w-]+)"', text))
    return found


class Checker:
    """Of one section, in a folder of its own."""

    def __init__(self, fiberc, vmlinux, folder, prelude, program):
        self.fiberc, self.vmlinux, self.folder = fiberc, vmlinux, folder
        self.failures = 0
        self.prelude, self.program = prelude, program
        os.makedirs(folder, exist_ok=True)
        self.write("fiber.c", self.whole("FIBER int f(struct xdp_md *ctx)\n{\n\tco_return XDP_PASS;\n}\n"))
        self.write("small.c", SMALL_FIBER)

    def fail(self, section, what):
        print("%s: %s" % (section, what))
        self.failures += 1

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as out:
            out.write(text)

    def whole(self, piece):
        prelude = self.prelude
        if MAP in piece:
            prelude = prelude[: prelude.index("FIBER_" + MAP)]
        licence = self.program[self.program.index("char LICENSE") :]
        return prelude + "\n" + piece + "\n" + (licence if "int program(" in piece else self.program)

    def compile(self, command):
        for name in os.listdir(self.folder):
            if name.endswith(".o"):
                os.remove(os.path.join(self.folder, name))
        ran = subprocess.run(
            command, cwd=self.folder, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
        wrote = any(name.endswith(".o") for name in os.listdir(self.folder))
        return ran.returncode, ran.stderr, wrote

    def command(self, language, words, text):
        if language == "sh":
            return text.split()[:1] + ["-I" + self.vmlinux] + text.split()[1:]
        self.write("piece.c", self.whole(text))
        return [
            self.fiberc, "-mcpu=v3", "-O2", "-g", "-Wall", "-I" + self.vmlinux,
            *words[1:], "-c", "piece.c",
        ]

    def check(self, section, blocks):
        shown = [text for language, _, text in blocks if language == "text"]
        wrong = [b for b in blocks if b[1][:1] == ["wrong"]]
        right = [b for b in blocks if b[1][:1] == ["right"]]
        if not (wrong and right and shown) and section not in WITHOUT_CODE:
            return self.fail(section, "needs wrong code, a text and right code")
        for block, text in zip(wrong, shown):
            status, said, wrote = self.compile(self.command(*block))
            ids = set(re.findall(r"\[(bpf-fiber-[\w-]+)\]", said))
            if section != "bpf-fiber-unused":  # follows from other mistakes
                ids.discard("bpf-fiber-unused")
            is_error = "error: " in text
            if ids != {section} or (status != 0) != is_error or wrote == is_error:
                self.fail(section, "wrong code gets exit code %d and:\n%s" % (status, said))
            for line in text.splitlines():
                if line not in said:
                    self.fail(section, "does not say: %s\nbut:\n%s" % (line, said))
        for block in right:
            status, said, _ = self.compile(self.command(*block))
            if status != 0 or said:
                self.fail(section, "right code gets exit code %d and:\n%s" % (status, said))


def main():
    document, lib, fiberc, vmlinux, folder = sys.argv[1:]
    sections = read_document(document)
    shared = {words[0]: text for _, words, text in sections.pop(None) if words}
    os.environ["PATH"] = os.path.dirname(fiberc) + os.pathsep + os.environ["PATH"]
    failures = 0
    for name in sorted(ids_in_sources(lib) ^ set(sections)):
        print("%s: is in %s only" % (name, "the document" if name in sections else "the sources"))
        failures += 1

    def check(section):
        checker = Checker(
            fiberc, vmlinux, os.path.join(folder, section), shared["prelude"], shared["program"]
        )
        checker.check(section, sections[section])
        return checker.failures

    # Two at a time: most of it is the compiler, reading vmlinux.h.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failures += sum(pool.map(check, sections))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
