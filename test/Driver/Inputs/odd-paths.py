# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""odd-paths.py FIBERC SOURCE FOLDER: compile SOURCE under odd names, in the
current folder; FOLDER is what it calls ../../Transforms."""

import json
import os
import subprocess
import sys

NAMES = [
    b"new\nline", b"quo'te\"", b"per%s%n%cent", b"back\\slash", b" blank ", b"tab\there",
    b"caf\xc3\xa9", b"latin\xe9", b"\xff\xfe", b"-dash", b"@at", b"$(x)`y`;z", b"#include",
    b"x" * 200, b"a.b.c", b"...",
]

fiberc, source, folder = sys.argv[1:]
with open(source, "rb") as file:
    text = file.read().replace(b"../../Transforms", os.fsencode(folder))
codes = {}
for name in NAMES:
    path = b"./" + name + b".c"
    with open(path, "wb") as file:
        file.write(text)
    command = [fiberc, "-g", "-O2", "-mcpu=v3"]
    options = ["-MJ", "db.json", "-fbpf-fiber-report=json", "-c", path, "-o", "out.o"]
    run = subprocess.run(command + options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if run.returncode or run.stdout:
        sys.exit("%r: exit code %d\n%s" % (name, run.returncode, run.stdout.decode(errors="replace")))
    report = json.load(open("out.fibers.json", encoding="utf-8"))
    # JSON is UTF-8, and paths may be anything.
    if report["source"] != path.decode(errors="replace"):
        sys.exit("%r: the report is of %r" % (name, report["source"]))
    # Clang writes the bytes of a path as they are.
    entry = open("db.json", "rb").read().decode("latin-1")
    if "-fplugin" in entry:
        sys.exit("%r: plugins in the compilation database" % name)
    # Not what names the source.
    subprocess.run(["llvm-objcopy", "--dump-section", "xdp=code", "out.o"], check=True)
    with open("code", "rb") as file:
        codes.setdefault(file.read(), []).append(name)
    text_report = subprocess.run(
        command + ["-fbpf-fiber-report", "-c", path, "-o", "out.o"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if text_report.returncode or not text_report.stdout.startswith(b"fiber 'waits' ("):
        sys.exit("%r: %s" % (name, text_report.stdout))
if len(codes) != 1:
    sys.exit("the code differs: %s" % list(codes.values()))
