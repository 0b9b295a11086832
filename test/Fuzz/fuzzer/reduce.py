# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes a program smaller as long as the same goes wrong with it."""

import time

from .tree import const


def blocks_of(program):
    """Every list of statements, outer ones first."""

    def walk(block):
        yield block
        for s in list(block):
            for b in s.blocks:
                yield from walk(b)

    for f in program.functions:
        yield from walk(f.body)


def expression_places(program):
    """(list, index) of every expression, outer ones first."""

    def walk(args):
        for i in range(len(args)):
            yield args, i
            if i < len(args):
                yield from walk(args[i].args)

    for block in list(blocks_of(program)):
        for s in list(block):
            yield from walk(s.exprs)


class Reducer:
    def __init__(self, program, holds, seconds=240):
        self.program, self.holds = program, holds
        self.end = time.monotonic() + seconds
        self.tries = 0

    def late(self):
        return time.monotonic() > self.end

    def attempt(self):
        self.tries += 1
        return not self.late() and self.holds(self.program)

    def reduce(self):
        before = None
        while not self.late() and before != self.program.text():
            before = self.program.text()
            self.functions()
            self.statements()
            self.unwrap()
            self.expressions()
        return self.program

    def functions(self):
        functions = self.program.functions
        for f in functions[:-1]:
            at = functions.index(f)
            functions.remove(f)
            if not self.attempt():
                functions.insert(at, f)
        for lines in (self.program.globals, self.program.init):
            for line in list(lines):
                at = lines.index(line)
                lines.remove(line)
                if not self.attempt():
                    lines.insert(at, line)
        for attribute, plain in (("split", False), ("map", "HASH"), ("home", "syscall")):
            was = getattr(self.program, attribute)
            # in a syscall fiber a reply is an activation at home
            if attribute == "home" and "packet_or_user" in self.program.text():
                continue
            if was != plain:
                setattr(self.program, attribute, plain)
                if not self.attempt():
                    setattr(self.program, attribute, was)

    def statements(self):
        for block in list(blocks_of(self.program)):
            size = len(block)
            while size:
                at = 0
                while at < len(block):
                    cut = block[at : at + size]
                    block[at : at + size] = []
                    if self.late():
                        block[at:at] = cut
                        return
                    if not self.attempt():
                        block[at:at] = cut
                        at += size
                size //= 2

    def unwrap(self):
        """A statement gives way to what is in it."""
        for block in list(blocks_of(self.program)):
            at = 0
            while at < len(block):
                s = block[at]
                for inside in [b for b in s.blocks if b]:
                    block[at : at + 1] = inside
                    if self.attempt():
                        break
                    block[at : at + len(inside)] = [s]
                at += 1
                if self.late():
                    return

    def expressions(self):
        for args, i in expression_places(self.program):
            if self.late():
                return
            if i >= len(args):
                continue
            was = args[i]
            if was.kind == "const" and was.data in (0, 1):
                continue
            choices = [const(was.type, 0), const(was.type, 1)] + was.args
            for new in choices:
                args[i] = new
                if self.attempt():
                    break
                args[i] = was
