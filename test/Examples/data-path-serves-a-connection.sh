# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The application of data-path gets the requests of a real TCP connection out
# of XDP and answers them; neither end's kernel sees them.
# REQUIRES: bpf
# RUN: %fiberc -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/data-path/data-path.bpf.c -o %t-fiber.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -c %root/examples/data-path/hand.bpf.c -o %t-hand.o
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %build/examples/data-path/data-path %t-fiber.o %t-fiber | FileCheck %s
# RUN: unshare --net --mount --pid --fork --kill-child --mount-proc bash %s %build/examples/data-path/data-path %t-hand.o %t-hand | FileCheck %s

# CHECK: serving
# CHECK: 10.77.0.100:4000-10.77.0.1:80: answered with 512 bytes: 0
# CHECK: server read nothing
# CHECK: 10.77.0.100:4000-10.77.0.1:80: {{[1-9][0-9]*}} requests, {{[1-9][0-9]*}} bytes received, {{[1-9][0-9]*}} sent

set -e
application=$1 object=$2 output=$3

unshare --net sleep 60 &
client=$!
while [ "$(readlink /proc/$client/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
	sleep 0.01
done
ip link add server type veth peer name client
ip link set client netns $client
ip address add 10.77.0.1/24 dev server
ip link set server up
nsenter -t $client -n ip address add 10.77.0.100/24 dev client
nsenter -t $client -n ip link set client up

rm -f "$output".listening "$output".connected "$output".serving
python3 - "$output" > "$output.server" <<'SERVER' &
import socket, sys
listener = socket.create_server(("10.77.0.1", 80))
open(sys.argv[1] + ".listening", "w").close()
connection, peer = listener.accept()
connection.settimeout(2)
try:
    print("server read", connection.recv(100))
except TimeoutError:
    print("server read nothing")
SERVER
server=$!
while [ ! -e "$output.listening" ]; do sleep 0.05; done

nsenter -t $client -n python3 - "$output" <<'CLIENT' &
import os, socket, sys, time
connection = socket.create_connection(("10.77.0.1", 80), source_address=("10.77.0.100", 4000))
open(sys.argv[1] + ".connected", "w").close()
while not os.path.exists(sys.argv[1] + ".serving"):
    time.sleep(0.05)
connection.send(b"hello")
time.sleep(60)
CLIENT
while [ ! -e "$output.connected" ]; do sleep 0.05; done

"$application" "$object" server 10.77.0.100:4000-10.77.0.1:80 > "$output.application" &
while ! grep -q serving "$output.application"; do sleep 0.05; done
touch "$output.serving"
wait $server
kill -TERM $!
wait $! || true
sed -n '1,/answered/p' "$output.application"
cat "$output.server"
tail -n 1 "$output.application"
rm -f "$output".listening "$output".connected "$output".serving
