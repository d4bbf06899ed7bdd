// SPDX-License-Identifier: MIT
#include "output/ndjson.h"

static void put_words(struct jsonw *w, struct str words)
{
	jsonw_open(w, '[');
	for (size_t at = 0; at < words.n;) {
		const char *space = memchr(words.p + at, ' ', words.n - at);
		size_t end = space ? (size_t)(space - words.p) : words.n;
		if (end > at)
			jsonw_str(w, (struct str){words.p + at, end - at});
		at = end + 1;
	}
	jsonw_close(w, ']');
}

static void put_addr(struct jsonw *w, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	jsonw_str(w, (struct str){buf, addr_format(a, buf)});
}

static void put_prefix(struct jsonw *w, const char *key, const struct prefix *p)
{
	char buf[PREFIX_TEXT_MAX];

	jsonw_key(w, key);
	jsonw_str(w, (struct str){buf, prefix_format(p, buf)});
}

static void put_name(struct jsonw *w, const char *key, const char *name)
{
	if (!name)
		return;
	jsonw_key(w, key);
	jsonw_str(w, str_of(name));
}

static void put_number(struct jsonw *w, const char *key, uint64_t v, uint64_t absent)
{
	if (v == absent)
		return;
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

static void put_text(struct jsonw *w, const struct event_field *f, struct str s)
{
	if (!s.p)
		return;
	jsonw_key(w, f->name);
	if (f->type == FIELD_WORDS)
		put_words(w, s);
	else
		jsonw_str(w, s);
}

static void put_field(struct jsonw *w, const struct event *event, const struct event_field *f)
{
	const void *at = (const char *)event + f->offset;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
		put_text(w, f, *(const struct str *)at);
		break;
	case FIELD_ADDR:
		if (!addr_is_unset(at)) {
			jsonw_key(w, f->name);
			put_addr(w, at);
		}
		break;
	case FIELD_PREFIX:
		put_prefix(w, f->name, at);
		break;
	case FIELD_U16:
		put_number(w, f->name, *(const uint16_t *)at, ABSENT);
		break;
	case FIELD_U32:
		put_number(w, f->name, *(const uint32_t *)at, 0);
		break;
	case FIELD_U64:
		put_number(w, f->name, *(const uint64_t *)at, ABSENT);
		break;
	case FIELD_USEC:
		if (*(const usec_t *)at) {
			jsonw_key(w, f->name);
			jsonw_usec(w, *(const usec_t *)at);
		}
		break;
	case FIELD_FLAG:
		if (!*(const uint8_t *)at)
			break;
		/* fall through */
	case FIELD_BOOL:
		jsonw_key(w, f->name);
		jsonw_bool(w, *(const uint8_t *)at);
		break;
	case FIELD_TCP:
		put_name(w, f->name, tcp_state_name(*(const uint8_t *)at));
		break;
	case FIELD_DIR:
		put_name(w, f->name, direction_name(*(const uint8_t *)at));
		break;
	case FIELD_LOG_STATE:
		put_name(w, f->name, log_state_name(*(const uint8_t *)at));
		break;
	case FIELD_AUTH:
		put_name(w, f->name, auth_outcome_name(*(const uint8_t *)at));
		break;
	}
}

static void open_record(struct jsonw *w, const char *kind)
{
	jsonw_open(w, '{');
	jsonw_key(w, "t");
	jsonw_str(w, str_of(kind));
}

static void close_record(struct jsonw *w)
{
	jsonw_close(w, '}');
	jsonw_newline(w);
}

void ndjson_event(struct jsonw *w, const struct event *event)
{
	const struct event_kind_info *kind = &event_kinds[event->kind];

	if (!kind->name)
		return;
	open_record(w, kind->name);
	jsonw_key(w, "ts");
	jsonw_usec(w, event->ts);
	for (size_t i = 0; i < kind->count; i++)
		put_field(w, event, &kind->fields[i]);
	close_record(w);
}

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
	if (cell->kind == CELL_NONE || cell->kind == CELL_MOOT)
		return;
	jsonw_key(w, key);
	switch (cell->kind) {
	case CELL_NONE:
	case CELL_MOOT:
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
		put_addr(w, cell->addr);
		break;
	case CELL_MAP:
		put_map(w, cell);
		break;
	}
}

void ndjson_host(struct jsonw *w, const struct model *m, const struct host *h)
{
	open_record(w, "host");
	for (size_t i = 0; i < column_count; i++) {
		if (!columns[i].json)
			continue;
		struct cell cell = columns[i].cell(m, h);
		put_cell(w, columns[i].id, &cell);
	}
	close_record(w);
}

void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private)
{
	struct model_sums s = model_sum(m, show_private);
	bool known = model_knows_conns(m);

	open_record(w, "summary");
	if (m->source[0]) {
		jsonw_key(w, "source");
		jsonw_str(w, str_of(m->source));
		jsonw_key(w, "probes");
		put_words(w, str_of(m->probes));
	}
	put_number(w, "conns", known ? s.conns : ABSENT, ABSENT);
	put_number(w, "half_open", known ? s.half_open : ABSENT, ABSENT);
	put_number(w, "syns", model_knows_syns(m) ? s.syns : ABSENT, ABSENT);
	put_number(w, "handshakes", model_knows_handshakes(m) ? s.handshakes : ABSENT, ABSENT);
	put_number(w, "ips", s.ips, ABSENT);
	put_number(w, "requests", s.requests, ABSENT);
	put_number(w, "auth_failed", model_knows_logins(m) ? s.auth_failed : ABSENT, ABSENT);
	put_number(w, "auth_accepted", model_knows_logins(m) ? s.auth_accepted : ABSENT, ABSENT);
	put_number(w, "log_lines", s.log_lines, ABSENT);
	put_number(w, "log_rejected", s.log_rejected, ABSENT);
	put_number(w, "log_ignored", s.log_ignored, ABSENT);
	put_number(w, "cookies_sent", m->weather.totals.cookies_sent, ABSENT);
	put_number(w, "listen_overflows", m->weather.totals.listen_overflows, ABSENT);
	put_number(w, "listen_drops", m->weather.totals.listen_drops, ABSENT);
	put_number(w, "lost", m->lost, ABSENT);
	put_number(w, "missed", m->missed, 0);
	put_number(w, "evicted", m->evicted, 0);
	if (m->note[0]) {
		jsonw_key(w, "note");
		jsonw_str(w, str_of(m->note));
	}
	close_record(w);
}
