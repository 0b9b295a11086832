// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * statistics.c - medians and middles, because on a machine with other things to
 * do some rounds are always much too long.
 */
#include <math.h>
#include <stdlib.h>

#include "bench.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of sorted numbers, between two of them where @q falls between two. */
static double quantile(const double *sorted, size_t n, double q)
{
	double at = q * (n - 1);
	size_t below = at;

	if (below + 1 >= n)
		return sorted[n - 1];
	return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

struct spread spread_of(double *numbers, size_t n)
{
	if (!n)
		return (struct spread) {};
	qsort(numbers, n, sizeof(*numbers), compare);
	return (struct spread) {
		.q1 = quantile(numbers, n, 0.25),
		.median = quantile(numbers, n, 0.5),
		.q3 = quantile(numbers, n, 0.75),
	};
}

double geometric_mean(const double *numbers, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += log(numbers[i]);
	return n ? exp(sum / n) : 0;
}

double paired_ratio(const double *fiber, const double *hand, size_t n, double floor)
{
	double *ratios = calloc(n, sizeof(*ratios)), sum = 0;
	size_t from = n / 4, to = n - n / 4;

	if (!ratios)
		abort();
	for (size_t i = 0; i < n; i++)
		ratios[i] = (fiber[i] - floor) / (hand[i] - floor);
	qsort(ratios, n, sizeof(*ratios), compare);
	for (size_t i = from; i < to; i++)
		sum += ratios[i];
	free(ratios);
	return sum / (to - from);
}
