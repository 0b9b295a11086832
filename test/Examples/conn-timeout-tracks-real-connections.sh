# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A router that tracks connections lets real ones through, and sees the ends of
# them all: closed, refused by the server, never answered, idle.
# REQUIRES: bpf
# RUN: %fiberc -mcpu=v3 -O2 -g -I%vmlinux_dir -DHANDSHAKE_NS=1500000000ULL -DIDLE_NS=1500000000ULL -DCLOSING_NS=500000000ULL -c %root/examples/conn-timeout/conn-timeout.bpf.c -o %t-fiber.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -DHANDSHAKE_NS=1500000000ULL -DIDLE_NS=1500000000ULL -DCLOSING_NS=500000000ULL -c %root/examples/conn-timeout/hand.bpf.c -o %t-hand.o
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %t-fiber.o %t-fiber | FileCheck %s
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %S/Inputs/router.sh %t-hand.o %t-hand | FileCheck %s

# CHECK: 3 connections: 300000 bytes
# CHECK-NEXT: closed: 3
# CHECK-NEXT: nobody listens: ConnectionRefusedError
# CHECK-NEXT: reset: 1
# CHECK-NEXT: nobody is there: TimeoutError
# CHECK-NEXT: timed_out: 1
# CHECK-NEXT: open: hello
# CHECK-NEXT: idle: 1
# CHECK-NEXT: given up: TimeoutError
# CHECK-NEXT: half_open: 0
# CHECK-NEXT: established: 0

set -e
# shellcheck source=Inputs/router.sh
. "$1"
object=$2 output=$3

build_router
# Nobody answers for this address, and none says so.
in_server ip route add blackhole 10.77.3.0/24
ip route add 10.77.3.0/24 via 10.77.2.2
guard "$object" track

rm -f "$output.listening"
in_server python3 - "$output.listening" <<'SERVER' &
import socket, sys, threading

def serve(connection):
    while data := connection.recv(100000):
        connection.sendall(data)
    connection.close()

listener = socket.create_server(("10.77.2.2", 80))
open(sys.argv[1], "w").close()
while True:
    connection, peer = listener.accept()
    threading.Thread(target=serve, args=[connection], daemon=True).start()
SERVER
while [ ! -e "$output.listening" ]; do sleep 0.05; done

# Where the kernel has no memory for a timer, a SYN is dropped: the next one
# comes after a second.
client() { in_client python3 -c "
import socket
def attempt(what, *address, timeout=5):
    try:
        socket.create_connection(address, timeout=timeout)
    except OSError as error:
        print(what + ':', type(error).__name__)
$1"; }

client '
received = 0
for i in range(3):
    connection = socket.create_connection(("10.77.2.2", 80))
    data = bytes(100000)
    while data:
        data = data[connection.send(data[:50000]):]
        received += len(connection.recv(50000))
    connection.shutdown(socket.SHUT_WR)
    while data := connection.recv(50000):
        received += len(data)
    connection.close()
print("3 connections:", received, "bytes")'
eventually closed 3
client 'attempt("nobody listens", "10.77.2.2", 81)'
eventually reset 1
client 'attempt("nobody is there", "10.77.3.2", 80, timeout=0.3)'
eventually timed_out 1
client '
import time
connection = socket.create_connection(("10.77.2.2", 80), timeout=5)
connection.settimeout(1)
connection.send(b"hello")
print("open:", connection.recv(100).decode(), flush=True)
time.sleep(2)
open("'"$output.idle"'", "w").close()
connection.send(b"hello")
try:
    connection.recv(100)
except OSError as error:
    print("given up:", type(error).__name__)' > "$output.client" &
client=$!
while [ ! -e "$output.idle" ]; do sleep 0.05; done
eventually idle 1 > "$output.counter"
wait $client
sed -n 1p "$output.client"
cat "$output.counter"
sed -n 2p "$output.client"
eventually half_open 0
eventually established 0
rm -f "$output.listening" "$output.idle" "$output.client" "$output.counter"
