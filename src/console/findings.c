// SPDX-License-Identifier: MIT
#include "console/findings.h"

#include "console/entry.h"
#include "console/geometry.h"

#include "base/text.h"
#include "model/figures.h"
#include "model/fleet.h"
#include "model/trend.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define INDENT     3   /* columns of the letter and what surrounds it */
#define EXACT_FROM 70  /* columns from which times have their seconds */
#define NARROW     24  /* columns up to which only the name, or the title, stands there */
#define WIDE       100 /* columns from which a line has room for everything */
#define ROOMY      3   /* lines from which what would not be one has a place, too */
#define CALM_FROM  10  /* lines of a screen from which it is said that all is well */
#define TEXT_LEAST 8   /* columns that evidence may be cut to */

/* What gives way first: the lowest. */
enum {
	KEEP_LETTER = 100,
	KEEP_NAME = 99,
	KEEP_ON = 96,
	KEEP_MORE = 95,
	KEEP_TITLE = 90,
	KEEP_COUNT = 60,
	KEEP_PORT = 55,
	KEEP_SINCE = 50,
	KEEP_SHARE = 45,
	KEEP_WHERE = 40,
	KEEP_CAVEAT = 35,
	KEEP_TEXT = 30
};

/* The pieces. */

static unsigned style_of_title(const struct trouble *t)
{
	return t->gravity >= GRAVITY_ATTACK ? STYLE_BAD : STYLE_WARN;
}

static void add_letter(struct bar *b, const struct trouble *t)
{
	bar_add(b, KEEP_LETTER, palette_mark(t->letter), "%c", t->letter);
}

static void add_since(struct bar *b, const struct trouble *t, bool exact)
{
	char clock[9];

	if (!t->since)
		return;
	clock_text(clock, t->since);
	bar_add(b, KEEP_SINCE, STYLE_PLAIN, "since %.*s", exact ? 8 : 5, clock);
	bar_gap(b, 1);
}

/* Where it was judged, of a fleet. */
static void add_machines(struct bar *b, const struct trouble *t)
{
	if (t->machines[0]) {
		bar_add(b, KEEP_ON, STYLE_BOLD, "%s", t->machines);
		bar_gap(b, BAR_GAP);
	}
}

static void add_head(struct bar *b, const struct trouble *t, bool title, unsigned part, int w)
{
	add_letter(b, t);
	add_machines(b, t);
	if (title)
		bar_add(b, KEEP_TITLE, style_of_title(t), "%s", t->title);
	if (t->port) {
		bar_add(b, KEEP_PORT, STYLE_PLAIN, "on :%u", (unsigned)t->port);
		bar_gap(b, 1);
	}
	add_since(b, t, w >= EXACT_FROM && (part != FINDING_WHOLE || w >= WIDE));
}

static void add_culprit(struct bar *b, const struct culprit *c, uint32_t i, bool last, bool asn)
{
	if (i) {
		bar_add(b, KEEP_COUNT, STYLE_PLAIN, last ? "and" : "+");
		bar_gap(b, 1);
	}
	bar_add(b, KEEP_NAME - (int)i, STYLE_BOLD, "%s", c->name);
	bar_gap(b, i ? 1 : BAR_GAP);
	if (c->country[0]) {
		bar_add(b, KEEP_WHERE, STYLE_DIM, "%s", c->country);
		bar_gap(b, 1);
	}
	if (c->asn && asn) {
		bar_add(b, KEEP_WHERE, STYLE_DIM, "AS%" PRIu32, c->asn);
		bar_gap(b, 1);
	}
	if (c->n) {
		bar_add(b, KEEP_COUNT, STYLE_PLAIN, "%" PRIu64, c->n);
		bar_gap(b, 1);
	}
}

/* How many names fit when all else has given way, and that there are more is said. */
static uint32_t names_that_fit(const struct trouble *t, int w)
{
	uint32_t named = t->who_count < TROUBLE_WHO_MAX ? t->who_count : TROUBLE_WHO_MAX, n = 0;
	int used = 0;

	for (; n < named; n++) {
		int more = n + 1 < t->who_count ? 4 : 0;
		used += text_width(str_of(t->who[n].name)) + (n ? 1 : 0);
		if (n && used + more > w)
			break;
	}
	return n;
}

static void add_culprits(struct bar *b, const struct trouble *t, int w, bool asn)
{
	uint32_t n = names_that_fit(t, w);

	for (uint32_t i = 0; i < n; i++)
		add_culprit(b, &t->who[i], i, i + 1 == t->who_count, asn);
	if (n < t->who_count) {
		bar_add(b, KEEP_MORE, STYLE_PLAIN, "+%" PRIu32, t->who_count - n);
		bar_gap(b, 1);
	}
}

static void add_text(struct bar *b, int keep, unsigned style, const char *prefix, const char *text)
{
	if (!text[0])
		return;
	bar_add(b, keep, style, "%s%s", prefix, text);
	bar_may_cut(b, TEXT_LEAST);
}

/* It has what room is left. */
static void add_disproof(struct bar *b, const struct trouble *t)
{
	if (t->disproof[0])
		bar_add(b, BAR_CUT, STYLE_DIM, "not one if: %s", t->disproof);
}

static void add_caveat(struct bar *b, const struct trouble *t)
{
	if (t->caveat)
		bar_add(b, KEEP_CAVEAT, STYLE_PLAIN, "%s", t->caveat);
}

/* All that there is on one line: title, since when, who, what tells. */
static void whole(struct bar *b, const struct trouble *t, int w)
{
	int left = w - INDENT - text_width(str_of(t->title)) - BAR_GAP;
	/* The letter says as much as the title, the names nobody else does. */
	bool title = !t->who_count || names_that_fit(t, left) == names_that_fit(t, w - INDENT);

	if (w <= NARROW) {
		add_letter(b, t);
		bar_add(b, KEEP_NAME, STYLE_BOLD, "%s", t->who_count ? t->who[0].name : t->title);
		bar_may_cut(b, 1);
		return;
	}
	add_head(b, t, title, FINDING_WHOLE, w);
	add_culprits(b, t, title ? left : w - INDENT, false);
	add_caveat(b, t);
	add_text(b, KEEP_TEXT, STYLE_PLAIN, "", t->text);
}

/* Who does it, when these are several networks that share in it; or else the rest of what tells. */
static void second(struct bar *b, const struct trouble *t, int w)
{
	/* What is as wide as a letter, and no mark. */
	bar_add(b, KEEP_LETTER, STYLE_PLAIN, " ");
	if (t->share) {
		bar_add(b, KEEP_SHARE, STYLE_PLAIN, "%" PRIu32 "%% from", t->share);
		add_culprits(b, t, w - INDENT, true);
		/* It goes with the words before it. */
		b->at[2].gap = 1;
	} else {
		add_culprits(b, t, w - INDENT, true);
	}
	add_caveat(b, t);
	add_disproof(b, t);
}

/* "255 half-open from 255 networks" and "sources look made up, …": what nobody is named for, in its
 * two halves. */
static const char *rest_of(const struct trouble *t)
{
	const char *colon = strstr(t->text, ": ");

	return colon ? colon + 2 : "";
}

static void first(struct bar *b, const struct trouble *t, int w)
{
	char text[TROUBLE_TEXT_MAX];
	size_t n = strlen(t->text) - strlen(rest_of(t));

	add_head(b, t, true, FINDING_FIRST, w);
	snprintf(text, sizeof text, "%s", t->text);
	if (!t->who_count && rest_of(t)[0])
		text[n - 2] = '\0';
	add_text(b, KEEP_TEXT, STYLE_PLAIN, "", text);
}

static void named(struct bar *b, const struct trouble *t, int w)
{
	add_head(b, t, true, FINDING_FIRST, w);
	add_culprits(b, t, w - INDENT - text_width(str_of(t->title)) - BAR_GAP, w >= WIDE);
	add_caveat(b, t);
}

static void evidence(struct bar *b, const struct trouble *t, bool all)
{
	bar_add(b, KEEP_LETTER, STYLE_PLAIN, " ");
	add_text(b, KEEP_TEXT, STYLE_PLAIN, "", all ? t->text : rest_of(t));
	add_disproof(b, t);
}

/* What is no flag: a sentence, marked as something to look at when it is grave. */
static void sentence(struct bar *b, const struct trouble *t)
{
	bool grave = t->gravity >= GRAVITY_CALM;
	unsigned style = t->gravity >= GRAVITY_SERVER ? STYLE_BAD
			 : t->gravity > GRAVITY_NOTE  ? STYLE_WARN
						      : STYLE_DIM;

	bar_add(b, KEEP_LETTER, style, "%s", grave ? screen_glyph_text(GLYPH_UP) : " ");
	bar_add(b, KEEP_NAME, style, "%s", t->text);
	bar_gap(b, grave ? 1 : BAR_GAP);
	bar_may_cut(b, TEXT_LEAST);
}

void findings_bar(struct bar *b, const struct troubles *t, struct finding_line line, int w)
{
	const struct trouble *at = &t->at[line.trouble];

	bar_clear(b);
	if (!at->flag[0])
		sentence(b, at);
	else if (line.part == FINDING_WHOLE)
		whole(b, at, w);
	else if (line.part == FINDING_FIRST)
		first(b, at, w);
	else if (line.part == FINDING_SECOND)
		second(b, at, w);
	else if (line.part == FINDING_NAMED)
		named(b, at, w);
	else
		evidence(b, at, at->who_count > 0);
}

/* Which line says what. */

/* On one line nothing is left out and nothing cut. */
static bool fits(const struct troubles *t, size_t i, int w)
{
	struct bar b;
	size_t all;

	findings_bar(&b, t, (struct finding_line){(uint8_t)i, FINDING_WHOLE}, w);
	all = b.n;
	bar_fit(&b, w);
	for (size_t k = 0; k < b.n; k++)
		if (b.at[k].cut)
			return false;
	return b.n == all;
}

static void give(struct findings_plan *p, size_t trouble, enum finding_part part)
{
	if (p->n < FINDINGS_LINES_MAX)
		p->at[p->n++] = (struct finding_line){(uint8_t)trouble, (uint8_t)part};
}

/* Networks that share in a flood stand on a line of their own. */
static void give_two(struct findings_plan *p, const struct trouble *t, size_t i)
{
	bool nets = t->who_count > 1 || t->share;

	give(p, i, nets || !t->who_count ? FINDING_FIRST : FINDING_NAMED);
	give(p, i, nets ? FINDING_SECOND : FINDING_EVIDENCE);
}

void findings_plan(struct findings_plan *p, const struct troubles *t, int w, int room)
{
	size_t grave = 0, lines = (size_t)(room < 0 ? 0 : room), spare;

	*p = (struct findings_plan){.n = 0};
	if (lines > FINDINGS_LINES_MAX)
		lines = FINDINGS_LINES_MAX;
	while (grave < t->n && t->at[grave].gravity >= GRAVITY_CALM)
		grave++;
	p->calm = !grave && lines;
	lines -= p->calm;
	size_t shown = grave < lines ? grave : lines;
	spare = lines - shown;
	for (size_t i = 0; i < shown; i++) {
		bool two = spare && t->at[i].flag[0] && w > NARROW &&
			   (room >= ROOMY || !fits(t, i, w));
		spare -= two;
		if (two)
			give_two(p, &t->at[i], i);
		else
			give(p, i, FINDING_WHOLE);
	}
	for (size_t i = shown; i < t->n && spare; i++, spare--)
		give(p, i, FINDING_WHOLE);
}

/* Nothing stands out. */

struct calm {
	char *buf;
	size_t n;
	int w, used;
	bool any;
};

/* Another item, when it still fits. */
static void __attribute__((format(printf, 2, 3))) tell(struct calm *c, const char *format, ...)
{
	char item[96];
	va_list args;

	va_start(args, format);
	vsnprintf(item, sizeof item, format, args);
	va_end(args);
	int width = text_width(str_of(item)) + 2;
	if (c->used + width > c->w || c->n + strlen(item) + 3 > TROUBLE_TEXT_MAX)
		return;
	c->n += (size_t)snprintf(
		c->buf + c->n, TROUBLE_TEXT_MAX - c->n, "%s%s", c->any ? ", " : "", item);
	c->used += width;
	c->any = true;
}

static void tell_queue(struct calm *c, const struct tcp_stats *stats)
{
	const struct event_tcp_stats *now = &stats->latest;

	if (now->accept_queue == ABSENT || now->accept_limit == ABSENT)
		return;
	tell(c, c->w >= 100 ? "accept queue %" PRIu64 " of %" PRIu64 : "queue %" PRIu64 "/%" PRIu64,
		now->accept_queue, now->accept_limit);
}

/* Of all answers since the start. */
static void tell_share(struct calm *c, const char *of, uint64_t n, uint64_t all)
{
	if (n * 1000 < all)
		tell(c, "%s %" PRIu64, of, n);
	else
		tell(c, "%s %.1f%%", of, (double)n * 100 / (double)all);
}

/* Of a machine of the fleet no more is known than its sets say. */
static void tell_member(struct calm *c, const struct member *member)
{
	const struct log_tally *log = &member->log;

	tell(c, "%" PRIu32 " half-open", tcp_tally_half_open(&member->tcp));
	if (log->requests) {
		tell_share(c, "4xx", log->status[4], log->requests);
		tell_share(c, "5xx", log->status[5], log->requests);
	}
}

void findings_calm(const struct trouble_facts *facts, int w, char buf[static TROUBLE_TEXT_MAX])
{
	const struct model *m = facts->m;
	const struct machine *machine = model_machine(m);
	struct model_sums sums = model_sum(m, facts->show_private);
	struct calm c = {.buf = buf, .w = w};
	uint64_t drops = machine->tcp_stats.totals.listen_drops;

	c.n = (size_t)snprintf(buf, TROUBLE_TEXT_MAX, "nothing stands out: ");
	c.used = (int)c.n - 2;
	if (facts->member) {
		tell_member(&c, facts->member);
		return;
	}
	if (model_fleet(m))
		tell(&c, "%" PRIu32 " machine%s up", model_fleet(m)->up,
			model_fleet(m)->up == 1 ? "" : "s");
	if (model_knows_conns(m))
		tell(&c, "%" PRIu64 " half-open", sums.half_open);
	if (drops != ABSENT)
		tell(&c, "%" PRIu64 " drop%s", drops, drops == 1 ? "" : "s");
	tell_queue(&c, &machine->tcp_stats);
	if (sums.requests) {
		tell_share(&c, "4xx", sums.status[4], sums.requests);
		tell_share(&c, "5xx", sums.status[5], sums.requests);
	}
	if (machine->verdict.learning_s)
		tell(&c, "learning what is usual: %" PRIu32 "s", machine->verdict.learning_s);
	if (model_knows_logins(m) && (sums.auth_failed || w >= 100))
		tell(&c, "SSH %" PRIu64 " failed", sums.auth_failed);
	if (!c.any)
		buf[c.n - 2] = '\0';
}

int findings_lines(const struct troubles *t, int w, int h)
{
	struct findings_plan plan;

	findings_plan(&plan, t, w, geometry_findings_room(h));
	return plan.calm && h < CALM_FROM ? 0 : (int)plan.n + plan.calm;
}

static void draw_calm(const struct trouble_facts *facts, struct area a)
{
	char text[TROUBLE_TEXT_MAX];

	screen_glyph(a, 0, 0, STYLE_GOOD, GLYPH_TICK);
	findings_calm(facts, a.w - 2, text);
	screen_text(a, 0, 2, STYLE_PLAIN, str_of(text));
}

static bool is_planned(const struct findings_plan *p, size_t trouble)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].trouble == trouble)
			return true;
	return trouble == FINDINGS_NONE;
}

/* What stands above gives way to the one that has to be in sight. */
static void plan_with(
	struct findings_plan *p, struct troubles *rest, struct area a, size_t *selected)
{
	for (;;) {
		findings_plan(p, rest, a.w, a.h);
		if (is_planned(p, *selected) || *selected == 0)
			return;
		memmove(&rest->at[0], &rest->at[1], (rest->n - 1) * sizeof rest->at[0]);
		rest->n--;
		(*selected)--;
	}
}

static void draw_line(
	const struct troubles *t, struct finding_line line, struct area a, int y, bool selected)
{
	unsigned more = selected ? STYLE_SELECTED : 0;
	struct bar b;

	findings_bar(&b, t, line, a.w);
	for (size_t i = 0; i < b.n; i++)
		b.at[i].style |= more;
	if (selected)
		screen_fill(a, y, 0, STYLE_PLAIN | more);
	bar_draw(&b, a, y);
}

int findings_draw(
	const struct trouble_facts *facts, const struct troubles *t, struct area a, size_t selected)
{
	struct troubles rest = *t;
	struct findings_plan plan;
	int y = 0;

	plan_with(&plan, &rest, a, &selected);
	if (plan.calm)
		draw_calm(facts, area_rows(a, y++, 1));
	for (size_t i = 0; i < plan.n; i++)
		draw_line(&rest, plan.at[i], a, y++, plan.at[i].trouble == selected);
	return y;
}
