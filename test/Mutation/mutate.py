#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Do the tests notice mistakes?  Makes those of mutants.toml, one at a time.

The sources are copied.  All mutants of the compiler are compiled into the copy
at once, each behind a question whether it is the one: so it is built once.
Those of headers are put into the copy in turn, as headers are not built.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
# Where a mutant is looked for that its own tests do not notice.
WIDE = "Transforms|Kernel|Frontend"
# What a mutant of a header must still compile.
PROBES = ["examples/port-knock/port-knock.bpf.c", "test/Kernel/spawn-refuses-or-replaces.c"]
ENOUGH = 95
# Compiles a kernel test in several ways; of these the first that fails will do.
EVERYWHERE = "test/Kernel/Inputs/everywhere"

# Prepended to mutated sources of the copy.  A file, as lit gives tests next to
# nothing of the environment.
ASK = """\
#include <fstream>
#include <string>
[[maybe_unused]] static bool isMutant(const char *Id) {
  static const std::string Active = [] {
    std::string Line;
    std::ifstream In("%s");
    std::getline(In, Line);
    return Line;
  }();
  return Active == Id;
}
#line 1
"""


def fail(what):
    sys.exit("mutate: error: " + what)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    """Leaves a file that is as it should be alone: ninja would build it again."""
    if os.path.exists(path) and read(path) == text:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# What begins a statement.
OF_STATEMENTS = re.compile(r"(if|while|for|return)\b|\w+ [*&]?\w+ = ")


class Mutant:
    def __init__(self, entry):
        self.id = entry["id"]
        self.file = entry["file"]
        self.what = entry["what"]
        self.text = entry["text"].strip("\n")
        self.becomes = entry["becomes"].strip("\n")
        # What the text is in, where it alone is there several times.
        self.within = entry.get("within", self.text).strip("\n")
        self.tests = entry["tests"]
        # Why no test can notice it.
        self.equivalent = entry.get("equivalent")

    def is_compiled(self):
        return self.file.endswith(".cpp")

    def is_whole(self):
        """Whether a question may be put in front of it, as far as brackets and words tell."""
        return all(
            text.count("(") == text.count(")") and text.count("{") == text.count("}")
            for text in (self.text, self.becomes)
        ) and (self.is_statements() or not OF_STATEMENTS.match(self.text))

    def is_statements(self):
        return re.search(r"[;}]\s*$", self.text)

    def place(self):
        """Where in its file its text is: exactly once, or the list is out of date."""
        source = read(os.path.join(ROOT, self.file))
        for text, whole in ((self.within, source), (self.text, self.within)):
            if whole.count(text) != 1:
                fail(
                    "the list is out of date: the text of %s is %d times in %s"
                    % (self.id, whole.count(text), self.file)
                )
        return source.index(self.within) + self.within.index(self.text)

    def guarded(self, otherwise):
        if self.is_statements():
            return 'if (isMutant("%s")) {\n%s\n} else {\n%s\n}' % (
                self.id,
                self.becomes,
                otherwise,
            )
        return '(isMutant("%s") ? (%s) : (%s))' % (self.id, self.becomes, otherwise)


def load_mutants():
    with open(os.path.join(os.path.dirname(__file__), "mutants.toml"), "rb") as file:
        mutants = [Mutant(entry) for entry in tomllib.load(file)["mutant"]]
    ids = [mutant.id for mutant in mutants]
    for twice in {id for id in ids if ids.count(id) > 1}:
        fail("two mutants are called " + twice)
    for mutant in mutants:
        mutant.place()
        if mutant.is_compiled() and not mutant.is_whole():
            fail("the text of %s is neither an expression nor statements" % mutant.id)
    return mutants


def with_mutants(source, mutants, active):
    """The source with each of its mutants behind a question."""
    places = {}
    for mutant in mutants:
        places.setdefault((mutant.place(), mutant.text), []).append(mutant)
    end = len(source)
    for (start, text), here in sorted(places.items(), reverse=True):
        if start + len(text) > end:
            fail("the text of %s overlaps another's" % here[0].id)
        guarded = text
        for mutant in here:
            guarded = mutant.guarded(guarded)
        source = source[:start] + guarded + source[start + len(text) :]
        end = start
    return ASK % active + source


class Copy:
    """The sources with all mutants in them, and their build."""

    def __init__(self, folder, mutants, jobs, quick):
        self.quick = quick
        self.source = os.path.join(folder, "source")
        self.build = os.path.join(folder, "build")
        self.active = os.path.join(folder, "active")
        self.jobs = jobs
        self.mutants = mutants
        self.results = os.path.join(folder, "results.json")

    def make(self, llvm_major):
        names = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout.decode()
        names = [name for name in names.split("\0") if name]
        compiled = {}
        for mutant in self.mutants:
            if mutant.is_compiled():
                compiled.setdefault(mutant.file, []).append(mutant)
        for name in names:
            old, new = os.path.join(ROOT, name), os.path.join(self.source, name)
            if not os.path.exists(old):
                continue
            if name in compiled:
                write(new, with_mutants(read(old), compiled[name], self.active))
                continue
            if name == EVERYWHERE:
                ways = read(old).replace("\tfailed=1\n", "\texit 1\n")
                if self.quick:
                    ways = ways.replace("v3 v4", "v3").replace("O1 O2 Os", "O2")
                write(new, ways)
                shutil.copymode(old, new)
                continue
            os.makedirs(os.path.dirname(new), exist_ok=True)
            if os.path.islink(old) or not same(old, new):
                shutil.copy2(old, new, follow_symlinks=False)
        gone = set(files_below(self.source)) - set(names)
        for name in gone:
            if not name.endswith(".pyc"):
                os.unlink(os.path.join(self.source, name))
        self.activate(None)
        self.run("configure", ["cmake", "-G", "Ninja", "-S", self.source, "-B", self.build]
                 + ["-DBPF_FIBER_LLVM_MAJOR=" + llvm_major])
        self.run("build", ["cmake", "--build", self.build, "-j", str(self.jobs)])
        cache = read(os.path.join(self.build, "CMakeCache.txt"))
        self.lit = re.search(r"^BPF_FIBER_LIT:FILEPATH=(.*)$", cache, re.M).group(1)

    def run(self, what, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.stderr.write(done.stdout[-8000:])
            fail("cannot %s the copy; does each mutant compile?" % what)

    def activate(self, mutant):
        """Makes this mistake and no other; None makes none."""
        for file in {other.file for other in self.mutants if not other.is_compiled()}:
            text = read(os.path.join(ROOT, file))
            if mutant and mutant.file == file:
                start = mutant.place()
                text = text[:start] + mutant.becomes + text[start + len(mutant.text) :]
            write(os.path.join(self.source, file), text)
        write(self.active, mutant.id if mutant and mutant.is_compiled() else "")

    def compiles(self):
        return all(
            subprocess.run(
                [os.path.join(self.build, "bin", "bpf-fiberc"), "-mcpu=v3", "-O2", "-g"]
                + ["-fsyntax-only", "-I" + os.path.join(self.build, "vmlinux")]
                + ["-I" + os.path.join(self.source, "test/Kernel/Inputs")]
                + [os.path.join(self.source, probe)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ).returncode == 0
            for probe in PROBES
        )

    def test(self, pattern, until_failure=True):
        """The names of tests that passed, and of those that failed."""
        if os.path.exists(self.results):
            os.unlink(self.results)
        subprocess.run(
            [self.lit, "-q", "--no-progress-bar", "-j", str(self.jobs)]
            + (["--max-failures=1"] if until_failure else [])
            + ["--output", self.results, "--filter", pattern, os.path.join(self.build, "test")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if not os.path.exists(self.results):
            fail("lit found no test for " + pattern)
        passed, failed = set(), set()
        for test in json.loads(read(self.results))["tests"]:
            name = test["name"].partition(":: ")[2]
            if test["code"] in ("PASS", "FLAKYPASS", "XFAIL"):
                passed.add(name)
            elif test["code"] not in ("UNSUPPORTED", "SKIPPED", "EXCLUDED"):
                failed.add(name)
        return passed, failed


def same(old, new):
    if not os.path.exists(new) or os.path.getsize(old) != os.path.getsize(new):
        return False
    with open(old, "rb") as a, open(new, "rb") as b:
        return a.read() == b.read()


def files_below(folder):
    for path, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(path, name), folder)


def judge(copy, mutant, patterns, good):
    """Killed, by which test; or survived, or does not compile."""
    copy.activate(mutant)
    if not mutant.is_compiled() and not copy.compiles():
        return "does not compile", None
    for pattern in patterns:
        _, failed = copy.test(pattern)
        if not failed:
            continue
        killer = sorted(failed)[0]
        # It must be the mutant that it does not stand.
        if killer not in good:
            copy.activate(None)
            passed, _ = copy.test(re.escape(killer))
            if killer not in passed:
                fail("%s fails without a mutant" % killer)
            good.add(killer)
        return "killed", killer
    return "survived", None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pattern", nargs="?", default="", help="of the ids or files of mutants")
    parser.add_argument("--build", required=True, help="where the copy and its build are")
    parser.add_argument("--llvm-major", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only the tests that a mutant names, with one way to compile those of the kernel;"
        " each of them without the mutant only if it kills",
    )
    parser.add_argument(
        "--list", action="store_true", help="only say which there are, if the list is up to date"
    )
    args = parser.parse_args()

    # All are compiled in, so that another pattern needs no build.
    mutants = load_mutants()
    chosen = [m for m in mutants if re.search(args.pattern, m.id + " " + m.file)]
    if not chosen:
        fail("no mutant is called " + args.pattern)
    if args.list:
        for mutant in chosen:
            print("%-45s %s" % (mutant.id, mutant.what))
        return 0

    copy = Copy(args.build, mutants, args.jobs, args.quick)
    print("building a copy with %d mutants" % len(mutants), flush=True)
    copy.make(args.llvm_major)
    good = set()
    if not args.quick:
        print("testing it without any", flush=True)
        every = "|".join(sorted({mutant.tests for mutant in chosen}))
        good, failed = copy.test(every, until_failure=False)
        if failed:
            fail("without a mutant there fails already: " + ", ".join(sorted(failed)))

    results = {"killed": [], "survived": [], "does not compile": []}
    try:
        for mutant in chosen:
            begin = time.monotonic()
            patterns = [mutant.tests] if args.quick else [mutant.tests, WIDE]
            result, killer = judge(copy, mutant, patterns, good)
            results[result].append(mutant)
            print(
                "%-9s %s%s, %d s"
                % (result, mutant.id, " by " + killer if killer else "", time.monotonic() - begin),
                flush=True,
            )
    finally:
        copy.activate(None)

    for mutant in results["survived"]:
        print("\n%s survived: %s\n  %s" % (
            mutant.id, mutant.what, mutant.equivalent or "no test notices it"))
    percent = 100.0 * len(results["killed"]) / len(chosen)
    print(
        "%d mutants: %d killed, %d survived, %d do not compile; %.1f %%"
        % (len(chosen), *(len(results[r]) for r in results), percent)
    )
    return 1 if percent < ENOUGH or results["does not compile"] else 0


if __name__ == "__main__":
    sys.exit(main())
