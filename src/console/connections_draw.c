// SPDX-License-Identifier: MIT
#include "console/connections_parts.h"

#include "console/seat.h"
#include "tui/graph.h"

#include "base/text.h"
#include "model/subject_share.h"
#include "model/suspicion.h"

#include <stdio.h>

#define NOTABLE_REFUSED 0.1 /* of the answers */
#define NOTABLE_BROKEN  0.01
#define PULSE_LEAST     8 /* requests in 40 s that fill a cell, at least */

/* One row: what is drawn of it, and where. */
struct line {
	const struct model *m;
	const struct layout *layout;
	struct area a;
	int y;
	struct listing_row row;
	struct subject subject;
	unsigned extra; /* the styles of a selection, or 0 */
	bool gone;      /* it has left, and stays for a moment */
	bool narrowed;  /* its numbers are one machine's, of which no past is known */
	uint32_t why;   /* it is suspicious */
};

static unsigned share_style(const struct subject *s, unsigned class)
{
	double share =
		s->log->requests ? (double)s->log->status[class] / (double)s->log->requests : 0;

	if (class == 5)
		return share >= NOTABLE_BROKEN ? STYLE_BAD : STYLE_PLAIN;
	return share >= NOTABLE_REFUSED ? STYLE_WARN : STYLE_PLAIN;
}

/* Its last word should have come by now. */
static bool is_late(const struct model *m, const struct member *b)
{
	return b->every && m->now - b->last > FLEET_QUIET * b->every;
}

static unsigned member_style(const struct model *m, const struct member *b)
{
	if (!b) /* an address below its machine */
		return STYLE_PLAIN;
	if (b->state == MEMBER_LOST || is_late(m, b))
		return STYLE_BAD;
	return b->state == MEMBER_REFUSED ? STYLE_WARN : STYLE_DIM;
}

/* By what the cell says; what the row is judged to be, its mark says. */
static unsigned cell_style(const struct line *l, const struct column *column)
{
	const struct subject *s = &l->subject;

	if (l->gone)
		return STYLE_DIM;
	switch (column->tone) {
	case TONE_NAME:
		return STYLE_BOLD;
	case TONE_STATUS:
		return s->log->status[5] ? STYLE_BAD : s->log->status[4] ? STYLE_WARN : STYLE_PLAIN;
	case TONE_REFUSED:
		return share_style(s, 4);
	case TONE_BROKEN:
		return share_style(s, 5);
	case TONE_HALF_OPEN:
		return tcp_tally_half_open(s->tcp) ? STYLE_WARN : STYLE_PLAIN;
	case TONE_BURST:
		return l->why & SUSPECT_BURST ? STYLE_WARN : STYLE_PLAIN;
	case TONE_HELD:
		return l->why & SUSPECT_CONNS ? STYLE_WARN : STYLE_PLAIN;
	case TONE_PULSE:
	case TONE_INFO:
		return STYLE_INFO;
	case TONE_MEMBER:
		return member_style(l->m, s->member);
	case TONE_WARN:
		return STYLE_WARN;
	default:
		return STYLE_PLAIN;
	}
}

static void put_pulse(const struct line *l, int x, int width, const struct cell *cell)
{
	double values[PULSE_CELLS];

	for (size_t i = 0; i < PULSE_CELLS; i++)
		values[i] = (double)cell->pulse[i];
	graph_draw(l->a, l->y, x, width, STYLE_INFO | l->extra, values, PULSE_CELLS,
		graph_top(values, PULSE_CELLS, PULSE_LEAST));
}

/* A group's, or while nothing is known of it as a whole, what all of its addresses share. */
static struct cell row_cell(const struct line *l, const struct column *column)
{
	struct cell cell = {.kind = CELL_NONE};
	bool country = strcmp(column->id, "country") == 0, org = strcmp(column->id, "org") == 0;

	if (column_speaks_of(column, l->row.by))
		cell = column_cell(column, l->m, &l->subject);
	if (cell.kind != CELL_NONE || l->row.member == POOL_NONE || (!country && !org))
		return cell;
	if (country ? l->row.mixed_country : l->row.mixed_system)
		return cell_of_text(org ? STR_LIT("several") : STR_ABSENT);
	struct subject member = subject_of_host(model_host(l->m, l->row.member));
	return column_cell(column, l->m, &member);
}

/* "15× " before who a folded network belongs to. Returns the columns taken. */
static int put_times(const struct line *l, int x, unsigned style)
{
	char count[8];

	text_count(count, l->row.children);
	int n = screen_text(l->a, l->y, x, style, str_of(count));
	return n + screen_glyph(l->a, l->y, x + n, style, GLYPH_TIMES) + 1;
}

static void put_mark(const struct line *l, int x)
{
	struct str mark = trouble_mark(l->row.gravity);
	unsigned style = palette_mark(*mark.p);
	const struct block *block;

	if (l->row.gravity)
		screen_text(l->a, l->y, x, style | l->extra, mark);
	else if (subject_block(l->m, &l->subject, &block) == BLOCK_WHOLE)
		screen_glyph(l->a, l->y, x, STYLE_DIM | l->extra, GLYPH_TIMES);
}

static void put_name(const struct line *l, const struct layout_column *lc)
{
	char buf[SUBJECT_NAME_MAX];
	struct layout_column place = *lc;
	unsigned style = cell_style(l, lc->column) | l->extra;

	if (l->row.by != GROUP_NONE && lc->x > 0)
		screen_glyph(l->a, l->y, lc->x - 1, style, l->row.open ? GLYPH_OPEN : GLYPH_SHUT);
	place.width -= l->row.depth;
	struct str s = layout_cell(&place, l->m, &l->subject, buf, sizeof buf);
	screen_text(l->a, l->y, lc->x + l->row.depth, style, s);
}

static void put_cell(const struct line *l, const struct layout_column *lc)
{
	char buf[HOST_LAST_MAX * 2];
	struct cell cell = row_cell(l, lc->column);
	struct str s = {buf, cell_text(&cell, buf, sizeof buf)};
	unsigned style = cell_style(l, lc->column);
	int x = lc->x, width = lc->width;

	if (cell.kind == CELL_PULSE) {
		if (!l->narrowed)
			put_pulse(l, x, width, &cell);
		return;
	}
	if (str_eq(s, STR_LIT("0"))) /* says nothing, and there are many */
		style = STYLE_DIM;
	style |= l->extra;
	if (l->row.folded && strcmp(lc->column->id, "org") == 0) {
		int taken = put_times(l, x, style);
		x += taken;
		width -= taken;
	}
	if (lc->column->right && text_width(s) < width)
		x += width - text_width(s);
	if (cell.kind == CELL_NOT_APPLICABLE)
		screen_glyph(l->a, l->y, lc->column->right ? lc->x + lc->width - 1 : x,
			STYLE_DIM | l->extra, GLYPH_DASH);
	else
		screen_cut(l->a, l->y, x, width, style, s);
}

static void draw_line(const struct line *l)
{
	if (l->extra)
		screen_fill(l->a, l->y, 0, STYLE_PLAIN | l->extra);
	for (size_t i = 0; i < l->layout->n; i++) {
		const struct layout_column *lc = &l->layout->at[i];
		if (lc->column->tone == TONE_MARK)
			put_mark(l, lc->x);
		else if (lc->column->tone == TONE_NAME)
			put_name(l, lc);
		else
			put_cell(l, lc);
	}
}

/* The title, with the arrow behind it if rows are sorted by it. */
static void draw_title(const struct connections *c, const struct layout_column *lc, struct area a,
	int y, unsigned style)
{
	bool sorted = lc->column == c->sort;
	struct str title = text_cut(str_of(column_title(lc->column, c->by)), lc->width);
	int width = text_width(title) + (sorted && lc->column->tone != TONE_MARK);
	int x = lc->x + (lc->column->right && width < lc->width ? lc->width - width : 0);
	unsigned own = sorted ? STYLE_BAR_ON : style;

	x += screen_text(a, y, x, own, title);
	bool up = lc->column->ascending != c->reversed;
	if (sorted)
		screen_glyph(a, y, x, own, up ? GLYPH_UP : GLYPH_DOWN);
}

/* "12/300 ↑↓": where the cursor is, and whether there are rows above and below. Over a narrow last
 * column its title gives way, down to its first word. */
static void draw_place(const struct connections *c, const struct layout *layout, struct area a,
	int y, unsigned style)
{
	const struct list *l = &c->list;
	const struct layout_column *last = &layout->at[layout->n - 1];
	char text[40];
	bool above = l->top > 0, below = list_end(l) < l->count;

	if (c->behind)
		screen_glyph(a, y, a.w - 1, style, GLYPH_MORE);
	if (c->behind || (!above && !below))
		return;
	int n = snprintf(text, sizeof text, "%u/%u", l->rank + 1, l->count);
	int x = a.w - n - 4, least = last->x + (int)strcspn(last->column->title, " ");
	if (last->column->right || last->column == c->sort || x <= least)
		return;
	if (x <= last->x + text_width(str_of(last->column->title)))
		screen_fill(a, y, least, style);
	x += screen_text(a, y, x, style, (struct str){text, (size_t)n}) + 1;
	if (above)
		screen_glyph(a, y, x, style, GLYPH_ARROW_UP);
	if (below)
		screen_glyph(a, y, x + 1, style, GLYPH_ARROW_DOWN);
}

static void draw_heading(
	const struct connections *c, const struct layout *l, struct area a, int y, bool focused)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;

	screen_fill(a, y, 0, style);
	for (size_t i = 0; i < l->n; i++)
		draw_title(c, &l->at[i], a, y, style);
	draw_place(c, l, a, y, style);
}

static const char *things(enum group_by by, uint32_t n)
{
	static const char *const one[GROUPS] = {"address", "network", "AS", "country", "machine"};
	static const char *const many[GROUPS] = {
		"addresses", "networks", "ASes", "countries", "machines"};

	return n == 1 ? one[by] : many[by];
}

/* "grouped by address  /24 /48  AS  country   12 networks, 37 addresses" */
static void draw_groups(const struct connections *c, struct area a)
{
	static const char *const names[GROUPS] = {"address", "/24 /48", "AS", "country", "machine"};
	const struct listing_order *o = &c->listing.order;
	char counts[80];
	int x = 1 + screen_text(a, 0, 1, STYLE_DIM, STR_LIT("grouped by")) + 1;

	for (int i = 0; i < GROUPS; i++)
		if (seat_groups(c->panel.view, (enum group_by)i))
			x += 2 + screen_text(a, 0, x, i == (int)c->by ? STYLE_BAR_ON : STYLE_DIM,
					 str_of(names[i]));
	int n = snprintf(counts, sizeof counts, "%u %s, %u %s", o->top_count,
		things(c->by, o->top_count), o->addresses, things(GROUP_NONE, o->addresses));
	if (x + n < a.w)
		screen_text(a, 0, a.w - n - 1, STYLE_DIM, (struct str){counts, (size_t)n});
}

int connections_lines_above(const struct connections *c)
{
	return c->by == GROUP_NONE ? 1 : 2;
}

/* Columns do not jump about: that of the names only ever widens, until the screen changes. */
static void widen(struct connections *c)
{
	const struct model *m = c->panel.view->m;

	for (uint32_t rank = c->list.top; rank < list_end(&c->list); rank++) {
		struct listing_row row;
		if (!listing_at(&c->listing, m, rank, &row))
			continue;
		struct subject s = subject_at(m, row.by, row.id);
		int w = layout_name_width(m, &s) + row.depth;
		if (w > c->name_width)
			c->name_width = w;
	}
}

/* Of machines other columns tell than of visitors, and in another order: what goes first when room
 * is short stands last. */
static const struct layout_choice *of_machines(void)
{
	static const char *const ids[] = {"said", "verdict", "conns", "half_open", "rate", "broken",
		"out", "syn_rate", "pulse", "refused", "requests", "ips", "state"};
	static struct layout_choice choice;

	for (; choice.n < ARRAY_LEN(ids); choice.n++)
		choice.at[choice.n] = column_find(str_of(ids[choice.n]));
	return &choice;
}

static const struct layout_choice *choice_of(const struct connections *c)
{
	const struct layout_choice *chosen = &c->panel.view->remembered.columns[c->by];

	return c->by == GROUP_MACHINE && !chosen->n ? of_machines() : chosen;
}

static unsigned selection(const struct connections *c, uint32_t rank, bool focused)
{
	if (rank != c->list.rank)
		return 0;
	return focused ? STYLE_SELECTED : c->list.pinned ? STYLE_SELECTED_IDLE : 0;
}

/* The number of the machine that the row's numbers are of: the one that was entered, or whose row
 * it lies below; 0: they are of all. */
static uint32_t whose(const struct connections *c, uint32_t rank)
{
	uint32_t parent = listing_parent(&c->listing, rank);
	struct listing_row row;

	if (c->by != GROUP_MACHINE || parent == rank)
		return c->panel.view->seat;
	return listing_at(&c->listing, c->panel.view->m, parent, &row) ? row.id + 1 : 0;
}

void connections_draw_rows(struct connections *c, struct area a, bool focused)
{
	const struct model *m = c->panel.view->m;
	int above = connections_lines_above(c);
	struct line l = {.m = m, .a = a, .y = above};
	struct subject_share share;

	widen(c);
	layout_fit(&c->layout, m,
		&(struct layout_wish){.by = c->by,
			.width = a.w,
			.name_width = c->name_width,
			.must = c->sort,
			.chosen = choice_of(c),
			.marks = true});
	l.layout = &c->layout;
	if (c->by != GROUP_NONE)
		draw_groups(c, a);
	draw_heading(c, &c->layout, a, above - 1, focused);
	for (uint32_t rank = c->list.top; rank < list_end(&c->list); rank++, l.y++) {
		if (!listing_at(&c->listing, m, rank, &l.row))
			continue;
		l.subject = subject_at(m, l.row.by, l.row.id);
		l.narrowed = subject_narrow(&l.subject, m, whose(c, rank), &share);
		l.extra = selection(c, rank, focused);
		l.gone = l.subject.host && !l.subject.tcp->conns && l.subject.host->closed;
		l.why = l.subject.host ? suspicion_of(m, l.subject.host) : 0;
		draw_line(&l);
	}
}
