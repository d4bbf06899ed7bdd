// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include <stdio.h>

#define REQUESTS_MOST 200

/* The peer that a request came through, and whom its headers name. */
static void print_way(
	struct sheet *s, int y, int x, unsigned selected, const struct journal_entry *e)
{
	struct str claims = journal_claims(e);
	struct addr via;
	char ip[ADDR_TEXT_MAX];

	if (journal_via(e, &via)) {
		addr_format(&via, ip);
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  via %s", ip);
	}
	if (e->cut)
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  line cut off");
	if (claims.n) {
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "  claims ");
		screen_text(s->area, y, x, STYLE_DIM | selected, claims);
	}
}

static void print_request(
	struct sheet *s, struct detail *d, uint64_t at, const struct journal_entry *e)
{
	char clock[9], bytes[16], status[8] = "-";
	unsigned selected;

	if (s->measuring && d->request == at)
		s->rows->rank = s->row;
	int y = sheet_row(s, &selected), x;
	/* On the first row the cursor keeps to the newest, whichever that is. */
	if (selected && !d->request && s->rows->rank > 0)
		d->request = at;
	if (y < 0)
		return;
	clock_text(clock, e->ts);
	x = screen_print(s->area, y, 0, STYLE_DIM | selected, "%s ", clock);
	if (!journal_is_request(e)) {
		char text[LOGIN_TEXT_MAX];
		x += screen_print(s->area, y, x, STYLE_DIM | selected, "SSH ");
		screen_text(s->area, y, x, login_style(e) | selected, login_text(e, text));
		return;
	}
	if (e->status)
		snprintf(status, sizeof status, "%u", e->status);
	x += screen_print(s->area, y, x, status_style(e->status) | selected, "%3s ", status);
	x += screen_print(
		s->area, y, x, STYLE_PLAIN | selected, "%6s ", detail_known(bytes, e->bytes, true));
	x += screen_text(s->area, y, x, STYLE_BOLD | selected, journal_method(e)) + 1;
	x += draw_vhost(s->area, y, x, selected, e);
	x += screen_text(s->area, y, x, STYLE_PLAIN | selected, journal_path(e));
	print_way(s, y, x, selected, e);
}

void detail_print_requests(struct sheet *s, struct detail *d)
{
	const struct journal *j = &d->panel.view->m->journal;
	const struct journal_entry *e;
	uint64_t at = d->host.last_request;

	if (!journal_at(j, at))
		return;
	sheet_heading(s, "Time     status bytes request, the newest first");
	for (int n = 0; n < REQUESTS_MOST && (e = journal_at(j, at)); at = e->before_host, n++)
		print_request(s, d, at, e);
	if (at)
		sheet_label(s, STYLE_DIM,
			journal_at(j, at) ? "older requests are not shown"
					  : "older requests are no longer held");
}
