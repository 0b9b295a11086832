# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs as trees: what the generator builds, the emitter prints, the reducer cuts.

Every expression is well defined by the way it is printed, whatever its operands
are: shifts and indices are masked, divisors made odd, signed arithmetic done in
unsigned types. So the reducer may put any expression in the place of another.
"""

UNSIGNED = ["u8", "u16", "u32", "u64"]
SIGNED = ["s8", "s16", "s32", "s64"]
TYPES = UNSIGNED + SIGNED


def bits(t):
    return int(t[1:])


def unsigned(t):
    return "u64" if bits(t) == 64 else "u32"


class Expr:
    """kind, type, operands (Exprs), and what else the kind needs."""

    __slots__ = ("kind", "type", "args", "data")

    def __init__(self, kind, t, args=(), data=None):
        self.kind, self.type, self.args, self.data = kind, t, list(args), data

    def text(self):
        return getattr(self, "_" + self.kind)(*[a.text() for a in self.args])

    def _const(self):
        value = self.data
        if self.type == "s64" and value == -(1 << 63):
            return "(-9223372036854775807LL - 1)"
        if bits(self.type) == 64:
            text = "%d%s" % (value, "LL" if self.type == "s64" else "ULL")
        elif self.type == "u32":
            text = "%dU" % value
        elif self.type == "s32" and value == -(1 << 31):
            text = "(-2147483647 - 1)"
        else:
            text = "%d" % value
        return "(%s)" % text if value < 0 else text

    def _var(self):
        return self.data

    def _cast(self, a):
        return "(%s)(%s)" % (self.type, a)

    def _un(self, a):
        if self.data == "!":
            return "!(%s)" % a
        return "(%s)(%s(%s)(%s))" % (self.type, self.data, unsigned(self.type), a)

    def _bin(self, a, b):
        u = unsigned(self.type)
        if self.data in "/%":
            return "(%s)((%s)(%s) %s ((%s)(%s) | 1))" % (self.type, u, a, self.data, u, b)
        return "(%s)((%s)(%s) %s (%s)(%s))" % (self.type, u, a, self.data, u, b)

    def _small(self, a, b):  # no signed overflow is possible
        return "(%s)((%s)(%s) %s (%s)(%s))" % (self.type, self.data[1], a, self.data[0], self.data[1], b)

    def _shift(self, a, b):
        op, u = self.data, unsigned(self.type)
        if op == ">>" and self.type[0] == "s":
            u = self.type
        return "(%s)((%s)(%s) %s ((%s) & %d))" % (self.type, u, a, op, b, bits(self.type) - 1)

    def _cmp(self, a, b):
        op, t = self.data
        return "((%s)(%s) %s (%s)(%s))" % (t, a, op, t, b)

    def _logic(self, a, b):
        return "(%s %s %s)" % (a, self.data, b)

    def _cond(self, c, a, b):
        return "(%s ? (%s)%s : (%s)%s)" % (c, self.type, paren(a), self.type, paren(b))

    def _comma(self, a, b):
        return "((void)%s, %s)" % (paren(a), b)

    def _index(self, i):
        name, length = self.data
        return "%s[(%s) & %d]" % (name, i, length - 1)

    def _raw(self):  # an index that is known to be right
        return "%s[%s]" % self.data

    def _await(self, verdict):
        return "(co_await %s((%s) & 15))" % (self.data, verdict)

    def _call(self, *args):
        name, template = self.data
        out = []
        rest = list(args)
        for piece in template:
            out.append(rest.pop(0) if piece is None else piece)
        return "%s(%s)" % (name, ", ".join(out))

    def _awaitcall(self, *args):
        return "(co_await %s)" % self._call(*args)

    def _guard(self, call, *rest):
        return "(co_await fiber_guard(%s, %s))" % (call[len("(co_await "):-1], self.data % rest)

    def _trycall(self, *args):
        return "co_try(%s)" % self._awaitcall(*args)

    def _try(self, verdict):
        return "co_try(%s)" % self._await(verdict)

    def _stmtexpr(self, a, b):
        return "({ %s; %s; })" % (a, b)

    def awaits(self):
        return self.kind in ("await", "awaitcall", "trycall", "try", "guard") or any(
            a.awaits() for a in self.args
        )


def paren(text):
    return text if text.startswith("(") and text.endswith(")") else "(%s)" % text


def const(t, value):
    n = bits(t)
    value &= (1 << n) - 1
    if t[0] == "s" and value >> (n - 1):
        value -= 1 << n
    return Expr("const", t, (), value)


class Stmt:
    """kind; expressions; blocks (lists of Stmts); and what else the kind needs."""

    __slots__ = ("kind", "exprs", "blocks", "data")

    def __init__(self, kind, exprs=(), blocks=(), data=None):
        self.kind, self.exprs, self.data = kind, list(exprs), data
        self.blocks = [list(b) for b in blocks]

    def lines(self, depth):
        tab = "\t" * depth
        e = [x.text() for x in self.exprs]
        return [tab + l if l else l for l in getattr(self, "_" + self.kind)(e)]

    def _body(self, block):
        return [l for s in block for l in s.lines(1)]

    def _text(self, e):  # data is a template
        return [self.data % tuple(e)]

    def _if(self, e):
        out = ["if (%s) {" % e[0]] + self._body(self.blocks[0])
        if self.blocks[1]:
            out += ["} else {"] + self._body(self.blocks[1])
        return out + ["}"]

    def _loop(self, e):  # data: lines before, head, lines after the body, tail
        before, head, after, tail = self.data
        out = list(before) + [head % tuple(e) if head.count("%s") else head]
        e = [] if head.count("%s") else e
        out += self._body(self.blocks[0]) + ["\t" + l for l in after]
        return out + [tail % tuple(e) if tail.count("%s") else tail]

    def _switch(self, e):
        out = ["switch (%s) {" % e[0]]
        for (label, falls), block in zip(self.data, self.blocks):
            out += [label + ":"] + self._body(block)
            out += ["\t__attribute__((fallthrough));" if falls else "\tbreak;"]
        return out + ["}"]

    def _group(self, e):  # a block with something before and behind
        before, after = self.data
        return (
            ["{"]
            + ["\t" + l for l in before]
            + self._body(self.blocks[0])
            + ["\t" + l for l in after]
            + ["}"]
        )

    def _jumpin(self, e):
        init, head, label = self.data
        out = [init, "if (%s)" % e[0], "\tgoto %s;" % label, head]
        out += self._body(self.blocks[0]) + [label + ":;"] + self._body(self.blocks[1])
        return out + ["}"]


class Function:
    def __init__(self, head, body):
        self.head, self.body = head, body

    def lines(self):
        return [self.head, "{"] + [l for s in self.body for l in s.lines(1)] + ["}", ""]


class Program:
    """home: syscall, xdp or tc; map: HASH, LRU_HASH or ARRAY."""

    def __init__(self):
        self.home, self.map, self.split = "syscall", "HASH", False
        self.globals, self.init, self.functions = [], [], []

    def body(self):
        return [line for function in self.functions for line in function.lines()]

    def uses_user(self):
        joined = "\n".join(self.body())
        return "fz_user" in joined or "or_user" in joined

    def text(self, header=()):
        body = self.body()
        joined = "\n".join(body)
        out = list(header)
        out.append("#define FZ_HOME_%s" % self.home.upper())
        if self.split:
            out.append("#define FZ_SPLIT")
        if self.uses_user():
            out.append("#define FZ_USES_USER")
        if "fz_event" in joined:
            out.append("#define FZ_USES_EVENT")
        out += ['#include "fuzz.h"', "", "FZ_MAP(%s);" % self.map, ""]
        out += self.globals
        out += ["", "static __always_inline void fz_init(void)", "{"]
        out += ["\t" + l for l in self.init] + ["}", ""]
        out += body
        return "\n".join(out + ["FZ_PROGRAMS", ""])
