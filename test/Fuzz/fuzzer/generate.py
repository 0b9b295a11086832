# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random fibers: generate(seed) gives the same Program for the same seed."""

import random

from .tree import SIGNED, TYPES, UNSIGNED, Expr, Function, Program, Stmt, bits, const

FIELDS = [("a", "u32"), ("b", "s8"), ("c", "u16"), ("d", "s64")]


class Variable:
    """limit: the values are known to be below it; bound: it must not be assigned."""

    def __init__(self, name, t, is_global=False):
        self.name, self.type, self.is_global = name, t, is_global
        self.addressed = False
        self.bound = False
        self.limit = 0


class Array:
    def __init__(self, name, t, length, is_global=False):
        self.name, self.type, self.length, self.is_global = name, t, length, is_global


class Callee:
    """params: types, or '*type' for a pointer to one variable of it."""

    def __init__(self, name, t, params, how, can_fail):
        self.name, self.type, self.params, self.how = name, t, params, how
        self.can_fail = can_fail


class Settings:
    """What a whole program has in common."""

    def __init__(self, rng):
        self.home = rng.choice(["syscall", "syscall", "xdp", "tc"])
        self.quantum = rng.random() < 0.3
        # It may be resumed without context and value at every await. A yield is
        # not cancelled.
        self.cancellable = not self.quantum and rng.random() < 0.2
        # Only the home kind resumes it: the context may be used anywhere.
        self.home_only = not self.cancellable and rng.random() < 0.25
        # A yield may come between a guard's await and the guard.
        self.guards = not self.cancellable and not self.quantum and rng.random() < 0.25
        # It may end with references that it owns.
        self.leaky = rng.random() < 0.15
        weights = {
            "fz_packet": 6,
            "fz_packet_value": 5,
            "fz_event": 2,
            "fz_sleep": 2,
            "fz_defer": 2,
            "fz_user": 2,
            "fz_packet_or_timeout": 2,
            "fz_user_or_timeout": 1,
            "fz_packet_or_user": 1,
        }
        if self.cancellable:
            del weights["fz_event"]
        if self.home_only:
            weights = {"fz_packet": 2, "fz_packet_value": 1}
        elif self.home == "syscall":
            # a reply is an activation of this home
            del weights["fz_packet_or_user"]
        if self.quantum and self.home != "syscall":
            # preempted in a reply it waits for a thread that resumes it
            weights = {name: w for name, w in weights.items() if "user" not in name}
        self.awaits = list(weights)
        # some programs use few kinds, and those often
        self.weights = [w if rng.random() < 0.6 else 0 for w in weights.values()]
        if not any(self.weights):
            self.weights[0] = 1


RESULTS = {"fz_packet_value": "u64", "fz_event": "u32"}


class Body:
    """Generates one function."""

    def __init__(self, owner, role, budget):
        self.owner, self.rng, self.role = owner, owner.rng, role
        self.budget = budget
        self.variables, self.arrays, self.structs, self.pointers = [], [], [], []
        self.loops = 0  # around the place that is generated
        self.switches = 0
        self.kept = 0  # > 0: must not leave the present block
        self.labels = []
        self.calls = 0
        self.indexing = 0

    # names

    def name(self, prefix):
        self.owner.names += 1
        return "%s%d" % (prefix, self.owner.names)

    def chance(self, p):
        return self.rng.random() < p

    @property
    def can_await(self):
        return self.role != "plain"

    # expressions

    def constant(self, t):
        rng = self.rng
        n = bits(t)
        value = rng.choice(
            [
                rng.randrange(0, 8),
                rng.randrange(0, 8),
                rng.randrange(0, 256),
                -rng.randrange(0, 8),
                (1 << (n - 1)) - rng.randrange(0, 2),
                (1 << n) - 1,
                rng.getrandbits(n),
                1 << rng.randrange(0, n),
            ]
        )
        return const(t, value)

    def readable(self, local):
        """local: what an await in the same expression cannot change."""
        found = list(self.variables)
        if not local:
            found += self.owner.global_variables
        return [v for v in found if not (local and (v.addressed or v.is_global))]

    def leaf(self, t, local=False):
        rng = self.rng
        roll = rng.random()
        variables = self.readable(local)
        if roll < 0.2 or (local and not variables):
            return self.constant(t)
        if not local:
            if roll < 0.32 and self.arrays + self.owner.global_arrays:
                return self.cast(t, self.element())
            if roll < 0.38 and self.structs:
                return self.cast(t, self.field())
            if roll < 0.42:
                return self.cast(t, Expr("var", "u64", (), "fz.in[%d]" % rng.randrange(8)))
            if roll < 0.46 and self.pointers:
                name, pt = rng.choice(self.pointers)
                return self.cast(t, Expr("var", pt, (), "*" + name))
            if roll < 0.54 and self.owner.settings.home_only and self.can_await:
                which, ct = rng.choice([("a", "u64"), ("b", "u32")])
                return self.cast(t, Expr("var", ct, (), "fz_ctx_%s(ctx)" % which))
        if variables:
            # the newest are the most interesting
            v = variables[-1 - min(len(variables) - 1, int(rng.expovariate(0.4)))]
            return self.cast(t, Expr("var", v.type, (), v.name))
        return self.constant(t)

    def cast(self, t, e):
        return e if e.type == t else Expr("cast", t, (e,))

    def element(self, array=None):
        rng = self.rng
        array = array or rng.choice(self.arrays + self.owner.global_arrays)
        known = [v for v in self.variables if v.limit and v.limit <= array.length]
        if known and self.chance(0.7):
            return Expr("raw", array.type, (), (array.name, rng.choice(known).name))
        self.indexing += 1
        index = self.expr("u32", 1) if self.chance(0.7) else self.constant("u32")
        self.indexing -= 1
        return Expr("index", array.type, (index,), (array.name, array.length))

    def field(self):
        name = self.rng.choice(self.structs)
        if self.chance(0.2):
            return Expr("index", "u8", (self.expr("u32", 1),), (name + ".e", 4))
        field, t = self.rng.choice(FIELDS)
        return Expr("var", t, (), "%s.%s" % (name, field))

    def expr(self, t=None, depth=2, local=False):
        rng = self.rng
        t = t or rng.choice(TYPES)
        if depth <= 0 or self.chance(0.25):
            return self.leaf(t, local)

        def sub(t2=None):
            return self.expr(t2 or t, depth - 1, local)

        kind = rng.choice(
            ["bin"] * 8 + ["shift"] * 3 + ["un", "small", "cmp", "cmp", "cond", "cond", "logic", "mix", "mix"]
        )
        if kind == "bin":
            op = rng.choice(["+", "+", "-", "-", "*", "&", "|", "^", "/", "%"])
            if op in "/%" and t[0] == "s":  # v3 has no signed division
                op = "+"
            return Expr("bin", t, (sub(), sub()), op)
        if kind == "shift":
            # the verifier forgets all of what is shifted right by an unknown
            # number, and LLVM does not: no such thing in an index
            by = self.constant("u32") if self.indexing else sub("u32")
            return Expr("shift", t, (sub(), by), rng.choice(["<<", ">>"]))
        if kind == "un":
            return Expr("un", t, (sub(),), rng.choice(["~", "-"]))
        if kind == "small":
            st = rng.choice(["u8", "u16", "s8", "s16"])
            inner = Expr("small", "s32", (sub(st), sub(st)), (rng.choice("+-"), st))
            return self.cast(t, inner)
        if kind == "cmp":
            return self.cast(t, self.condition(depth - 1, local))
        if kind == "cond":
            return Expr("cond", t, (self.condition(depth - 1, local), sub(), sub()))
        if kind == "logic":
            return self.cast(t, self.condition(depth, local))
        return self.cast(t, sub(rng.choice(TYPES)))

    def condition(self, depth=1, local=False):
        rng = self.rng
        roll = rng.random()
        if depth > 0 and roll < 0.25:
            a, b = self.condition(depth - 1, local), self.condition(depth - 1, local)
            return Expr("logic", "s32", (a, b), rng.choice(["&&", "||"]))
        if depth > 0 and roll < 0.32:
            return Expr("un", "s32", (self.condition(depth - 1, local),), "!")
        t = rng.choice(TYPES)
        op = rng.choice(["<", "<=", ">", ">=", "==", "!="])
        left = self.expr(t, depth, local)
        # a mask makes equality likely
        if op in ("==", "!=") or self.chance(0.3):
            left = Expr("bin", t, (left, const(t, rng.choice([1, 3, 7]))), "&")
        right = const(t, rng.randrange(0, 5)) if self.chance(0.7) else self.expr(t, depth - 1, local)
        return Expr("cmp", "s32", (left, right), (op, t))

    # awaits

    def verdict(self):
        return self.expr("u32", 1, local=True)

    def bare_await(self):
        """An await of any kind, or of a fiber or a helper that awaits."""
        rng = self.rng
        callees = [c for c in self.owner.callees if c.how != "plain"]
        if callees and self.calls < 3 and self.loops < 2 and self.chance(0.3):
            call = self.call(rng.choice(callees), local=True)
            if call:
                self.calls += 1
                return call
        settings = self.owner.settings
        name = rng.choices(settings.awaits, settings.weights)[0]
        t = RESULTS.get(name, "s64")
        if name in ("fz_user", "fz_packet") and self.role in ("child", "helper") and self.chance(0.2):
            return Expr("try", "s64", (self.verdict(),), name)
        return Expr("await", t, (self.verdict(),), name)

    def call(self, callee, local):
        rng = self.rng
        template, args = [], []
        if callee.how != "plain":
            template.append("ctx")
        for p in callee.params:
            if p[0] == "*":
                targets = [v for v in self.variables if v.type == p[1:] and v.addressed and not v.bound]
                if not targets:
                    return None
                template.append("&" + rng.choice(targets).name)
            else:
                template.append(None)
                args.append(self.expr(p, 1, local))
        self.owner.called.add(callee.name)
        kind = "call" if callee.how == "plain" else "awaitcall"
        self.calls += 1 if callee.how == "child" else 0
        if callee.can_fail and kind == "awaitcall" and self.role in ("child", "helper"):
            kind = "trycall"
        return Expr(kind, callee.type, args, (callee.name, template))

    def awaiting(self, t, depth=1):
        """An expression with exactly one await in it, wherever C allows it."""
        rng = self.rng
        e = self.bare_await()
        for _ in range(depth + 1):
            roll = rng.random()
            if roll < 0.3:
                break
            x = e.type if rng.random() < 0.5 else rng.choice(TYPES)
            if roll < 0.5:
                op = rng.choice(["+", "-", "^", "&", "|", "*"])
                pair = [e, self.expr(x, 1, local=True)]
                rng.shuffle(pair)
                e = Expr("bin", x, pair, op)
            elif roll < 0.6:
                e = Expr("cmp", "s32", (e, self.expr(x, 0, local=True)), (rng.choice(["<", "==", ">", "!="]), x))
            elif roll < 0.7:
                parts = [e, self.expr(x, 1, local=True)]
                rng.shuffle(parts)
                e = Expr("cond", x, (self.condition(1), *parts))
            elif roll < 0.8:
                e = Expr("logic", "s32", (self.condition(1), e), rng.choice(["&&", "||"]))
            elif roll < 0.85:
                e = Expr("logic", "s32", (e, self.condition(1)), rng.choice(["&&", "||"]))
            elif roll < 0.9:
                e = Expr("cond", x, (e, self.expr(x, 1), self.expr(x, 1)))
            elif roll < 0.95:
                e = Expr("comma", x, (e, self.expr(x, 1)))
            else:
                e = Expr("stmtexpr", x, (e, self.expr(x, 1)))
        return self.cast(t, e)

    def value(self, t):
        """An expression for a statement of its own."""
        if self.can_await and self.chance(0.3):
            return self.awaiting(t)
        return self.expr(t, 2)

    # statements

    def target(self):
        """Text and type of something that may be assigned."""
        rng = self.rng
        roll = rng.random()
        variables = [v for v in self.variables + self.owner.global_variables if not v.bound]
        if roll < 0.2 and self.arrays + self.owner.global_arrays:
            array = rng.choice(self.arrays + self.owner.global_arrays)
            known = [v for v in self.variables if v.limit and v.limit <= array.length]
            if known and self.chance(0.7):
                return "%s[%s]" % (array.name, rng.choice(known).name), array.type, False
            local = self.readable(True)
            if local:
                return (
                    "%s[(u32)%s & %d]" % (array.name, rng.choice(local).name, array.length - 1),
                    array.type,
                    False,
                )
        if roll < 0.3 and self.structs:
            field, t = rng.choice(FIELDS)
            return "%s.%s" % (rng.choice(self.structs), field), t, False
        if roll < 0.37 and self.pointers:
            name, t = rng.choice(self.pointers)
            return "*" + name, t, False
        if variables:
            v = rng.choice(variables)
            return v.name, v.type, not v.addressed and not v.is_global
        return None, None, False

    def declare(self, t=None, awaiting=True):
        t = t or self.rng.choice(TYPES)
        e = self.value(t) if awaiting else self.expr(t, 2)
        v = Variable(self.name("v"), t)
        v.addressed = self.chance(0.2)
        self.variables.append(v)
        return Stmt("text", (e,), (), "%s %s = %%s;" % (t, v.name))

    def declare_array(self):
        rng = self.rng
        t, length = rng.choice(TYPES), rng.choice([2, 4, 4, 4, 8, 8, 16])
        array = Array(self.name("arr"), t, length)
        items = [self.expr(t, 0) for _ in range(rng.choice([1, 2, length]))]
        self.arrays.append(array)
        text = "%s %s[%d] = { %s };" % (t, array.name, length, ", ".join(["%s"] * len(items)))
        return Stmt("text", items, (), text)

    def declare_struct(self):
        name = self.name("st")
        items = [self.expr(t, 0) for _, t in FIELDS]
        self.structs.append(name)
        text = "struct fz_s %s = { .a = %%s, .b = %%s, .c = %%s, .d = %%s };" % name
        return Stmt("text", items, (), text)

    def block(self, most, before=None):
        """A list of statements with variables of its own."""
        sizes = [len(x) for x in (self.variables, self.arrays, self.structs, self.pointers)]
        out = list(before or [])
        for _ in range(self.rng.randint(1, most)):
            if self.budget <= 0:
                break
            out += self.statement()
        for x, n in zip((self.variables, self.arrays, self.structs, self.pointers), sizes):
            del x[n:]
        return out

    def statement(self):
        rng = self.rng
        self.budget -= 1
        deep = self.loops + self.switches + len(self.labels) > 4
        kinds = {
            self.s_assign: 8,
            self.s_out: 5,
            self.s_await: 5 if self.can_await else 0,
            self.s_if: 0 if deep else 5,
            self.s_for: 0 if self.loops >= 2 or deep else 4,
            self.s_while: 0 if self.loops >= 2 or deep else 3,
            self.s_switch: 0 if deep else 2,
            self.s_declare: 2,
            self.s_pointer: 2,
            self.s_guarded: 0 if deep else 2,
            self.s_call: 2,
            self.s_leave: 2,
            self.s_goto: 0 if deep else 1,
            self.s_goto_loop: 0 if self.loops >= 2 or deep else 1,
            self.s_jump_in: 0 if self.loops >= 2 or deep else 1,
            self.s_copy: 1,
            self.s_context: 2 if self.can_await else 0,
            self.s_object: 1 if self.role == "main" and self.loops < 2 else 0,
        }
        return rng.choices(list(kinds), list(kinds.values()))[0]()

    def s_assign(self):
        name, t, plain = self.target()
        if not name:
            return []
        if self.chance(0.35):
            op = self.rng.choice(["+", "-", "^", "|", "&", "*"])
            # the left side is read too: no await beside it, unless it is a plain local
            e = self.awaiting(t) if plain and self.can_await and self.chance(0.2) else self.expr(t, 2)
            if not plain:
                return [Stmt("text", (e,), (), "%s = (%s)((u64)%s %s (u64)%%s);" % (name, t, name, op))]
            return [Stmt("text", (e,), (), "%s = (%s)((u64)%s %s (u64)%%s);" % (name, t, name, op))]
        if plain and self.chance(0.1):
            return [Stmt("text", (), (), "%s = (%s)((u64)%s %s 1);" % (name, t, name, self.rng.choice("+-")))]
        if "[" in name or name[0] == "*":
            return [Stmt("text", (self.expr(t, 2),), (), name.replace("%", "%%") + " = %s;")]
        return [Stmt("text", (self.value(t),), (), "%s = %%s;" % name)]

    def s_out(self):
        return [Stmt("text", (self.value("u64"),), (), "fz_out(%s);")]

    def guarded_await(self):
        """A call of a fiber, or an awaitable, and what may end it."""
        callees = [c for c in self.owner.callees if c.how == "child"]
        call = None
        if callees and self.chance(0.7):
            call = self.call(self.rng.choice(callees), local=True)
            if call and call.kind != "awaitcall":
                call.kind = "awaitcall"
        call = call or Expr("await", "s64", (self.verdict(),), "fz_packet")
        rest = [self.condition(1)]
        text = "(%%s ? %d : 0)" % self.rng.randint(1, 9)
        if self.chance(0.3):
            rest[0] = Expr("bin", "u64", (Expr("var", "u64", (), "fz_value()"), const("u64", 3)), "&")
            rest[0] = Expr("cmp", "s32", (rest[0], const("u64", 2)), ("==", "u64"))
        if self.chance(0.2):
            rest[0] = Expr("logic", "s32", (Expr("var", "s32", (), "fiber_wakeup() != FZ_PACKET_RESULT"), rest[0]), "&&")
        changed = [v for v in self.variables if not v.bound and not v.limit]
        if changed and self.chance(0.5):
            v = self.rng.choice(changed)
            rest.insert(0, self.expr(v.type, 1))
            text = "({ %s = %%s; fz_out(%s); %s; })" % (v.name, v.name, text)
        return Expr("guard", call.type, (call, *rest), text)

    def s_await(self):
        if self.owner.settings.guards and self.role != "helper" and self.loops < 2 and self.chance(0.5):
            e = self.guarded_await()
            name, t, plain = self.target()
            if name and plain:
                return [Stmt("text", (self.cast(t, e),), (), name + " = %s;")]
            return [Stmt("text", (e,), (), "fz_out(%s);")]
        return [Stmt("text", (self.bare_await(),), (), "%s;")]

    def s_if(self):
        e = self.awaiting("s32") if self.can_await and self.chance(0.25) else self.condition(2)
        then = self.block(3)
        return [Stmt("if", (e,), (then, self.block(3) if self.chance(0.5) else []))]

    def s_for(self):
        rng = self.rng
        t = rng.choice(["u32"] * 6 + ["s32"] * 4 + ["u64"] * 4 + ["u8", "u16"])
        i, n = self.name("i"), rng.randint(1, 5)
        bound, exprs = "%d" % n, []
        limit = 8 if n > 4 else 4 if n > 2 else 2
        form = rng.choice(["up", "up", "up", "ne", "down", "step", "bound"])
        if form == "bound":
            bound, limit = "(%s & 3)", 4
            exprs = [Expr("cast", t, (self.expr("u32", 1, local=True),))]
        head = {
            "ne": "for (%s %s = 0; %s != %s; %s++) {" % (t, i, i, bound, i),
            "down": "for (%s %s = %s; %s--;) {" % (t, i, bound, i),
            "step": "for (%s %s = 1; %s <= %s; %s += 2) {" % (t, i, i, bound, i),
        }.get(form, "for (%s %s = 0; %s < %s; %s++) {" % (t, i, i, bound, i))
        if form == "step":
            limit = n + 1 if n + 1 in (2, 4, 8) else 8
        v = Variable(i, t)
        v.bound, v.limit = True, limit
        self.variables.append(v)
        self.loops += 1
        switches, self.switches = self.switches, 0
        body = self.block(4)
        self.switches = switches
        self.loops -= 1
        self.variables.remove(v)
        return [Stmt("loop", exprs, (body,), ([], head, [], "}"))]

    def s_while(self):
        rng = self.rng
        w, n = self.name("w"), rng.randint(1, 4)
        t = rng.choice(["u32"] * 5 + UNSIGNED)
        v = Variable(w, t)
        v.bound = True
        e = self.awaiting("s32") if self.can_await and self.chance(0.3) else self.condition(1)
        self.variables.append(v)
        self.loops += 1
        switches, self.switches = self.switches, 0
        body = self.block(4)
        self.switches = switches
        self.loops -= 1
        self.variables.remove(v)
        declare = "%s %s = 0;" % (t, w)
        form = rng.choice(["while", "do", "forever"])
        if form == "while":
            body.insert(0, Stmt("text", (), (), w + "++;"))
            data = ([declare], "while (%s < %d && %%s) {" % (w, n), [], "}")
        elif form == "do":
            data = ([declare], "do {", [], "} while (++%s < %d && %%s);" % (w, n))
        else:
            how = rng.choice(["if (%s++ == %d) break;", "if (%s++ >= %d) break;"]) % (w, n)
            body.insert(0, Stmt("text", (), (), how))
            body.append(Stmt("text", (e,), (), "if (%s) break;"))
            return [Stmt("loop", (), (body,), ([declare], "for (;;) {", [], "}"))]
        return [Stmt("loop", (e,), (body,), data)]

    def s_switch(self):
        rng = self.rng
        self.switches += 1
        cases = sorted(rng.sample(range(4), rng.randint(1, 3)))
        labels = ["case %d" % c for c in cases] + ["default"] * self.chance(0.6)
        rng.shuffle(labels)
        blocks, data = [], []
        for k, label in enumerate(labels):
            inner = self.block(2)
            blocks.append(inner)
            data.append((label, k + 1 < len(labels) and self.chance(0.25)))
        self.switches -= 1
        if self.can_await and self.chance(0.3):
            e = Expr("bin", "u32", (self.awaiting("u32"), const("u32", 3)), "&")
        else:
            e = Expr("bin", "u32", (self.expr("u32", 2), const("u32", 3)), "&")
        return [Stmt("switch", (e,), blocks, data)]

    def s_declare(self):
        roll = self.rng.random()
        if roll < 0.2:
            return [self.declare_array()]
        if roll < 0.3:
            return [self.declare_struct()]
        return [self.declare()]

    def pointees(self):
        """(address, type) of things that have one."""
        found = [("&" + v.name, v.type) for v in self.variables if v.addressed and not v.bound]
        for array in self.arrays:
            found.append(("&%s[%d]" % (array.name, self.rng.randrange(array.length)), array.type))
            local = self.readable(True)
            if local:
                index = "&%s[(u32)%s & %d]"
                found.append((index % (array.name, self.rng.choice(local).name, array.length - 1), array.type))
        for name in self.structs:
            field, t = self.rng.choice(FIELDS)
            found.append(("&%s.%s" % (name, field), t))
        return found

    def s_pointer(self):
        """A pointer with a scope of its own, mostly without an await in it."""
        rng = self.rng
        found = self.pointees()
        if not found:
            return []
        address, t = rng.choice(found)
        same = [a for a, u in found if u == t]
        p = self.name("p")
        exprs = []
        if len(same) > 1 and self.chance(0.5):
            exprs = [self.condition(1)]
            address = "%%s ? %s : %s" % tuple(rng.sample(same, 2))
        first = Stmt("text", exprs, (), "%s *%s = %s;" % (t, p, address))
        self.pointers.append((p, t))
        awaiting = self.role
        if not self.chance(self.owner.pointer_awaits):
            self.role = "plain"
        self.kept += 1
        body = self.block(2)
        body.insert(0, Stmt("text", (self.expr(t, 1),), (), "*%s = %%s;" % p))
        self.kept -= 1
        self.role = awaiting
        self.pointers.pop()
        return [Stmt("group", (), ([first] + body,), ([], []))]

    def s_guarded(self):
        """What an if has proved before an await holds behind it."""
        rng = self.rng
        local = [v for v in self.readable(True) if not v.bound and not v.limit]
        # LLVM compares one copy of a narrow number and indexes with another one
        wide = [v for v in local if bits(v.type) >= 32]
        local = wide if wide and self.chance(0.95) else local
        arrays = self.arrays + self.owner.global_arrays
        if not local or not arrays:
            return []
        v, array = rng.choice(local), rng.choice(arrays)
        text = "%s < %d" % (v.name, array.length)
        if v.type[0] == "s":
            text = "%s >= 0 && %s" % (v.name, text)
        v.bound, v.limit = True, array.length
        body = self.block(3)
        body.append(Stmt("text", (self.element(array),), (), "fz_out(%s);"))
        v.bound, v.limit = False, 0
        fix = Stmt("text", (), (), "%s &= %d;" % (v.name, array.length - 1)) if self.chance(0.5) else None
        out = [fix] if fix else []
        return out + [Stmt("if", (Expr("var", "s32", (), text),), (body, []))]

    def s_call(self):
        callees = [c for c in self.owner.callees if c.how == "plain" or (self.can_await and self.loops < 2)]
        if not callees or self.calls >= 3:
            return []
        call = self.call(self.rng.choice(callees), local=True)
        if not call:
            return []
        self.calls += 1
        name, t, plain = self.target()
        if name and plain:
            return [Stmt("text", (self.cast(t, call),), (), name + " = %s;")]
        return [Stmt("text", (call,), (), "fz_out(%s);")]

    def s_leave(self):
        rng = self.rng
        ways = []
        if not self.kept:
            if self.loops and not self.switches:
                ways += ["break;", "continue;"]
            elif self.loops:
                ways += ["continue;"]
            ways += ["goto %s;" % l for l in self.labels]
        if not self.kept and (self.role != "plain" or self.is_plain):
            if self.chance(0.3):
                ways += ["return"]
        if not ways:
            return []
        way = rng.choice(ways)
        # the counter of a loop, compared with one value
        counters = [v for v in self.variables if v.bound and v.name[0] in "iw"]
        if counters and way == "break;" and self.chance(0.4):
            c = rng.choice(counters)
            condition = Expr("var", "s32", (), "%s == %d" % (c.name, rng.randint(1, 4)))
        else:
            condition = self.condition(1)
        if way == "return":
            inner = self.leave()
        else:
            inner = Stmt("text", (), (), way)
        return [Stmt("if", (condition,), ([inner], []))]

    def missing_calls(self):
        """A fiber that nobody awaits is not compiled: each is awaited once at least."""
        out = []
        for callee in self.owner.callees:
            if callee.name in self.owner.called:
                continue
            for p in callee.params:
                if p[0] == "*":
                    out.append(self.declare(p[1:], awaiting=False))
                    self.variables[-1].addressed = True
            out.append(Stmt("text", (self.call(callee, local=True),), (), "fz_out(%s);"))
        return out

    def leave(self):
        t = self.result
        e = self.value(t) if not self.kept else self.expr(t, 1)
        if self.role == "main":
            return Stmt("text", (Expr("bin", "u32", (self.cast("u32", e), const("u32", 15)), "&"),), (),
                        "co_return fz_end(%s);")
        return Stmt("text", (e,), (), "return %s;")

    def s_goto(self):
        """Forward, out of whatever is there."""
        label = self.name("L")
        self.labels.append(label)
        kept, self.kept = self.kept, 0
        body = self.block(4) if not kept else []
        self.kept = kept
        self.labels.pop()
        if not body:
            return []
        return [Stmt("group", (), (body,), ([], ["%s:;" % label]))]

    def s_goto_loop(self):
        rng = self.rng
        label, w, n = self.name("L"), self.name("w"), rng.randint(1, 3)
        t = rng.choice(UNSIGNED)
        v = Variable(w, t)
        v.bound = True
        self.variables.append(v)
        loops = self.loops
        switches = self.switches
        self.kept += 1
        self.loops += 1
        body = self.block(3)
        self.loops = loops
        self.switches = switches
        self.kept -= 1
        self.variables.remove(v)
        body.append(Stmt("text", (self.condition(1),), (), "if (++%s < %d && %%s) goto %s;" % (w, n, label)))
        return [Stmt("group", (), (body,), (["%s %s = 0;" % (t, w), "%s:;" % label], []))]

    def s_jump_in(self):
        label, i, n = self.name("L"), self.name("i"), self.rng.randint(1, 4)
        t = self.rng.choice(["u32", "u8", "s32"])
        declare = Stmt("text", (), (), "%s %s;" % (t, i))
        v = Variable(i, t)
        v.bound = True
        self.variables.append(v)
        self.loops += 1
        switches, self.switches = self.switches, 0
        # what is declared in the first half is not initialised in the second one
        first, second = self.block(2), self.block(2)
        self.switches = switches
        self.loops -= 1
        self.variables.remove(v)
        data = ("%s = 0;" % i, "for (; %s < %d; %s++) {" % (i, n, i), label)
        first = [Stmt("group", (), (first,), ([], []))]
        jump = Stmt("jumpin", (self.condition(1),), (first, second), data)
        return [Stmt("group", (), ([declare, jump],), ([], []))]

    def s_copy(self):
        rng = self.rng
        if len(self.structs) > 1 and self.chance(0.5):
            return [Stmt("text", (), (), "%s = %s;" % tuple(rng.sample(self.structs, 2)))]
        pairs = [
            (a, b)
            for a in self.arrays + self.owner.global_arrays
            for b in self.arrays
            if a is not b and a.type == b.type
        ]
        if pairs:
            a, b = rng.choice(pairs)
            n = min(a.length, b.length) * bits(a.type) // 8
            return [Stmt("text", (), (), "__builtin_memcpy(%s, %s, %d);" % (a.name, b.name, n))]
        if self.arrays:
            a = rng.choice(self.arrays)
            return [Stmt("text", (), (), "__builtin_memset(%s, %d, sizeof(%s));" % (a.name, rng.randrange(3), a.name))]
        return []

    def s_context(self):
        """What the activation has brought, directly behind the await."""
        rng = self.rng
        if self.owner.settings.cancellable:
            return []
        names = [v for v in self.variables if not v.bound and not v.limit]
        if not names:
            return []
        v = rng.choice(names)
        what = rng.choice(["fz_ctx_a(ctx)", "fz_ctx_b(ctx)", "fz_value()"])
        if rng.random() < 0.3 and not self.owner.settings.home_only:
            packet = "%s == FZ_PACKET_RESULT"
            e = Expr("await", "s64", (self.verdict(),), "fz_packet_or_timeout")
            inner = [Stmt("text", (), (), "%s = (%s)%s;" % (v.name, v.type, what))]
            return [Stmt("if", (Expr("cmp", "s32", (e, Expr("var", "s64", (), "FZ_PACKET_RESULT")), ("==", "s64")),),
                         (inner, self.block(2) if self.chance(0.5) else []))]
        e = Expr("await", "s64", (self.verdict(),), "fz_packet")
        return [Stmt("text", (e,), (), "%%s; %s = (%s)%s;" % (v.name, v.type, what))]

    def s_object(self):
        """An object that the fiber owns while other things happen."""
        o = self.name("o")
        leaky, kept = self.owner.settings.leaky, self.kept
        if self.chance(0.5):
            v = self.rng.choice(["a", "b"])
            made, kind, look, drop = "fz_obj_new()", "struct fz_obj", "%s->%s" % (o, v), "fz_obj_drop(%s);"
            first = [Stmt("text", (self.expr("u64", 1),), (), "%s = %%s;" % look)]
        else:
            made, kind, look, drop = "fz_task_get()", "struct task_struct", "%s->pid == fz.pid" % o, "fz_task_put(%s);"
            first = []
        drop %= o
        # without it the native program, which releases nothing by itself, is right too
        self.kept += not leaky
        if self.chance(0.3):
            # held on some paths only
            body = [
                Stmt("text", (), (), "%s *%s = (void *)0;" % (kind, o)),
                Stmt("if", (self.condition(1),), ([
                    Stmt("text", (), (), "%s = %s;" % (o, made)),
                    Stmt("text", (), (), "if (!%s) { fz.oom = 1; co_return fz_end(0); }" % o),
                    *first], [])),
            ]
            behind = [Stmt("text", (), (), "if (%s) { fz_out(%s); %s }" % (o, look, drop))]
        else:
            body = [
                Stmt("text", (), (), "%s *%s = %s;" % (kind, o, made)),
                Stmt("text", (), (), "if (!%s) { fz.oom = 1; co_return fz_end(0); }" % o),
                *first,
            ]
            behind = [Stmt("text", (), (), "fz_out(%s);" % look), *self.block(2), Stmt("text", (), (), drop)]
        # behind the label of a loop or in its next round it would be lost
        loops, labels, self.labels = self.loops, self.labels, []
        switches, self.switches, self.loops = self.switches, 1, 0
        body += self.block(4)
        self.loops, self.labels, self.switches = loops, labels, switches
        self.kept = kept
        return [Stmt("group", (), (body + behind,), ([], []))]

    # functions

    def generate(self, head, params, result):
        rng = self.rng
        self.result = result
        self.is_plain = self.role == "plain"
        for name, t in params:
            if t[0] == "*":
                self.pointers.append((name, t[1:]))
            else:
                self.variables.append(Variable(name, t))
        out = []
        if self.role == "main":
            for _ in range(rng.randint(2, 6)):
                out.append(self.declare(awaiting=self.chance(0.1)))
            for _ in range(rng.randint(0, 2)):
                out.append(self.declare_array())
            if self.chance(0.5):
                out.append(self.declare_struct())
        else:
            for _ in range(rng.randint(0, 2)):
                out.append(self.declare(awaiting=False))
        while self.budget > 0:
            out += self.statement()
        if self.role == "main":
            out += self.missing_calls()
        elif self.can_await and "co_await" not in "".join(l for s in out for l in s.lines(0)):
            # awaiting what never suspends is an error
            out += self.s_await()
        for v in self.variables:
            if self.role == "main" or self.chance(0.2):
                out.append(Stmt("text", (), (), "fz_out(%s);" % v.name))
        for a in self.arrays:
            out.append(Stmt("text", (self.element(a),), (), "fz_out(%s);"))
        out.append(self.leave())
        return Function(head, out)


class Generator:
    def __init__(self, seed, pointer_awaits=0.05):
        self.rng = rng = random.Random("fiber %s" % seed)
        self.settings = Settings(rng)
        self.pointer_awaits = pointer_awaits
        self.names = 0
        self.called = set()
        self.callees, self.global_variables, self.global_arrays = [], [], []
        self.program = Program()

    def generate(self):
        rng, program, settings = self.rng, self.program, self.settings
        program.home = settings.home
        program.map = rng.choice(["HASH", "HASH", "LRU_HASH", "ARRAY"])
        program.split = rng.random() < 0.3
        for k in range(rng.randint(0, 3)):
            t = rng.choice(TYPES)
            v = Variable("g%d" % k, t, True)
            self.global_variables.append(v)
            program.globals.append("%s%s %s;" % (rng.choice(["", "static "]), t, v.name))
            program.init.append("%s = fz.in[%d];" % (v.name, k))
        if rng.random() < 0.4:
            t = rng.choice(TYPES)
            self.global_arrays.append(Array("ga", t, 4, True))
            program.globals.append("%s ga[4];" % t)
            program.init += ["ga[%d] = fz.in[%d];" % (k, k + 4) for k in range(4)]
        for k in range(rng.choice([0, 0, 1, 1, 2, 3])):
            self.callee(k)
        body = Body(self, "main", rng.choice([6, 10, 14, 20, 28]))
        body_fn = body.generate(
            "%s int fz_main(struct fz_home *ctx, u32 p0, u64 p1)"
            % ("FIBER_CANCELLABLE" if settings.cancellable else "FIBER"), [("p0", "u32"), ("p1", "u64")], "u32"
        )
        # the globals are results too
        outs = [Stmt("text", (), (), "fz_out(%s);" % v.name) for v in self.global_variables]
        outs += [Stmt("text", (), (), "fz_out(%s[%d]);" % (a.name, k)) for a in self.global_arrays for k in range(4)]
        body_fn.body[-1:-1] = outs
        program.functions.append(body_fn)
        if program.uses_user():
            # a verb for replies to a fiber that waits for none is refused, and LLVM
            # may see that the others are never reached
            reply = Stmt("text", (Expr("await", "s64", (const("u32", 0),), "fz_user"),), (), "%s;")
            seldom = Expr("var", "s32", (), "fz.in[7] == 0x123456789")
            body_fn.body.insert(0, Stmt("if", (seldom,), ([reply], [])))
        return program

    def callee(self, k):
        rng = self.rng
        how = rng.choice(["plain", "helper", "helper", "child", "child", "child"])
        params = [rng.choice(TYPES) for _ in range(rng.randint(0, 2))]
        if rng.random() < 0.5:
            params.append("*" + rng.choice(TYPES))
        t = rng.choice(TYPES) if rng.random() < 0.6 else "s64"
        name = {"plain": "plain%d", "helper": "helper%d", "child": "child%d"}[how] % k
        names = ["a%d" % i for i in range(len(params))]
        texts = ["%s %s%s" % (p.lstrip("*"), "*" if p[0] == "*" else "", n) for p, n in zip(params, names)]
        if how == "plain":
            storage = rng.choice(["static __always_inline", "static __attribute__((noinline))"])
        else:
            storage = "AWAITABLE" if how == "helper" else "FIBER"
            texts.insert(0, "struct fz_home *ctx")
        head = "%s %s %s(%s)" % (storage, t, name, ", ".join(texts) or "void")
        body = Body(self, how, rng.choice([2, 4, 6, 8]))
        self.program.functions.append(body.generate(head, list(zip(names, params)), t))
        self.callees.append(Callee(name, t, params, how, t == "s64"))


def generate(seed, **options):
    generator = Generator(seed, **options)
    return generator.generate(), generator.settings
