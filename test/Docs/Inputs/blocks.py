#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""blocks.py DOCUMENT FOLDER - write the named code blocks of a document to files.

A block whose opening fence is "```c name.c" becomes FOLDER/name.c; those of one
name are put together.  The names are printed.
"""

import os
import sys


def named_blocks(document):
    """Yield (name, text) of each named block."""
    name = text = None
    with open(document, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("```"):
                if text is not None:
                    text.append(line)
                continue
            if text is not None:
                if name:
                    yield name, "".join(text)
                name = text = None
                continue
            words = line[3:].split()
            name = words[1] if len(words) > 1 else None
            text = []


def main():
    document, folder = sys.argv[1:]
    files = {}
    for name, text in named_blocks(document):
        files[name] = files.get(name, "") + text
    if not files:
        sys.exit("%s: no named code blocks" % document)
    os.makedirs(folder, exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write(text)
        print(name)


if __name__ == "__main__":
    main()
