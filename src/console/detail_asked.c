// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "tui/graph.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define CLASS_FIRST  2 /* 2xx */
#define BAR_WIDTH    24
#define AGENTS_SHOWN 3
#define HOSTS_SHOWN  3

static unsigned class_style(unsigned class, uint64_t n)
{
	static const unsigned styles[STATUS_CLASSES] = {
		STYLE_DIM, STYLE_DIM, STYLE_DIM, STYLE_INFO, STYLE_WARN, STYLE_BAD};

	return n ? styles[class] : STYLE_DIM;
}

/* The failures that weigh most, else what there is most of: that is what the bar is of. */
static unsigned class_of_note(const struct log_tally *log)
{
	unsigned best = CLASS_FIRST;

	for (unsigned c = CLASS_FIRST; c < STATUS_CLASSES; c++)
		if (log->status[c] > log->status[best])
			best = c;
	if (log->status[5] && log->status[5] >= log->status[4])
		return 5;
	return log->status[4] ? 4 : best;
}

/* "2xx 4  3xx 0  4xx 208 ######## 98%  5xx 0" */
static void print_statuses(struct sheet *s, struct about *a)
{
	const struct log_tally *log = &a->log;
	unsigned selected, note = class_of_note(log);
	int y = sheet_field_row(s, "Status", &selected), x = SHEET_LABEL;
	const char class_text[] = {(char)('0' + note), 'x', 'x'};
	double share = (double)log->status[note] / (double)log->requests;

	detail_under(a, selected, "status", FILTER_IS, (struct str){class_text, sizeof class_text});
	if (y < 0)
		return;
	for (unsigned c = CLASS_FIRST; c < STATUS_CLASSES; c++) {
		char n[8];
		unsigned style = class_style(c, log->status[c]) | selected;
		text_count(n, log->status[c]);
		x += screen_print(s->area, y, x, style, "%uxx %s", c, n);
		if (c == note && s->area.w >= 70) {
			x += screen_print(s->area, y, x, selected, " ");
			x += graph_bar(s->area, y, x, BAR_WIDTH, style, share);
		}
		if (c == note)
			x += screen_print(s->area, y, x, style, " %.0f%%", share * 100);
		x += screen_print(s->area, y, x, selected, "  ");
	}
	if (log->status[0])
		screen_print(
			s->area, y, x, STYLE_DIM | selected, "other %u", (unsigned)log->status[0]);
}

static void under_part(struct about *a, unsigned selected, const struct breakdown_part *part)
{
	struct str text = str_of(part->text);
	char pattern[BREAKDOWN_PATTERN_MAX];

	if (part->paths == 1 && !strstr(part->text, "{n}"))
		detail_under(a, selected, "path", FILTER_EQUAL, text);
	else
		detail_under(a, selected, "path", FILTER_LIKE, breakdown_pattern(text, pattern));
}

/* As many as fit, and how many requests the others are. */
static void print_paths(struct sheet *s, struct about *a)
{
	const struct breakdown *b = &a->gathered.breakdown;
	unsigned selected;
	uint64_t rest = b->rest;
	int x = SHEET_LABEL;
	uint32_t i = 0;

	if (!b->count)
		return;
	int y = sheet_field_row(s, "Paths", &selected);
	under_part(a, selected, &b->at[0]);
	if (y < 0)
		return;
	for (; i < b->count; i++) {
		char n[8], text[BREAKDOWN_TEXT_MAX + 16];
		text_count(n, b->at[i].n);
		int len = snprintf(text, sizeof text, "%s %s", b->at[i].text, n);
		struct str part = {text, (size_t)len};
		if (i > 0 && x + text_width(part) + 8 > s->area.w)
			break;
		x += sheet_cut(s, y, x, STYLE_PLAIN | selected, part);
		x += screen_print(s->area, y, x, selected, "  ");
	}
	for (; i < b->count; i++)
		rest += b->at[i].n;
	if (rest)
		screen_print(s->area, y, x, STYLE_DIM | selected, "+%" PRIu64, rest);
}

/* One that may have been cut stands for all that begin so. */
static void under_text(struct about *a, unsigned selected, const char *field, struct str text)
{
	char pattern[COUNTS_TEXT_MAX + 2];

	if (text.n < COUNTS_TEXT_MAX - 4) {
		detail_under(a, selected, field, FILTER_EQUAL, text);
		return;
	}
	snprintf(pattern, sizeof pattern, "^%.*s", STR_FMT(text));
	detail_under(a, selected, field, FILTER_LIKE, str_of(pattern));
}

/* A line for each: they are long. */
static void print_counts(struct sheet *s, struct about *a, const char *label,
	const struct counts *counts, size_t most, const char *field)
{
	const struct counted *top[AGENTS_SHOWN + HOSTS_SHOWN];
	size_t n = counts_top(counts, top, most);

	for (size_t i = 0; i < n; i++) {
		char count[8];
		unsigned selected;
		int y = sheet_field_row(s, i ? "" : label, &selected);
		struct str text = counted_text(top[i]);
		text_count(count, top[i]->n);
		under_text(a, selected, field, text);
		if (y < 0)
			continue;
		int x = SHEET_LABEL;
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "%5s ", count);
		sheet_cut(s, y, x, STYLE_PLAIN | selected, text);
	}
}

static void print_reach(struct sheet *s, const struct gathered *g, const struct log_tally *log)
{
	char line[128];

	if (g->older || g->requests >= log->requests || !g->requests)
		return;
	snprintf(line, sizeof line, "paths and agents are of the latest %" PRIu64 " requests",
		g->requests);
	sheet_field(s, "", STYLE_DIM, line);
}

void detail_print_asked(struct sheet *s, struct about *a)
{
	const struct gathered *g = &a->gathered;

	if (!a->log.requests)
		return;
	print_statuses(s, a);
	print_paths(s, a);
	print_counts(s, a, "Agents", &g->agents, a->brief ? 1 : AGENTS_SHOWN, "ua");
	print_counts(s, a, "Hosts", &g->hosts, a->brief ? 1 : HOSTS_SHOWN, "vhost");
	if (!a->brief)
		print_reach(s, g, &a->log);
}
