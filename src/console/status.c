// SPDX-License-Identifier: MIT
#include "console/status.h"

#include "console/bar.h"
#include "console/entry.h"
#include "console/nav.h"

#include "base/text.h"
#include "model/alerts.h"
#include "model/sums.h"

#include <inttypes.h>
#include <stdio.h>

#define TOP_SHOWN 3
#define WORD_GAP  2

#define WORD_LINES_MAX 3

#define LAG_NOTABLE (1u << 20) /* bytes of log: less is read within two polls */

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

void header_draw(const struct view *v, struct area a)
{
	const struct model *m = v->m;
	struct model_sums sums = model_sum(m, v->show_private);
	char up[16], clock[9];
	struct bar b;

	bar_clear(&b);
	text_span(up, (uint64_t)(m->now - m->started) / USEC_PER_SEC);
	clock_text(clock, m->now);
	bar_add(&b, 50, STYLE_BOLD, "nethergaze");
	if (v->replaying)
		bar_add(&b, 95, STYLE_BAR, " REPLAY %s ", clock);
	if (model_machine(m)->name[0])
		bar_add(&b, 55, STYLE_PLAIN, "%.40s", model_machine(m)->name);
	bar_add(&b, 45, STYLE_PLAIN, "up %s", up);
	add_source(m, &b);
	bar_add(&b, 90, STYLE_BOLD, "%s conns", short_count(sums.conns).text);
	bar_add(&b, 100, sums.half_open ? STYLE_BAD : STYLE_PLAIN, "%s half-open",
		short_count(sums.half_open).text);
	if (model_knows_syns(m))
		bar_add(&b, 70, STYLE_PLAIN, "%s SYN/s",
			short_count((uint64_t)(sums.syns_per_sec + 0.5)).text);
	bar_add(&b, 80, STYLE_BOLD, "%s IPs", short_count(sums.ips).text);
	bar_draw(&b, a, 0);
}

/* Trouble: what is missing or was lost, in plain words, the worst first. */

static void add_log_trouble(const struct model_log *log, struct bar *b)
{
	const char *note = log->note[0] ? log->note : log_state_name(log->state);

	if (log->state == LOG_MISSING || log->state == LOG_DENIED || log->state == LOG_UNREADABLE)
		bar_add(b, 70, STYLE_WARN, "log %.120s: %s", log->name, note);
	else if (log->buffered[0])
		bar_add(b, 40, STYLE_DIM, "log %.120s: buffered by the server, comes late",
			log->name);
}

static void add_trouble(const struct view *v, struct bar *b)
{
	const struct model *m = v->m;
	struct model_sums sums = model_sum(m, v->show_private);
	const char *sample = NULL;

	if (model_machine(m)->lost > model_machine(m)->lost_ring) /* the rest is said in words */
		bar_add(b, 100, STYLE_BAD, "%s lost",
			short_count(model_machine(m)->lost - model_machine(m)->lost_ring).text);
	if (m->evicted)
		bar_add(b, 95, STYLE_BAD, "%s addresses dropped (table full)",
			short_count(m->evicted).text);
	if (model_machine(m)->note[0])
		bar_add(b, 90, STYLE_WARN, "%s: %s",
			model_machine(m)->source[0] ? model_machine(m)->source : "source",
			model_machine(m)->note);
	for (uint32_t i = 0; i < model_machine(m)->log_count; i++) {
		add_log_trouble(&model_machine(m)->logs[i], b);
		if (model_machine(m)->logs[i].rejected && model_machine(m)->logs[i].sample[0])
			sample = model_machine(m)->logs[i].sample;
	}
	if (sums.log_rejected)
		bar_add(b, 80, STYLE_WARN, "%s of %s log lines in no known format (i: which)",
			short_count(sums.log_rejected).text, short_count(sums.log_lines).text);
	if (sums.log_lag >= LAG_NOTABLE)
		bar_add(b, 75, STYLE_WARN, "logs are %s ahead of what is shown",
			short_bytes(sums.log_lag).text);
	if (sums.log_skipped)
		bar_add(b, 60, STYLE_WARN, "%s of log skipped", short_bytes(sums.log_skipped).text);
	if (sample)
		bar_add(b, BAR_CUT, STYLE_DIM, "e.g. %.100s", sample);
}

int trouble_draw(const struct view *v, struct area a)
{
	struct bar b;

	bar_clear(&b);
	add_trouble(v, &b);
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

/* The heaviest by one column, "203.0.113.5 34/min", as long as it is not zero. */
static void add_top(const struct view *v, struct bar *b, const char *id, int keep, const char *unit)
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
			value, unit);
	}
	rows_done(&rows);
}

void offenders_draw(const struct view *v, struct area a)
{
	struct model_sums sums = model_sum(v->m, v->show_private);
	struct bar b;

	bar_clear(&b);
	bar_add(&b, 100, STYLE_PLAIN, "%.1f req/s", sums.requests_per_sec);
	bar_add(&b, 75, STYLE_PLAIN, "%.1f new IPs/s", sums.arrivals_per_sec);
	add_top(v, &b, "rate", 80, "/min");
	add_top(v, &b, "conns", 85, " conns");
	bar_draw(&b, a, 0);
}

void stats_draw(const struct view *v, struct area a)
{
	const struct model *m = v->m;
	struct model_sums sums = model_sum(m, v->show_private);
	struct bar b;

	bar_clear(&b);
	if (v->filter.count)
		bar_add(&b, 100, STYLE_BAR, " filter: %s (%u match) ", v->filter.text, v->matched);
	bar_add(&b, 80, STYLE_PLAIN, "%s conns (%s established)", short_count(sums.conns).text,
		short_count(sums.established).text);
	bar_add(&b, 50, STYLE_PLAIN, "%s IPs", short_count(sums.ips).text);
	bar_add(&b, 75, STYLE_PLAIN, "%s req/min",
		short_count((uint64_t)(sums.requests_per_min + 0.5)).text);
	bar_add(&b, 70, STYLE_PLAIN, "%s requests", short_count(sums.requests).text);
	bar_add(&b, 65, STYLE_PLAIN, "%s sent", short_bytes(sums.bytes).text);
	if (model_knows_logins(m))
		bar_add(&b, 58, sums.auth_failed ? STYLE_WARN : STYLE_DIM, "%s SSH failed",
			short_count(sums.auth_failed).text);
	if (model_machine(m)->unaddressed)
		bar_add(&b, 55, STYLE_WARN, "%s without address",
			short_count(model_machine(m)->unaddressed).text);
	if (sums.log_rejected)
		bar_add(&b, 60, STYLE_WARN, "%s lines rejected",
			short_count(sums.log_rejected).text);
	if (model_machine(m)->lost)
		bar_add(&b, 90, STYLE_BAD, "%s lost", short_count(model_machine(m)->lost).text);
	if (v->show_private)
		bar_add(&b, 40, STYLE_DIM, "private shown");
	else if (model_machine(m)->totals[1].ips)
		bar_add(&b, 72, STYLE_DIM, "%s private hidden",
			short_count(model_machine(m)->totals[1].ips).text);
	bar_draw(&b, a, 0);
}

void footer_draw(const struct view *v, struct area a)
{
	unsigned where = nav_where(v);
	struct bar b;

	bar_clear(&b);
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
