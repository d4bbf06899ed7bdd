// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"
#include "console/seat.h"

#include "base/few.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define SHARES_FEW  4 /* beside the rows */
#define SHARES_MOST 12
#define NAME_LEAST  8
#define NAME_MOST   24
#define NUMBERS     43 /* columns of these, behind the name */
#define FLAGS_TEXT  96
#define MINUTE      (60 * USEC_PER_SEC)

struct found {
	const struct share *at[SHARES_MOST];
	size_t n, total;
};

static bool is_heavier(const void *a, const void *b, const void *ctx)
{
	const struct share *one = *(const struct share *const *)a;
	const struct share *two = *(const struct share *const *)b;

	(void)ctx;
	if (one->over != two->over)
		return !one->over;
	if (seat_weight(one) != seat_weight(two))
		return seat_weight(one) > seat_weight(two);
	return one->member < two->member;
}

static void keep(struct found *f, const struct share *s, size_t most)
{
	f->total++;
	few_put(f->at, &f->n, most, sizeof f->at[0], &s, is_heavier, NULL);
}

/* "40%", "0"; a dash where nothing was asked. */
static void part_text(char buf[static 8], uint64_t n, uint64_t all)
{
	if (!all)
		strcpy(buf, screen_glyph_text(GLYPH_DASH));
	else if (!n)
		strcpy(buf, "0");
	else
		snprintf(buf, 8, "%.0f%%", (double)n * 100 / (double)all);
}

static void right(struct area at, int y, int *x, int width, unsigned style, const char *text)
{
	struct str s = str_of(text);

	screen_text(at, y, *x + width - text_width(s), style, s);
	*x += width + 1;
}

static void draw_numbers(struct area at, int y, int x, unsigned selected, const struct share *s,
	const struct share_counts *c)
{
	char conns[8], half[8], rate[8], requests[8], share4[8], share5[8], held[16] = "";

	text_count(conns, c->conns);
	text_count(half, c->half_open);
	text_count(rate, s->pace);
	text_count(requests, c->requests);
	part_text(share4, c->refused, c->requests);
	part_text(share5, c->broken, c->requests);
	if (c->held >= (uint64_t)USEC_PER_SEC)
		text_span(held, c->held / (uint64_t)USEC_PER_SEC);
	right(at, y, &x, 5, STYLE_PLAIN | selected, conns);
	right(at, y, &x, 5, (c->half_open ? STYLE_WARN : STYLE_DIM) | selected, half);
	right(at, y, &x, 5, STYLE_PLAIN | selected, rate);
	right(at, y, &x, 5, STYLE_PLAIN | selected, requests);
	right(at, y, &x, 4, (c->refused ? STYLE_WARN : STYLE_DIM) | selected, share4);
	right(at, y, &x, 4, (c->broken ? STYLE_BAD : STYLE_DIM) | selected, share5);
	right(at, y, &x, 8, STYLE_PLAIN | selected, held);
}

/* The names of what holds of the row at that machine. */
static void flags_text(
	const struct about *a, const struct member *member, char buf[static FLAGS_TEXT])
{
	const struct flags *flags = &a->view->m->flags;
	const struct flag *at[8];
	size_t n = about_is_host(a) ? flags_of_addr(flags, &a->key.prefix.addr, false, at, 8)
				    : flags_of_prefix(flags, &a->key.prefix, at, 8);
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (at[i]->machine == member->number && used + strlen(at[i]->name) + 2 < FLAGS_TEXT)
			used += (size_t)snprintf(buf + used, FLAGS_TEXT - used, "%s%s",
				used ? " " : "", at[i]->name);
}

/* Why the numbers are not those of now; "" when they are. */
static const char *not_now(const struct share *s, const struct member *member)
{
	return member->state == MEMBER_LOST ? "lost" : s->over ? "over" : "";
}

static void print_share(struct sheet *s, struct about *a, const struct share *share, int width)
{
	const struct member *member = share_member(seat_fleet(a->view), share);
	char text[FLAGS_TEXT];
	unsigned selected;
	int y = sheet_row(s, &selected);

	if (selected)
		a->under = (struct under){.what = UNDER_MACHINE, .member = member->number};
	if (y < 0)
		return;
	bool here = a->view->seat == member->number;
	screen_cut(s->area, y, 2, width, (here ? STYLE_BOLD : STYLE_PLAIN) | selected,
		str_of(member->name));
	draw_numbers(
		s->area, y, width + 3, selected, share, share_counts(seat_fleet(a->view), share));
	flags_text(a, member, text);
	int x = width + 3 + NUMBERS;
	x += screen_text(s->area, y, x, STYLE_WARN | selected, str_of(text)) + (text[0] ? 2 : 0);
	screen_text(s->area, y, x, STYLE_DIM | selected, str_of(not_now(share, member)));
}

static int name_width(const struct fleet *fleet, const struct found *f)
{
	int most = NAME_LEAST;

	for (size_t i = 0; i < f->n; i++) {
		int w = text_width(str_of(share_member(fleet, f->at[i])->name));
		most = w > most ? w : most;
	}
	return most < NAME_MOST ? most : NAME_MOST;
}

void detail_print_shares(struct sheet *s, struct about *a)
{
	const struct fleet *fleet = seat_fleet(a->view);
	struct found f = {.n = 0};
	char line[120];

	if (!fleet || a->gone || a->key.by > GROUP_NET)
		return;
	shares_for_each (fleet, seat_shares(a->view->m, &a->key), share)
		keep(&f, share, a->brief ? SHARES_FEW : SHARES_MOST);
	if (!f.n)
		return;
	int width = name_width(fleet, &f);
	snprintf(line, sizeof line, "  %-*s Conns  Half Req/m  Reqs  4xx  5xx     Held Flags there",
		width, "Machine");
	sheet_heading(s, line);
	for (size_t i = 0; i < f.n; i++)
		print_share(s, a, f.at[i], width);
	snprintf(line, sizeof line, "  and %zu more, with less of it", f.total - f.n);
	if (f.total > f.n)
		sheet_label(s, STYLE_DIM, line);
}

/* A machine. */

static void print_state(struct sheet *s, const struct view *v, const struct member *m)
{
	char text[FLEET_NOTE_MAX + 80], ago[16];
	const char *state = enum_name(&member_states, m->state);

	text_span(ago, m->last ? (uint64_t)(v->m->now - m->last) / USEC_PER_SEC : 0);
	snprintf(text, sizeof text, "%s%s%s%s%s", state ? state : "not known",
		m->last ? ", its last word " : "", m->last ? ago : "", m->last ? " ago" : "",
		m->note[0] ? ": " : "");
	size_t n = strlen(text);
	snprintf(text + n, sizeof text - n, "%s", m->note);
	sheet_field(s, "State", m->state == MEMBER_UP ? STYLE_PLAIN : STYLE_BAD, text);
}

static void print_sets(struct sheet *s, const struct member *m)
{
	char text[160], every[16];

	text_span(every, (uint64_t)m->every / USEC_PER_SEC);
	snprintf(text, sizeof text,
		"%" PRIu64 " came, one each %s; %" PRIu64 " missed, %" PRIu64
		" messages dropped there, %" PRIu64 " shares without room here",
		m->sets, every, m->missed, m->dropped, m->lost);
	sheet_field(s, "Sets", m->missed || m->dropped || m->lost ? STYLE_WARN : STYLE_PLAIN, text);
}

static void print_flags(struct sheet *s, const struct view *v, const struct member *m)
{
	const struct flag *all[64];
	size_t n = flags_top(&v->m->flags, all, ARRAY_LEN(all));
	char text[FLAG_TEXT_MAX + FLAG_WHO_MAX + 64];

	for (size_t i = 0; i < n && sheet_room(s) > 1; i++) {
		const struct flag *f = all[i];
		if (f->machine != m->number)
			continue;
		int y = sheet_line(s);
		if (y >= 0)
			screen_print(s->area, y, 0, palette_mark(f->letter), " %c ",
				f->letter ? f->letter : ' ');
		snprintf(text, sizeof text, "%s%s%s: %s", f->name, f->who[0] ? " of " : "", f->who,
			f->evidence);
		sheet_wrap(s, y, 4, 4, STYLE_BOLD, 0, str_of(text));
	}
}

static void print_row(struct sheet *s, const struct view *v, const struct share *share)
{
	const struct model *m = v->m;
	struct subject subject = share->host != POOL_NONE
					 ? subject_at(m, GROUP_NONE, share->host)
					 : subject_at(m, GROUP_NET, share->network);
	char name[SUBJECT_NAME_MAX];
	int y = sheet_line(s);

	if (y < 0)
		return;
	subject_name(m, &subject, name);
	screen_cut(s->area, y, 2, NAME_MOST, STYLE_PLAIN, str_of(name));
	draw_numbers(s->area, y, NAME_MOST + 3, 0, share, share_counts(seat_fleet(v), share));
}

static void print_rows(struct sheet *s, const struct view *v, const struct member *member)
{
	const struct fleet *fleet = seat_fleet(v);
	struct found f = {.n = 0};
	size_t room = sheet_room(s) > 2 ? (size_t)sheet_room(s) - 2 : 0;
	char line[120];

	if (!room)
		return;
	shares_for_each_of_member (fleet, member, share)
		if (!share->over && share->told)
			keep(&f, share, room < SHARES_MOST ? room : SHARES_MOST);
	if (!f.n)
		return;
	snprintf(line, sizeof line, "  %-*s Conns  Half Req/m  Reqs  4xx  5xx     Held", NAME_MOST,
		"Heaviest there");
	sheet_heading(s, line);
	for (size_t i = 0; i < f.n; i++)
		print_row(s, v, f.at[i]);
}

void detail_print_machine(struct sheet *s, const struct view *v, const struct member *member)
{
	char text[64], span[16];

	if (member->verdict[0])
		sheet_field(s, "Verdict", STYLE_BOLD, member->verdict);
	print_flags(s, v, member);
	print_state(s, v, member);
	text_span(span,
		(uint64_t)(member->ahead < 0 ? -member->ahead : member->ahead) / USEC_PER_SEC);
	snprintf(text, sizeof text, "%s %s of ours", span, member->ahead < 0 ? "behind" : "ahead");
	if (member->ahead / USEC_PER_SEC)
		sheet_field(s, "Clock", STYLE_WARN, text);
	if (member->version[0])
		sheet_field(s, "Version", STYLE_PLAIN, member->version);
	if (member->sets)
		print_sets(s, member);
	print_rows(s, v, member);
}
