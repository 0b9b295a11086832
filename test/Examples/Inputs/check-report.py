# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-report.py BPFTOOL OBJECT REPORT: compares a report of -fbpf-fiber-report=json
with the types in the object's BTF, and with itself."""

import json
import subprocess
import sys

bpftool, path, report_path = sys.argv[1:]
types = {
    t["id"]: t
    for t in json.loads(
        subprocess.run(
            [bpftool, "-j", "btf", "dump", "file", path], check=True, capture_output=True
        ).stdout
    )["types"]
}
with open(report_path) as f:
    report = json.load(f)


def find(kind, name):
    return next(t for t in types.values() if t["kind"] == kind and t["name"] == name)


def strip(t):
    while t["kind"] in ("TYPEDEF", "CONST", "VOLATILE", "TYPE_TAG"):
        t = types[t["type_id"]]
    return t


def size_of(t):
    t = strip(t)
    if t["kind"] == "ARRAY":
        return t["nr_elems"] * size_of(types[t["type_id"]])
    return 8 if t["kind"] == "PTR" else t["size"]


def members(t, base=0):
    for m in t["members"]:
        inner = strip(types[m["type_id"]])
        offset = base + m["bits_offset"] // 8
        if m["name"] == "(anon)":
            yield from members(inner, offset)
        else:
            yield m["name"], offset, size_of(inner)


def check(what, found, expected):
    if found != expected:
        sys.exit("%s: the report has %r, not %r" % (what, found, expected))


check("version", report["version"], 1)
for fiber in report["fibers"]:
    name = fiber["name"]
    frame = find("STRUCT", name + "_frame")
    check(name, fiber["size"], frame["size"])
    header = set(range(4)) if fiber["members"][0]["kind"] == "state" else set()
    own = {(m["name"], m["offset"], m["size"]) for m in fiber["members"]}
    check(name + ": members", own, set(members(frame)))
    # A frame without a header has no state.
    if header:
        check(
            name + ": states",
            [("NONE", 0)] + [(s["name"], s["state"]) for s in fiber["suspend_points"]],
            [(v["name"], v["val"]) for v in find("ENUM", name + "_state")["values"]],
        )

    taken = set()
    for m in fiber["members"]:
        taken |= set(range(m["offset"], m["offset"] + m["size"]))
        # Every member of the fiber's own is kept somewhere, or why is it there?
        if m["kind"] in ("value", "object"):
            assert any(
                k["member"] == m["name"] for s in fiber["suspend_points"] for k in s["keeps"]
            ), m["name"]
        for other in m.get("shares_with", []):
            with_it = next(o for o in fiber["members"] if o["name"] == other)
            assert m["name"] in with_it["shares_with"], other
    check(name + ": padding", fiber["padding"], fiber["size"] - len(taken | header))
    check(
        name + ": shared",
        fiber["shared"],
        sum(m["size"] for m in fiber["members"]) - len(taken),
    )
    sizes = {m["name"]: m["size"] for m in fiber["members"]}
    for s in fiber["suspend_points"]:
        check(s["name"], s["bytes"], sum(sizes[k["member"]] for k in s["keeps"]))
        for k in s["keeps"]:
            assert k.get("used", {"line": 1})["line"] > 0
    assert fiber["functions"][0]["kind"] == "start"
print(len(report["fibers"]), "fibers")
