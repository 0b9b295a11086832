# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A quick benchmark ends well, and its JSON has every example with every field
# of bench/README.md, in numbers that are possible and agree with each other.
# REQUIRES: bpf
# RUN: %root/bench/run %build --quick --json > %t.json
# RUN: bash %s %t.json

exec python3 - "$1" <<'END'
import json
import math
import sys

with open(sys.argv[1]) as file:
    document = json.load(file)

QUANTITIES = ["xlated_insns", "verified_insns", "frame_bytes", "ns"]
ACTIVATIONS = {
    "port-knock": ["packet at an open port", "first knock", "wrong knock"],
    "data-path": ["receive", "reply"],
    "open-latency": ["enter", "exit"],
    "long-sum": ["first piece", "whole sum"],
    "task-watch": ["end", "birth"],
    "conn-timeout": ["open connection", "SYN", "SYN-ACK", "ACK", "RST"],
    "sni-filter": ["refused stream", "first SYN", "half a ClientHello", "the other half"],
    "proxy-handshake": [
        "translated segment", "client's SYN", "client's ACK", "decision", "server's SYN-ACK",
    ],
}


def keys(thing, *expected):
    assert sorted(thing) == sorted(expected), (sorted(thing), sorted(expected))


def spread(s):
    keys(s, "q1", "median", "q3")
    assert 0 < s["q1"] <= s["median"] <= s["q3"], s


def size(s):
    keys(s, "xlated_insns", "verified_insns", "frame_bytes", "programs")
    assert s["frame_bytes"] > 0 and s["programs"]
    for quantity in "xlated_insns", "verified_insns":
        assert s[quantity] == sum(p[quantity] for p in s["programs"]) > 0
    for program in s["programs"]:
        keys(program, "name", "xlated_insns", "verified_insns")
    return [program["name"] for program in s["programs"]]


def close(a, b):
    assert math.isclose(a, b, rel_tol=1e-3), (a, b)


def geomean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers))


def activation(a):
    keys(a, "name", "method", "fiber_ns", "hand_ns", "ratio", "ratio_of_loads", "net_ratio")
    assert a["method"] in ("test_run", "run_stats", "wall_clock")
    spread(a["fiber_ns"])
    spread(a["hand_ns"])
    keys(a["ratio_of_loads"], "low", "high")
    assert 0 < a["ratio_of_loads"]["low"] <= a["ratio"] <= a["ratio_of_loads"]["high"]


def example(e):
    keys(e, "name", "fiber", "hand", "activations", "ratio")
    assert size(e["fiber"]) == size(e["hand"])
    assert [a["name"] for a in e["activations"]] == ACTIVATIONS[e["name"]]
    for a in e["activations"]:
        activation(a)
    keys(e["ratio"], *QUANTITIES)
    for quantity in QUANTITIES[:3]:
        close(e["ratio"][quantity], e["fiber"][quantity] / e["hand"][quantity])
    close(e["ratio"]["ns"], geomean([a["ratio"] for a in e["activations"]]))


keys(document, "version", "kernel", "cpu", "flags", "quantum", "realtime", "rounds", "loads",
     "floor_ns", "examples", "geomean", "compile", "limits", "within_limits")
assert document["version"] == 1
assert document["flags"] == "-O2 -mcpu=v3"
assert isinstance(document["quantum"], int) and document["quantum"] > 0
assert document["rounds"] >= document["loads"] > 0
keys(document["floor_ns"], "test_run", "run_stats")
assert [e["name"] for e in document["examples"]] == list(ACTIVATIONS)
for e in document["examples"]:
    example(e)
keys(document["geomean"], *QUANTITIES)
for quantity in QUANTITIES:
    close(document["geomean"][quantity],
          geomean([e["ratio"][quantity] for e in document["examples"]]))
keys(document["compile"], "source", "runs", "bpf_fiberc_ms", "clang_ms", "ratio")
assert document["compile"]["runs"] > 0
spread(document["compile"]["bpf_fiberc_ms"])
spread(document["compile"]["clang_ms"])
keys(document["limits"], "verified_insns", "frame_bytes", "ns")
assert isinstance(document["within_limits"], bool)
END
