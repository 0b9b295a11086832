#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-ir.py DOCUMENT FIBERC FOLDER [--print] - is the IR in docs/design.md so?

A block "```llvm WHEN FUNCTION" shows lines of a function, in order, before or
after a pass: WHEN is before-prepare, after-prepare, before-lower, after-lower or
after-cleanup.  Left out are metadata, attributes and what the text does not
speak of.  The program is the document's block "```c stay.bpf.c".  --print shows
the whole functions, to bring the document up to date.
"""

import os
import platform
import re
import subprocess
import sys

PASSES = {"PreparePass": "prepare", "LowerPass": "lower", "CleanupPass": "cleanup"}


def dumps(fiberc, folder):
    """Return {(when, function): [line]}."""
    command = [
        fiberc, "-mcpu=v3", "-O2", "-g", "-fno-discard-value-names",
        "-I/usr/include/%s-linux-gnu" % platform.machine(),
        "-mllvm", "-print-module-scope", "-c", "stay.bpf.c", "-o", "stay.o",
    ]
    for name in PASSES.values():
        command += ["-mllvm", "-print-before=bpf-fiber-" + name]
        command += ["-mllvm", "-print-after=bpf-fiber-" + name]
    ran = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, text=True, check=True)
    parts = re.split(r"^; \*\*\* IR Dump (Before|After) \w+::(\w+) .*$", ran.stderr, flags=re.M)
    found = {}
    for order, name, text in zip(parts[1::3], parts[2::3], parts[3::3]):
        when = "%s-%s" % (order.lower(), PASSES[name])
        for match in re.finditer(r"^define .*?@([\w.]+)\(.*?^}", text, flags=re.M | re.S):
            found[when, match[1]] = simplify(match[0])
    return found


def simplify(text):
    text = re.sub(r" #\d+|, !\w+ !\d+| !dbg !\d+", "", text)
    text = re.sub(r" captures\(none\)", "", text)
    text = re.sub(r" (dso_local|noundef|nonnull|local_unnamed_addr|readonly|internal)\b", "", text)
    text = re.sub(r" inbounds( nuw)?|\btail |, align \d+|[ ]*; preds = .*| \{$", "", text, flags=re.M)
    lines = [line.strip() for line in text.splitlines()]
    skipped = ("#dbg_", "call void @llvm.lifetime", "}")
    return [line for line in lines if line and not line.startswith(skipped)]


def blocks_of(document):
    block = None
    with open(document, encoding="utf-8") as lines:
        for line in lines:
            if block is None and line.startswith("```"):
                block = (line[3:].split(), [])
            elif block is not None and line.startswith("```"):
                yield block
                block = None
            elif block is not None:
                block[1].append(line)


def main():
    document, fiberc, folder = sys.argv[1:4]
    blocks = list(blocks_of(document))
    os.makedirs(folder, exist_ok=True)
    for words, lines in blocks:
        if words[1:] == ["stay.bpf.c"]:
            with open(os.path.join(folder, words[1]), "w", encoding="utf-8") as program:
                program.writelines(lines)
    functions = dumps(fiberc, folder)
    if "--print" in sys.argv:
        for (when, name), lines in functions.items():
            print("%s %s\n\t%s" % (when, name, "\n\t".join(lines)))
    failed = False
    for words, lines in blocks:
        if words[:1] != ["llvm"]:
            continue
        rest = iter(functions.get((words[1], words[2]), []))
        for line in filter(None, (text.split(";")[0].strip() for text in lines)):
            if line != "..." and line not in rest:
                print("%s of %s: not there, or not in this order: %s" % (words[2], words[1], line))
                failed = True
                break
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
