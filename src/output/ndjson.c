// SPDX-License-Identifier: MIT
#include "output/ndjson.h"

#include "event/json_write.h"

static void put_map(struct jsonw *w, const struct cell *cell)
{
	jsonw_open(w, '{');
	for (size_t i = 0; i < cell->n; i++) {
		jsonw_key(w, cell->map[i].name);
		jsonw_u64(w, cell->map[i].count);
	}
	jsonw_close(w, '}');
}

static void put_cell(struct jsonw *w, const char *key, const struct cell *cell)
{
	if (cell->kind == CELL_NONE || cell->kind == CELL_NOT_APPLICABLE)
		return;
	jsonw_key(w, key);
	switch (cell->kind) {
	case CELL_NONE:
	case CELL_NOT_APPLICABLE:
		break;
	case CELL_COUNT:
	case CELL_BYTES:
	case CELL_SPAN:
	case CELL_MICROS:
		jsonw_u64(w, cell->u);
		break;
	case CELL_RATE:
	case CELL_SHARE:
		jsonw_double(w, cell->d);
		break;
	case CELL_TIME:
		jsonw_usec(w, cell->t);
		break;
	case CELL_TEXT:
		jsonw_str(w, cell->text);
		break;
	case CELL_ADDR:
		json_put_addr(w, cell->addr);
		break;
	case CELL_MAP:
		put_map(w, cell);
		break;
	}
}

void ndjson_host(struct jsonw *w, const struct model *m, const struct host *h)
{
	json_open_record(w, "host");
	for (size_t i = 0; i < column_count; i++) {
		if (!columns[i].json)
			continue;
		struct cell cell = columns[i].cell(m, h);
		put_cell(w, columns[i].id, &cell);
	}
	json_close_record(w);
}

void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private)
{
	struct model_sums s = model_sum(m, show_private);
	bool known = model_knows_conns(m);

	json_open_record(w, "summary");
	if (m->source[0]) {
		jsonw_key(w, "source");
		jsonw_str(w, str_of(m->source));
		jsonw_key(w, "probes");
		json_put_words(w, str_of(m->probes));
	}
	json_put_number(w, "conns", known ? s.conns : ABSENT, ABSENT);
	json_put_number(w, "half_open", known ? s.half_open : ABSENT, ABSENT);
	json_put_number(w, "syns", model_knows_syns(m) ? s.syns : ABSENT, ABSENT);
	json_put_number(w, "handshakes", model_knows_handshakes(m) ? s.handshakes : ABSENT, ABSENT);
	json_put_number(w, "ips", s.ips, ABSENT);
	json_put_number(w, "requests", s.requests, ABSENT);
	json_put_number(w, "auth_failed", model_knows_logins(m) ? s.auth_failed : ABSENT, ABSENT);
	json_put_number(
		w, "auth_accepted", model_knows_logins(m) ? s.auth_accepted : ABSENT, ABSENT);
	json_put_number(w, "log_lines", s.log_lines, ABSENT);
	json_put_number(w, "log_rejected", s.log_rejected, ABSENT);
	json_put_number(w, "log_ignored", s.log_ignored, ABSENT);
	json_put_number(w, "cookies_sent", m->tcp_stats.totals.cookies_sent, ABSENT);
	json_put_number(w, "listen_overflows", m->tcp_stats.totals.listen_overflows, ABSENT);
	json_put_number(w, "listen_drops", m->tcp_stats.totals.listen_drops, ABSENT);
	json_put_number(w, "lost", m->lost, ABSENT);
	json_put_number(w, "missed", m->missed, 0);
	json_put_number(w, "evicted", m->evicted, 0);
	if (m->note[0]) {
		jsonw_key(w, "note");
		jsonw_str(w, str_of(m->note));
	}
	json_close_record(w);
}
