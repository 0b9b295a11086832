# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# However the source says that there is a fiber, clang gets the plugins, and it
# gets them where bpf-fiberc cannot tell.  Otherwise clang is alone.
#
# RUN: bash %s %fiberc %t %clang

fiberc=$1 folder=$2 real=$3
rm -rf "$folder"
mkdir -p "$folder/a/b" "$folder/inc" "$folder/bpf_fiber"
cd "$folder" || exit 1

version=$("$real" --version | head -n 1)
cat >clang <<EOF
#!/bin/sh
case "\$*" in
*--version) echo "$version" ;;
*-fplugin=*) echo plugged ;;
*) echo alone ;;
esac
EOF
chmod +x clang
export BPF_FIBERC_CLANG=$folder/clang

failures=0
# expect plugged|alone ARGUMENT...
expect()
{
	local expected=$1 is
	shift
	is=$("$fiberc" "$@")
	[ "$is" = "$expected" ] && return
	echo "not $expected, but $is: bpf-fiberc $*"
	failures=1
}

fiber='#include <bpf_fiber/fiber.bpf.h>'
echo 'int x;' >none.c
echo "$fiber" >fiber.c
echo 'int f(void) __attribute__((annotate("bpf_fiber")));' >annotation.c
echo '#include "b/two.h"' >a/one.h
echo '# /* a comment */ include "three.h"' >a/b/two.h
printf '#include \\\n <four.h>' >a/b/three.h
printf '\t#\tinclude <bpf_fiber/fiber.bpf.h>' >inc/four.h
echo '#include "a/one.h"' >deep.c
echo '#include_next <four.h>' >next.c
echo '#import "inc/four.h"' >import.c
printf '#define HEADER "inc/four.h"\n#include HEADER' >macro.c
printf '%%:include "inc/four.h"' >digraph.c
printf '#if 0\n#include "inc/four.h"\n#endif' >conditional.c
echo '# 1 "/usr/include/bpf_fiber/fiber.bpf.h" 1' >preprocessed.i
"$real" -target bpf -O2 -Xclang -disable-llvm-passes -S -emit-llvm annotation.c -o declared.ll
echo 'static int __attribute__((annotate("bpf_fiber"), used)) f(void) { return 0; }' >used.c
"$real" -target bpf -O2 -Xclang -disable-llvm-passes -S -emit-llvm used.c -o used.ll
"$real" -target bpf -O2 -Xclang -disable-llvm-passes -c -emit-llvm used.c -o used.bc
"$real" -target bpf -O2 -c -emit-llvm none.c -o none.bc
echo '-c fiber.c' >args.rsp
echo '-Iinc -c' >dirs.rsp
ln -s "$folder/inc/four.h" link.h
echo '#include "link.h"' >link.c
echo '#include "loop.c"' >loop.c
echo '#include "a/../self.c"' >self.c
echo 'struct bpf_fibers_of_mine { int bpf_fiber; };' >similar.c

expect plugged -c fiber.c
expect plugged -c annotation.c
expect plugged -c none.c fiber.c
expect plugged -c -- fiber.c
expect plugged -E fiber.c
expect plugged -M fiber.c
expect plugged @args.rsp
expect plugged -c preprocessed.i
expect plugged -c used.ll
expect plugged -c used.bc
expect plugged -c import.c
expect plugged -c macro.c
expect plugged -c digraph.c
expect plugged -c conditional.c
expect plugged -c link.c
expect plugged -c "$folder/fiber.c"

# Each way to say where headers are.
expect plugged -Iinc -c deep.c
expect plugged -I inc -c deep.c
expect plugged -isystem inc -c deep.c
expect plugged -isysteminc -c deep.c
expect plugged -idirafter inc -c deep.c
expect plugged -iquote inc -c deep.c
expect plugged --include-directory=inc -c deep.c
expect plugged --include-directory inc -c deep.c
expect plugged -I"$folder/inc" -c deep.c
expect plugged -Iinc -c next.c
expect plugged deep.c @dirs.rsp
for variable in CPATH C_INCLUDE_PATH; do
	export $variable=/nowhere:inc
	expect plugged -c deep.c
	unset $variable
done
expect alone -c deep.c
mkdir -p root/usr/include
cp inc/four.h root/usr/include
expect plugged --sysroot=root -c deep.c
expect plugged --sysroot root -c deep.c
expect plugged -isysroot root -c deep.c

# Each way to include without an #include.
expect plugged -include inc/four.h -c none.c
expect plugged -includeinc/four.h -c none.c
expect plugged --include inc/four.h -c none.c
expect plugged --include=inc/four.h -c none.c
expect plugged -Iinc -include four.h -c none.c
expect plugged -imacros inc/four.h -c none.c
expect plugged -include bpf_fiber/fiber.bpf.h -c none.c
expect plugged '-DFIBER=annotate("bpf_fiber")' -c none.c
expect plugged -D 'FIBER=annotate("bpf_fiber")' -c none.c

# What could be anything.
expect plugged --config x.cfg -c none.c
expect plugged -include-pch x.pch -c none.c
expect plugged -fmodules -c none.c
expect plugged -Xclang -include -Xclang inc/four.h -c none.c
expect plugged -Xclang -I -Xclang inc -c none.c
expect plugged -Wp,-Iinc -c none.c
expect plugged -working-directory a -c none.c
expect plugged --rsp-quoting=windows @args.rsp
expect plugged -c <(echo "$fiber")
CCC_OVERRIDE_OPTIONS=+fiber.c expect plugged -c none.c

# What shows clang's command line.
expect plugged -v -c none.c
expect plugged '-###' -c none.c

expect alone -c none.c
expect alone -c none.bc
expect alone -c declared.ll
expect alone -c similar.c
expect alone -c loop.c
expect alone -c self.c
expect alone -c not-there.c
expect alone -Ibpf_fiber -o bpf_fiber/none.o -c none.c
expect alone -fbpf-fiber-quantum=5 -c none.c
expect alone --sysroot=root -c none.c
expect alone -g -O2 -mcpu=v3 -Xclang -target-feature -Xclang +alu32 -mllvm -x -Wp,-MD,none.d \
	-Wp,-MMD,none.d -MD -MF none.d -D__TARGET_ARCH_x86 -Wall -nostdinc -c none.c
expect alone -x c /dev/null
expect alone

# Standard input is looked at, and is still all there for clang.
stdin() { echo "$1" | "$fiberc" -x c -c -; }
[ "$(stdin "$fiber")" = plugged ] && [ "$(stdin 'int x;')" = alone ] &&
	[ "$("$fiberc" -Iinc -c -x c - <deep.c)" = plugged ] || {
	echo "standard input is not looked at"
	failures=1
}
printf '#!/bin/sh\ncase "$*" in *--version) echo "%s" ;; *) exec cat ;; esac\n' "$version" >clang
head -c 3000000 /dev/zero | tr '\0' '\n' >large.c
cat none.c >>large.c
"$fiberc" -x c -c - <large.c | cmp - large.c || failures=1
cat large.c | "$fiberc" -x c -c - | cmp - large.c || failures=1
{ read -r _ && "$fiberc" -x c -c -; } <none.c | cmp - /dev/null || failures=1
exit $failures
