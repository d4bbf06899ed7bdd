// SPDX-License-Identifier: MIT
#include "model/layout.h"

#include "base/text.h"

static bool is_ip(const struct column *c)
{
	return c->keep == UINT8_MAX;
}

static int total_width(const struct layout *l)
{
	int sum = l->n ? (int)l->n - 1 : 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->at[i].width;
	return sum;
}

/* Takes out the column that is missed least; false when only kept ones are left. */
static bool drop_least(struct layout *l, const struct column *must)
{
	size_t least = l->n;

	for (size_t i = 0; i < l->n; i++) {
		const struct column *c = l->at[i].column;
		if (!is_ip(c) && c != must &&
			(least == l->n || c->keep <= l->at[least].column->keep))
			least = i;
	}
	if (least == l->n)
		return false;
	memmove(&l->at[least], &l->at[least + 1], (l->n - least - 1) * sizeof l->at[0]);
	l->n--;
	return true;
}

/* Shares what is left among the columns that may grow. An address needs no more than its own
 * length, so the rest goes to the others. */
static void share_spare(struct layout *l, int spare)
{
	int weights = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!is_ip(l->at[i].column))
			weights += l->at[i].column->weight;
	for (size_t i = 0; i < l->n && weights > 0; i++) {
		int weight = l->at[i].column->weight;
		if (is_ip(l->at[i].column) || !weight)
			continue;
		int part = spare * weight / weights;
		l->at[i].width += part;
		spare -= part;
		weights -= weight;
	}
}

static int ip_room(int least, int wanted, int width)
{
	int most = width * 3 / 5;

	if (wanted > most)
		wanted = most;
	return wanted > least ? wanted : least;
}

void layout_fit(struct layout *l, int width, int ip_width, const struct column *must)
{
	int x = 0;

	l->n = 0;
	for (size_t i = 0; i < column_count && l->n < LAYOUT_COLUMNS_MAX; i++) {
		if (!columns[i].title)
			continue;
		int least = columns[i].width;
		l->at[l->n++] = (struct layout_column){&columns[i], 0,
			is_ip(&columns[i]) ? ip_room(least, ip_width, width) : least};
	}
	while (total_width(l) > width && (drop_least(l, must) || drop_least(l, NULL)))
		;
	int spare = width - total_width(l);
	if (spare < 0)
		l->at[0].width = width > 0 ? width : 0;
	else
		share_spare(l, spare);
	for (size_t i = 0; i < l->n; i++) {
		l->at[i].x = x;
		x += l->at[i].width + 1;
	}
}

struct str layout_cut_addr(char *buf, size_t n, int width)
{
	size_t room = width > 0 ? (size_t)width : 0;

	if (n <= room)
		return (struct str){buf, n};
	if (room < 8)
		return (struct str){buf, room};
	size_t tail = (room - 2) / 3, front = room - 2 - tail;
	memmove(buf + front + 2, buf + n - tail, tail);
	memcpy(buf + front, "..", 2);
	return (struct str){buf, room};
}

struct str layout_cell(const struct layout_column *lc, const struct model *m, const struct host *h,
	char *buf, size_t cap)
{
	struct cell cell = lc->column->cell(m, h);
	size_t n = cell_text(&cell, buf, cap);

	if (cell.kind == CELL_ADDR)
		return layout_cut_addr(buf, n, lc->width);
	return text_cut((struct str){buf, n}, lc->width);
}

int layout_ip_width(const struct host *h)
{
	char buf[ADDR_TEXT_MAX];

	return (int)addr_format(&h->ip, buf);
}
