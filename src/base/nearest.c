// SPDX-License-Identifier: MIT
#include "base/nearest.h"

static char fold(char c)
{
	if (c == '-')
		return '_';
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: edits and swaps of neighbours. Both are shorter than NEAREST_MAX. */
static size_t distance(struct str a, struct str b)
{
	size_t rows[3][NEAREST_MAX];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t k = 1; k <= b.n; k++) {
			char x = fold(a.p[i - 1]), y = fold(b.p[k - 1]);
			row[k] = least(above[k - 1] + (x != y), least(above[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && x == fold(b.p[k - 2]) && fold(a.p[i - 2]) == y)
				row[k] = least(row[k], before[k - 2] + 1);
		}
	}
	return row[b.n];
}

void nearest_init(struct nearest *n, struct str wanted)
{
	/* One wrong letter in a short word, three in a long one. */
	*n = (struct nearest){.wanted = wanted, .distance = 2 + least(wanted.n / 5, 2)};
}

void nearest_offer(struct nearest *n, struct str name)
{
	if (name.n == 0 || name.n >= NEAREST_MAX || n->wanted.n == 0 || n->wanted.n >= NEAREST_MAX)
		return;
	size_t d = distance(n->wanted, name);
	/* All letters wrong is not near. */
	if (d >= n->distance || d >= name.n)
		return;
	n->distance = d;
	memcpy(n->name, name.p, name.n);
	n->name[name.n] = '\0';
}
