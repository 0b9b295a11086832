# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A small variable is in the header as long as the states fit beside it into one
# byte, 255 of them.
# RUN: sh %s 255 | cat %module - | %lower | FileCheck --check-prefix=BESIDE %s
# RUN: sh %s 256 | cat %module - | %lower | FileCheck --check-prefix=APART %s
# BESIDE: define internal {{.*}}@f__resume_xdp(
# BESIDE: and i32 %word, 255
# APART-NOT: and i32 %word, 255

echo '@start = global i8 0'
echo 'define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {'
echo '  %byte = load volatile i8, ptr @start'
seq -f '  %%r%.0f = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)' "$1"
echo '  %wide = zext i8 %byte to i32'
echo '  ret i32 %wide'
echo '}'
