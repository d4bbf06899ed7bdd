// SPDX-License-Identifier: MIT
#include "app/conntrack_watch.h"

#include "action/conntrack.h"
#include "action/ways.h"
#include "base/text.h"
#include "model/enricher.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PROC_TABLE "/proc/net/nf_conntrack"

/* A model keeps a connection that closed for ten seconds, the kernel's table for longer. */
#define ASK_EVERY (4 * USEC_PER_SEC)
#define ASK_SHARE 20   /* asking may take one part in so many of the time */
#define TOLD_MOST 2048 /* events of one answer; the rest is told by the next */

struct conntrack_watch {
	struct taker taker; /* first */
	struct hands *hands;
	struct event_sink *sink;   /* NULL: not yet */
	const struct model *model; /* likewise */
	uint32_t job;              /* the first one's number among the blocker's */
	enum conntrack_way way;    /* that is asked */
	bool asking;
	usec_t asked_at, due; /* by CLOCK_MONOTONIC */
	uint32_t told;        /* of this answer */
	uint64_t asked, named, failed;
	uint64_t named_told;
	char state[16], note[ENRICHER_NOTE_MAX];
};

const struct helper_job conntrack_jobs[CONNTRACK_WAYS] = {
	[CONNTRACK_V4] = HELPER_FIXED(
		"list conntrack", "conntrack", "-L", "-f", "ipv4", "-p", "tcp", "--src-nat"),
	[CONNTRACK_V6] = HELPER_FIXED("list conntrack of IPv6", "conntrack", "-L", "-f", "ipv6",
		"-p", "tcp", "--src-nat"),
	[CONNTRACK_PROC] = HELPER_FIXED("read conntrack", "cat", PROC_TABLE),
};

enum conntrack_way conntrack_way_here(void)
{
	if (ways_has_program("", "conntrack"))
		return CONNTRACK_V4;
	return access(PROC_TABLE, F_OK) == 0 ? CONNTRACK_PROC : CONNTRACK_WAYS;
}

/* How it fares, when that changes; and how many clients it has named. */
static void set_state(struct conntrack_watch *w, const char *state, const char *note)
{
	struct event e = event_make(EVENT_ENRICHER, clock_now());

	if (strcmp(w->state, state) == 0 && strcmp(w->note, note) == 0 && w->named_told == w->named)
		return;
	w->named_told = w->named;
	snprintf(w->state, sizeof w->state, "%s", state);
	snprintf(w->note, sizeof w->note, "%s", note);
	e.enricher.what = STR_LIT(NAT_ENRICHER);
	e.enricher.state = str_of(w->state);
	e.enricher.note = w->note[0] ? str_of(w->note) : STR_ABSENT;
	e.enricher.asked = w->asked;
	e.enricher.answered = w->named;
	e.enricher.failed = w->failed;
	event_put(w->sink, &e);
}

/* What was read. */

static bool is_own(const struct model *m, const struct addr *a)
{
	const struct prefix p = {*a, ADDR_BITS};

	return guards_find(&m->guards, GUARD_OWN, &p) != NULL;
}

/* The connection as the server's namespace has it, while the model does not know whose it is. */
static bool is_news(const struct model *m, const struct tuple *tuple, const struct addr *client)
{
	uint32_t id = model_find_conn(m, tuple);

	return id != POOL_NONE && !addr_eq(&model_host(m, model_conn(m, id)->host)->ip, client);
}

static void take_entry(void *ctx, const struct conntrack_entry *entry)
{
	struct conntrack_watch *w = ctx;
	const struct nat_source *s = nats_find(&model_machine(w->model)->nats, &entry->source);
	struct event e = event_make(EVENT_NAT, clock_now());

	if (!s || w->told == TOLD_MOST || is_own(w->model, &entry->client))
		return;
	e.nat.ip = entry->source;
	e.nat.port = entry->source_port;
	e.nat.lip = entry->server;
	e.nat.lport = entry->server_port;
	e.nat.client = entry->client;
	e.nat.client_port = entry->client_port;
	for (uint32_t i = 0; i < nat_namespaces(s); i++) {
		e.nat.ns = s->ns[i];
		if (!is_news(w->model, &e.nat.tuple, &entry->client))
			continue;
		event_put(w->sink, &e);
		w->told++;
		w->named++;
		return;
	}
}

/* The first line that the tool wrote, or why it could not be started. */
static void say_failed(struct conntrack_watch *w, const struct helper_result *result)
{
	struct str line = result->output;
	const char *end = line.n ? memchr(line.p, '\n', line.n) : NULL;
	char note[128];

	w->failed++;
	if (end)
		line.n = (size_t)(end - line.p);
	if (result->err)
		snprintf(note, sizeof note, "%s", strerror(-result->err));
	else
		note[text_sanitise(note, sizeof note - 1, line)] = '\0';
	set_state(w, "unreadable", note);
}

static void say_read(struct conntrack_watch *w, const struct conntrack_read *read)
{
	char note[128] = "";

	if (read->cut)
		snprintf(note, sizeof note, "too long to be read whole: some clients stay unknown");
	else if (read->bad)
		snprintf(note, sizeof note, "%" PRIu64 " line%s not understood", read->bad,
			read->bad == 1 ? "" : "s");
	set_state(w, read->cut ? "cut" : "ready", note);
}

static bool has_family(const struct model *m, bool v4)
{
	const struct nats *n = &model_machine(m)->nats;

	for (uint32_t i = 0; i < n->n; i++)
		if (addr_is_v4(&n->at[i].ip) == v4)
			return true;
	return false;
}

/* The next way of this round; CONNTRACK_WAYS: it is over. */
static enum conntrack_way next_way(const struct conntrack_watch *w)
{
	if (w->way == CONNTRACK_V4 && has_family(w->model, false))
		return CONNTRACK_V6;
	return CONNTRACK_WAYS;
}

static void end_round(struct conntrack_watch *w)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC), took = now - w->asked_at;

	w->way = CONNTRACK_WAYS;
	w->due = now + (took * ASK_SHARE > ASK_EVERY ? took * ASK_SHARE : ASK_EVERY);
}

static void take_result(void *ctx, const struct helper_result *result)
{
	struct conntrack_watch *w = ctx;
	struct conntrack_read read;

	w->asking = false;
	if (!w->sink)
		return;
	if (result->err || result->status) {
		say_failed(w, result);
		end_round(w);
		return;
	}
	w->told = 0;
	conntrack_parse(result->output, take_entry, w, &read);
	read.cut |= result->cut;
	say_read(w, &read);
	w->way = next_way(w);
	if (w->way == CONNTRACK_WAYS)
		end_round(w);
}

/* Asking. */

static enum conntrack_way first_way(const struct conntrack_watch *w)
{
	enum conntrack_way way = conntrack_way_here();

	return way == CONNTRACK_V4 && !has_family(w->model, true) ? CONNTRACK_V6 : way;
}

static bool begin_round(struct conntrack_watch *w)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);
	const char *missing = hands_missing(w->hands, HELPER_BLOCKER);

	if (now < w->due || !model_machine(w->model)->nats.n)
		return false;
	w->asked_at = now;
	w->way = missing ? CONNTRACK_WAYS : first_way(w);
	if (w->way < CONNTRACK_WAYS)
		return true;
	set_state(w, missing ? "not known" : "missing", missing ? missing : CONNTRACK_MISSING);
	end_round(w);
	return false;
}

static bool poll_watch(struct taker *taker, usec_t now)
{
	static const struct helper_args none;
	struct conntrack_watch *w = (struct conntrack_watch *)taker;

	(void)now;
	if (w->asking || (w->way == CONNTRACK_WAYS && !begin_round(w)))
		return false;
	int err = hands_ask(
		w->hands, HELPER_BLOCKER, w->job + (uint32_t)w->way, &none, take_result, w);
	if (err == -EBUSY)
		return false; /* later */
	if (err) {
		end_round(w);
		return false;
	}
	w->asking = true;
	w->asked++;
	return false;
}

struct conntrack_watch *conntrack_watch_new(struct hands *hands)
{
	struct conntrack_watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->taker = (struct taker){.name = "conntrack", .poll = poll_watch};
	w->hands = hands;
	w->way = CONNTRACK_WAYS;
	if (hands_join(hands, HELPER_BLOCKER, conntrack_jobs, CONNTRACK_WAYS, &w->job) < 0) {
		free(w);
		return NULL;
	}
	return w;
}

void conntrack_watch_free(struct conntrack_watch *w)
{
	free(w);
}

struct taker *conntrack_watch_taker(
	struct conntrack_watch *w, struct event_sink *sink, const struct model *model)
{
	w->sink = sink;
	w->model = model;
	return &w->taker;
}
