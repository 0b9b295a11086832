# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Print a script for fiber-test: ClientHellos, in all kinds of segments.

The ClientHellos are OpenSSL's, some of them rearranged.
"""
import ssl
import struct

BLOCKED = "blocked.example.org"
ALLOWED = "allowed.example.org"
ISN = 1000
PASS, DROP = "XDP_PASS", "XDP_DROP"


def fnv1a(name):
    value = 0xCBF29CE484222325
    for c in name.lower().encode():
        value = (value ^ c) * 0x100000001B3 % 2**64
    return value


def client_hello(name):
    """A short one: no padding."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    output = ssl.MemoryBIO()
    connection = context.wrap_bio(ssl.MemoryBIO(), output, server_hostname=name)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return output.read()


def extensions(hello):
    """Give what is before the extensions, and them."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 1 + hello[at]
    head, rest, found = hello[:at], hello[at + 2 :], []
    while rest:
        length = 4 + int.from_bytes(rest[2:4], "big")
        found.append(rest[:length])
        rest = rest[length:]
    return head, found


def assemble(head, found):
    body = b"".join(found)
    hello = head[9:] + struct.pack(">H", len(body)) + body
    return (
        head[:3]
        + struct.pack(">H", 4 + len(hello))
        + b"\1"
        + struct.pack(">I", len(hello))[1:]
        + hello
    )


def rearranged(name, change):
    head, found = extensions(client_hello(name))
    return assemble(head, change(found))


def do(act):
    print("DO:", act)


class Stream:
    """Of a client's port of its own."""

    last_port = 1023

    def __init__(self, isn=ISN):
        Stream.last_port += 1
        # The kernel has memory for so many timers at a time.
        if Stream.last_port % 8 == 0:
            do("sleep 3")
        self.port = Stream.last_port
        self.syn(isn)

    def packet(self, flags, seq, data, verdict):
        do(
            "run filter packet=tcp,10.0.0.1:%d,10.0.0.2:443,%s,seq=%d,data=%s == %s"
            % (self.port, flags, seq % 2**32, data.hex(), verdict)
        )

    def syn(self, isn, verdict=PASS):
        self.isn = isn
        self.packet("S", isn, b"", verdict)

    def data(self, offset, data, verdict):
        self.packet("PA", self.isn + 1 + offset, data, verdict)

    def segments(self, hello, *verdicts, at=()):
        bounds = [0, *at, len(hello)]
        assert len(verdicts) == len(bounds) - 1
        for begin, end, verdict in zip(bounds, bounds[1:], verdicts):
            self.data(begin, hello[begin:end], verdict)


def case(what):
    print("\n" + what)


blocked, allowed = client_hello(BLOCKED), client_hello(ALLOWED)
name_end = blocked.index(BLOCKED.encode()) + len(BLOCKED)
count = 0


def expect_refused(times=1):
    global count
    count += times
    do("check blocklist[%d] == %d" % (fnv1a(BLOCKED), count))


do("put blocklist[%d] = 0" % fnv1a(BLOCKED))

case("What is no segment to the port passes; what hides it does not.")
do("run filter packet=udp,10.0.0.1:443,10.0.0.2:443 == XDP_PASS")
do("run filter packet=tcp,10.0.0.1:443,10.0.0.2:80,S,0 == XDP_PASS")
do("run filter packet=tcp,10.0.0.1:443,10.0.0.2:80,PA,data=%s == XDP_PASS" % blocked.hex())
do("run filter packet=tcp,10.0.0.1:443,10.0.0.2:443,S,5 == XDP_DROP")
ip = "4%d00002c00000%s400600000a0000010a000002" + "0" * 48
do("run filter packet=raw,0200000000010200000000020800" + ip % (6, "000") + " == XDP_DROP")
do("run filter packet=raw,0200000000010200000000020800" + ip % (5, "200") + " == XDP_DROP")

case("So does a stream of which the beginning was not seen.")
do("run filter packet=tcp,10.0.0.1:99,10.0.0.2:443,PA,data=%s == XDP_PASS" % blocked.hex())
do("check #streams == 0")

case("In one segment.")
Stream().segments(allowed, PASS)
do("check #streams == 0")
stream = Stream()
stream.data(0, b"", PASS)
stream.segments(blocked, DROP)
expect_refused()
stream.segments(blocked, DROP)
stream.data(len(blocked), b"more", DROP)
do("check #streams == 1")

case("In two, split at each position; the first one comes twice.")
stream = Stream()
for at in range(1, len(blocked)):
    verdict = DROP if at >= name_end else PASS
    stream.syn(at * 10000000)
    stream.data(0, blocked[:at], verdict)
    stream.segments(blocked, verdict, DROP, at=[at])
expect_refused(len(blocked) - 1)
do("check #streams == 2")
for at in range(1, len(allowed), 5):
    Stream().segments(allowed, PASS, PASS, at=[at])
do("check #streams == 2")

case("In single bytes, around the wrap of sequence numbers.")
every = range(1, len(blocked))
Stream(isn=2**32 - 100).segments(
    blocked, *[PASS if at < name_end else DROP for at in [*every, len(blocked)]], at=every
)
expect_refused()

case("Out of order: what leaves a gap is sent again. What overlaps is no matter.")
stream = Stream()
stream.data(50, blocked[50:], DROP)
stream.data(0, blocked[:50], PASS)
stream.data(20, blocked[20:60], PASS)
stream.data(10, blocked[10:40], PASS)
stream.data(70, blocked[70:], DROP)
stream.data(50, blocked[50:], DROP)
expect_refused()

case("A name in upper case; one of which the other is the beginning, and the end.")
Stream().segments(client_hello(BLOCKED.upper()), DROP)
expect_refused()
Stream().segments(client_hello(BLOCKED + "x"), PASS)
Stream().segments(client_hello("x" + BLOCKED), PASS)
Stream().segments(client_hello(BLOCKED[:-1]), PASS)

case("The name is the last extension, behind a long one; without a name it passes.")
long = struct.pack(">HH", 35, 900) + bytes(900)
late = rearranged(BLOCKED, lambda found: [*found[1:], long, found[0]])
for at in 150, 700, len(late) - 5:
    Stream().segments(late, PASS, DROP, at=[at])
    expect_refused()
Stream().segments(late, PASS, PASS, PASS, DROP, at=[300, 600, 900])
expect_refused()
Stream().segments(rearranged(ALLOWED, lambda found: found[1:]), PASS)
Stream().segments(rearranged(ALLOWED, lambda found: []), PASS)

case("What is not as clients write it is refused, also when it is sent again.")
for offset, value in (5, 2), (8, 255), (name_end - len(BLOCKED) - 3, 1):
    wrong = bytearray(allowed)
    wrong[offset] = value
    stream = Stream()
    stream.segments(bytes(wrong), DROP)
    stream.segments(bytes(wrong), DROP)
for length, verdict in (255, PASS), (256, DROP):
    name = b"\0" + struct.pack(">H", length) + length * b"a"
    name = struct.pack(">HHH", 0, 2 + len(name), len(name)) + name
    Stream().segments(rearranged(ALLOWED, lambda found: [name, *found[1:]]), verdict)

case("What is no handshake passes.")
Stream().segments(b"\x17" + allowed[1:], PASS)

case("The same SYN again, in the middle; then another stream from the same port.")
stream = Stream()
stream.data(0, blocked[:60], PASS)
stream.syn(ISN)
stream.data(60, blocked[60:], DROP)
expect_refused()
stream.syn(500000000)
stream.data(0, allowed[:60], PASS)
stream.syn(4000000000)
stream.segments(blocked, PASS, DROP, at=[60])
expect_refused()
stream.syn(1)
stream.segments(allowed, PASS)
stream.segments(blocked, PASS)

case("A client that waits too long is refused; much later it is forgotten.")
stream = Stream()
stream.data(0, allowed[:60], PASS)
do("sleep 350")
stream.data(60, allowed[60:], DROP)
stream.data(0, allowed, DROP)
do("wait #streams == 0")
