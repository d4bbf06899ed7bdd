// SPDX-License-Identifier: MIT
#include "output/abuse.h"

#include "base/text.h"
#include "base/wrap.h"
#include "detect/flag_defs.h"
#include "output/log_text.h"
#include "output/redact.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ENTRIES_LOOKED 32768 /* of the journal, of a network */
#define WIDTH          76
#define OWN_MAX        4

/* What the letter is made from. */
struct letter {
	const struct model *m;
	struct prefix about;
	char name[PREFIX_TEXT_MAX];
	struct redact redact;
	const struct host *host;   /* or NULL */
	const struct network *net; /* or NULL */
	FILE *out;
};

static bool keeps(const void *ctx, const struct addr *a)
{
	const struct letter *l = ctx;

	return prefix_contains(&l->about, a) || machine_is_own(model_machine(l->m), a);
}

static void put_redacted(const struct letter *l, struct str s)
{
	char text[LOG_TEXT_MAX * 2];

	fwrite(text, 1, redact_text(&l->redact, s, REDACT_TEXT, text, sizeof text), l->out);
}

/* Some lines, each with the indent before it. */
static void put_wrapped(const struct letter *l, const char *first, const char *then, struct str s)
{
	char text[1024];
	struct str rest = {text, redact_text(&l->redact, s, REDACT_TEXT, text, sizeof text)};

	do {
		struct str line = wrap_next(&rest, WIDTH, WRAP_LONG_CUT);
		fprintf(l->out, "%s%.*s\n", first, STR_FMT(line));
		first = then;
	} while (rest.n);
}

static const char *title_of(const char *name)
{
	enum flag_id id = flag_find(str_of(name));

	return id < FLAGS ? flag_defs[id].title : name;
}

static bool names(const struct timeline_entry *e, const struct prefix *about)
{
	for (uint8_t i = 0; i < e->prefix_count; i++)
		if (prefix_overlaps(&e->prefixes[i], about))
			return true;
	return false;
}

static size_t flags_about(const struct letter *l, const struct timeline_entry **ret)
{
	size_t n = timeline_list(&l->m->timeline, ret, TIMELINE_MAX), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (ret[i]->kind == TIMELINE_FLAG && names(ret[i], &l->about))
			ret[kept++] = ret[i];
	return kept;
}

static void put_subject(const struct letter *l, const struct timeline_entry *const *flags, size_t n)
{
	fprintf(l->out, "Subject: Abuse from %s", l->name);
	for (size_t i = 0, told = 0; i < n && told < 3; i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again |= strcmp(flags[k]->name, flags[i]->name) == 0;
		if (!again)
			fprintf(l->out, "%s%s", told++ ? ", " : ": ", title_of(flags[i]->name));
	}
	fputs("\n", l->out);
}

static void put_contact(const struct letter *l)
{
	const struct registration *r = model_registration(l->m, &l->about.addr);

	if (r && !r->note[0] && r->abuse[0])
		fprintf(l->out, "To: %s\n", r->abuse);
	else if (r && r->note[0])
		fprintf(l->out, "To: (the contact is not known: %s)\n", r->note);
	else
		fputs("To: (the contact is not known; w in the console looks it up)\n", l->out);
	if (!r || r->note[0])
		return;
	fprintf(l->out, "Network: %s", r->net);
	fprintf(l->out, "%s%s%s%s", r->name[0] ? ", " : "", r->name, r->org[0] ? ", " : "", r->org);
	fprintf(l->out, " (%s)\n", r->by);
}

static void put_own(const struct letter *l)
{
	const struct machine *machine = model_machine(l->m);
	char ip[ADDR_TEXT_MAX];

	fprintf(l->out, "Our server: %s", machine->name[0] ? machine->name : "(name)");
	for (uint32_t i = 0, told = 0; i < machine->own_count && told < OWN_MAX; i++) {
		if (addr_is_loopback(&machine->own[i]))
			continue;
		addr_format(&machine->own[i], ip);
		fprintf(l->out, ", %s", ip);
		told++;
	}
	fputc('\n', l->out);
}

static void put_flag(const struct letter *l, const struct timeline_entry *e)
{
	char from[UTC_TEXT_MAX], to[UTC_TEXT_MAX];
	char text[TIMELINE_TEXT_MAX + 160];

	utc_text(e->from, from);
	utc_text(e->to, to);
	int n = snprintf(text, sizeof text, "%s, %s %s%s%s%s", title_of(e->name),
		e->to ? "from" : "since", from, e->to ? " to " : ", still going on",
		e->to ? to : "", e->evidence[0] ? ": " : "");
	n += n > 0 && (size_t)n < sizeof text
		     ? snprintf(text + n, sizeof text - (size_t)n, "%s", e->evidence)
		     : 0;
	put_wrapped(l, "- ", "  ",
		(struct str){text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1});
}

static void put_number(const struct letter *l, const char *what, uint64_t n)
{
	if (n != ABSENT)
		fprintf(l->out, "  %-28s %" PRIu64 "\n", what, n);
}

static void put_counts(const struct letter *l)
{
	const struct model *m = l->m;
	const struct tcp_tally *tcp = l->host ? &l->host->tcp : l->net ? &l->net->tcp : NULL;
	uint64_t requests = l->host  ? l->host->log.requests
			    : l->net ? network_requests(&m->networks, l->net)
				     : ABSENT;

	if (!tcp)
		return;
	fputs("\nCounts while we watched:\n", l->out);
	put_number(l, "SYNs", model_knows_syns(m) ? tcp->syns : ABSENT);
	put_number(l, "handshakes", model_knows_handshakes(m) ? tcp->handshakes : ABSENT);
	put_number(l, "half-open now", model_knows_conns(m) ? tcp_tally_half_open(tcp) : ABSENT);
	put_number(l, "connections now", model_knows_conns(m) ? tcp_tally_open(tcp) : ABSENT);
	put_number(l, "requests in the log", requests);
	if (l->host) {
		put_number(l, "  answered 4xx", l->host->log.status[4]);
		put_number(l, "  answered 5xx", l->host->log.status[5]);
	}
	if (tcp_tally_half_open(tcp) && !tcp->handshakes)
		fputs("  No handshake was completed: the source of the SYNs may be forged.\n",
			l->out);
}

/* The latest entries: of an address by its own chain, of a network by walking back. */
static size_t collect(const struct letter *l, const struct journal_entry **ret)
{
	const struct journal *j = &l->m->journal;
	uint64_t at = l->host ? l->host->last_request : l->net ? j->newest : 0;
	const struct journal_entry *e;
	size_t n = 0;

	for (uint32_t i = 0; i < ENTRIES_LOOKED && n < ABUSE_LINES; i++) {
		e = journal_at(j, at);
		if (!e)
			break;
		if (prefix_contains(&l->about, &e->ip))
			ret[n++] = e;
		at = l->host ? e->before_host : e->before;
	}
	return n;
}

static void put_lines(const struct letter *l)
{
	const struct journal_entry *entries[ABUSE_LINES];
	size_t n = collect(l, entries);

	if (!n)
		return;
	fputs("\nFrom our log (the latest, oldest first):\n\n", l->out);
	while (n-- > 0) {
		char text[LOG_TEXT_MAX];
		put_redacted(l, (struct str){text, log_text(entries[n], text)});
		fputc('\n', l->out);
	}
}

static void put_letter(const struct letter *l, const char *version)
{
	const struct timeline_entry *flags[TIMELINE_MAX];
	size_t n = flags_about(l, flags);
	char from[UTC_TEXT_MAX], to[UTC_TEXT_MAX];

	put_subject(l, flags, n);
	put_contact(l);
	put_own(l);
	utc_text(l->m->started, from);
	utc_text(l->m->now, to);
	fprintf(l->out, "Watched: %s to %s (all times are UTC)\n\n", from, to);
	fprintf(l->out, "%s %s. Please look into it%s.\n", l->name,
		n ? "misused our server" : "came to our notice", n ? ", and stop it" : "");
	if (n)
		fputs("\nWhat we saw:\n", l->out);
	for (size_t i = 0; i < n; i++)
		put_flag(l, flags[i]);
	put_counts(l);
	put_lines(l);
	fprintf(l->out, "\n-- \nWritten by nethergaze %s\n", version);
}

static void find(struct letter *l)
{
	struct prefix around = network_prefix(&l->about.addr);
	uint32_t host =
		l->about.bits == ADDR_BITS ? model_find_host(l->m, &l->about.addr) : POOL_NONE;
	uint32_t net =
		l->about.bits == around.bits ? networks_find(&l->m->networks, &around) : POOL_NONE;

	if (host != POOL_NONE)
		l->host = model_host(l->m, host);
	if (net != POOL_NONE)
		l->net = network_at(&l->m->networks, net);
}

int abuse_write(const struct model *m, const struct prefix *about, const char *version,
	char **ret_text, size_t *ret_n)
{
	char *text = NULL;
	size_t n = 0;
	struct letter l = {.m = m, .about = *about, .out = open_memstream(&text, &n)};

	if (!l.out)
		return -ENOMEM;
	l.redact = (struct redact){keeps, &l};
	if (about->bits == ADDR_BITS)
		addr_format(&about->addr, l.name);
	else
		prefix_format(about, l.name);
	find(&l);
	put_letter(&l, version);
	bool failed = ferror(l.out);
	if (fclose(l.out) != 0 || failed) {
		free(text);
		return -ENOMEM;
	}
	*ret_text = text;
	*ret_n = n;
	return 0;
}
