// SPDX-License-Identifier: MIT
#include "tui/graph.h"

#include "base/text.h"

#include <math.h>

#define WIDTH_MAX 512
#define CELL_MAX  3 /* bytes */

/* U+2581 to U+2588, lower eighths; and U+258F to U+2588, left ones. */
static const char *const lower[GRAPH_HEIGHTS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const left[GRAPH_HEIGHTS] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
static const char coarse[] = "_.-=+*#";

unsigned graph_height(double value, double top)
{
	if (!(value > 0) || !(top > 0)) /* NaN too */
		return 0;
	if (value >= top)
		return GRAPH_HEIGHTS - 1;
	double height = ceil(value / top * (GRAPH_HEIGHTS - 1));
	return height < 1 ? 1 : (unsigned)height;
}

double graph_top(const double *values, size_t n, double least)
{
	for (size_t i = 0; i < n; i++)
		if (values[i] > least)
			least = values[i];
	return least;
}

static struct str cell(bool fine, double value, double top)
{
	if (value < 0)
		return STR_LIT(" ");
	unsigned height = graph_height(value, top);
	/* Seven marks for eight heights: what is not zero shares the lowest but one. */
	size_t mark = height ? 1 + (height - 1) * (sizeof coarse - 2) / (GRAPH_HEIGHTS - 1) : 0;
	return fine ? str_of(lower[height]) : (struct str){coarse + mark, 1};
}

static bool put(char *buf, size_t cap, size_t *n, struct str s)
{
	if (s.n > cap - *n)
		return false;
	memcpy(buf + *n, s.p, s.n);
	*n += s.n;
	return true;
}

size_t graph_text(
	char *buf, size_t cap, bool fine, const double *values, size_t n, int width, double top)
{
	size_t used = 0, cells = width > 0 ? (size_t)width : 0, blank = cells > n ? cells - n : 0;

	for (size_t i = 0; i < cells; i++) {
		double value = i < blank ? GRAPH_NOTHING : values[n - cells + i];
		if (!put(buf, cap, &used, cell(fine, value, top)))
			break;
	}
	return used;
}

/* How many eighths are filled; of more than nothing at least one, of less than all at least one is
 * not. */
static int eighths(int width, double share)
{
	int all = width * GRAPH_HEIGHTS;

	if (!(share > 0))
		return 0;
	if (share >= 1)
		return all;
	int n = (int)lround(share * all);
	return n < 1 ? 1 : n >= all ? all - 1 : n;
}

static struct str bar_cell(bool fine, int filled)
{
	if (fine)
		return str_of(filled <= 0               ? "░"
			      : filled >= GRAPH_HEIGHTS ? left[GRAPH_HEIGHTS - 1]
							: left[filled - 1]);
	return filled >= GRAPH_HEIGHTS / 2 ? STR_LIT("#") : STR_LIT(".");
}

size_t graph_bar_text(char *buf, size_t cap, bool fine, int width, double share)
{
	int n = width > 0 ? eighths(width, share) : 0;
	size_t used = 0;

	for (int i = 0; i < width; i++, n -= GRAPH_HEIGHTS)
		if (!put(buf, cap, &used, bar_cell(fine, n)))
			break;
	return used;
}

static int fit(struct area a, int x, int width)
{
	int most = a.w - x < WIDTH_MAX ? a.w - x : WIDTH_MAX;

	return width < most ? width : most > 0 ? most : 0;
}

int graph_draw(struct area a, int y, int x, int width, unsigned style, const double *values,
	size_t n, double top)
{
	char text[WIDTH_MAX * CELL_MAX];

	size_t used = graph_text(
		text, sizeof text, screen_has_eighths(), values, n, fit(a, x, width), top);
	return screen_text(a, y, x, style, (struct str){text, used});
}

int graph_bar(struct area a, int y, int x, int width, unsigned style, double share)
{
	char text[WIDTH_MAX * CELL_MAX];

	width = fit(a, x, width);
	struct str all = {
		text, graph_bar_text(text, sizeof text, screen_has_eighths(), width, share)};
	struct str filled =
		text_cut(all, (eighths(width, share) + GRAPH_HEIGHTS - 1) / GRAPH_HEIGHTS);
	int w = screen_text(a, y, x, style, filled);
	return w + screen_text(a, y, x + w, (style & ~0xffu) | STYLE_DIM, str_skip(all, filled.n));
}
