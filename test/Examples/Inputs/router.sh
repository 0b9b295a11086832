# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# To be sourced in a network namespace of one's own: makes it a router between
# a client, 10.77.1.2, and a server, 10.77.2.2.  Its interfaces are `outside`,
# towards the client, and `inside`.  All of it belongs to processes started here
# and vanishes with them.

in_client() { nsenter -t "$client_pid" -n "$@"; }
in_server() { nsenter -t "$server_pid" -n "$@"; }

# Another namespace, that of the process $neighbour.
new_neighbour()
{
	unshare --net sleep infinity > /dev/null 2>&1 &
	neighbour=$!
	# unshare has to make its namespace before an interface can move there
	while [ "$(readlink /proc/$neighbour/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
		sleep 0.01
	done
}

# connect INTERFACE PID NETWORK: from here, .1, to there, .2
connect()
{
	ip link add "$1" type veth peer name eth0
	ip link set eth0 netns "$2"
	ip address add "$3.1/24" dev "$1"
	ip link set "$1" up
	nsenter -t "$2" -n ip link set lo up
	nsenter -t "$2" -n ip address add "$3.2/24" dev eth0
	nsenter -t "$2" -n ip link set eth0 up
	nsenter -t "$2" -n ip route add default via "$3.1"
}

# real_segments PID: what its interface sends and gets is as on a wire: with
# checksums, no larger than a packet, and from XDP_TX, too, which veth takes
# where pass.bpf.c, pinned as /sys/fs/bpf/pass, is
real_segments()
{
	nsenter -t "$1" -n bpftool net attach xdpdrv pinned /sys/fs/bpf/pass dev eth0
	nsenter -t "$1" -n python3 - <<'END'
import array, fcntl, socket, struct
for command in 0x17, 0x1F, 0x24:  # ETHTOOL_STXCSUM, _STSO, _SGSO
    data = array.array("B", struct.pack("II", command, 0))
    request = struct.pack("16sP", b"eth0", data.buffer_info()[0])
    fcntl.ioctl(socket.socket(), 0x8946, request)  # SIOCETHTOOL
END
}

build_router()
{
	mount -t bpf bpf /sys/fs/bpf
	new_neighbour
	client_pid=$neighbour
	new_neighbour
	server_pid=$neighbour
	connect outside "$client_pid" 10.77.1
	connect inside "$server_pid" 10.77.2
	ip link set lo up
	echo 1 > /proc/sys/net/ipv4/ip_forward
}

# guard OBJECT PROGRAM: load it, pinned in /sys/fs/bpf, and attach a program of
# it to both interfaces
guard()
{
	bpftool prog loadall "$1" /sys/fs/bpf/programs pinmaps /sys/fs/bpf/maps
	bpftool net attach xdpdrv pinned "/sys/fs/bpf/programs/$2" dev outside
	bpftool net attach xdpdrv pinned "/sys/fs/bpf/programs/$2" dev inside
}

# variable NAME: of the loaded object's .bss; a member of a struct, too
variable()
{
	bpftool map dump pinned "$(echo /sys/fs/bpf/maps/*_bss)" | sed -n "s/^.*\"$1\": \([0-9]*\),*$/\1/p"
}

# eventually NAME VALUE: the variable gets it within five seconds
eventually()
{
	for _ in $(seq 100); do
		[ "$(variable "$1")" != "$2" ] || break
		sleep 0.05
	done
	echo "$1: $(variable "$1")"
}
