#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run-tutorial.py DOCUMENT PROGRAMS - do what a tutorial says, in this folder.

  ```sh          commands, run in one shell; "once" is not run, "fails" must fail
  ```text        lines that the commands before it print, in this order; a number
                 of more than three digits, of ns, of an interface or of a
                 column in a source stands for any
  ```c FILE      lines of FILE in the folder PROGRAMS, as they stand there

To be run as root in namespaces of its own.
"""

import os
import re
import subprocess
import sys

STEP = "@@ step %d ends with "


def blocks_of(document):
    blocks, block = [], None
    with open(document, encoding="utf-8") as lines:
        for line in lines:
            if block is not None and line.startswith("```"):
                blocks.append((block[0], block[1:], "".join(text)))
                block = None
            elif block is not None:
                text.append(line)
            elif line.startswith("```"):
                block, text = line[3:].split(), []
    return blocks


def pattern_of(line):
    words = re.split(r"(\d{4,}|\d+ns|interface\"?:? \d+|:\d+: (?:error|note))", line.strip())
    for i in range(1, len(words), 2):
        words[i] = re.sub(r"\\?\d+", r"\\d+", re.escape(words[i]))
    for i in range(0, len(words), 2):
        words[i] = re.escape(words[i])
    return re.compile("".join(words))


def main():
    document, programs = sys.argv[1:]
    failures = 0
    script, expected, last = [], {}, None
    for number, (language, words, text) in enumerate(blocks_of(document)):
        if language == "c":
            with open(os.path.join(programs, words[0]), encoding="utf-8") as program:
                if text not in program.read():
                    print("%s is not so:\n%s" % (words[0], text))
                    failures += 1
        elif language == "sh" and "once" not in words:
            last = number
            expected[last] = ("fails" in words, [])
            script.append("set +e\n(set -e\n%s)\necho '%s'$?" % (text, STEP % number))
        elif language == "text":
            expected[last][1].extend(text.splitlines())
    ran = subprocess.run(
        ["bash", "-c", "exec 2>&1\n" + "\n".join(script)],
        stdout=subprocess.PIPE, text=True, timeout=100, check=False,
    )
    said = ran.stdout
    for number, (fails, lines) in expected.items():
        mark = STEP % number
        output, found, said = said.partition(mark)
        status, _, said = said.partition("\n")
        if not found or (status != "0") != fails:
            print("a step ended with %r:\n%s" % (status, output))
            failures += 1
        rest = output
        for line in lines:
            match = pattern_of(line).search(rest)
            if not match:
                print("not said: %s\nbut:\n%s" % (line, output))
                failures += 1
                break
            rest = rest[match.end() :]
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
