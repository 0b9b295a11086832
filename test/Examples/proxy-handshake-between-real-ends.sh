# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Real clients behind the proxy: one that user space allows talks with the
# server, one that it refuses gets an RST and the server hears nothing, and
# where nobody listens the client is told.
# REQUIRES: bpf
# RUN: %fiberc -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/proxy-handshake/proxy-handshake.bpf.c -o %t-fiber.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/proxy-handshake/hand.bpf.c -o %t-hand.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -c %S/Inputs/pass.bpf.c -o %t-pass.o
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %build/examples/proxy-handshake/proxy-handshake %t-fiber.o %t-pass.o %t-fiber | FileCheck %s
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %build/examples/proxy-handshake/proxy-handshake %t-hand.o %t-pass.o %t-hand | FileCheck %s

# CHECK: allowed: 1000000 bytes there and back
# CHECK-NEXT: refused: ConnectionResetError
# CHECK-NEXT: nobody listens: ConnectionResetError
# CHECK-NEXT: the server saw 10.77.1.2
# CHECK-NEXT: deciding
# CHECK-NEXT: 10.77.1.2:{{[0-9]+}}: allowed
# CHECK-NEXT: 10.77.1.3:{{[0-9]+}}: refused
# CHECK-NEXT: 10.77.1.2:{{[0-9]+}}: allowed
# CHECK-NOT: {{.}}

set -e
# shellcheck source=Inputs/router.sh
. "$1"
application=$2 object=$3 pass=$4 output=$5

build_router
bpftool prog load "$pass" /sys/fs/bpf/pass
real_segments "$client_pid"
real_segments "$server_pid"
in_client ip address add 10.77.1.3/24 dev eth0
in_server ip address add 10.77.2.3/24 dev eth0

rm -f "$output.listening"
in_server python3 - "$output.listening" > "$output.server" <<'SERVER' &
import socket, sys
listener = socket.create_server(("10.77.2.2", 80))
open(sys.argv[1], "w").close()
while True:
    connection, peer = listener.accept()
    print("the server saw", peer[0], flush=True)
    while data := connection.recv(100000):
        connection.sendall(data)
    connection.close()
SERVER
server=$!
while [ ! -e "$output.listening" ]; do sleep 0.05; done
"$application" "$object" outside inside 10.77.1.2 > "$output.application" &
application=$!
while ! grep -q deciding "$output.application"; do sleep 0.05; done

in_client python3 - <<'CLIENT'
import socket

connection = socket.create_connection(("10.77.2.2", 80), source_address=("10.77.1.2", 0))
sent, received = bytes(range(250)) * 4000, b""
while len(received) < len(sent):
    connection.sendall(sent[len(received) : len(received) + 20000])
    for _ in range(20000):
        received += connection.recv(20000)
        if len(received) % 20000 == 0:
            break
assert received == sent
connection.shutdown(socket.SHUT_WR)
assert connection.recv(1) == b""
print("allowed:", len(sent), "bytes there and back", flush=True)

for what, source, server in (
    ("refused", "10.77.1.3", "10.77.2.2"),
    ("nobody listens", "10.77.1.2", "10.77.2.3"),
):
    connection = socket.create_connection((server, 80), source_address=(source, 0))
    try:
        connection.sendall(b"hello")
        print(what + ":", connection.recv(100), flush=True)
    except OSError as error:
        print(what + ":", type(error).__name__, flush=True)
CLIENT
kill $application $server
wait $application || true
cat "$output.server" "$output.application"
rm -f "$output.listening" "$output.server" "$output.application"
