// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the passes report is shown as Clang shows its own: the source line with
// a caret, notes with theirs, -Werror, no object after an error. Inputs/passes.cpp
// stands for the passes.
// RUN: rm -rf %t && mkdir %t && cp %inputs/spoken-of.h %s %t
// RUN: %clang -shared -fPIC -DPASS_API=%pass_api %inputs/passes.cpp -o %t/passes.so
//
// RUN: echo '3|%t/spoken-of.h|4|9|bad %%0 50%% [bpf-fiber-x]' > %t/errors
// RUN: echo '0|spoken-of.h|2|19|because %%select{a}0' >> %t/errors
// RUN: echo '0|||0|nowhere in particular' >> %t/errors
// RUN: echo '0|/no/such.c|7|1|lost' >> %t/errors
// RUN: cd %t && env DIAGNOSTICS=%t/errors not %clang -target bpf -O2 -g -fplugin=%t/passes.so -fplugin=%frontend -fpass-plugin=%t/passes.so -c errors-of-the-passes.c -o out.o 2>&1 | FileCheck --strict-whitespace --match-full-lines --check-prefix=ERROR %s
// RUN: not test -e %t/out.o
//
//      ERROR:sink set
// ERROR-NEXT:In file included from errors-of-the-passes.c:{{[0-9]+}}:
// ERROR-NEXT:./spoken-of.h:4:9: error: bad %0 50% [bpf-fiber-x]
// ERROR-NEXT:    4 |         return n + 1;
// ERROR-NEXT:      |                ^
// ERROR-NEXT:./spoken-of.h:2:19: note: because %select{a}0
// ERROR-NEXT:    2 | static inline int spoken_of(int n)
// ERROR-NEXT:      |                   ^
// ERROR-NEXT:note: nowhere in particular
// ERROR-NEXT:note: /no/such.c:7: lost
// ERROR-NEXT:sink taken back
// ERROR-NEXT:1 error generated.
//
// Lines that #line or the preprocessor gave another name.
// RUN: echo '2|%t/errors-of-the-passes.c|103|6|careful' > %t/warnings
// RUN: echo '1|errors-of-the-passes.c|103|0|fine' >> %t/warnings
// RUN: echo '2|%t/grammar.y|20|2|there too' >> %t/warnings
// RUN: cd %t && env DIAGNOSTICS=%t/warnings %clang -target bpf -O2 -g -fplugin=%t/passes.so -fplugin=%frontend -fpass-plugin=%t/passes.so -c errors-of-the-passes.c -o out.o 2>&1 | FileCheck --check-prefix=WARNING %s
// RUN: test -e %t/out.o
// RUN: cd %t && %clang -target bpf -E errors-of-the-passes.c -o out.i
// RUN: cd %t && env DIAGNOSTICS=%t/warnings %clang -target bpf -O2 -g -fplugin=%t/passes.so -fplugin=%frontend -fpass-plugin=%t/passes.so -c out.i -o out.o 2>&1 | FileCheck --check-prefix=WARNING %s
// RUN: cd %t && env DIAGNOSTICS=%t/warnings not %clang -target bpf -O2 -g -Werror -fplugin=%t/passes.so -fplugin=%frontend -fpass-plugin=%t/passes.so -c errors-of-the-passes.c -o out.o 2>&1 | FileCheck --check-prefix=WERROR %s
// RUN: cd %t && env DIAGNOSTICS=%t/warnings %clang -target bpf -O2 -g -w -fplugin=%t/passes.so -fplugin=%frontend -fpass-plugin=%t/passes.so -c errors-of-the-passes.c -o out.o 2>&1 | FileCheck --implicit-check-not=warning --check-prefix=QUIET %s
//
// WARNING: errors-of-the-passes.c:103:{{[0-9]+}}: warning: careful
// WARNING-NEXT: 103 | {{.*}}return n;
// WARNING: errors-of-the-passes.c:103:1: remark: fine
// WARNING: grammar.y:20:{{[0-9]+}}: warning: there too
// WARNING-NEXT: 20 | {{.*}}return 3;
// QUIET: remark: fine
// WERROR: errors-of-the-passes.c:103:6: error: careful
#include "spoken-of.h"

#line 101
int user(int n)
{
	return n;
}

#line 18 "grammar.y"
int generated(void)
{
	return 3;
}
int also_user(int n)
{
	return spoken_of(n);
}
