// SPDX-License-Identifier: MIT
/* What became of who knocked, what was done about it, and what can be done. */
#include "output/report_parts.h"

#include <inttypes.h>

#define WAYS_MAX 16 /* to block one network */

/* The ledger. */

enum {
	LEDGER_WHO,
	LEDGER_SYNS,
	LEDGER_HANDSHAKES,
	LEDGER_IN,
	LEDGER_OUT,
	LEDGER_REQUESTS,
	LEDGER_EACH,
	LEDGER_COLUMNS
};

static const struct report_column ledger_columns[] = {{"who", "who"}, {"syns", "SYNs"},
	{"handshakes", "handshakes"}, {"bytes_in", "bytes in"}, {"bytes_out", "bytes out"},
	{"requests", "requests"}, {"per_handshake", "requests a handshake"}};

struct ledger_line {
	uint64_t syns, handshakes, rx, tx, requests;
};

static bool has_access_log(const struct machine *machine)
{
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (model_log_has_requests(&machine->logs[i]))
			return true;
	return machine->totals[0].log.requests + machine->totals[1].log.requests > 0;
}

static struct ledger_line line_of(
	const struct model *m, const struct tcp_tally *tcp, uint64_t syns, uint64_t requests)
{
	return (struct ledger_line){
		.syns = model_knows_syns(m) ? syns : ABSENT,
		.handshakes = model_knows_handshakes(m) ? tcp->handshakes : ABSENT,
		.rx = tcp->rx,
		.tx = tcp->tx,
		.requests = requests || has_access_log(model_machine(m)) ? requests : ABSENT,
	};
}

static void put_line(struct report_work *w, struct report_table *t, struct report_value who,
	struct ledger_line line)
{
	struct report_value *row = report_row(&w->b, t);

	if (!row)
		return;
	row[LEDGER_WHO] = who;
	row[LEDGER_SYNS] = report_count(line.syns);
	row[LEDGER_HANDSHAKES] = report_count(line.handshakes);
	row[LEDGER_IN] = report_bytes(line.rx);
	row[LEDGER_OUT] = report_bytes(line.tx);
	row[LEDGER_REQUESTS] = report_count(line.requests);
	if (line.handshakes && line.handshakes != ABSENT && line.requests != ABSENT)
		row[LEDGER_EACH] = report_ratio((double)line.requests / (double)line.handshakes);
}

static void put_net_line(struct report_work *w, struct report_table *t, const struct prefix *p)
{
	const struct model *m = w->ask.m;
	struct prefix around = network_prefix(&p->addr);
	uint32_t host = p->bits == ADDR_BITS ? model_find_host(m, &p->addr) : POOL_NONE;
	uint32_t net = networks_find(&m->networks, &around);

	if (host != POOL_NONE) {
		const struct host *h = model_host(m, host);
		put_line(w, t, report_prefix(&w->b, p),
			line_of(m, &h->tcp, h->tcp.syns, h->log.requests));
	} else if (p->bits == around.bits && net != POOL_NONE) {
		const struct network *n = network_at(&m->networks, net);
		put_line(w, t, report_prefix(&w->b, p),
			line_of(m, &n->tcp, network_syns(n), network_requests(&m->networks, n)));
	}
}

static struct ledger_line line_of_all(const struct report_work *w)
{
	const struct model *m = w->ask.m;
	const struct machine *machine = model_machine(m);
	struct ledger_line sum = line_of(m, &machine->totals[0].tcp, machine->totals[0].tcp.syns,
		machine->totals[0].log.requests);

	if (!w->ask.show_private)
		return sum;
	struct ledger_line more = line_of(m, &machine->totals[1].tcp, machine->totals[1].tcp.syns,
		machine->totals[1].log.requests);
	uint64_t *to[] = {&sum.syns, &sum.handshakes, &sum.rx, &sum.tx, &sum.requests};
	const uint64_t from[] = {more.syns, more.handshakes, more.rx, more.tx, more.requests};
	for (size_t i = 0; i < ARRAY_LEN(to); i++)
		if (from[i] != ABSENT)
			tally_grow(to[i], from[i]);
	return sum;
}

bool report_ledger(struct report_work *w)
{
	struct report_table *t = report_table(&w->b, ledger_columns, LEDGER_COLUMNS, "");

	put_line(w, t, report_say(&w->b, STR_LIT("all")), line_of_all(w));
	for (uint32_t i = 0; i < w->net_count; i++)
		put_net_line(w, t, &w->nets[i]);
	report_paragraph(&w->b, "What became of who knocked: SYNs, completed handshakes, bytes on "
				"the wire, requests "
				"in the logs. A blank is not known, which is not 0.");
	return false;
}

/* What was done. */

bool report_acts(struct report_work *w)
{
	struct report_build *b = &w->b;
	const struct acts *acts = &w->ask.m->acts;
	uint32_t n = acts_kept(acts);

	if (!n)
		report_paragraph(b, "Nothing was done from nethergaze.");
	for (uint32_t i = n; i-- > 0;) {
		const struct act *act = acts_latest(acts, i);
		struct report_card *card = report_card(b, str_of(act->what), SEVERITY_NOTE);
		if (!card)
			break;
		card->badge = act->ok ? "done" : "failed";
		report_put(b, card, (struct report_column){"at", "at"}, report_time(act->ts));
		report_put(b, card, (struct report_column){"who", "who"},
			report_name(b, str_of(act->who)));
		report_put(
			b, card, (struct report_column){"until", "until"}, report_time(act->until));
		report_put(b, card, (struct report_column){"result", "result"},
			report_say(b, str_of(act->result)));
		report_put(b, card, (struct report_column){"command", "command"},
			report_code(b, str_of(act->command)));
	}
	if (acts->count > n)
		report_paragraph(
			b, "%" PRIu64 " earlier ones are no longer known.", acts->count - n);
	return false;
}

/* Abuse contacts. */

enum {
	CONTACT_WHO,
	CONTACT_NET,
	CONTACT_HOLDER,
	CONTACT_COUNTRY,
	CONTACT_ABUSE,
	CONTACT_BY,
	CONTACT_COLUMNS
};

static const struct report_column contact_columns[] = {{"who", "who"},
	{"net", "registered network"}, {"holder", "holder"}, {"country", "country"},
	{"abuse", "abuse contact"}, {"by", "said by"}};

static void put_contact(struct report_work *w, struct report_table *t, const struct prefix *p)
{
	struct report_build *b = &w->b;
	const struct registration *r = model_registration(w->ask.m, &p->addr);
	struct report_value *row = report_row(b, t);

	if (!row)
		return;
	row[CONTACT_WHO] = report_prefix(b, p);
	if (!r)
		return;
	if (r->note[0]) {
		row[CONTACT_BY] = report_say(b, str_of(r->note));
		return;
	}
	row[CONTACT_NET] = report_name(b, str_of(r->net));
	row[CONTACT_HOLDER] = report_say(b, str_of(r->org[0] ? r->org : r->name));
	row[CONTACT_COUNTRY] = report_say(b, str_of(r->country));
	row[CONTACT_ABUSE] = report_name(b, str_of(r->abuse));
	row[CONTACT_BY] = report_say(b, str_of(r->by));
}

static void put_left_out(struct report_work *w)
{
	if (w->nets_left_out)
		report_paragraph(
			&w->b, "%" PRIu32 " more culprits are left out.", w->nets_left_out);
}

bool report_contacts(struct report_work *w)
{
	bool any = false;
	struct report_table *t = report_table(
		&w->b, contact_columns, CONTACT_COLUMNS, "No finding names an address.");

	for (uint32_t i = 0; i < w->net_count; i++) {
		put_contact(w, t, &w->nets[i]);
		any |= model_registration(w->ask.m, &w->nets[i].addr) != NULL;
	}
	if (w->net_count && !any)
		report_paragraph(&w->b,
			"Nobody was asked who these belong to: w in the console looks one up.");
	put_left_out(w);
	return false;
}

/* How to block. */

static const struct report_column prefix_columns[] = {
	{"who", "who"}, {"finding", "finding"}, {"since", "since"}};

static const struct report_finding *finding_of(const struct report_work *w, const struct prefix *p)
{
	for (uint32_t i = 0; i < w->finding_count; i++)
		for (uint8_t k = 0; k < w->findings[i].prefix_count; k++)
			if (w->findings[i].prefixes[k].bits == p->bits &&
				addr_eq(&w->findings[i].prefixes[k].addr, &p->addr))
				return &w->findings[i];
	return NULL;
}

static void put_way(struct report_work *w, struct report_card *card, const struct report_way *way)
{
	struct report_build *b = &w->b;
	struct str name = report_text(b, str_of(way->name));
	char *title = way->command[0] ? report_alloc(b->r, name.n + 1) : NULL;

	if (!title)
		return;
	memcpy(title, name.p, name.n); /* the NUL is there */
	report_put(b, card, (struct report_column){"block", title},
		report_code(b, str_of(way->command)));
	report_put(
		b, card, (struct report_column){"undo", "undo"}, report_code(b, str_of(way->undo)));
}

static void put_ways(struct report_work *w, const struct prefix *p)
{
	const struct report_finding *f = finding_of(w, p);
	struct report_value who = report_prefix(&w->b, p);
	struct report_card *card = report_card(
		&w->b, who.kind ? who.text : STR_LIT(""), f ? f->severity : SEVERITY_NOTE);
	struct report_way way = {0};

	for (size_t i = 0; card && i < WAYS_MAX && w->ask.ways->at(w->ask.ways->ctx, p, i, &way);
		i++)
		put_way(w, card, &way);
}

static void put_prefixes(struct report_work *w)
{
	struct report_table *t = report_table(
		&w->b, prefix_columns, ARRAY_LEN(prefix_columns), "No finding names an address.");

	for (uint32_t i = 0; i < w->net_count; i++) {
		const struct report_finding *f = finding_of(w, &w->nets[i]);
		struct report_value *row = report_row(&w->b, t);
		if (!row)
			return;
		row[0] = report_prefix(&w->b, &w->nets[i]);
		if (!f)
			continue;
		row[1] = report_say(&w->b, str_of(f->title[0] ? f->title : f->name));
		row[2] = report_time(f->since);
	}
}

bool report_blocks(struct report_work *w)
{
	if (!w->ask.ways || !w->net_count)
		put_prefixes(w);
	for (uint32_t i = 0; w->ask.ways && i < w->net_count; i++)
		put_ways(w, &w->nets[i]);
	put_left_out(w);
	report_paragraph(&w->b,
		"Look at the ledger and the evidence before you block: the sources of half-open "
		"connections may be forged, and visitors share networks.");
	return false;
}
