// SPDX-License-Identifier: MIT
#include "output/since.h"

#include "base/text.h"
#include "model/cell.h"
#include "output/ndjson.h"

#include <inttypes.h>
#include <math.h>

#define IN_A_LINE  3   /* changes */
#define TEXT_WIDTH 60  /* columns of a path or an agent */
#define LEAST      5.0 /* requests a minute and connections, below which nothing is said in words */

/* In the order in which they are told. */
static const enum change_of order[] = {CHANGE_PATHS, CHANGE_NETWORKS, CHANGE_AGENTS,
	CHANGE_STATUSES, CHANGE_VHOSTS, CHANGE_REFERERS, CHANGE_MACHINE};

_Static_assert(ARRAY_LEN(order) == CHANGES_OF, "each once");

/* Networks that are not shown elsewhere are not shown here. */
static bool is_hidden(const struct model *m, const struct prefix *p)
{
	uint32_t id = networks_find(&m->networks, p);

	return id == POOL_NONE ? addr_is_private(&p->addr)
			       : network_at(&m->networks, id)->is_private;
}

static size_t changes_shown(const struct model *m, const struct detect *d, enum change_of of,
	bool show_private, struct change ret[static MARK_TOP], size_t most)
{
	size_t n = detect_since(d, of, ret, MARK_TOP), shown = 0;

	for (size_t i = 0; i < n && shown < most; i++) {
		bool hidden =
			of == CHANGE_NETWORKS && !show_private && is_hidden(m, &ret[i].prefix);
		if (!hidden)
			ret[shown++] = ret[i];
	}
	return shown;
}

void since_put_records(struct jsonw *w, const struct model *m, const struct detect *d,
	bool show_private, uint32_t *n)
{
	const struct mark *mark = detect_mark(d);
	struct change changes[MARK_TOP];

	for (size_t k = 0; k < ARRAY_LEN(order) && mark; k++) {
		size_t count = changes_shown(m, d, order[k], show_private, changes, SINCE_MOST);
		for (size_t i = 0; i < count; i++)
			ndjson_since(w, m, mark, order[k], &changes[i], (*n)++ == 0);
	}
}

/* "1,100" */
static void put_number(FILE *out, double v)
{
	char digits[32];
	int n = snprintf(digits, sizeof digits, "%.0f", v < 1e15 ? v : 1e15);

	for (int i = 0; i < n; i++)
		fprintf(out, "%s%c", i > 0 && (n - i) % 3 == 0 ? "," : "", digits[i]);
}

static bool is_bytes(enum change_of of, const struct change *c)
{
	return of == CHANGE_MACHINE && str_eq(change_text(c), STR_LIT(CHANGE_TEXT_TX));
}

static void put_name(FILE *out, enum change_of of, const struct change *c)
{
	char prefix[PREFIX_TEXT_MAX];
	struct str text = change_text(c), cut = text_cut(text, TEXT_WIDTH);

	if (of == CHANGE_NETWORKS)
		cut = text = (struct str){prefix, prefix_format(&c->prefix, prefix)};
	if (of == CHANGE_MACHINE)
		fprintf(out, "%.*s", STR_FMT(is_bytes(of, c) ? STR_LIT("bytes out") : text));
	else
		fprintf(out, "%s %.*s%s", change_of_name(of), STR_FMT(cut),
			cut.n < text.n ? "..." : "");
}

/* "1,100/min", "1,100/min and 34 connections", "7.6M/min" */
static void put_amount(FILE *out, double rate, uint32_t conns, bool bytes)
{
	char text[8];

	if (bytes) {
		text_bytes(text, (uint64_t)(rate * 60 + 0.5));
		fprintf(out, "%s/min", text);
		return;
	}
	if (rate > 0 || !conns) {
		put_number(out, rate * 60);
		fputs("/min", out);
	}
	if (conns)
		fprintf(out, "%s%" PRIu32 " connection%s", rate > 0 ? " and " : "", conns,
			conns == 1 ? "" : "s");
}

/* "new path /search 1,100/min from 80 addresses" */
static void put_change(FILE *out, enum change_of of, const struct change *c)
{
	double sources = floor(c->sources + 0.5);
	bool bytes = is_bytes(of, c);

	if (c->what == CHANGE_NEW)
		fputs("new ", out);
	put_name(out, of, c);
	if (c->what == CHANGE_GONE) {
		fputs(" gone, it had ", out);
		put_amount(out, c->then, c->conns_then, bytes);
		return;
	}
	if (c->what != CHANGE_NEW) {
		fprintf(out, " %s from %s", change_what_name((enum change_what)c->what),
			c->at_most ? "at most " : "");
		put_amount(out, c->then, c->conns_then, bytes);
		fputs(" to", out);
	}
	fputc(' ', out);
	put_amount(out, c->now, c->conns, bytes);
	if (sources > 0 && c->what != CHANGE_FALLEN)
		fprintf(out, " from %.0f address%s", sources, sources > 1 ? "es" : "");
}

/* Little is not worth a line; all of it is in the records. */
static bool is_told(const struct change *c)
{
	double now = c->now * 60 + c->conns, then = c->then * 60 + c->conns_then;

	return fabs(now - then) >= LEAST;
}

static size_t put_line(FILE *out, const struct model *m, const struct detect *d, enum change_of of,
	bool show_private, const char *head)
{
	struct change changes[MARK_TOP];
	size_t count = changes_shown(m, d, of, show_private, changes, MARK_TOP), told = 0;

	for (size_t i = 0; i < count && told < IN_A_LINE; i++) {
		if (!is_told(&changes[i]))
			continue;
		fputs(told++ ? "; " : head, out);
		put_change(out, of, &changes[i]);
	}
	if (told)
		fputc('\n', out);
	return told;
}

bool since_print(FILE *out, const struct model *m, const struct detect *d, bool show_private)
{
	const struct mark *mark = detect_mark(d);
	char head[MARK_NAME_MAX + 64], clock[16];
	size_t lines = 0;

	if (!mark)
		return false;
	const struct cell at = {.kind = CELL_TIME, .t = mark->at};
	cell_text(&at, clock, sizeof clock);
	snprintf(head, sizeof head, "since the mark at %s%s%s%s: ", clock,
		mark->name[0] ? " (" : "", mark->name, mark->name[0] ? ")" : "");
	for (size_t k = 0; k < ARRAY_LEN(order) && lines < SINCE_LINES; k++)
		lines += put_line(out, m, d, order[k], show_private, head) > 0;
	if (!lines)
		fprintf(out, "%snothing much has changed\n", head);
	return true;
}
