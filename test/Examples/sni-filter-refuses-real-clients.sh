# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Behind the filter a real TLS client reaches a server under one name and not
# under another one, also when its ClientHello takes several segments.
# REQUIRES: bpf
# RUN: %fiberc -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/sni-filter/sni-filter.bpf.c -o %t-fiber.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/sni-filter/hand.bpf.c -o %t-hand.o
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %t-fiber.o %t-fiber | FileCheck %s
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %t-hand.o %t-hand | FileCheck %s

# CHECK: allowed.example.org, segments of 1448 bytes: the server got the ClientHello
# CHECK-NEXT: allowed.example.org, segments of 50 bytes: the server got the ClientHello
# CHECK-NEXT: blocked.example.org, segments of 1448 bytes: the server got nothing
# CHECK-NEXT: blocked.example.org, segments of 50 bytes: the server got a part
# CHECK-NEXT: refused: 2

set -e
# shellcheck source=Inputs/router.sh
. "$1"
object=$2 output=$3

build_router
guard "$object" filter
# FNV-1a of blocked.example.org
bpftool map update pinned /sys/fs/bpf/maps/blocklist \
	key hex 6f 5e 1e 81 5e d0 b6 f9 value hex 00 00 00 00 00 00 00 00

rm -f "$output.listening"
in_server python3 - "$output.listening" <<'SERVER' &
import socket, sys
listener = socket.create_server(("10.77.2.2", 443))
open(sys.argv[1], "w").close()
while True:
    connection, peer = listener.accept()
    connection.settimeout(0.5)
    hello = b""
    try:
        while len(hello) < 5 or len(hello) < 5 + int.from_bytes(hello[3:5], "big"):
            hello += connection.recv(2000)
        answer = b"the ClientHello"
    except TimeoutError:
        answer = b"a part" if hello else b"nothing"
    # To another port, which nobody filters.
    result = socket.create_connection((peer[0], 5000))
    result.sendall(answer)
    result.close()
SERVER
while [ ! -e "$output.listening" ]; do sleep 0.05; done

in_client python3 - <<'CLIENT'
import socket, ssl, time

results = socket.create_server(("10.77.1.2", 5000))
for name in "allowed.example.org", "blocked.example.org":
    for size in 1448, 50:
        hello = ssl.MemoryBIO()
        context = ssl.create_default_context()
        try:
            context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname=name).do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = hello.read()
        connection = socket.create_connection(("10.77.2.2", 443))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while hello:
            connection.send(hello[:size])
            hello = hello[size:]
        result, _ = results.accept()
        print("%s, segments of %d bytes: the server got %s" % (name, size, result.recv(100).decode()))
CLIENT
echo "refused: $(bpftool map dump pinned /sys/fs/bpf/maps/blocklist | sed -n 's/.*"value": \([0-9]*\).*/\1/p')"
rm -f "$output.listening"
