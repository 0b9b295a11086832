# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Takes the driver's arguments out of what -### and -v print.
s, "-idirafter" "[^"]*/lib/bpf-fiber/include",,
s, "-load" "[^"]*/lib/bpf-fiber/BPFFiber[A-Za-z]*-[0-9]*\.so",,g
s, "-fpass-plugin=[^"]*/lib/bpf-fiber/BPFFiberPasses-[0-9]*\.so",,
s, -idirafter [^ ]*/lib/bpf-fiber/include,,
s, -load [^ ]*/lib/bpf-fiber/BPFFiber[A-Za-z]*-[0-9]*\.so,,g
s, -fpass-plugin=[^ ]*/lib/bpf-fiber/BPFFiberPasses-[0-9]*\.so,,
# The search path that -v lists.
\,^ .*/lib/bpf-fiber/include$,d
