// SPDX-License-Identifier: MIT
#include "output/top.h"

#include "base/num.h"
#include "event/json_write.h"

#define STATUS_MAX 1000 /* three digits */

static void open_record(
	struct jsonw *w, const struct model *m, const char *of, struct str key, bool first)
{
	ndjson_open(w, m, "top", first);
	jsonw_key(w, "of");
	jsonw_str(w, str_of(of));
	jsonw_key(w, "key");
	jsonw_str(w, key);
}

static void put_double(struct jsonw *w, const char *key, double value)
{
	jsonw_key(w, key);
	jsonw_double(w, value);
}

static void put_count(struct jsonw *w, const char *key, uint64_t n)
{
	jsonw_key(w, key);
	jsonw_u64(w, n);
}

static void put_five(struct jsonw *w, const struct model *m, const struct herd *h)
{
	struct herd_five five;

	herd_five(h, m->now, &five);
	put_count(w, "five_min", five.requests);
	put_count(w, "five_min_sources", (uint64_t)(five.sources + 0.5));
	put_count(w, "five_min_4xx", five.client_errors);
	put_count(w, "five_min_5xx", five.server_errors);
}

static void put_herd(struct jsonw *w, const struct model *m, const struct herds *t,
	const struct herd *h, const char *of, bool first)
{
	struct herd_recent recent;

	herd_recent(h, m->now, &recent);
	open_record(w, m, of, herd_text(h), first);
	put_double(w, "per_min", window_sum(&h->rate, m->now, WINDOW_SPAN));
	put_count(w, "sources", (uint64_t)(recent.sources + 0.5));
	put_count(w, "failed", recent.failed);
	put_double(w, "loners", recent.loners);
	put_double(w, "growth", herd_growth(t, h, m->now));
	put_five(w, m, h);
	json_close_record(w);
}

uint32_t top_herds(struct jsonw *w, const struct model *m, const struct herds *t,
	enum herd_kind kind, bool first)
{
	static const char *const names[HERD_KINDS] = {[HERD_PATHS] = "path",
		[HERD_AGENTS] = "agent",
		[HERD_REFERERS] = "referer",
		[HERD_VHOSTS] = "vhost"};
	const struct herd *top[TOP_RECORDS];
	uint32_t n = t ? (uint32_t)herds_top(t, m->now, WINDOW_SPAN, top, TOP_RECORDS) : 0;

	for (uint32_t i = 0; i < n; i++)
		put_herd(w, m, t, top[i], names[kind], first && i == 0);
	return n;
}

/* Counts by code in the last minute, of what the journal still has. Returns by how much to multiply
 * when it does not reach back a minute. */
static double count_statuses(const struct model *m, uint32_t counts[static STATUS_MAX])
{
	const struct journal *j = &m->journal;
	usec_t oldest = m->now;
	const struct journal_entry *e = journal_at(j, j->newest);
	uint64_t before = j->newest;

	for (; e && m->now - e->ts < 2 * WINDOW_SPAN; e = journal_at(j, before)) {
		before = e->before;
		if (e->ts < oldest)
			oldest = e->ts;
		if (journal_is_request(e) && m->now - e->ts < WINDOW_SPAN && e->status < STATUS_MAX)
			counts[e->status]++;
	}
	usec_t seen = m->now - oldest;
	bool is_cut = !e && before; /* what came before has been overwritten */
	return is_cut && seen > 0 && seen < WINDOW_SPAN ? (double)WINDOW_SPAN / (double)seen : 1;
}

static uint32_t most_of(const uint32_t counts[static STATUS_MAX])
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < STATUS_MAX; i++)
		if (counts[i] > (best ? counts[best] : 0))
			best = i;
	return best;
}

static void put_port(struct jsonw *w, const struct model *m, const struct ports *t,
	const struct port *port, bool first)
{
	struct port_five five;
	char text[20];

	port_five(port, m->now, &five);
	open_record(w, m, "port", (struct str){text, num_put(text, port->now.port)}, first);
	put_double(w, "per_min", ports_per_minute(t, five.n[PORT_REQUESTS], m->now));
	put_count(w, "open", port->now.open);
	put_count(w, "half_open", port->now.half_open);
	put_count(w, "five_min", five.n[PORT_REQUESTS]);
	put_count(w, "five_min_handshakes", five.n[PORT_HANDSHAKES]);
	put_count(w, "five_min_sources", (uint64_t)(five.sources + 0.5));
	json_close_record(w);
}

uint32_t top_ports(struct jsonw *w, const struct model *m, const struct ports *t, bool first)
{
	const struct port *top[TOP_RECORDS];
	uint32_t n = t ? (uint32_t)ports_top(t, m->now, top, TOP_RECORDS) : 0;

	for (uint32_t i = 0; i < n; i++)
		put_port(w, m, t, top[i], first && i == 0);
	return n;
}

uint32_t top_statuses(struct jsonw *w, const struct model *m, bool first)
{
	uint32_t counts[STATUS_MAX] = {0}, n = 0, status;
	double times = count_statuses(m, counts);

	while (n < TOP_RECORDS && (status = most_of(counts)) != 0) {
		char text[20];
		open_record(
			w, m, "status", (struct str){text, num_put(text, status)}, first && n == 0);
		put_double(w, "per_min", counts[status] * times);
		json_close_record(w);
		counts[status] = 0;
		n++;
	}
	return n;
}
