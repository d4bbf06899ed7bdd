// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include "base/text.h"
#include "model/layout.h"

#include <inttypes.h>
#include <stdio.h>

#define IP_WIDTH     15
#define WAY_TEXT_MAX 320

/* "  via 198.51.100.7  claims 10.6.6.6": the peer that it came through, whom its headers name. */
static size_t way_text(const struct journal_entry *e, char buf[static WAY_TEXT_MAX])
{
	struct str claims = text_clip(journal_claims(e), 200);
	struct addr via;
	char ip[ADDR_TEXT_MAX];
	int n = 0;

	buf[0] = '\0';
	if (journal_via(e, &via)) {
		addr_format(&via, ip);
		n = snprintf(buf, WAY_TEXT_MAX, "  via %s", ip);
	}
	n += snprintf(buf + n, WAY_TEXT_MAX - (size_t)n, "%s%s%.*s", e->cut ? "  line cut off" : "",
		claims.n ? "  claims " : "", STR_FMT(claims));
	return (size_t)n;
}

/* Host, path and way as one text: broken into lines together, or cut together. */
static void print_text(struct sheet *s, const struct about *a, int y, int x, unsigned selected,
	const struct journal_entry *e)
{
	char way[WAY_TEXT_MAX];
	size_t n = way_text(e, way);
	struct str vhost = text_cut(journal_vhost(e), s->area.w / 4), path = journal_path(e);
	int indent = x;

	if (vhost.n && y >= 0)
		screen_text(s->area, y, x, STYLE_DIM | selected, vhost);
	x += vhost.n ? text_width(vhost) + 1 : 0;
	if (a->whole && x + text_width(path) + (int)n > s->area.w) {
		sheet_wrap(s, y, x, indent, STYLE_PLAIN, selected, path);
		if (n)
			sheet_wrap(s, sheet_more(s, selected), indent, indent, STYLE_DIM, selected,
				str_skip(str_of(way), 2));
		return;
	}
	x += sheet_cut(s, y, x, STYLE_PLAIN | selected, path);
	sheet_cut(s, y, x, STYLE_DIM | selected, (struct str){way, n});
}

static int print_addr(const struct sheet *s, int y, int x, unsigned style, const struct addr *ip)
{
	char text[ADDR_TEXT_MAX];
	size_t n = addr_format(ip, text);

	screen_text(s->area, y, x, style, layout_cut_addr(text, n, IP_WIDTH));
	return IP_WIDTH + 1;
}

static void print_login(
	struct sheet *s, int y, int x, unsigned selected, const struct journal_entry *e)
{
	char text[LOGIN_TEXT_MAX];

	x += screen_print(s->area, y, x, STYLE_DIM | selected, "SSH ");
	screen_text(s->area, y, x, login_style(e) | selected, login_text(e, text));
}

/* What comes before a request's text; returns the column behind it. Also of a line that is out of
 * sight, for the lines that it takes. */
static int print_head(
	struct sheet *s, int y, int x, unsigned selected, bool brief, const struct journal_entry *e)
{
	char bytes[8], status[8] = "-";
	struct str method = journal_method(e);
	int method_width = text_width(method) > 4 ? text_width(method) : 4;

	if (e->status)
		snprintf(status, sizeof status, "%u", (unsigned)e->status);
	if (e->bytes == ABSENT)
		strcpy(bytes, screen_glyph_text(GLYPH_DASH));
	else
		text_bytes(bytes, e->bytes);
	if (y >= 0)
		screen_print(s->area, y, x, status_style(e->status) | selected, "%3s", status);
	x += 4;
	if (!brief) {
		int indent = 5 - text_width(str_of(bytes));
		if (y >= 0)
			screen_text(s->area, y, x + indent, STYLE_DIM | selected, str_of(bytes));
		x += 6;
	}
	if (y >= 0)
		screen_text(s->area, y, x, STYLE_BOLD | selected, method);
	return x + method_width + 1;
}

static void print_entry(
	struct sheet *s, struct about *a, uint64_t at, const struct journal_entry *e)
{
	char clock[9];
	unsigned selected;

	if (s->measuring && a->request == at)
		s->rows->rank = s->row;
	int y = sheet_row(s, &selected), x = 9;
	if (selected) {
		a->request = at;
		a->under = (struct under){.what = UNDER_REQUEST, .request = at, .ip = e->ip};
	}
	clock_text(clock, e->ts);
	if (y >= 0)
		screen_print(s->area, y, 0, STYLE_DIM | selected, "%s", clock);
	if (!about_is_host(a)) {
		if (y >= 0)
			print_addr(s, y, x, STYLE_BOLD | selected, &e->ip);
		x += IP_WIDTH + 1;
	}
	if (!journal_is_request(e)) {
		if (y >= 0)
			print_login(s, y, x, selected, e);
		return;
	}
	x = print_head(s, y, x, selected, a->brief, e);
	print_text(s, a, y, x, selected, e);
}

static void print_heading(struct sheet *s, const struct about *a)
{
	char line[128];

	snprintf(line, sizeof line, "Time     %s%s request",
		about_is_host(a) ? "" : "address         ", a->brief ? "status" : "status bytes");
	sheet_heading_hint(s, line,
		a->brief   ? ""
		: a->whole ? "newest first, W cuts long ones"
			   : "newest first, W wraps long ones");
}

void detail_print_requests(struct sheet *s, struct about *a, int most)
{
	const struct journal *j = &a->view->m->journal;
	const struct gathered *g = &a->gathered;
	uint32_t shown = most && g->n > (uint32_t)most ? (uint32_t)most : g->n;

	if (!g->n)
		return;
	print_heading(s, a);
	for (uint32_t i = 0; i < shown; i++) {
		const struct journal_entry *e = journal_at(j, g->lines[i]);
		if (e)
			print_entry(s, a, g->lines[i], e);
	}
	if (a->brief)
		return;
	if (g->n == g->most)
		sheet_label(s, STYLE_DIM, "older requests are not shown");
	else if (g->requests < a->log.requests && !g->older)
		sheet_label(s, STYLE_DIM, "older requests are no longer held");
}
