// SPDX-License-Identifier: MIT
#include "output/ndjson.h"

#include "event/json_write.h"
#include "model/claims.h"
#include "model/figures.h"

#include <math.h>

#define SUMMARY_FLAGS_MAX 256 /* looked at for their names, the gravest first */

/* Left out when it is empty. */
static void put_text(struct jsonw *w, const char *key, const char *text)
{
	if (!text[0])
		return;
	jsonw_key(w, key);
	jsonw_str(w, str_of(text));
}

/* Left out when there is none. */
static void put_time(struct jsonw *w, const char *key, usec_t t)
{
	if (!t)
		return;
	jsonw_key(w, key);
	jsonw_usec(w, t);
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

static void put_ports(struct jsonw *w, const struct cell *cell)
{
	jsonw_open(w, '[');
	for (size_t i = 0; i < cell->port_n && i < CELL_PORTS_MAX; i++)
		jsonw_u64(w, cell->ports[i]);
	jsonw_close(w, ']');
}

static void put_names(struct jsonw *w, const struct cell *cell)
{
	jsonw_open(w, '[');
	for (size_t i = 0; i < cell->n; i++)
		jsonw_str(w, str_of(cell->map[i].name));
	jsonw_close(w, ']');
}

/* A record for each; of a network of which a part is blocked none but that. */
static void put_blockers(struct jsonw *w, const struct block *block)
{
	jsonw_open(w, '[');
	if (!block) {
		jsonw_open(w, '{');
		jsonw_key(w, "part");
		jsonw_bool(w, true);
		jsonw_close(w, '}');
	}
	for (uint32_t i = 0; block && i < block->n; i++) {
		const struct blocker *by = &block->by[i];
		jsonw_open(w, '{');
		jsonw_key(w, "net");
		json_put_prefix(w, &block->item.prefix);
		put_text(w, "way", by->way);
		put_text(w, "by", by->by);
		if (by->ours) {
			jsonw_key(w, "ours");
			jsonw_bool(w, true);
		}
		json_put_number(w, "packets", by->packets, ABSENT);
		put_time(w, "since", by->since);
		put_time(w, "until", by->until);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void put_cell(struct jsonw *w, const char *key, const struct cell *cell)
{
	if (cell->kind == CELL_NONE || cell->kind == CELL_NOT_APPLICABLE ||
		cell->kind == CELL_PULSE)
		return;
	jsonw_key(w, key);
	switch (cell->kind) {
	case CELL_NONE:
	case CELL_NOT_APPLICABLE:
	case CELL_PULSE:
		break;
	case CELL_ASN:
	case CELL_COUNT:
	case CELL_TIMES:
	case CELL_BYTES:
	case CELL_SPAN:
	case CELL_MICROS:
		jsonw_u64(w, cell->u);
		break;
	case CELL_RATE:
	case CELL_SHARE:
	case CELL_PERCENT:
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
	case CELL_PREFIX:
		json_put_prefix(w, cell->prefix);
		break;
	case CELL_CLAIM:
		jsonw_str(w, str_of(cell->claim->name));
		break;
	case CELL_PORTS:
		put_ports(w, cell);
		break;
	case CELL_BLOCK:
		put_blockers(w, cell->block);
		break;
	case CELL_MEMBERS:
	case CELL_NAMES:
		put_names(w, cell);
		break;
	case CELL_MAP:
		put_map(w, cell);
		break;
	}
}

void ndjson_open(struct jsonw *w, const struct model *m, const char *kind, bool first)
{
	json_open_record(w, kind);
	if (first)
		json_put_number(w, "schema", EVENT_SCHEMA, 0);
	jsonw_key(w, "ts");
	jsonw_usec(w, m->now);
	put_text(w, "machine", model_machine(m)->name);
}

static void put_columns(struct jsonw *w, const struct model *m, const struct subject *s)
{
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		bool named = c->tone == TONE_NAME && !s->host; /* by "who" */
		if (!c->json || named || !column_speaks_of(c, s->by))
			continue;
		struct cell cell = column_cell(c, m, s);
		put_cell(w, c->id, &cell);
	}
}

void ndjson_row(struct jsonw *w, const struct model *m, const struct subject *s, bool first)
{
	char who[SUBJECT_NAME_MAX];

	ndjson_open(w, m, s->host ? "host" : "group", first);
	if (!s->host) {
		jsonw_key(w, "by");
		jsonw_str(w, str_of(group_name(s->by)));
		jsonw_key(w, "who");
		jsonw_str(w, (struct str){who, subject_name(m, s, who)});
	}
	put_columns(w, m, s);
	json_close_record(w);
}

static void put_string(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static void put_rate(struct jsonw *w, const char *key, double per_second)
{
	jsonw_key(w, key);
	jsonw_double(w, round(per_second * 600) / 10);
}

void ndjson_since(struct jsonw *w, const struct model *m, const struct mark *mark,
	enum change_of of, const struct change *c, bool first)
{
	ndjson_open(w, m, "since", first);
	jsonw_key(w, "mark");
	jsonw_usec(w, mark->at);
	put_text(w, "name", mark->name);
	put_string(w, "of", str_of(change_of_name(of)));
	jsonw_key(w, "key");
	if (of == CHANGE_NETWORKS)
		json_put_prefix(w, &c->prefix);
	else
		jsonw_str(w, change_text(c));
	put_string(w, "change", str_of(change_what_name((enum change_what)c->what)));
	put_rate(w, "per_min", c->now);
	put_rate(w, "per_min_then", c->then);
	if (c->at_most) {
		jsonw_key(w, "at_most"); /* per_min_then */
		jsonw_bool(w, true);
	}
	if (of == CHANGE_NETWORKS) {
		json_put_number(w, "conns", c->conns, ABSENT);
		json_put_number(w, "conns_then", c->conns_then, ABSENT);
	}
	json_put_number(w, "sources", (uint64_t)(c->sources + 0.5), 0);
	json_close_record(w);
}

/* Ports whose connections end at a relay: the log behind names the gateway. */
static void put_relays(struct jsonw *w, const struct relays *relays)
{
	if (!relays->n)
		return;
	jsonw_key(w, "relays");
	jsonw_open(w, '[');
	for (uint32_t i = 0; i < relays->n; i++) {
		const struct relay *relay = &relays->at[i];
		jsonw_open(w, '{');
		json_put_number(w, "port", relay->lport, ABSENT);
		json_put_number(w, "ns", relay->ns, 0);
		put_text(w, "by", relay->kind->name);
		if (!addr_is_unset(&relay->gateway)) {
			jsonw_key(w, "gateway");
			json_put_addr(w, &relay->gateway);
		}
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* Addresses that the machine puts in the place of its clients'. */
static void put_nats(struct jsonw *w, const struct nats *nats)
{
	if (!nats->n)
		return;
	jsonw_key(w, "rewrites");
	jsonw_open(w, '[');
	for (uint32_t i = 0; i < nats->n; i++) {
		jsonw_open(w, '{');
		jsonw_key(w, "ip");
		json_put_addr(w, &nats->at[i].ip);
		json_put_number(w, "named", nats->at[i].named, ABSENT);
		json_put_number(w, "unnamed", nats->at[i].unnamed, ABSENT);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* One of the first n has its name. */
static bool is_among(const struct flag *const *flags, size_t n, const struct flag *flag)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(str_of(flags[i]->name), str_of(flag->name)))
			return true;
	return false;
}

/* What was judged: the verdict, the flags that hold, and those that cannot be judged. */
static void put_judgement(struct jsonw *w, const struct model *m)
{
	const struct verdict *v = &model_machine(m)->verdict;
	const struct flag *flags[SUMMARY_FLAGS_MAX];
	size_t n = flags_top(&m->flags, flags, SUMMARY_FLAGS_MAX);

	put_text(w, "verdict", v->text);
	if (n) {
		jsonw_key(w, "flags");
		jsonw_open(w, '[');
		for (size_t i = 0; i < n; i++)
			if (!is_among(flags, i, flags[i]))
				jsonw_str(w, str_of(flags[i]->name));
		jsonw_close(w, ']');
	}
	if (v->held[0]) {
		jsonw_key(w, "held");
		json_put_lines(w, str_of(v->held));
	}
}

void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private, bool first)
{
	struct figure_view view = figures_view(m, show_private);

	ndjson_open(w, m, "summary", first);
	if (view.machine->source[0]) {
		put_text(w, "source", view.machine->source);
		jsonw_key(w, "probes");
		json_put_words(w, str_of(view.machine->probes));
	}
	for (size_t i = 0; i < figure_count; i++)
		if (figures[i].flags & FIGURE_SUMMARY)
			json_put_number(w, figures[i].id, figure_number(&figures[i], &view),
				figures[i].flags & FIGURE_ZERO_ABSENT ? 0 : ABSENT);
	put_text(w, "interface", view.machine->traffic.name);
	put_text(w, "note", view.machine->note);
	put_relays(w, &view.machine->relays);
	put_nats(w, &view.machine->nats);
	put_judgement(w, m);
	json_close_record(w);
}
