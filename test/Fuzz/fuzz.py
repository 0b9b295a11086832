#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential fuzzing of fibers, see README.md."""

import argparse
import collections
import concurrent.futures
import copy
import os
import sys
import tempfile
import threading
import time

from fuzzer.generate import generate
from fuzzer.judge import BUGS, Configuration, Judge, Tools
from fuzzer.reduce import Reducer


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=1, help="of the first program (1)")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    parser.add_argument("--time", type=int, default=0, help="stop after so many seconds")
    parser.add_argument("--inputs", type=int, default=4, help="for each program (4)")
    parser.add_argument("--keep", default="fuzz-failures", help="folder for failures")
    parser.add_argument("--reduce", type=int, default=180, metavar="SECONDS",
                        help="for each failure; 0: do not reduce (180)")
    parser.add_argument("--allow", nargs="+", default=[], choices=BUGS, metavar="CATEGORY",
                        help="of failures that do not count")
    parser.add_argument("--known", nargs="+", default=[], type=int, metavar="SEED",
                        help="of programs that the verifier is known to refuse")
    parser.add_argument("--replay", nargs="+", metavar="FILE", help="run these instead")
    parser.add_argument("--print", action="store_true", help="print the program of --seed")
    parser.add_argument("--config", help="as a report says it, instead of a random one")
    parser.add_argument("--pointers", type=float, default=0.05,
                        help="how often pointers live across awaits (0.05)")
    parser.add_argument("--build", default="build", help="build directory")
    parser.add_argument("--clang", default="clang-22", help="the clang of fiberc")
    return parser.parse_args()


def header(seed, configuration, verdict):
    return [
        "// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause",
        "// Seed %d, %s: %s" % (seed, verdict.category, verdict.detail),
        "// FUZZ: %s" % configuration,
    ]


class Run:
    def __init__(self, options, tools, folder):
        self.options, self.tools, self.folder = options, tools, folder
        self.local = threading.local()
        self.judges = []
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.wasted = collections.defaultdict(list)  # seeds
        self.failures = []
        self.left_out = 0
        self.grown = []  # verified instructions: fiber per twin
        self.end = time.monotonic() + options.time if options.time else None

    def judge(self):
        if not hasattr(self.local, "judge"):
            with self.lock:
                name = "judge-%d" % len(self.judges)
                self.local.judge = Judge(self.tools, os.path.join(self.folder, name))
                self.judges.append(self.local.judge)
        return self.local.judge

    def one(self, seed):
        if self.end and time.monotonic() > self.end:
            with self.lock:
                self.left_out += 1
            return
        program, settings = generate(seed, pointer_awaits=self.options.pointers)
        if self.options.config:
            configuration = Configuration.parse(self.options.config)
        else:
            configuration = Configuration.random(seed, settings)
        verdict = self.judge().judge(program.text(), configuration, seed, self.options.inputs,
                                     twin=seed % 4 == 0)
        with self.lock:
            self.counts[verdict.category] += 1
            if verdict.category in ("refused", "complex"):
                self.wasted[verdict.category + " " + verdict.detail.split(",")[0][:40]].append(seed)
            if verdict.category == "ok":
                words = verdict.detail.split()
                if int(words[3]):
                    self.grown.append(int(words[1]) / int(words[3]))
        if verdict.is_bug():
            self.failed(seed, program, configuration, verdict)

    def failed(self, seed, program, configuration, verdict):
        folder = os.path.join(self.options.keep, "%s-%d" % (verdict.category, seed))
        os.makedirs(folder, exist_ok=True)

        def write(name, text):
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)

        write("program.c", program.text(header(seed, configuration, verdict)))
        write("log", verdict.log)
        line = "%s seed %d %s: %s" % (verdict.signature(), seed, configuration, verdict.detail)
        known = verdict.category == "rejected" and seed in self.options.known
        with self.lock:
            if not known:
                self.failures.append((verdict.category, line, folder))
            print("known: " * known + line, flush=True)
        if known or not self.options.reduce:
            return
        judge = self.judge()

        def holds(candidate):
            v = judge.judge(candidate.text(), configuration, seed, self.options.inputs, strict=True)
            return v.signature() == verdict.signature()

        candidate = copy.deepcopy(program)
        if not holds(candidate):
            write("reduced.c", "/* does not fail again */\n")
            return
        reducer = Reducer(candidate, holds, self.options.reduce)
        reducer.reduce()
        last = judge.judge(candidate.text(), configuration, seed, self.options.inputs)
        write("reduced.c", candidate.text(header(seed, configuration, last)))
        write("reduced.log", last.log)

    def finish(self, seconds):
        for judge in self.judges:
            judge.close()
        total = sum(self.counts.values())
        print("%d programs in %d s (%d per minute): %s" % (
            total, seconds, total * 60 / max(seconds, 1),
            ", ".join("%d %s" % (n, what) for what, n in sorted(self.counts.items()))))
        if self.left_out:
            print("  %5d left out: the time was over" % self.left_out)
        for what, seeds in sorted(self.wasted.items(), key=lambda item: -len(item[1])):
            print("  %5d %s (%s)" % (len(seeds), what, " ".join(map(str, seeds[:4]))))
        if self.grown:
            grown = sorted(self.grown)
            print("  verified instructions, fiber per twin: median %.1f, worst %.1f"
                  % (grown[len(grown) // 2], grown[-1]))


def replay(options, tools, folder):
    """The files of a corpus, each in the way it failed and in the usual ones."""
    judge = Judge(tools, os.path.join(folder, "replay"))
    failed = 0
    for path in options.replay:
        with open(path) as f:
            source = f.read()
        told = [line.split("FUZZ:", 1)[1] for line in source.splitlines() if "FUZZ:" in line]
        ways = [Configuration.parse(t) for t in told]
        for cpu in ("v3", "v4"):
            for level in ("O1", "O2", "Os"):
                way = Configuration(level, cpu)
                if ways:
                    way.quantum, way.ends = ways[0].quantum, ways[0].ends
                ways.append(way)
        if options.config:
            ways = [Configuration.parse(options.config)]
        for way in ways:
            verdict = judge.judge(source, way, options.seed, options.inputs)
            if verdict.category != "ok":
                failed += 1
                print("%s: %s: %s: %s\n%s" % (path, way, verdict.category, verdict.detail,
                                             verdict.log[-2000:]))
            elif options.config:
                print("%s: %s" % (path, verdict.detail))
    judge.close()
    return 1 if failed else 0


def main():
    options = arguments()
    bin_dir = os.path.join(os.path.abspath(options.build), "bin")
    tools = Tools(os.path.join(bin_dir, "bpf-fiberc"), os.path.join(bin_dir, "fuzz-run"), options.clang)
    if options.print:
        print(generate(options.seed, pointer_awaits=options.pointers)[0].text())
        return 0
    with tempfile.TemporaryDirectory(prefix="bpf-fiber-fuzz.") as folder:
        if options.replay:
            return replay(options, tools, folder)
        run = Run(options, tools, folder)
        begin = time.monotonic()
        seeds = range(options.seed, options.seed + options.programs)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in pool.map(run.one, seeds):
                pass
        run.finish(time.monotonic() - begin)
    return 1 if any(f[0] not in options.allow for f in run.failures) else 0


if __name__ == "__main__":
    sys.exit(main())
