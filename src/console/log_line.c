// SPDX-License-Identifier: MIT
#include "console/log_line.h"

#include "console/entry.h"

#include "base/text.h"
#include "base/wrap.h"
#include "model/layout.h"

#include <stdio.h>

#define IP_LEAST     15
#define METHOD_LEAST 4
#define METHOD_MOST  16
#define CLOCK_FROM   50  /* columns */
#define VHOST_FROM   100 /* columns */
#define TEXT_LEAST   8   /* columns that are left to the path, or it stands out */

int log_line_ip_width(const struct journal_entry *e, int least)
{
	char buf[ADDR_TEXT_MAX];
	int width = addr_is_v4(&e->ip) ? IP_LEAST : (int)addr_format(&e->ip, buf);

	if (least < IP_LEAST)
		least = IP_LEAST;
	return width > least ? width : least;
}

static int ip_width(const struct log_look *look)
{
	int most = look->width / 3 > IP_LEAST ? look->width / 3 : IP_LEAST;

	return look->ip_width > most ? most : look->ip_width;
}

static struct str method_of(const struct journal_entry *e)
{
	return text_cut(journal_method(e), METHOD_MOST);
}

static struct str vhost_of(const struct log_look *look, const struct journal_entry *e)
{
	return look->width >= VHOST_FROM ? text_cut(journal_vhost(e), look->width / 4) : STR_ABSENT;
}

/* The columns before a line's text. */
struct columns {
	int ip, status, method, vhost, text;
};

static struct columns columns_of(const struct log_look *look, const struct journal_entry *e)
{
	struct columns c = {.ip = 1 + (look->width >= CLOCK_FROM ? 9 : 0)};

	c.status = c.ip + ip_width(look) + 1;
	c.method = c.status + 4;
	if (!journal_is_request(e)) {
		c.vhost = c.text = c.method;
		return c;
	}
	int method = text_width(method_of(e)), vhost = text_width(vhost_of(look, e));
	c.vhost = c.method + (method > METHOD_LEAST ? method : METHOD_LEAST) + 1;
	c.text = c.vhost + (vhost ? vhost + 1 : 0);
	return c;
}

static struct str text_of(const struct journal_entry *e, char buf[static LOGIN_TEXT_MAX])
{
	return journal_is_request(e) ? journal_path(e) : login_text(e, buf);
}

static int text_room(const struct log_look *look, const struct columns *c)
{
	int room = look->width - c->text;

	return room < TEXT_LEAST ? TEXT_LEAST : room;
}

uint32_t log_line_rows(const struct log_look *look, const struct journal_entry *e)
{
	struct columns c = columns_of(look, e);
	char buf[LOGIN_TEXT_MAX];
	struct str rest = text_of(e, buf);
	int room = text_room(look, &c), rows = 0;

	if (!look->wrap)
		return 1;
	do {
		wrap_next(&rest, room, WRAP_LONG_CUT);
		rows++;
	} while (rest.n && rows < look->rows_max);
	return (uint32_t)rows;
}

/* What does not fit is said not to. */
static void draw_cut(
	struct area a, int y, int x, int room, unsigned style, struct str text, bool cut)
{
	struct str fits = text_cut(text, room);

	if (fits.n < text.n || cut)
		fits = text_cut(text, room - 1);
	int w = screen_text(a, y, x, style, fits);
	if (fits.n < text.n || cut)
		screen_glyph(a, y, x + w, (style & STYLE_SELECTED) | STYLE_DIM, GLYPH_MORE);
}

static void draw_text(const struct log_look *look, struct area a, int y, const struct columns *c,
	const struct journal_entry *e, unsigned style)
{
	char buf[LOGIN_TEXT_MAX];
	struct str rest = text_of(e, buf);
	int room = text_room(look, c), rows = look->wrap ? look->rows_max : 1, x = c->text;

	if (!look->wrap && look->shift) {
		struct str passed = text_cut(rest, look->shift + 1);
		rest = (struct str){rest.p + passed.n, rest.n - passed.n};
		x += screen_glyph(a, y, x, (style & STYLE_SELECTED) | STYLE_DIM, GLYPH_MORE);
		room--;
	}
	for (int i = 0; i < rows; i++) {
		struct str all = rest, line = wrap_next(&rest, room, WRAP_LONG_CUT);
		if (i > 0)
			screen_fill(a, y + i, 0, style & STYLE_SELECTED);
		if (i == rows - 1 || !rest.n) {
			draw_cut(a, y + i, x, room, style, all, e->cut);
			return;
		}
		screen_text(a, y + i, x, style, line);
	}
}

static void draw_status(
	struct area a, int y, int x, const struct journal_entry *e, unsigned selected, bool faded)
{
	if (!journal_is_request(e))
		screen_text(a, y, x, STYLE_DIM | selected, STR_LIT("SSH"));
	else if (!e->status)
		screen_text(a, y, x, STYLE_DIM | selected, STR_LIT("  -"));
	else
		screen_print(a, y, x, (faded ? STYLE_DIM : status_style(e->status)) | selected,
			"%3u", e->status);
}

static void draw_addr(struct area a, int y, int x, int width, unsigned style, const struct addr *ip)
{
	char text[ADDR_TEXT_MAX] = "-";
	size_t n = addr_is_unset(ip) ? 1 : addr_format(ip, text);

	screen_text(a, y, x, style, layout_cut_addr(text, n, width));
}

static void draw_time(struct area a, int y, usec_t ts, unsigned selected)
{
	char clock[9];

	clock_text(clock, ts);
	screen_text(a, y, 1, STYLE_DIM | selected, str_of(clock));
}

void log_line_draw(const struct log_look *look, struct area a, int y, const struct journal_entry *e,
	enum log_line_mark mark, unsigned selected)
{
	struct columns c = columns_of(look, e);
	bool faded = mark == LOG_LINE_FADED;
	unsigned plain = (faded ? STYLE_DIM : STYLE_PLAIN) | selected;
	unsigned bold = (faded ? STYLE_DIM : STYLE_BOLD) | selected;

	a.w = look->width < a.w ? look->width : a.w;
	if (selected)
		screen_fill(a, y, 0, selected);
	if (mark == LOG_LINE_HIT)
		screen_text(a, y, 0, STYLE_WARN | selected, STR_LIT("*"));
	if (c.ip > 1)
		draw_time(a, y, e->ts, selected);
	draw_addr(a, y, c.ip, ip_width(look), bold, &e->ip);
	draw_status(a, y, c.status, e, selected, faded);
	if (journal_is_request(e)) {
		screen_text(a, y, c.method, bold, method_of(e));
		screen_text(a, y, c.vhost, STYLE_DIM | selected, vhost_of(look, e));
	}
	draw_text(look, a, y, &c, e,
		journal_is_request(e) || faded ? plain : login_style(e) | selected);
}
