# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# clang with the plugins makes what the driver makes; with the passes alone it
# does too, without the checks of the source. opt loads the passes, in a whole
# pipeline or each by its name.
#
# RUN: rm -rf %t && mkdir %t
# RUN: bash %s %fiberc %clang %build %root/test/Transforms %t %opt
fiberc=$1 clang=$2 build=$3 tests=$4 output=$5
shift 5
opt=("$@")
cd "$output" || exit 1

passes=$(printf '%s\n' "$build"/lib/bpf-fiber/BPFFiberPasses-*.so)
frontend=$(printf '%s\n' "$build"/lib/bpf-fiber/BPFFiberFrontend-*.so)
source=$tests/code-around-a-suspend-has-the-line-of-its-await.c
options=(-target bpf -O2 -g -mcpu=v3 "-I$tests/Inputs" -idirafter "$build/lib/bpf-fiber/include")

set -e
"$fiberc" "${options[@]}" -c "$source" -o driver.o
"$clang" "${options[@]}" "-fplugin=$passes" "-fplugin=$frontend" "-fpass-plugin=$passes" \
	-c "$source" -o clang.o
cmp driver.o clang.o
"$clang" "${options[@]}" "-fpass-plugin=$passes" -c "$source" -o passes.o
cmp driver.o passes.o

"$clang" "${options[@]}" -Xclang -disable-llvm-passes -emit-llvm -c "$source" -o raw.bc
"${opt[@]}" '-passes=default<O2>' raw.bc -S -o pipeline.ll
"${opt[@]}" '-passes=bpf-fiber-prepare,always-inline,function(sroa,simplifycfg),bpf-fiber-lower,bpf-fiber-cleanup,verify' \
	raw.bc -S -o named.ll
for ll in pipeline.ll named.ll; do
	grep -q 'define .*@waits_program' $ll
	if grep -n 'call .*@__fiber_\(suspend\|resume\|start\)(\|@waits\.fiber(' $ll; then
		echo "^ not lowered in $ll"
		exit 1
	fi
done
