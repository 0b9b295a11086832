# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The rules of docs/verifier-model.md are numbered, and each says who enforces
# it, since when, how it is met, and names tests that are there.
# RUN: cd %root && awk -f %s docs/verifier-model.md

function finish()
{
	if (rule && parts != "Enforced by, Since, How it is met, Tests, ")
		bad("V" rule " has: " parts)
	parts = ""
}
function bad(what) { print what; failed = 1 }
/^## / {
	finish()
	if ($2 != "V" ++rule ".")
		bad($2 " where V" rule " should be")
}
match($0, /^- [^:]*: /) { parts = parts substr($0, 3, RLENGTH - 4) ", " }
/^- Tests: / {
	for (i = 3; i <= NF; i++) {
		path = $i
		gsub(/[`,]/, "", path)
		if ((getline line < path) < 0)
			bad("V" rule ": there is no " path)
		close(path)
	}
}
END { finish(); exit failed }
