# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What suspended fibers hold is released when they are overwritten, deleted,
# evicted from an LRU map, and when the map itself goes, whatever its type: the
# task has as many references as before, and the cgroup can die.
#
# RUN: %fiberc -mcpu=v3 -O2 -g -I%S/Inputs -I%vmlinux_dir -DFRAMES_TYPE=BPF_MAP_TYPE_HASH -DFRAMES_FLAGS=0 -c %S/Inputs/released-by-the-kernel.c -o %t-hash.o
# RUN: %fiberc -mcpu=v3 -O2 -g -I%S/Inputs -I%vmlinux_dir -DFRAMES_TYPE=BPF_MAP_TYPE_HASH -DFRAMES_FLAGS=BPF_F_NO_PREALLOC -c %S/Inputs/released-by-the-kernel.c -o %t-list.o
# RUN: %fiberc -mcpu=v3 -O2 -g -I%S/Inputs -I%vmlinux_dir -DFRAMES_TYPE=BPF_MAP_TYPE_ARRAY -DFRAMES_FLAGS=0 -c %S/Inputs/released-by-the-kernel.c -o %t-array.o
# RUN: %fiberc -mcpu=v3 -O2 -g -I%S/Inputs -I%vmlinux_dir -DFRAMES_TYPE=BPF_MAP_TYPE_LRU_HASH -DFRAMES_FLAGS=0 -c %S/Inputs/released-by-the-kernel.c -o %t-lru.o
# RUN: unshare -m sh %s %fiber_test %t
set -eu
fiber_test=$1 out=$2
rm -rf "$out"
mkdir -p "$out/cgroup2"

mount -t cgroup2 none "$out/cgroup2"
top=$out/cgroup2/bpf-fiber-test.$$
trap 'rmdir "$top"/* "$top" 2>/dev/null || :; umount "$out/cgroup2"' EXIT
mkdir "$top"

act()
{
	"$fiber_test" "$out-$what.o" "$out/script"
}

dying()
{
	sed -n 's/^nr_dying_descendants //p' "$top/cgroup.stat"
}

try()
{
	what=$1 group=$top/$1
	mkdir "$group"
	id=$(stat -c %i "$group")
	cat >"$out/script"
	sed -i "s/CGROUP/$id/" "$out/script"
	act || { echo "$what: released too early or too late"; exit 1; }
	# The map is gone. The kernel frees it in the background.
	cat >"$out/script" <<END
DO: run count == 0
DO: sleep 50
DO: run holders == 0
DO: check held == 0
END
	tries=0
	rmdir "$group"
	while [ "$(dying)" != 0 ]; do
		[ $((tries += 1)) -le 50 ] || { echo "$what: the cgroup does not die"; exit 1; }
		sleep 0.1
	done
	act
}

for kind in hash list array; do
	try $kind <<END
DO: set cgroup_id = CGROUP
DO: run count == 0
DO: run start port=1 == 1
DO: run start port=2 == 1
DO: run holders == 0
DO: check held == 2
DO: run start port=1 == 1
DO: run holders == 0
DO: check held == 2
DO: run resume port=1 == 2
DO: run holders == 0
DO: check held == 1
END
done

# An LRU map of 4 elements holds no more, though 64 fibers were started.
{
	echo "DO: set cgroup_id = CGROUP"
	echo "DO: run count == 0"
	for port in $(seq 64); do
		echo "DO: run start port=$port == 1"
	done
	echo "DO: run holders == 0"
	echo "DO: check held == #frames"
	echo "DO: check #frames < 64"
} | try lru
