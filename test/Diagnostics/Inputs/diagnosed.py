#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""diagnosed.py SOURCE OUTPUT COMPILER [OPTION ...]

Compiles SOURCE twice. With -DWRONG it must get exactly the errors and warnings
that its comments say,

    code	// SAYS: error: text [id]
    code	// NOTE: text

on the lines of those comments, with those notes; an error leaves no object.
Without it, and with -Werror, not a word. OPTIONS: in a comment adds options to
both, WRONG: to the wrong and RIGHT: to the right one.
"""

import os
import re
import subprocess
import sys


def read(path):
    """Return the expected [(line, kind, text)] and {side: options}."""
    expected, options = [], {"OPTIONS": [], "WRONG": [], "RIGHT": []}
    with open(path, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            if match := re.match(r"// (OPTIONS|WRONG|RIGHT): (.*)", line):
                options[match[1]] += match[2].split()
            for said in re.findall(r"// (SAYS: .*?|NOTE: .*?)(?= // |$)", line.rstrip()):
                kind, text = said.split(": ", 1)
                if kind == "SAYS":
                    kind, text = text.split(": ", 1)
                expected.append((number, kind.lower(), text))
    return expected, options


def compile(path, output, command):
    if os.path.exists(output):
        os.remove(output)
    ran = subprocess.run(
        [*command, "-c", path, "-o", output],
        stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )
    return ran.returncode, ran.stderr, os.path.exists(output)


def main():
    path, output, *command = sys.argv[1:]
    expected, options = read(path)
    failures = []

    status, said, wrote = compile(
        path, output, [*command, "-DWRONG", *options["OPTIONS"], *options["WRONG"]]
    )
    got = []
    for line in said.splitlines():
        if match := re.match(r"(?:(.*?):(\d+):\d+: )?(error|warning|note): (.*)", line):
            here = match[1] and os.path.basename(match[1]) == os.path.basename(path)
            got.append((int(match[2]) if here else 0, match[3], match[4]))
    if not any(kind != "note" for _, kind, _ in expected):
        failures.append("the test says nothing")
    for want in expected:
        if want in got:
            got.remove(want)
        else:
            failures.append("missing: line %d: %s: %s" % want)
    failures += ["unexpected: line %d: %s: %s" % g for g in got if g[1] != "note"]
    is_error = any(kind == "error" for _, kind, _ in expected)
    if (status != 0) != is_error or wrote == is_error:
        failures.append("wrong code gets exit code %d, object: %s" % (status, wrote))
    if failures:
        failures.append("the compiler says:\n" + said)

    status, said, wrote = compile(
        path, output, [*command, "-Werror", *options["OPTIONS"], *options["RIGHT"]]
    )
    if status or said or not wrote:
        failures.append("right code gets exit code %d and:\n%s" % (status, said))
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
