# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The code in README.md stands in the example, and what it links to is there.
# RUN: rm -rf %t && %blocks %root/README.md %t
# RUN: bash %s %root %t/port-knock.bpf.c

cd "$1" || exit 1
whole=$(cat examples/port-knock/port-knock.bpf.c)
part=$(cat "$2")
if [[ $whole != *"$part"* ]]; then
	echo "examples/port-knock/port-knock.bpf.c has no such lines:"
	echo "$part"
	exit 1
fi

# Local links of all documents.
find . -name '*.md' -not -path './build*' | while read -r document; do
	grep -o '\]([^)]*)' "$document" | sed 's/^](//; s/)$//; s/#.*//' | grep -v -e '^http' -e '^$' |
	while read -r link; do
		[ -e "$(dirname "$document")/$link" ] && continue
		echo "$document: there is no $link"
	done
done | { ! grep .; }
