// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include "base/text.h"
#include "model/layout.h"
#include "model/trouble.h"

#include <stdio.h>

#define IP_V4      15
#define IP_V6      26 /* of these most; longer ones are cut */
#define LAST       52 /* columns from the end of the address to the last request */
#define LAST_LEAST 12

static int ip_width(const struct about *a)
{
	const struct members_found *f = &a->members.found;

	for (uint32_t i = 0; i < f->n; i++)
		if (!addr_is_v4(&f->at[i].ip))
			return IP_V6;
	return IP_V4;
}

static bool has_room_for_last(const struct sheet *s, int width)
{
	return s->area.w - width - LAST >= LAST_LEAST;
}

/* "12%", "0"; a dash when nothing was asked. */
static void share_text(char buf[static 8], const struct log_tally *log, unsigned class)
{
	if (!log->requests)
		strcpy(buf, screen_glyph_text(GLYPH_DASH));
	else if (!log->status[class])
		strcpy(buf, "0");
	else
		snprintf(
			buf, 8, "%.0f%%", (double)log->status[class] * 100 / (double)log->requests);
}

static void right(struct area at, int y, int *x, int width, unsigned style, const char *text)
{
	struct str s = str_of(text);

	screen_text(at, y, *x + width - text_width(s), style, s);
	*x += width + 1;
}

static void draw_numbers(struct sheet *s, const struct model *m, int y, int width,
	unsigned selected, const struct host *h)
{
	char conns[8], half[8], syns[8], requests[8], rate[8], share4[8], share5[8], first[9];
	uint32_t half_open = host_half_open(h);
	int x = width + 3;

	text_count(conns, tcp_tally_open(&h->tcp));
	text_count(half, half_open);
	text_count(syns, (uint64_t)(window_sum(&h->tcp.syn_rate, m->now, WINDOW_SPAN) + 0.5));
	text_count(requests, h->log.requests);
	text_count(rate, (uint64_t)(window_sum(&h->log.rate, m->now, WINDOW_SPAN) + 0.5));
	share_text(share4, &h->log, 4);
	share_text(share5, &h->log, 5);
	clock_text(first, h->first_seen);
	right(s->area, y, &x, 5, STYLE_PLAIN | selected, conns);
	right(s->area, y, &x, 5, (half_open ? STYLE_WARN : STYLE_DIM) | selected, half);
	right(s->area, y, &x, 5, STYLE_PLAIN | selected,
		h->tcp.syns == ABSENT ? screen_glyph_text(GLYPH_DASH) : syns);
	right(s->area, y, &x, 5, STYLE_PLAIN | selected, requests);
	right(s->area, y, &x, 5, STYLE_PLAIN | selected, rate);
	right(s->area, y, &x, 4, (h->log.status[4] ? STYLE_WARN : STYLE_DIM) | selected, share4);
	right(s->area, y, &x, 4, (h->log.status[5] ? STYLE_BAD : STYLE_DIM) | selected, share5);
	x += screen_text(s->area, y, x, STYLE_DIM | selected, str_of(first)) + 1;
	if (has_room_for_last(s, width))
		screen_text(s->area, y, x, STYLE_PLAIN | selected, host_last(h));
}

static void print_member(
	struct sheet *s, struct about *a, const struct group_member *member, int width)
{
	const struct model *m = a->view->m;
	uint32_t id = model_find_host(m, &member->ip);
	char ip[ADDR_TEXT_MAX];
	size_t n = addr_format(&member->ip, ip);
	struct str mark = trouble_mark(trouble_of_key(member->key));
	unsigned selected;
	int y = sheet_row(s, &selected);

	if (selected)
		a->under = (struct under){.what = UNDER_MEMBER, .ip = member->ip};
	if (y < 0)
		return;
	screen_text(s->area, y, 0, palette_mark(*mark.p) | selected, mark);
	screen_text(s->area, y, 2, STYLE_BOLD | selected, layout_cut_addr(ip, n, width));
	if (id != POOL_NONE)
		draw_numbers(s, m, y, width, selected, model_host(m, id));
	else
		screen_print(s->area, y, width + 3, STYLE_DIM | selected, "gone");
}

void detail_print_members(struct sheet *s, struct about *a, int most)
{
	const struct members_found *f = &a->members.found;
	int width = ip_width(a);
	uint32_t shown = most > 0 && f->n > (uint32_t)most ? (uint32_t)most : f->n;
	char line[160];

	if (about_is_host(a) || !a->seen)
		return;
	snprintf(line, sizeof line, "  %-*s Conns  Half SYN/m  Reqs Req/m  4xx  5xx First%s", width,
		a->members.made ? "Address" : "Address (counting)",
		has_room_for_last(s, width) ? "    Last request" : "");
	sheet_heading(s, line);
	for (uint32_t i = 0; i < shown; i++)
		print_member(s, a, &f->at[i], width);
	if (f->total > shown) {
		snprintf(line, sizeof line, "  and %u more%s", (unsigned)(f->total - shown),
			a->brief ? ": Enter opens the row" : ", with less trouble");
		sheet_label(s, STYLE_DIM, line);
	}
}
