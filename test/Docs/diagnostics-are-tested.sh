# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Every diagnostic has a test with wrong and right code in test/Diagnostics, and
# there are at least sixty; those that take other input are named here.
# RUN: sh %s %root

cd "$1" || exit 1
failed=0
for id in $(sed -n 's/^### \(bpf-fiber-.*\)/\1/p' docs/diagnostics.md); do
	case $id in
	bpf-fiber-too-many-suspends) ;; # 4097 awaits, too-many-suspend-points.sh
	bpf-fiber-no-debug-info | bpf-fiber-runtime-version) ;; # IR, malformed-input-is-an-error.ll
	*)
		grep -q "// SAYS: .*\[$id\]" test/Diagnostics/*.c && continue
		echo "no test in test/Diagnostics says [$id]"
		failed=1
		;;
	esac
done
n=$(grep -l '^// R.N: %diagnosed' test/Diagnostics/*.c | wc -l)
echo "$n tests of diagnostics"
[ "$n" -ge 60 ] || failed=1
exit $failed
