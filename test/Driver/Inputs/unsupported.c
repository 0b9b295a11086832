// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What only the back end refuses: too many arguments, too large a stack. */
struct big {
	char bytes[2000];
};

int many(int a, int b, int c, int d, int e, int f, int g)
{
	return a + b + c + d + e + f + g;
}

void use(struct big *);

int large(void)
{
	struct big big = {};

	use(&big);
	return many(1, 2, 3, 4, 5, 6, big.bytes[7]);
}
