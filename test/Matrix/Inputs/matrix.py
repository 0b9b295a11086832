#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run the tests of a suite on another kernel: see ../README.md.

Objects are compiled here, as the RUN lines of the tests say but with
-fbpf-fiber-kernel= and in one way; all of them are then loaded and acted out in
one boot. One line each says how it went.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

import boot

# Tests of a suite that are not run on other kernels, or not on one, and why.
LEFT_OUT = {
    "Examples/bench-*": "times in an emulator mean nothing",
    "Examples/demo*": "of a script, whose program is tested",
    "Examples/interrupted-*": "of scripts",
    "Examples/reports-are-what-btf-says*": "nothing runs in the kernel",
    "Kernel/fiber-test-notices-what-is-wrong*": "of the runner",
    "Kernel/late-timers-do-not-end-later-waits.c": "of which timer fires first: not so in an emulator",
    "Kernel/range-from-a-compound-condition.c on 6.1": "nothing is learnt there of two registers that are compared",
    "Kernel/refusals-are-explained*": "of the running kernel's messages",
    "Kernel/sources-are-linked.sh": "compiles and links, for minutes in an emulator",
    "Kernel/verifier-logs-are-explained*": "of the running kernel's messages",
    "Kernel/yielding-loop-begins-with-copies.c": "of how the running kernel's verifier walks",
    "Kernel/yielding-loop-is-walked-once.c": "of how the running kernel's verifier walks",
}

# What a line is about that is not run either: a hand-written twin says nothing
# of the compiler.
HAND = "%t-hand"

# How a kernel, or libbpf on it, says that it lacks something.
REFUSALS = (
    "not found in kernel",  # a kfunc, or a type of one
    "unknown opcode",  # an instruction
    "invalid func ",  # a helper
    # A __weak kfunc that is called nevertheless:
    "invalid kernel function call not eliminated",
    "(85) call #0",
)

# For a job; emulation is ten times slower.
SECONDS = 300
BOOTS = 3
# So many failures at most may be chance, and are acted out once more.
SECOND_BOOT = 5
# Of the output of a failure, and of the one that is shown again at the end.
LINES = 30
LAST_LINES = 10

PASSED, LACKS, FAILED = "passed", "lacks", "FAILED"


class Job:
    """A command for the machine, with what came of it: it must succeed, or be
    refused for what the compiler says the kernel lacks."""

    def __init__(self, name, command, lacks=None):
        self.name, self.command, self.lacks = name, command, lacks
        self.output, self.status, self.seconds = [], None, 0.0
        self.second_boot = False

    def verdict(self):
        if self.status is None:
            return FAILED, ["the machine did not get to its end:", *self.output]
        if self.lacks is None:
            return (FAILED, self.output) if self.status else (PASSED, [])
        if self.status == 0:
            return FAILED, ["%s, says the compiler, but the kernel takes it" % self.lacks]
        said = [line for line in self.output if any(r in line for r in REFUSALS)]
        if not said or not any("cannot load the object" in line for line in self.output):
            return FAILED, ["%s, but the kernel says:" % self.lacks, *self.output]
        return LACKS, ["%s; the kernel: %s" % (self.lacks, said[-1].strip())]

    def failed(self):
        return self.verdict()[0] == FAILED


class Suite:
    """Makes the jobs of a suite."""

    def __init__(self, args):
        self.args = args
        self.folder = os.path.join(args.root, "test", args.suite)
        self.option = "-fbpf-fiber-kernel=" + args.kernel
        self.load = self.write("load", "DO: load\n")
        self.fiber_test = self.write(
            "fiber-test", '#!/bin/sh\nexec %s -t %d "$@"\n' % (shlex.quote(args.fiber_test), SECONDS)
        )

    def write(self, name, text):
        path = os.path.join(self.args.output, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def collect(self):
        tests, unused = [], set(LEFT_OUT)
        for name in sorted(os.listdir(self.folder)):
            path = os.path.join(self.folder, name)
            if name.startswith("lit.") or not os.path.isfile(path):
                continue
            if not re.search(self.args.only, name):
                continue
            full = self.args.suite + "/" + name
            names = [full, "%s on %s" % (full, self.args.kernel)]
            patterns = [p for p in LEFT_OUT if any(fnmatch.fnmatch(n, p) for n in names)]
            if patterns:
                unused.difference_update(patterns)
                continue
            tests.append(Test(self, name, path))
        unused = [p for p in unused if self.is_for_this(p)]
        if unused and not self.args.only:
            sys.exit("nothing is left out by %s" % sorted(unused))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return [job for jobs in pool.map(Test.collect, tests) for job in jobs]

    def is_for_this(self, pattern):
        suite, (_, _, kernel) = pattern.partition("/")[0], pattern.partition(" on ")
        return suite == self.args.suite and kernel in ("", self.args.kernel)


class Test:
    def __init__(self, suite, name, path):
        self.suite, self.args = suite, suite.args
        self.name, _, self.extension = name.rpartition(".")
        self.path = path
        self.output = os.path.join(suite.args.output, self.name)
        self.jobs = []

    def collect(self):
        """Its jobs; one that has failed if it cannot be compiled."""
        try:
            self.read()
        except subprocess.CalledProcessError as error:
            self.jobs.append(Job(self.name, None))
            self.jobs[-1].status = error.returncode
            self.jobs[-1].output = error.stdout.splitlines()
        return self.jobs

    def read(self):
        with open(self.path, encoding="utf-8") as file:
            lines = re.findall(r"RUN: (.*)", file.read())
        if not lines:
            sys.exit("%s has no RUN line" % self.path)
        script = []
        for line in lines:
            if HAND in line:
                continue
            words = shlex.split(self.expand(line))
            if words[0] == "%everywhere":
                self.acted(words[1], words[1], words[2], words[3:])
            elif words[0] == "%behaves":
                source = os.path.join(self.args.root, "examples", words[1], words[1] + ".bpf.c")
                self.acted(source, words[2], words[3], [w for w in words[4:] if w != "--"])
            elif words[0] == self.args.fiberc:
                # The test must have the object where it expects it.
                lacks = self.compile(words)
                if lacks:
                    self.refused(lacks, words[words.index("-o") + 1])
                    return
            elif words[0] in (self.args.clang, "python3"):
                self.run(self.expand(line))
            else:
                script.append(self.expand(line))
        if script:
            self.jobs.append(Job(self.name, " && ".join(script)))

    def expand(self, line):
        args = self.args
        for word, value in (
            ("fiberc", args.fiberc),
            ("fiber_test", args.fiber_test),
            ("clang", args.clang),
            ("bpftool", args.bpftool),
            ("vmlinux_dir", args.vmlinux_dir),
            ("root", args.root),
            ("build", args.build),
            ("s", self.path),
            ("S", self.suite.folder),
            ("t", self.output),
        ):
            line = re.sub("%%%s(?![a-zA-Z_])" % word, lambda _: value, line)
        return line

    def run(self, command):
        subprocess.run(
            command, shell=True, check=True, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.args.output,
        )

    def compile(self, words):
        """Whether the compiler finds that the kernel lacks something: what. The
        object is one without the option then."""
        try:
            self.run(shlex.join([*words, self.suite.option]))
            return None
        except subprocess.CalledProcessError as error:
            errors = re.findall("error: (.*)", error.stdout)
            lacking = re.findall(r"error: (.*), and .* \[bpf-fiber-kernel\]", error.stdout)
            if not errors or len(lacking) != len(errors):
                raise
        self.run(shlex.join(words))
        return lacking[0]

    def refused(self, lacks, object_file, name=None):
        command = [self.suite.fiber_test, object_file, self.suite.load]
        self.jobs.append(Job(name or self.name, shlex.join(command), lacks))

    def acted(self, source, script, output, options):
        # As everywhere and behaves name it, which RUN lines may use.
        name, object_file = os.path.basename(output), output + "-v3-O2.o"
        lacks = self.compile(
            [self.args.fiberc, "-mcpu=v3", "-O2", "-g", "-Wall", "-I" + self.args.vmlinux_dir]
            + ["-I" + os.path.join(self.suite.folder, "Inputs")]
            + [*options, "-c", source, "-o", object_file]
        )
        if lacks:
            self.refused(lacks, object_file, name)
            return
        act = os.path.join(self.args.root, "test", "Kernel", "Inputs", "act")
        command = shlex.join([act, self.suite.fiber_test, object_file, script, source])
        with open(script, encoding="utf-8") as file:
            if "DO: parallel" in file.read():
                # Where the machine here is busy, the threads that are the two
                # CPUs may hardly run at once.
                command = "%s || %s || %s" % (command, command, command)
        self.jobs.append(Job(name, command))


def script_of(jobs, args):
    path = [os.path.join(args.build, "bin"), args.llvm_bin, "$PATH"]
    lines = ["export PATH=" + os.pathsep.join(path), "cd " + shlex.quote(args.output)]
    for number, job in enumerate(jobs):
        if job.command:
            lines += [
                "echo; echo @@ begin %d" % number,
                "timeout -k 5 %d bash -c %s" % (SECONDS, shlex.quote(job.command)),
                "status=$?; echo; echo @@ end $status",
            ]
    return "\n".join(lines) + "\n"


def boot_once(jobs, args):
    """Acts them out; what the machine did not get to has no status then."""
    current = None
    with boot.Machine(os.path.join(args.kernels, args.kernel), script_of(jobs, args), args.output) as m:
        for line in m.lines():
            words = line.split()
            if words[:2] == ["@@", "begin"]:
                current, begin = jobs[int(words[2])], time.monotonic()
                current.output = []
            elif words[:2] == ["@@", "end"]:
                current.status = int(words[2])
                current.seconds = time.monotonic() - begin
                show(current)
                current = None
            elif current and line:
                current.output.append(line)
        if any(job.status is None for job in jobs):
            print("the kernel's last words:", *m.messages().splitlines()[-LINES:], sep="\n  ")


def boot_until_done(jobs, args):
    """The emulator, with a thread for each CPU, now and then executes code that
    the kernel is just patching, and the kernel dies of it, mostly while it boots.
    What is left is for another boot; what kills the kernel each time has failed."""
    for _ in range(BOOTS):
        left = [job for job in jobs if job.status is None]
        if left:
            boot_once(left, args)


def run(jobs, args):
    """Of what is wrong on a kernel nothing passes in a second boot; of what fails
    because the machine here is busy most does."""
    boot_until_done(jobs, args)
    failed = [job for job in jobs if job.command and job.status is not None and job.failed()]
    if len(failed) > SECOND_BOOT:
        return
    for job in failed:
        job.status, job.second_boot = None, True
    boot_until_done(failed, args)


def show(job, lines=LINES):
    verdict, reasons = job.verdict()
    if job.second_boot:
        verdict += " (second boot)"
    print("%-7s %5.1f s  %s" % (verdict, job.seconds, job.name), *reasons[-lines:], sep="\n    ", flush=True)


def ended(number, _):
    """Once only: it may be told to the group and to each process."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser()
    for name in ("kernel", "suite", "kernels", "output", "root", "build", "fiberc", "fiber_test",
                 "clang", "llvm_bin", "bpftool", "vmlinux_dir"):
        parser.add_argument("--" + name.replace("_", "-"), required=True)
    parser.add_argument("--only", default="", help="tests whose names match")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, ended)
    shutil.rmtree(args.output, ignore_errors=True)
    os.makedirs(args.output)
    jobs = Suite(args).collect()
    for job in jobs:
        if not job.command:
            show(job)
    run(jobs, args)

    # Once more, here: of a long log the middle may be missing.
    for job in jobs:
        if job.failed():
            show(job, LAST_LINES)
    verdicts = [job.verdict()[0] for job in jobs]
    again = sum(job.second_boot and not job.failed() for job in jobs)
    print(
        "on Linux %s: %d of %s passed, %d lack what the compiler says, %d failed, "
        "%d needed a second boot"
        % (args.kernel, verdicts.count(PASSED), args.suite, verdicts.count(LACKS),
           verdicts.count(FAILED), again)
    )
    sys.exit(0 if verdicts.count(PASSED) and not verdicts.count(FAILED) else 1)


main()
