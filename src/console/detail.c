// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/panels.h"

#include "base/container.h"

#define FOOT_LINES 2

static struct detail *detail_of(struct panel *p)
{
	return container_of(p, struct detail, panel);
}

static void begin(struct detail *d, const struct addr *ip)
{
	d->host = (struct host){.ip = *ip};
	d->seen = false;
	d->gone = true;
	d->request = 0;
	list_reset(&d->rows);
	list_reset(&d->lines);
}

static void detail_open(struct panel *p, const struct subject_key *of)
{
	begin(detail_of(p), &of->prefix.addr);
	detail_of(p)->all_conns = false;
}

/* Ids and positions of the old model mean nothing in the new one. */
static void detail_forget(struct panel *p)
{
	struct addr ip = detail_of(p)->host.ip;

	begin(detail_of(p), &ip);
}

static bool detail_watched(const struct panel *p, struct addr *ret_ip)
{
	*ret_ip = container_of(p, const struct detail, panel)->host.ip;
	return true;
}

static bool detail_selected(struct panel *p, struct subject_key *ret)
{
	*ret = subject_key_of_addr(&detail_of(p)->host.ip);
	return true;
}

static void write_sheet(struct sheet *s, struct detail *d)
{
	detail_print_summary(s, d);
	detail_print_conns(s, d);
	detail_print_requests(s, d);
}

/* Agent and referer of the request under the cursor, else of the latest. */
static void draw_foot(const struct detail *d, struct area a)
{
	const struct journal *j = &d->panel.view->m->journal;
	const struct journal_entry *e = journal_at(j, d->request);

	if (!e)
		e = journal_at(j, d->host.last_request);
	if (!e || !journal_is_request(e))
		return;
	int x = screen_print(a, 0, 0, STYLE_DIM, "agent   ");
	screen_text(a, 0, x, STYLE_PLAIN, journal_agent(e));
	screen_print(a, 1, 0, STYLE_DIM, "referer ");
	screen_text(a, 1, x, STYLE_PLAIN, journal_referer(e));
}

static void take_snapshot(struct detail *d)
{
	const struct model *m = d->panel.view->m;
	uint32_t id = model_find_host(m, &d->host.ip);

	d->gone = id == POOL_NONE;
	if (d->gone) { /* and so are those that its ids stood for */
		d->host.proxy = d->host.login = d->host.first_conn = POOL_NONE;
		d->host.city = d->host.system = 0;
		return;
	}
	d->host = *model_host(m, id);
	d->seen = true;
}

static void detail_draw(struct panel *p, struct area a, bool focused)
{
	struct detail *d = detail_of(p);
	int foot = a.h >= 10 ? FOOT_LINES : 0;
	struct sheet s = sheet_begin(area_rows(a, 1, a.h - 1 - foot), &d->rows, &d->lines);
	char ip[ADDR_TEXT_MAX];

	(void)focused;
	take_snapshot(d);
	addr_format(&d->host.ip, ip);
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, "%s%s", ip, d->gone ? "  gone" : "");
	do
		write_sheet(&s, d);
	while (!sheet_measured(&s));
	write_sheet(&s, d);
	if (foot && !d->gone)
		draw_foot(d, area_rows(a, a.h - foot, foot));
}

static bool detail_act(struct panel *p, enum action action)
{
	struct detail *d = detail_of(p);

	if (action == ACT_ALL) {
		d->all_conns = !d->all_conns;
		d->rows.rank = 0;
	} else if (!list_act(&d->rows, NULL, action)) {
		return false;
	}
	d->request = 0; /* whatever stands on that row is the selected one now */
	return true;
}

const struct panel_ops detail_panel = {
	.where = IN_DETAIL,
	.size = sizeof(struct detail),
	.open = detail_open,
	.forget = detail_forget,
	.selected = detail_selected,
	.watched = detail_watched,
	.draw = detail_draw,
	.act = detail_act,
};
