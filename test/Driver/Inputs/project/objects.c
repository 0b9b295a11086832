/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <linux/types.h>
#include <bpf_fiber/abi.h>
#include <stdio.h>

int main(void)
{
	puts(OBJECTS);
	return 0;
}
