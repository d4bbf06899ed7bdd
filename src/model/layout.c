// SPDX-License-Identifier: MIT
#include "model/layout.h"

#include "base/text.h"

#define KEEP_EXTRA     60  /* columns kept less than this are only nice to have */
#define EXTRA_FROM     190 /* columns of a screen that has room for these, too */
#define ROOM_FOR_PATHS 12
#define WORTH_IT       4  /* columns that a name which is cut all the same should win */
#define ADDRESS_MOST   24 /* columns that an address takes of what is left: 2001:db8:1:2::/64 */

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

static int part_of(const struct layout_column *lc, int spare, int weights)
{
	int part = spare * lc->column->weight / weights, most = lc->column->most;

	return most && lc->width + part > most ? most - lc->width : part;
}

/* Whose row it is comes before how much is seen of what was asked for, if more than a letter or
 * two are won by that. Returns what is left. */
static int give_address(struct layout *l, int spare, int wanted)
{
	if (wanted > ADDRESS_MOST)
		wanted = ADDRESS_MOST;
	for (size_t i = 0; i < l->n; i++) {
		int more = wanted - l->at[i].width, given = more < spare ? more : spare;
		if (!is_ip(l->at[i].column) || given <= 0 || (given < more && given < WORTH_IT))
			continue;
		l->at[i].width += given;
		spare -= given;
	}
	return spare;
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
		int part = part_of(&l->at[i], spare, weights);
		l->at[i].width += part;
		spare -= part;
		weights -= weight;
	}
}

static int ip_room(int least, int wanted, int width)
{
	int most = width / 5;

	if (wanted > most)
		wanted = most;
	return wanted > least ? wanted : least;
}

static bool is_extra(const struct column *c)
{
	return c->keep < KEEP_EXTRA;
}

/* What must fit for the columns at hand to stay: while there are extra ones among them, room for
 * longer paths, too. */
static int total_wish(const struct layout *l, const struct column *must)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_extra(l->at[i].column) && l->at[i].column != must)
			return total_width(l) + ROOM_FOR_PATHS;
	return total_width(l);
}

static bool is_wanted(const struct column *c, const struct model *m, const struct layout_wish *w)
{
	if (!c->title || (!w->marks && (column_is_trouble(c) || c->tone == TONE_PULSE)))
		return false;
	if (c == w->must || (w->marks && column_is_trouble(c)))
		return true;
	return column_serves(c, m, w->by) && (w->width >= EXTRA_FROM || !is_extra(c));
}

static int room_of(const struct column *c, const struct layout_wish *w)
{
	if (is_ip(c))
		return ip_room(c->width, w->name_width, w->width);
	int title = text_width(str_of(c->title)) + 1;
	bool arrow = c == w->must && !column_is_trouble(c) && title > c->width;
	return arrow ? title : c->width;
}

static void place(struct layout *l)
{
	int x = 0;

	for (size_t i = 0; i < l->n; i++) {
		l->at[i].x = x;
		x += l->at[i].width + 1;
	}
}

static void add(struct layout *l, const struct column *c, const struct layout_wish *w)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].column == c)
			return;
	if (l->n < LAYOUT_COLUMNS_MAX)
		l->at[l->n++] = (struct layout_column){c, 0, room_of(c, w)};
}

static bool is_chosen(const struct layout_wish *w)
{
	return w->chosen && w->chosen->n;
}

/* Who it is stands in front in any case, and what rows are sorted by somewhere. */
static void gather(struct layout *l, const struct model *m, const struct layout_wish *w)
{
	l->n = 0;
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		if (is_wanted(c, m, w) && (!is_chosen(w) || is_ip(c) || column_is_trouble(c)))
			add(l, c, w);
	}
	for (size_t i = 0; is_chosen(w) && i < w->chosen->n; i++) {
		const struct column *c = w->chosen->at[i];
		if (!column_is_trouble(c) && column_serves(c, m, w->by))
			add(l, c, w);
	}
	if (is_chosen(w) && w->must)
		add(l, w->must, w);
}

/* Of those that somebody has chosen the last goes first. */
static bool drop_last(struct layout *l, const struct column *must)
{
	for (size_t i = l->n; i-- > 0;) {
		const struct column *c = l->at[i].column;
		if (is_ip(c) || column_is_trouble(c) || c == must)
			continue;
		memmove(&l->at[i], &l->at[i + 1], (l->n - i - 1) * sizeof l->at[0]);
		l->n--;
		return true;
	}
	return false;
}

static void drop_what_is_too_much(struct layout *l, const struct layout_wish *wish)
{
	const struct column *must = wish->must;

	if (is_chosen(wish)) {
		while (total_width(l) > wish->width && (drop_last(l, must) || drop_last(l, NULL)))
			;
		return;
	}
	while (total_wish(l, must) > wish->width && (drop_least(l, must) || drop_least(l, NULL)))
		;
}

void layout_fit(struct layout *l, const struct model *m, const struct layout_wish *wish)
{
	gather(l, m, wish);
	drop_what_is_too_much(l, wish);
	int spare = wish->width - total_width(l);
	if (spare < 0)
		l->at[0].width = wish->width > 0 ? wish->width : 0;
	else
		share_spare(l, give_address(l, spare, wish->name_width));
	place(l);
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

struct str layout_cell(const struct layout_column *lc, const struct model *m,
	const struct subject *s, char *buf, size_t cap)
{
	struct cell cell = column_cell(lc->column, m, s);
	size_t n = cell_text(&cell, buf, cap);

	if (cell.kind == CELL_ADDR || cell.kind == CELL_PREFIX)
		return layout_cut_addr(buf, n, lc->width);
	return text_cut((struct str){buf, n}, lc->width);
}

int layout_name_width(const struct model *m, const struct subject *s)
{
	char buf[SUBJECT_NAME_MAX];

	return text_width((struct str){buf, subject_name(m, s, buf)});
}
