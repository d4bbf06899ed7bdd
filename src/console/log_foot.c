// SPDX-License-Identifier: MIT
#include "console/log_foot.h"

#include "base/text.h"
#include "detect/flag_defs.h"
#include "model/group.h"

#include <inttypes.h>
#include <stdio.h>

#define PIECES_MAX 4
#define GAP        2

struct piece {
	const char *label;
	struct str text;
	int width; /* columns that the text may take */
};

static struct str or_dash(struct str s)
{
	return s.n ? s : STR_LIT("-");
}

static int draw_piece(struct area a, int y, int x, const struct piece *p)
{
	int from = x;

	x += screen_text(a, y, x, STYLE_DIM, str_of(p->label)) + 1;
	struct str text = or_dash(p->text), fits = text_cut(text, p->width);
	if (fits.n < text.n)
		fits = text_cut(text, p->width - 1);
	x += screen_text(a, y, x, STYLE_PLAIN, fits);
	if (fits.n < text.n)
		x += screen_glyph(a, y, x, STYLE_DIM, GLYPH_MORE);
	return x - from;
}

/* Where it is too much, the longest gives way first. */
static void fit_pieces(struct piece *pieces, size_t n, int width)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		pieces[i].width = text_width(or_dash(pieces[i].text));
		sum += (int)strlen(pieces[i].label) + 1 + pieces[i].width + (i ? GAP : 0);
	}
	for (; sum > width; sum--) {
		struct piece *longest = &pieces[0];
		for (size_t i = 1; i < n; i++)
			if (pieces[i].width > longest->width)
				longest = &pieces[i];
		if (longest->width <= 1)
			return;
		longest->width--;
	}
}

static void draw_texts(struct area a, int y, struct piece *pieces, size_t n)
{
	int x = 1;

	fit_pieces(pieces, n, a.w - 2);
	for (size_t i = 0; i < n && x < a.w; i++)
		x += draw_piece(a, y, x, &pieces[i]) + GAP;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static struct str log_name(const struct model *m, const struct journal_entry *e)
{
	const struct machine *machine = model_machine(m);

	if (!e->log || e->log > machine->log_count)
		return STR_ABSENT;
	return str_of(last_part(machine->logs[e->log - 1].name));
}

static void draw_line(const struct model *m, struct area a, int y, const struct journal_entry *e)
{
	struct piece pieces[PIECES_MAX] = {
		{"agent", journal_agent(e), 0},
		{"referer", journal_referer(e), 0},
		{"host", journal_vhost(e), 0},
		{"log", log_name(m, e), 0},
	};

	if (journal_is_request(e))
		draw_texts(a, y, pieces, PIECES_MAX);
	else
		draw_texts(a, y, &pieces[3], 1);
}

static char letter_of(const char *flag)
{
	enum flag_id id = flag_find(str_of(flag));

	return id < FLAGS ? flag_defs[id].letter : ' ';
}

static int draw_flags(const struct model *m, struct area a, int y, int x, const struct addr *ip)
{
	const struct flag *flags[3];
	size_t n = flags_of_addr(&m->flags, ip, false, flags, ARRAY_LEN(flags));

	for (size_t i = 0; i < n; i++) {
		unsigned style = flags[i]->severity >= SEVERITY_ATTACK ? STYLE_BAD : STYLE_WARN;
		x += screen_print(
			a, y, x, style, "  %c %s", letter_of(flags[i]->name), flags[i]->name);
	}
	return x;
}

/* "1 conn, 212 requests, 98% 4xx" */
static int draw_sums(const struct model *m, struct area a, int y, int x, const struct host *h)
{
	static const char *const classes[] = {[4] = "4xx", [5] = "5xx"};
	uint64_t n = h->log.requests;
	int at = x;

	if (model_knows_conns(m))
		x += screen_print(a, y, x, STYLE_PLAIN, "%u conn%s, ", h->tcp.conns,
			h->tcp.conns == 1 ? "" : "s");
	x += screen_print(a, y, x, STYLE_PLAIN, "%" PRIu64 " request%s", n, n == 1 ? "" : "s");
	for (unsigned i = 4; i <= 5 && n; i++)
		if (h->log.status[i])
			x += screen_print(a, y, x, i == 4 ? STYLE_WARN : STYLE_BAD, ", %.0f%% %s",
				100.0 * h->log.status[i] / (double)n, classes[i]);
	return x - at;
}

static void draw_client(const struct model *m, struct area a, int y, const struct addr *ip)
{
	char name[ADDR_TEXT_MAX];
	uint32_t id = model_find_host(m, ip);
	int x = 1 + screen_text(a, y, 1, STYLE_DIM, STR_LIT("client "));

	if (addr_is_unset(ip)) {
		screen_text(a, y, x, STYLE_PLAIN, STR_LIT("not in the log"));
		return;
	}
	x += screen_text(a, y, x, STYLE_BOLD, (struct str){name, addr_format(ip, name)});
	if (id == POOL_NONE) {
		screen_text(a, y, x, STYLE_DIM, STR_LIT("  forgotten since"));
		return;
	}
	struct subject s = subject_of_host(model_host(m, id));
	struct str country = subject_country(&s), org = text_cut(subject_system(m, &s), a.w / 4);
	x += screen_print(a, y, x, STYLE_PLAIN, "%s%.*s%s%.*s  ", country.n ? " " : "",
		STR_FMT(country), org.n ? " " : "", STR_FMT(org));
	x += draw_sums(m, a, y, x, s.host);
	draw_flags(m, a, y, x, ip);
}

void log_foot_draw(const struct model *m, struct area a, const struct journal_entry *e)
{
	draw_line(m, a, 0, e);
	draw_client(m, a, 1, &e->ip);
}
