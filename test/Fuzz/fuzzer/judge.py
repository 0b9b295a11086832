# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a program in the three ways, runs it, and says what came of it."""

import os
import random
import re
import signal
import subprocess

COMPILE_SECONDS = 60
RUN_SECONDS = 90

# What ends a run of the fuzzer with a failure, the worst first.
BUGS = ["wrong", "twin", "crash", "rejected", "error"]


class Configuration:
    """How a program is compiled and run; its text is what a corpus file says."""

    def __init__(self, level="O2", cpu="v3", quantum=0, migrate=False, wrap=False, ends=""):
        self.level, self.cpu, self.quantum = level, cpu, quantum
        self.migrate, self.wrap, self.ends = migrate, wrap, ends

    @classmethod
    def random(cls, seed, settings):
        may_yield = settings.quantum
        rng = random.Random("configuration %s" % seed)
        level = rng.choice(["O1", "O2", "O2", "Os", "O1", "O2", "Os", "O3", "Oz", "Og"])
        quantum = rng.choice([1, 8, 30, 100]) if may_yield else 0
        out = cls(level, rng.choice(["v3", "v4"]), quantum, rng.random() < 0.5, rng.random() < 0.3)
        if settings.cancellable:
            out.ends = rng.choice(["", "cancel", "cancel"])
        elif not quantum and rng.random() < 0.15:
            out.ends = "destroy"
        return out

    def arguments(self):
        out = ["-" + self.level, "-mcpu=" + self.cpu, "-g"]
        if self.quantum:
            out.append("-fbpf-fiber-quantum=%d" % self.quantum)
        if self.wrap:
            out.append("-fwrapv")
        return out

    def __str__(self):
        return " ".join(self.arguments()) + (" migrate" if self.migrate else "") + (
            " " + self.ends if self.ends else ""
        )

    @classmethod
    def parse(cls, text):
        out = cls()
        for word in text.split():
            if word.startswith("-O"):
                out.level = word[1:]
            elif word.startswith("-mcpu="):
                out.cpu = word[6:]
            elif word.startswith("-fbpf-fiber-quantum="):
                out.quantum = int(word[20:])
            elif word == "-fwrapv":
                out.wrap = True
            elif word in ("cancel", "destroy"):
                out.ends = word
            elif word == "migrate":
                out.migrate = True
        return out


class Tools:
    """Where things are."""

    def __init__(self, fiberc, runner, clang, cc="cc"):
        self.fiberc, self.runner, self.clang, self.cc = fiberc, runner, clang, cc
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.includes = ["-I" + os.path.join(here, "Inputs")]
        machine = os.uname().machine
        self.bpf_includes = self.includes + ["-I/usr/include/%s-linux-gnu" % machine]


class Verdict:
    """category: ok, refused, complex, or one of BUGS."""

    def __init__(self, category, detail="", log=""):
        self.category, self.detail, self.log = category, detail, log

    def is_bug(self):
        return self.category in BUGS

    def signature(self):
        """What a reduced program must have in common with the whole one."""
        if self.category == "rejected":
            return "rejected " + rejection(self.log)
        if self.category in ("crash", "error"):
            return self.category + " " + self.detail[:60]
        # which numbers differ does not matter, but that it is numbers
        return self.category + " " + re.sub(r"0x[0-9a-f]+|-?\d+|native.*", "", self.detail)[:24]


def rejection(log):
    """The line of the verifier's that says why, without numbers."""
    said = [
        line
        for line in log.splitlines()
        if line.strip()
        and not re.match(r"libbpf|\d+: |; |processed |verification time|stack depth|mark_precise|from |--|R\d+=|arg#|func#|max_states|insns", line.strip())
    ]
    if "BPF program is too large" in log:
        return "BPF program is too large"
    if "jumps is too complex" in log:
        return "jumps is too complex"
    if "infinite loop detected" in log:
        return "infinite loop detected"
    return re.sub(r"-?\d+|0x[0-9a-f]+", "N", said[-1].strip()) if said else "?"


class Judge:
    """One runner process, and a folder to work in."""

    def __init__(self, tools, folder):
        self.tools, self.folder, self.process = tools, folder, None
        os.makedirs(folder, exist_ok=True)

    def close(self):
        if self.process:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def compile(self, command):
        """Exit code, stderr; -1 for one that takes too long."""
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=COMPILE_SECONDS, errors="replace",
            )
            return done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            return -1, "the compiler does not come to an end"

    def ask(self, line):
        for _ in range(2):
            if not self.process:
                self.process = subprocess.Popen(
                    [self.tools.runner], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    errors="replace", text=True,
                )
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
                break
            except BrokenPipeError:
                self.process = None
        log = []

        def late(*_):
            self.process.kill()

        # The runner gives up on a fiber that stops; this is for what it cannot see.
        import threading

        timer = threading.Timer(RUN_SECONDS, late)
        timer.start()
        try:
            for text in self.process.stdout:
                if text.startswith("= "):
                    words = text[2:].rstrip("\n").split(" ", 1)
                    return Verdict(words[0], words[1] if len(words) > 1 else "", "".join(log))
                log.append(text)
        finally:
            timer.cancel()
        self.process.wait()
        code, self.process = self.process.returncode, None
        if code == -signal.SIGKILL:
            return Verdict("complex", "took too long to verify or to run")
        return Verdict("error", "the runner ended with %d" % code, "".join(log))

    def judge(self, source, configuration, seed, inputs=4, strict=False, twin=True):
        """strict: the native program must not do anything undefined; twin: run it
        also where the fiber does what the native program does."""
        verdict = self.once(source, configuration, seed, inputs, strict, twin)
        if "fiber_guard(" in source and verdict.category == "rejected":
            return Verdict("complex", "no twin", verdict.log)
        if not twin and verdict.category in ("rejected", "wrong"):
            verdict = self.once(source, configuration, seed, inputs, strict, True)
        return verdict

    def once(self, source, configuration, seed, inputs, strict, with_twin):
        c, tools = self.path("program.c"), self.tools
        with open(c, "w") as f:
            f.write(source)
        fiber, twin, native = self.path("fiber.o"), self.path("twin.o"), self.path("native.so")
        bpf = configuration.arguments() + ["-w"] + tools.bpf_includes
        # the twin has no fibers
        plain = [a for a in bpf if not a.startswith("-fbpf-fiber")]
        as_twin = [tools.clang, "-target", "bpf", *plain, "-DFZ_TWIN", "-c", c, "-o", twin]
        code, said = self.compile([tools.fiberc, *bpf, "-c", c, "-o", fiber])
        if code:
            named = re.findall(r"error: .*\[(bpf-fiber-[a-z0-9-]+)\]", said)
            if named:
                return Verdict("refused", named[0], said)
            if "stack limit" in said or "stack frame size" in said or "stack arguments" in said:
                return Verdict("complex", "stack", said)
            if code < 0 or code >= 126 or "Stack dump" in said or "LLVM ERROR" in said or "fatal error: error in backend" in said:
                text = re.search(r"(Assertion.*|LLVM ERROR.*|error in backend.*|UNREACHABLE.*)", said)
                return Verdict("crash", text.group(1) if text else said[:100], said)
            if self.compile(as_twin)[0]:
                return Verdict("complex", "no twin", said)
            text = re.search(r"error: (.*)", said)
            return Verdict("error", text.group(1) if text else said[:100], said)
        if not with_twin or "fiber_guard(" in source:
            twin = "-"
        elif self.compile(as_twin)[0]:
            return Verdict("complex", "twin does not compile", said)
        guards = "fiber_guard(" in source
        command = [tools.cc, "-O0" if guards else "-O1", "-w", "-fPIC", "-shared", "-DFZ_NATIVE"]
        if strict and not guards:
            command = [tools.clang, "-O1", "-Wno-everything", "-Werror=return-type", "-Werror=uninitialized", "-fPIC", "-shared",
                       "-DFZ_NATIVE", "-fsanitize=undefined,bounds", "-fsanitize-trap=undefined,bounds", "-ftrivial-auto-var-init=pattern"]
        elif configuration.wrap:
            command.append("-fwrapv")
        code, said = self.compile(command + tools.includes + [c, "-o", native])
        if code:
            return Verdict("error", "native: " + said[:200], said)
        flags = ("s" if strict else "") + ("q" if configuration.quantum else "") + ("m" if configuration.migrate else "")
        flags = flags + configuration.ends[:1] or "-"
        return self.ask("%s %s %s %d %d %s" % (fiber, twin, native, seed, inputs, flags))
