// SPDX-License-Identifier: MIT
#include "detect/hll.h"

#include <math.h>

#define RANKS 64 /* 0 to 64 - bits + 1, with bits from 4 on */

void hll_merge(uint8_t *registers, const uint8_t *other, unsigned bits)
{
	for (uint32_t i = 0; i < 1u << bits; i++)
		if (other[i] > registers[i])
			registers[i] = other[i];
}

/* What the empty registers say: x + sum of x^(2^k) * 2^(k-1), until nothing is added. */
static double sigma(double x)
{
	double sum = x, before, power = 1;

	if (x >= 1)
		return INFINITY;
	do {
		x *= x;
		before = sum;
		sum += x * power;
		power += power;
	} while (before != sum);
	return sum;
}

/* What the full registers say: their true ranks lie beyond the last one. */
static double tau(double x)
{
	double sum = 1 - x, before, power = 1;

	if (x <= 0 || x >= 1)
		return 0;
	do {
		x = sqrt(x);
		before = sum;
		power *= 0.5;
		sum -= (1 - x) * (1 - x) * power;
	} while (before != sum);
	return sum / 3;
}

double hll_count(const uint8_t *registers, unsigned bits)
{
	const double m = (double)(1u << bits);
	const unsigned last = 64 - bits + 1;
	uint32_t of_rank[RANKS] = {0};

	for (uint32_t i = 0; i < 1u << bits; i++)
		of_rank[registers[i] % RANKS]++;
	if (of_rank[0] == 1u << bits)
		return 0;
	double z = m * tau(1 - of_rank[last] / m);
	for (unsigned rank = last - 1; rank >= 1; rank--)
		z = 0.5 * (z + of_rank[rank]);
	z += m * sigma(of_rank[0] / m);
	return m * m / (2 * M_LN2 * z);
}
