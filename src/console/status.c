// SPDX-License-Identifier: MIT
#include "console/status.h"

#include "console/bar.h"
#include "console/blind.h"
#include "console/entry.h"
#include "console/nav.h"

#include "base/text.h"
#include "model/alerts.h"
#include "model/figures.h"

#include <stdio.h>

#define TOP_SHOWN 3
#define WORD_GAP  2

#define WORD_LINES_MAX 3

#define MARK_SAID (5 * USEC_PER_SEC)

#define LAG_NOTABLE (1u << 20) /* bytes of log: less is read within two polls */

enum {
	PIECE_SOME = 1, /* left out while it is 0 */
	PIECE_WHOLE = 2 /* a rate without its decimals */
};

/* A figure on a line: "273 conns". One that is not known is left out. */
struct piece {
	const char *id;
	int keep;
	unsigned style, some; /* while it is 0; otherwise */
	unsigned flags;
	const char *one, *many; /* the words beside the number, for 1 and else; NULL: its title */
};

struct short_count {
	char text[8];
};

static struct short_count short_count(uint64_t n)
{
	struct short_count s;

	text_count(s.text, n);
	return s;
}

static struct short_count short_bytes(uint64_t n)
{
	struct short_count s;

	text_bytes(s.text, n);
	return s;
}

/* "273" */
static void piece_text(
	const struct piece *p, const struct figure_view *view, char buf[static FIGURE_TEXT_MAX])
{
	const struct figure *f = figure_find(p->id);

	if (p->flags & PIECE_WHOLE)
		text_count(buf, figure_number(f, view));
	else
		figure_text(f, view, buf);
}

static void add_piece(struct bar *b, const struct piece *p, const struct figure_view *view)
{
	const struct figure *f = figure_find(p->id);
	uint64_t n = figure_number(f, view);
	const char *many = p->many ? p->many : f->title;
	char text[FIGURE_TEXT_MAX];

	if (n == ABSENT || (!n && p->flags & PIECE_SOME))
		return;
	piece_text(p, view, text);
	bar_add(b, p->keep, n ? p->some : p->style, "%s %s", text,
		p->one && strcmp(text, "1") == 0 ? p->one : many);
}

static void add_pieces(
	struct bar *b, const struct piece *pieces, size_t n, const struct figure_view *view)
{
	for (size_t i = 0; i < n; i++)
		add_piece(b, &pieces[i], view);
}

/* "tp_btf/inet_sock_set_state iter/tcp" → "inet_sock_set_state iter/tcp": how a probe hangs on
 * its function matters to --doctor, not here. */
static void short_probes(char *buf, size_t cap, struct str probes)
{
	static const char *const kinds[] = {"tp_btf/", "fentry/", "kprobe/"};
	size_t n = 0;

	for (size_t i = 0; i < probes.n && n + 1 < cap;) {
		struct str rest = {probes.p + i, probes.n - i};
		size_t skip = 0;
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			if ((i == 0 || probes.p[i - 1] == ' ') &&
				str_starts(rest, str_of(kinds[k])))
				skip = strlen(kinds[k]);
		if (skip)
			i += skip;
		else
			buf[n++] = probes.p[i++];
	}
	buf[n] = '\0';
}

static void add_source(const struct model *m, struct bar *b)
{
	char probes[sizeof model_machine(m)->probes];

	short_probes(probes, sizeof probes, str_of(model_machine(m)->probes));
	if (!model_machine(m)->source[0])
		bar_add(b, 60, STYLE_DIM, "connections: not yet");
	else if (strcmp(model_machine(m)->source, "none") == 0)
		bar_add(b, 60, STYLE_WARN, "no connections: log only");
	else
		bar_add(b, 60, STYLE_PLAIN, "%s", model_machine(m)->source);
	if (probes[0])
		bar_add(b, 10, STYLE_DIM, "%s", probes);
}

static bool reads_no_log(const struct machine *machine)
{
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (!machine->logs[i].errors && !blind_is_log_bad(&machine->logs[i]))
			return false;
	return machine->log_count > 0;
}

/* A recording is of another day, and says so; live it is today. */
static void add_clock(const struct view *v, struct bar *b)
{
	char clock[16], zone[16], date[16];

	time_text(clock, "%H:%M:%S", v->m->now);
	time_text(zone, "%Z", v->m->now);
	time_text(date, "%Y-%m-%d", v->m->now);
	if (!v->replaying) {
		bar_add(b, 65, STYLE_PLAIN, "%s %s", clock, zone);
		return;
	}
	bar_add(b, 95, STYLE_BAR, " REPLAY %s%s ", clock,
		v->replay.state == REPLAY_ENDED ? " END" : "");
	bar_add(b, 46, STYLE_PLAIN, "%s %s", date, zone);
}

void header_draw(const struct view *v, struct area a)
{
	static const struct piece pieces[] = {
		{"conns", 90, STYLE_BOLD, STYLE_BOLD, 0, "conn", "conns"},
		{"half_open", 100, STYLE_PLAIN, STYLE_BAD, 0, NULL, NULL},
		{"syns_per_sec", 70, STYLE_PLAIN, STYLE_PLAIN, PIECE_WHOLE, NULL, NULL},
		{"ips", 80, STYLE_BOLD, STYLE_BOLD, 0, "IP", NULL},
	};
	struct figure_view view = figures_view(v->m, v->show_private);
	char span[16];
	struct bar b;

	bar_clear(&b);
	text_span(span, (uint64_t)(v->m->now - v->m->started) / USEC_PER_SEC);
	bar_add(&b, 40, STYLE_BOLD, "nethergaze");
	add_clock(v, &b);
	if (view.machine->name[0])
		bar_add(&b, 55, STYLE_PLAIN, "%.40s", view.machine->name);
	bar_add(&b, 45, STYLE_PLAIN, "watching %s", span);
	if (reads_no_log(view.machine))
		bar_add(&b, 85, STYLE_WARN, "no log");
	add_source(v->m, &b);
	add_pieces(&b, pieces, ARRAY_LEN(pieces), &view);
	bar_draw(&b, a, 0);
}

/* Trouble: what is missing or was lost, in plain words, the worst first. */

#define CUT_NAME 30 /* columns that a path or a note is cut to, before others go */

static void add_bad_logs(const struct machine *machine, struct bar *b)
{
	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		if (log->errors || !blind_is_log_bad(log))
			continue;
		bool why = log->state == LOG_UNREADABLE && log->note[0];
		bar_add(b, 92, STYLE_WARN, "log %s%s%.80s%s: %.160s", log_state_name(log->state),
			why ? " (" : "", why ? log->note : "", why ? ")" : "", log->name);
		bar_may_cut(b, CUT_NAME);
	}
}

/* Most lines, and not some odd one. */
static bool is_format_wrong(const struct model_sums *sums)
{
	return sums->log_rejected * 2 > sums->log_lines;
}

static void add_rejected(const struct model_sums *sums, struct bar *b)
{
	if (sums->log_rejected)
		bar_add(b, 80, STYLE_WARN, "%s of %s log line%s in no known format (i: which)",
			short_count(sums->log_rejected).text, short_count(sums->log_lines).text,
			sums->log_lines == 1 ? "" : "s");
}

static void add_losses(const struct view *v, const struct model_sums *sums, struct bar *b)
{
	const struct machine *machine = model_machine(v->m);

	if (machine->lost > machine->lost_ring) /* the rest is among the alerts */
		bar_add(b, 100, STYLE_BAD, "%s lost",
			short_count(machine->lost - machine->lost_ring).text);
	if (v->m->evicted)
		bar_add(b, 95, STYLE_BAD, "%s address%s dropped (table full)",
			short_count(v->m->evicted).text, v->m->evicted == 1 ? "" : "es");
	if (sums->log_lag >= LAG_NOTABLE)
		bar_add(b, 75, STYLE_WARN, "logs are %s ahead of what is shown",
			short_bytes(sums->log_lag).text);
	if (sums->log_skipped)
		bar_add(b, 60, STYLE_WARN, "%s of log skipped",
			short_bytes(sums->log_skipped).text);
}

int trouble_draw(const struct view *v, struct area a)
{
	struct model_sums sums = model_sum(v->m, v->show_private);
	struct bar b;

	bar_clear(&b);
	add_bad_logs(model_machine(v->m), &b);
	add_losses(v, &sums, &b);
	if (is_format_wrong(&sums))
		add_rejected(&sums, &b);
	bar_draw(&b, a, 0);
	return b.n > 0;
}

static void add_logs_to_know(const struct machine *machine, struct bar *b)
{
	const char *sample = NULL;

	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		if (log->errors)
			continue;
		if (log->buffered[0])
			bar_add(b, 40, STYLE_DIM,
				"log %.120s: buffered by the server, entries appear with a delay",
				log->name);
		if (log->rejected && log->sample[0])
			sample = log->sample;
	}
	if (sample)
		bar_add(b, BAR_CUT, STYLE_DIM, "e.g. %.100s", sample);
}

int remarks_draw(const struct view *v, struct area a)
{
	const struct machine *machine = model_machine(v->m);
	struct model_sums sums = model_sum(v->m, v->show_private);
	struct bar b;

	bar_clear(&b);
	if (!v->notice_seen && screen_notice()[0])
		bar_add(&b, 90, STYLE_WARN, "%s", screen_notice());
	if (machine->note[0]) {
		bar_add(&b, 50, STYLE_WARN, "%s: %s",
			machine->source[0] ? machine->source : "source", machine->note);
		bar_may_cut(&b, CUT_NAME);
	}
	if (!is_format_wrong(&sums))
		add_rejected(&sums, &b);
	add_logs_to_know(machine, &b);
	bar_draw(&b, a, 0);
	return b.n > 0;
}

/* Each word where it fits first, so that the gravest stand on top and no room is wasted. */
int alerts_draw(const struct view *v, struct area a)
{
	int used[WORD_LINES_MAX] = {0}, lines = a.h < WORD_LINES_MAX ? a.h : WORD_LINES_MAX, n = 0;
	struct alerts words;

	alerts_of(&words, v->m, v->show_private);
	for (size_t i = 0; i < words.n; i++) {
		struct str text = str_of(words.at[i].text);
		int y = 0, width = text_width(text);
		while (y < lines && used[y] && used[y] + width > a.w)
			y++;
		if (y == lines)
			continue;
		used[y] += WORD_GAP + screen_text(a, y, used[y],
					      words.at[i].bad ? STYLE_BAD : STYLE_WARN, text);
		n = y >= n ? y + 1 : n;
	}
	return n;
}

/* The heaviest by one column, "203.0.113.5 34/min", as long as it is not zero; `one` is the unit of
 * a single one. */
static void add_top(const struct view *v, struct bar *b, const char *id, int keep, const char *one,
	const char *unit)
{
	struct query q = {.sort = column_find(str_of(id)),
		.show_private = v->show_private,
		.filter = NULL,
		.limit = TOP_SHOWN};
	struct rows rows = {0};

	if (!q.sort || query_run(v->m, &q, &rows) < 0)
		return;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct host *h = model_host(v->m, rows.ids[i]);
		struct subject s = subject_of_host(h);
		struct cell cell = column_cell(q.sort, v->m, &s);
		char ip[ADDR_TEXT_MAX], value[16];
		if (cell.kind == CELL_NONE || column_key(q.sort, v->m, &s) == 0)
			break;
		cell_text(&cell, value, sizeof value);
		addr_format(&h->ip, ip);
		bar_add(b, keep - (int)i * 10, i == 0 ? STYLE_BOLD : STYLE_PLAIN, "%s %s%s", ip,
			value, strcmp(value, "1") == 0 ? one : unit);
	}
	rows_done(&rows);
}

void offenders_draw(const struct view *v, struct area a)
{
	static const struct piece pieces[] = {
		{"requests_per_sec", 100, STYLE_PLAIN, STYLE_PLAIN, 0, NULL, NULL},
		{"arrivals_per_sec", 75, STYLE_PLAIN, STYLE_PLAIN, 0, NULL, NULL},
	};
	struct figure_view view = figures_view(v->m, v->show_private);
	struct bar b;

	bar_clear(&b);
	add_pieces(&b, pieces, ARRAY_LEN(pieces), &view);
	add_top(v, &b, "rate", 80, "/min", "/min");
	add_top(v, &b, "conns", 85, " conn", " conns");
	bar_draw(&b, a, 0);
}

/* "273 conns (18 established)" */
static void add_conns(struct bar *b, const struct figure_view *view)
{
	uint64_t conns = figure_number(figure_find("conns"), view);
	uint64_t established = figure_number(figure_find("established"), view);

	if (conns != ABSENT && established != ABSENT)
		bar_add(b, 80, STYLE_PLAIN, "%s conn%s (%s established)", short_count(conns).text,
			conns == 1 ? "" : "s", short_count(established).text);
}

/* That a mark was made is said for a while. */
static void add_mark(const struct view *v, struct bar *b)
{
	const struct model_mark *mark = &model_machine(v->m)->mark;
	char clock[9];

	if (!mark->at || v->m->now - mark->at > MARK_SAID)
		return;
	clock_text(clock, mark->at);
	bar_add(b, 99, STYLE_BAR, " mark at %s%s%s ", clock, mark->name[0] ? ": " : "", mark->name);
}

static void add_private(const struct view *v, struct bar *b)
{
	uint64_t hidden = model_machine(v->m)->totals[1].ips;

	if (v->show_private)
		bar_add(b, 40, STYLE_DIM, "private shown");
	else if (hidden)
		bar_add(b, 72, STYLE_DIM, "%s private hidden", short_count(hidden).text);
}

void stats_draw(const struct view *v, struct area a)
{
	static const struct piece pieces[] = {
		{"ips", 50, STYLE_PLAIN, STYLE_PLAIN, 0, "IP", NULL},
		{"requests_per_min", 75, STYLE_PLAIN, STYLE_PLAIN, 0, NULL, NULL},
		{"requests", 70, STYLE_PLAIN, STYLE_PLAIN, 0, "request", NULL},
		{"bytes", 65, STYLE_PLAIN, STYLE_PLAIN, 0, NULL, NULL},
		{"auth_failed", 58, STYLE_DIM, STYLE_WARN, 0, NULL, NULL},
		{"unaddressed", 55, STYLE_WARN, STYLE_WARN, PIECE_SOME, NULL, NULL},
		{"log_rejected", 60, STYLE_WARN, STYLE_WARN, PIECE_SOME, "line rejected", NULL},
		{"lost", 90, STYLE_BAD, STYLE_BAD, PIECE_SOME, NULL, NULL},
	};
	struct figure_view view = figures_view(v->m, v->show_private);
	struct bar b;

	bar_clear(&b);
	if (v->filter.count) {
		struct str text = text_cut(str_of(v->filter.text), a.w * 2 / 3);
		bar_add(&b, 100, STYLE_BAR, " filter: %.*s%s (%u match%s) ", STR_FMT(text),
			text.n < strlen(v->filter.text) ? "..." : "", v->matched,
			v->matched == 1 ? "" : "es");
	}
	add_mark(v, &b);
	add_conns(&b, &view);
	add_pieces(&b, pieces, ARRAY_LEN(pieces), &view);
	add_private(v, &b);
	bar_draw(&b, a, 0);
}

void footer_draw(const struct view *v, struct area a)
{
	unsigned where = nav_where(v);
	struct bar b;

	bar_clear(&b);
	if (v->said.text[0]) {
		bar_add(&b, 100, v->said.bad ? STYLE_WARN : STYLE_BOLD, "%s", v->said.text);
		bar_draw(&b, a, 0);
		return;
	}
	for (int i = 0; i < ACTIONS; i++) {
		char key[KEY_NAME_MAX];
		if (!(actions[i].where & where) || !actions[i].note)
			continue;
		bindings_names(&v->bindings, (enum action)i, where, 1, key, sizeof key);
		if (key[0])
			bar_add(&b, ACTIONS - i, STYLE_DIM, "%s %s", key, actions[i].note);
	}
	bar_draw(&b, a, 0);
}
