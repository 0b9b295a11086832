#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Spoils IR that has fibers in it and runs the passes on what opt accepts of it.

Whatever is missing, doubled or of another value or type: an error or none, but no
crash, no hang, and no IR that LLVM's verifier refuses. See README.md.
"""

import argparse
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import tempfile

# With these clang makes IR as the first of the passes gets it; the second one
# gets what LLVM has simplified.
SIMPLIFY = "always-inline,function(sroa,instcombine<no-verify-fixpoint>,simplifycfg)"
LOWER = "bpf-fiber-lower,bpf-fiber-cleanup"
PRINTERS = ",".join("print<bpf-fiber-%s>" % name for name in
                    ("liveness", "origins", "references", "frame"))
PIPELINES = (
    "bpf-fiber-prepare,verify," + SIMPLIFY + "," + LOWER + ",verify,bpf-fiber-stack-addresses",
    "bpf-fiber-lower,verify,bpf-fiber-cleanup",
    PRINTERS,
)
SECONDS = 30


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--opt", required=True, help="of LLVM")
    parser.add_argument("--plugin", required=True, help="the passes")
    parser.add_argument("--variants", type=int, default=300, help="how many (300)")
    parser.add_argument("--seed", type=int, default=1, help="of the first one (1)")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    parser.add_argument("--keep", default="fuzz-ir-failures", help="folder for failures")
    parser.add_argument("sources", nargs="+", help="IR, whole modules")
    return parser.parse_args()


def pick(rng, lines):
    """Mostly of what is no debug info, of which there is most."""
    for _ in range(8 if rng.random() < 0.8 else 1):
        at = rng.randrange(len(lines))
        if lines[at] and lines[at][0] not in "!;":
            break
    return at


def drop(rng, lines):
    at = pick(rng, lines)
    del lines[at : at + rng.choice((1, 1, 1, 2, 5))]


def double(rng, lines):
    at = pick(rng, lines)
    lines.insert(at, lines[at])


def swap(rng, lines):
    a, b = pick(rng, lines), pick(rng, lines)
    lines[a], lines[b] = lines[b], lines[a]


def replace(rng, lines):
    """A number, name, type or keyword by another one of the same kind."""
    at = pick(rng, lines)
    tokens = list(re.finditer(r"%[\w.]+|@[\w.]+|![\w.]+|\b-?\d+\b|\bi\d+\b|\bptr\b|"
                              r"\bnull\b|\bpoison\b|\bundef\b|\"[^\"]*\"|\b(?:add|sub|mul|and|or|"
                              r"shl|eq|ne|ult|slt|ugt)\b", lines[at]))
    if not tokens:
        return
    token = rng.choice(tokens)
    text = token.group()
    if text[0] in "%@!":
        pool = re.findall(re.escape(text[0]) + r"[\w.]+", "\n".join(
            lines[max(0, at - 40) : at + 40] if text[0] == "%" else rng.sample(
                lines, min(200, len(lines)))))
    elif text[0] == '"':
        pool = ['""', '"x"', '"%s"' % ("a" * 300), '"\\00"', '"bpf-fiber"', '"home"']
    elif text[0].isdigit() or text[0] == "-":
        pool = ["0", "1", "-1", "2", "3", "8", "63", "64", "255", "4294967295", "65536",
                "9223372036854775807", "1099511627776"]
    elif re.fullmatch(r"i\d+|ptr", text):
        pool = ["i1", "i8", "i16", "i32", "i64", "i128", "i24", "ptr"]
    elif text in ("null", "poison", "undef"):
        pool = ["null", "poison", "undef", "zeroinitializer"]
    else:
        pool = ["add", "sub", "mul", "and", "or", "shl", "eq", "ne", "ult", "slt", "ugt"]
    if pool:
        lines[at] = lines[at][: token.start()] + rng.choice(pool) + lines[at][token.end() :]


def cut_call(rng, lines):
    """An argument less, as in headers of another version."""
    calls = [i for i, line in enumerate(lines) if "@__fiber_" in line and "," in line]
    if calls:
        at = rng.choice(calls)
        lines[at] = re.sub(r", [^,()]*\)", ")", lines[at], count=1)


def truncate(rng, lines):
    """A function whose end is missing."""
    ends = [i for i, line in enumerate(lines) if line == "}"]
    if ends:
        end = rng.choice(ends)
        n = rng.randrange(1, 12)
        del lines[max(0, end - n) : end]
        lines.insert(max(0, end - n), "  unreachable")


MUTATIONS = (drop, double, swap, cut_call, truncate) + 5 * (replace,)


def mutate(rng, text):
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        rng.choice(MUTATIONS)(rng, lines)
    return "\n".join(lines)


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.sources = []
        for name in options.sources:
            with open(name, encoding="utf-8") as file:
                self.sources.append(file.read())

    def opt(self, path, passes):
        command = [self.options.opt, "-load-pass-plugin=" + self.options.plugin,
                   "-disable-output", "-passes=" + passes, path]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return "it takes longer than %d s" % SECONDS, ""
        log = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1) or "Stack dump" in log:
            return "exit status %d" % done.returncode, log
        if done.returncode == 1 and "error:" not in log:
            return "it fails without an error message", log
        return None, log

    def run(self, seed):
        """None: opt refuses it; else whether all went well."""
        rng = random.Random(seed)
        text = mutate(rng, rng.choice(self.sources))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "variant.ll")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            accepted = subprocess.run(
                [self.options.opt, "-disable-output", "-passes=verify," + SIMPLIFY, path],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            if accepted.returncode or b"invalid debug info" in accepted.stderr:
                return None
            passes = rng.choice(PIPELINES)
            failure, log = self.opt(path, passes)
            if not failure:
                return True
        os.makedirs(self.options.keep, exist_ok=True)
        kept = os.path.join(self.options.keep, "seed-%d.ll" % seed)
        with open(kept, "w", encoding="utf-8") as file:
            file.write("; opt -passes='%s': %s\n%s" % (passes, failure, text))
        with open(kept + ".log", "w", encoding="utf-8") as file:
            file.write(log)
        print("seed %d: %s with -passes='%s': %s" % (seed, failure, passes, kept), flush=True)
        return False


def main():
    options = arguments()
    fuzzer = Fuzzer(options)
    seeds = range(options.seed, options.seed + options.variants)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(fuzzer.run, seeds))
    good, bad = results.count(True), results.count(False)
    print("%d variants: %d refused by opt itself, %d good, %d bad"
          % (len(results), results.count(None), good, bad))
    # Nearly all refused: nothing has been tested.
    return 1 if bad or good < len(results) // 20 else 0


if __name__ == "__main__":
    sys.exit(main())
