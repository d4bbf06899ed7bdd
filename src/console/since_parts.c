// SPDX-License-Identifier: MIT
#include "console/since_parts.h"

#include "base/text.h"
#include "model/figures.h"

#include <math.h>
#include <stdio.h>

#define SIGN_WIDTH   2
#define PAIR_WIDTH   13 /* "12.3k -> 12.3k" */
#define LEFT_MARGIN  1
#define NAME_LEAST   20
#define TAG_WIDTH    6
#define FIGURE_WIDTH 14 /* "req/s 5 -> 16  " */

static char sign_of(const struct change *c)
{
	static const char signs[CHANGES_WHAT] = {' ', '+', '^', 'v', '-'};

	return signs[c->what];
}

static unsigned style_of(const struct change *c)
{
	static const unsigned styles[CHANGES_WHAT] = {
		STYLE_PLAIN, STYLE_WARN, STYLE_WARN, STYLE_PLAIN, STYLE_DIM};

	return styles[c->what];
}

static void draw_sign(struct sheet *s, int y, unsigned selected, const struct change *c)
{
	unsigned style = style_of(c) | selected;

	if (c->what == CHANGE_RISEN)
		screen_glyph(s->area, y, LEFT_MARGIN, style, GLYPH_UP);
	else if (c->what == CHANGE_FALLEN)
		screen_glyph(s->area, y, LEFT_MARGIN, style, GLYPH_DOWN);
	else
		screen_print(s->area, y, LEFT_MARGIN, style, "%c", sign_of(c));
}

/* "    0 ->   134", the new one as the change has it. */
static int draw_pair(struct sheet *s, int y, int x, unsigned style, double then, double now)
{
	char before[8], after[8];

	text_count(before, (uint64_t)(then + 0.5));
	text_count(after, (uint64_t)(now + 0.5));
	screen_print(s->area, y, x, STYLE_DIM | (style & STYLE_SELECTED), "%5s", before);
	screen_glyph(s->area, y, x + 6, STYLE_DIM | (style & STYLE_SELECTED), GLYPH_ARROW_RIGHT);
	screen_print(s->area, y, x + 8, style, "%5s", after);
	return PAIR_WIDTH + 2;
}

/* "new", "gone", "x8.6" */
static void draw_tag(struct sheet *s, int y, int x, unsigned selected, const struct change *c)
{
	double times = c->then > 0 ? c->now / c->then : 0;
	unsigned style = style_of(c) | selected;

	if (c->what == CHANGE_NEW || c->what == CHANGE_GONE) {
		screen_print(s->area, y, x, style, "%s", change_what_name(c->what));
	} else if (c->what == CHANGE_RISEN && times >= 1.5) {
		x += screen_glyph(s->area, y, x, style, GLYPH_TIMES);
		screen_print(s->area, y, x, style, times < 100 ? "%.1f" : "%.0f", times);
	}
}

static int width_of(enum change_of of, const struct change *c)
{
	char name[PREFIX_TEXT_MAX];

	if (of == CHANGE_NETWORKS)
		return (int)prefix_format(&c->prefix, name);
	return text_width(change_text(c));
}

/* Of the widest name, as far as the figures behind it leave room. */
static int name_width(const struct sheet *s, const struct since_section *section, int rest)
{
	int room = s->area.w - LEFT_MARGIN - SIGN_WIDTH - rest - TAG_WIDTH, width = NAME_LEAST;

	for (uint32_t i = 0; i < section->n; i++)
		if (width_of(section->of, &section->at[i]) > width)
			width = width_of(section->of, &section->at[i]);
	return width < room ? width : room < NAME_LEAST ? NAME_LEAST : room;
}

static unsigned begin_row(
	struct sheet *sheet, struct since *s, enum change_of of, const struct change *c, int *ret_y)
{
	unsigned selected;

	*ret_y = sheet_row(sheet, &selected);
	if (selected) {
		s->on = c;
		s->on_of = of;
	}
	return selected;
}

static void write_network(struct sheet *sheet, struct since *s, const struct change *c, int width)
{
	char name[PREFIX_TEXT_MAX];
	int y, x = LEFT_MARGIN + SIGN_WIDTH;
	unsigned selected = begin_row(sheet, s, CHANGE_NETWORKS, c, &y);

	if (y < 0)
		return;
	prefix_format(&c->prefix, name);
	draw_sign(sheet, y, selected, c);
	screen_text(sheet->area, y, x, STYLE_BOLD | selected, text_cut(str_of(name), width));
	x += width + 1;
	x += draw_pair(sheet, y, x, (c->half > c->half_then ? STYLE_WARN : STYLE_PLAIN) | selected,
		c->half_then, c->half);
	x += draw_pair(sheet, y, x, STYLE_PLAIN | selected, c->conns_then, c->conns);
	x += draw_pair(sheet, y, x, STYLE_PLAIN | selected, c->then * 60, c->now * 60);
	draw_tag(sheet, y, x, selected, c);
}

static const struct herd *find_herd(const struct herds *t, struct str text)
{
	for (uint32_t id = 0; t && id < t->counts.used; id++)
		if (str_eq(herd_text(&t->at[id]), text))
			return &t->at[id];
	return NULL;
}

/* What part of its answers failed lately; below 0: not known. */
static double failed_share(const struct view *v, enum change_of of, const struct change *c)
{
	const struct herd *h =
		find_herd(detect_herds(v->detect, (enum herd_kind)of), change_text(c));
	struct herd_recent recent;

	if (!h)
		return -1;
	herd_recent(h, v->m->now, &recent);
	return recent.requests
		       ? (double)(recent.of_class[4] + recent.of_class[5]) / (double)recent.requests
		       : -1;
}

static void write_herd(
	struct sheet *sheet, struct since *s, enum change_of of, const struct change *c, int width)
{
	int y, x = LEFT_MARGIN + SIGN_WIDTH;
	unsigned selected = begin_row(sheet, s, of, c, &y);

	if (y < 0)
		return;
	struct sheet name = *sheet;
	double failed = failed_share(s->panel.view, of, c);
	name.area.w = x + width;
	draw_sign(sheet, y, selected, c);
	sheet_cut(&name, y, x, STYLE_BOLD | selected, change_text(c));
	x += width + 1;
	x += draw_pair(sheet, y, x, STYLE_PLAIN | selected, c->then * 60, c->now * 60);
	x += draw_pair(sheet, y, x, STYLE_PLAIN | selected, c->sources_then, c->sources);
	if (failed >= 0)
		screen_print(sheet->area, y, x, (failed >= 0.5 ? STYLE_WARN : STYLE_DIM) | selected,
			"%3.0f%%", failed * 100);
	draw_tag(sheet, y, x + 6, selected, c);
}

static void write_heading(struct sheet *sheet, const struct since_section *section, int width)
{
	static const char *const names[CHANGES_OF] = {
		[CHANGE_PATHS] = "Paths",
		[CHANGE_AGENTS] = "Agents",
		[CHANGE_REFERERS] = "Referers",
		[CHANGE_VHOSTS] = "Hosts",
		[CHANGE_NETWORKS] = "Networks",
	};
	char line[256];
	bool nets = section->of == CHANGE_NETWORKS;

	snprintf(line, sizeof line, " %-*s %13s  %13s  %s", width + SIGN_WIDTH, names[section->of],
		nets ? "half-open  " : "req/m    ", nets ? "conns    " : "addresses  ",
		nets ? "    req/m" : "fail");
	sheet_heading(sheet, line);
}

/* How many there are in all: of networks those that are shown. */
static uint32_t all_of(const struct view *v, enum change_of of)
{
	const struct herds *t =
		of == CHANGE_NETWORKS ? NULL : detect_herds(v->detect, (enum herd_kind)of);

	return t ? t->counts.used : v->m->networks.pool.live;
}

/* "and 3 lesser changes; 9 others are as they were" */
static void write_rest(
	struct sheet *sheet, const struct since *s, const struct since_section *section)
{
	uint32_t all = all_of(s->panel.view, section->of), told = section->n + section->left_out;
	uint32_t others = all > told ? all - told : 0;
	char line[96];
	int n = 0;

	if (section->left_out)
		n = snprintf(line, sizeof line, "   and %u lesser change%s",
			(unsigned)section->left_out, section->left_out == 1 ? "" : "s");
	if (others)
		n += snprintf(line + n, sizeof line - (size_t)n, "%s%u other%s much as before",
			n ? "; " : "   ", (unsigned)others, others == 1 ? "" : "s");
	if (n)
		sheet_label(sheet, STYLE_DIM, line);
}

static void write_section(struct sheet *sheet, struct since *s, const struct since_section *section)
{
	bool nets = section->of == CHANGE_NETWORKS;
	int width = name_width(
		sheet, section, nets ? 3 * (PAIR_WIDTH + 2) + 1 : 2 * (PAIR_WIDTH + 2) + 7);

	if (!section->n)
		return;
	write_heading(sheet, section, width);
	for (uint32_t i = 0; i < section->n; i++) {
		if (nets)
			write_network(sheet, s, &section->at[i], width);
		else
			write_herd(sheet, s, section->of, &section->at[i], width);
	}
	write_rest(sheet, s, section);
}

/* "2xx 96% -> 74%   4xx 2% -> 24%" */
static void write_answers(struct sheet *sheet, const struct since *s, const struct mark *mark)
{
	double now[HERD_STATUS_CLASS], all_now = 0, all_then = 0;
	int y = sheet_line(sheet), x = SHEET_LABEL;

	detect_classes(s->panel.view->detect, mark, now);
	for (int i = 0; i < HERD_STATUS_CLASS; i++) {
		all_now += now[i];
		all_then += (double)mark->of_class[i];
	}
	if (y < 0)
		return;
	screen_print(sheet->area, y, LEFT_MARGIN, STYLE_DIM, "Answers");
	if (all_now <= 0 && all_then <= 0) {
		screen_print(sheet->area, y, x, STYLE_DIM, "none, then and now");
		return;
	}
	for (int i = 2; i < HERD_STATUS_CLASS; i++) {
		double then = all_then > 0 ? (double)mark->of_class[i] / all_then * 100 : 0;
		double is = all_now > 0 ? now[i] / all_now * 100 : 0;
		unsigned style = is < then + 5 || i < 4 ? STYLE_PLAIN
				 : i == 5               ? STYLE_BAD
							: STYLE_WARN;
		x += screen_print(sheet->area, y, x, STYLE_DIM, "%dxx %.0f%% ", i, then);
		x += screen_glyph(sheet->area, y, x, STYLE_DIM, GLYPH_ARROW_RIGHT);
		x += screen_print(sheet->area, y, x, style, " %.0f%%   ", is);
	}
}

/* The mean of so many seconds that ended so many seconds ago, of what is known of it. */
static double mean_of(const struct view *v, const struct figure *f, uint32_t ago, uint32_t most)
{
	bool tens = ago + most > PAST_SECONDS;
	uint32_t from = tens ? ago / 10 : ago, n = tens ? (most + 9) / 10 : most, known = 0;
	double sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		double at = (double)figure_past(f, v->m, v->show_private, tens, from + i);
		if (isnan(at))
			continue;
		sum += at;
		known++;
	}
	return known ? sum / known : -1;
}

static const struct machine_figure {
	const char *id, *name;
	bool state; /* what it was then, and is now; else means of a minute */
} machine_figures[] = {
	{"conns", "conns", true},
	{"half_open", "half-open", true},
	{"syns", "SYN/s", false},
	{"requests", "req/s", false},
	{"answers_5xx", "5xx/s", false},
	{"accept_share", "queue%", true},
};

static int draw_figure(struct sheet *sheet, int y, int x, const char *name, double then, double now)
{
	char before[8], after[8];
	int from = x;

	text_count(before, (uint64_t)(then + 0.5));
	text_count(after, (uint64_t)(now + 0.5));
	x += screen_print(sheet->area, y, x, STYLE_DIM, "%s %s ", name, before);
	x += screen_glyph(sheet->area, y, x, STYLE_DIM, GLYPH_ARROW_RIGHT);
	x += screen_print(
		sheet->area, y, x, now > 2 * then + 1 ? STYLE_WARN : STYLE_PLAIN, " %s  ", after);
	return x - from;
}

/* The machine's own figures: of the minute before the mark, and since, or of the last minute. */
static void write_machine(struct sheet *sheet, const struct since *s, const struct mark *mark)
{
	const struct view *v = s->panel.view;
	uint32_t ago = (uint32_t)((v->m->now - mark->at) / USEC_PER_SEC);
	int y = sheet_line(sheet), x = SHEET_LABEL;

	if (y < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(machine_figures); i++) {
		const struct machine_figure *shown = &machine_figures[i];
		const struct figure *f = figure_find(shown->id);
		double then = mean_of(v, f, ago, shown->state ? 1 : 60);
		double now = mean_of(v, f, 0, shown->state ? 1 : ago < 60 ? ago + 1 : 60);
		if (then >= 0 && now >= 0 && x + FIGURE_WIDTH <= sheet->area.w)
			x += draw_figure(sheet, y, x, shown->name, then, now);
	}
	if (x > SHEET_LABEL)
		screen_print(sheet->area, y, LEFT_MARGIN, STYLE_DIM, "Machine");
}

void since_write(struct sheet *sheet, struct since *s, const struct mark *mark)
{
	uint32_t n = 0;

	s->on = NULL;
	for (size_t i = 0; i < SINCE_SECTIONS; i++) {
		write_section(sheet, s, &s->sections[i]);
		n += s->sections[i].n;
	}
	if (!n)
		sheet_label(sheet, STYLE_PLAIN,
			" Nothing much has changed: no network, path or agent is new, or has "
			"doubled.");
	write_answers(sheet, s, mark);
	write_machine(sheet, s, mark);
}

struct filter_target since_text_target(
	const char *field, const struct change *c, char pattern[static SINCE_PATTERN_MAX])
{
	struct str text = change_text(c);
	bool cut = text.n >= MARK_TEXT_MAX - 4;
	bool folded = memmem(text.p, text.n, "{n}", 3) != NULL;

	if (!cut && !folded)
		return (struct filter_target){field, FILTER_EQUAL, text};
	return (struct filter_target){field, FILTER_LIKE, breakdown_pattern(text, pattern)};
}
