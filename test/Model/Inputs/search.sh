# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# search.sh hold|mistakes MODEL OUTPUT
model=$2 output=$3
failed=0
# What is found early takes longer to compile than to search.
optimize=-O1
[ "$1" = hold ] || optimize=-O0

# NAME and options: whether no interleaving violates anything
holds()
{
	local name=$1
	shift

	mkdir "$output/$name" && cd "$output/$name" || exit 1
	spin -a "$@" "$model" > log 2>&1 &&
		cc $optimize -DSAFETY -DCOLLAPSE -o pan pan.c >> log 2>&1 &&
		./pan -m1000000 -w22 > result 2>&1
	if ! grep -q 'errors: [0-9]' result 2> /dev/null; then
		cat log result
		echo "^ $name: not searched"
		exit 1
	fi
	grep -q 'errors: 0' result && ! grep -q 'too small' result
}

expect_holds()
{
	holds "$@" && return
	cat result
	spin -t -k ./*.trail -p "${@:2}" "$model" | tail -60
	echo "^ $1: violated"
	failed=1
}

if [ "$1" = hold ]; then
	expect_holds two-cpus -DVERBS=2 -DLAST=3
	expect_holds three-cpus -DCPUS=3 -DVERBS=3 -DLAST=1 -DKEYS=1
	expect_holds two-slots -DSLOTS=2 -DVERBS=2 -DLAST=1
	exit $failed
fi

bugs=$(grep -o 'BUG_[A-Z_]*[A-Z]' "$model" | sort -u)
for bug in $bugs; do
	case $bug in # what they need time for
	BUG_WAKE_TIME_IS_IGNORED) options='-DLAST=3 -DKEYS=1' ;;
	BUG_TIMER_GIVES_UP) options='-DLAST=2 -DKEYS=1' ;;
	*) options='-DLAST=1' ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	if holds "$bug" -D"$bug" -DVERBS=3 $options; then
		echo "$bug is not found"
		failed=1
	fi
done
[ "$(wc -w <<< "$bugs")" -ge 12 ] || failed=1
exit $failed
