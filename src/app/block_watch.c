// SPDX-License-Identifier: MIT
#include "app/block_watch.h"

#include "action/lists.h"
#include "app/block_table.h"
#include "base/text.h"
#include "model/enricher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOK_EVERY   (10 * USEC_PER_SEC)
#define LOOK_SHARE   20   /* a round may take one part in so many of the time */
#define TOLD_A_ROUND 1000 /* events; a new list can have tens of thousands */
#define JAILS_MAX    1024

struct list_state {
	bool there; /* its program is installed */
	bool whole; /* the last answer was */
	uint64_t asked, failed;
	char state[16], note[ENRICHER_NOTE_MAX];
	struct listing_read read;
	uint64_t told_found, told_left_out, told_failed;
};

/* Through the lists of one helper. Each helper has its own: one that is busy does not hold up the
 * lists of the other. */
struct round {
	struct block_watch *watch;
	enum helper_kind kind;
	enum block_list at; /* that is asked for, or is next */
	bool asking;
	bool hurried;
	uint32_t rounds;    /* that are over */
	usec_t began, next; /* by CLOCK_MONOTONIC */
};

#define ROUNDS (HELPER_RUNNER + 1)

struct block_watch {
	struct taker taker; /* first */
	struct hands *hands;
	struct event_sink *sink;    /* NULL: not yet */
	uint32_t jobs[BLOCK_LISTS]; /* their numbers among the helper's */
	struct block_table *table;
	struct lists_sets sets, sets_next; /* that rules drop by: of the last round, of this one */
	struct round round[ROUNDS];        /* by enum helper_kind */
	enum block_list at;                /* that is read, or told of */
	usec_t now;                        /* time of day, of the list that is read */
	struct list_state lists[BLOCK_LISTS];
	char jails[JAILS_MAX];
};

/* Reading. */

/* What our table shows alone is in nft's whole list as well. */
static unsigned list_number(const struct block_watch *w)
{
	return w->at == BLOCK_LIST_OURS ? BLOCK_LIST_NFT : w->at;
}

static enum block_seen seen(const struct block_watch *w, bool cut)
{
	if (cut)
		return BLOCK_SEEN_SOME;
	return w->at == BLOCK_LIST_OURS ? BLOCK_SEEN_OURS : BLOCK_SEEN_ALL;
}

static void take_listed(void *ctx, const struct listed *l)
{
	struct block_watch *w = ctx;

	block_table_see(w->table, l, list_number(w), w->now);
}

static void take_jail(void *ctx, struct str jail)
{
	struct block_watch *w = ctx;
	size_t n = strlen(w->jails);
	char name[BLOCK_JAIL_MAX];

	name[text_sanitise(name, sizeof name - 1, jail)] = '\0';
	snprintf(w->jails + n, sizeof w->jails - n, "%s%s", n ? " " : "", name);
}

static void read_list(struct block_watch *w, struct str text, struct listing_read *ret)
{
	switch (w->at) {
	case BLOCK_LIST_NFT:
	case BLOCK_LIST_OURS:
		lists_read_nft(text, take_listed, w, ret);
		break;
	case BLOCK_LIST_IPTABLES:
	case BLOCK_LIST_IP6TABLES:
	case BLOCK_LIST_LEGACY4:
	case BLOCK_LIST_LEGACY6:
		lists_read_iptables(text, &w->sets_next, take_listed, w, ret);
		break;
	case BLOCK_LIST_IPSET:
		w->sets = w->sets_next;
		lists_read_ipset(text, &w->sets, take_listed, w, ret);
		break;
	case BLOCK_LIST_ROUTES4:
	case BLOCK_LIST_ROUTES6:
		lists_read_routes(text, take_listed, w, ret);
		break;
	case BLOCK_LIST_FAIL2BAN:
		w->jails[0] = '\0';
		lists_read_jails(text, take_jail, w);
		lists_read_fail2ban(text, take_listed, w, ret);
		break;
	case BLOCK_LIST_CROWDSEC:
		lists_read_crowdsec(text, take_listed, w, ret);
		break;
	case BLOCK_LISTS:
		break;
	}
}

/* Telling how the lists fare. */

static void tell_list(struct block_watch *w, struct list_state *l)
{
	struct event e = event_make(EVENT_ENRICHER, w->now);
	char what[24];

	snprintf(what, sizeof what, ENRICHER_LIST "%s", block_list_infos[w->at].name);
	e.enricher.what = str_of(what);
	e.enricher.state = str_of(l->state);
	e.enricher.note = l->note[0] ? str_of(l->note) : STR_ABSENT;
	e.enricher.asked = l->asked;
	e.enricher.answered = l->read.found;
	e.enricher.failed = l->failed;
	if (l->read.left_out)
		e.enricher.dropped = l->read.left_out;
	event_put(w->sink, &e);
	l->told_found = l->read.found;
	l->told_left_out = l->read.left_out;
	l->told_failed = l->failed;
}

static void set_state(struct block_watch *w, const char *state, const char *note)
{
	struct list_state *l = &w->lists[w->at];
	bool news = l->asked == 1 || strcmp(l->state, state) != 0 || strcmp(l->note, note) != 0 ||
		    l->told_found != l->read.found || l->told_left_out != l->read.left_out ||
		    l->told_failed != l->failed;

	snprintf(l->state, sizeof l->state, "%s", state);
	snprintf(l->note, sizeof l->note, "%s", note);
	if (news)
		tell_list(w, l);
}

/* The first line that the tool wrote, or why it could not be started. */
static void say_failed(struct block_watch *w, const struct helper_result *result)
{
	struct str line = result->output;
	char note[128];
	const char *end = line.n ? memchr(line.p, '\n', line.n) : NULL;

	w->lists[w->at].failed++;
	if (end)
		line.n = (size_t)(end - line.p);
	size_t n = result->err ? (size_t)snprintf(note, sizeof note, "%s", strerror(-result->err))
			       : text_sanitise(note, sizeof note - 1, line);
	note[n < sizeof note ? n : sizeof note - 1] = '\0';
	set_state(w, "unreadable", note);
}

/* Our own table need not be there; else a list that cannot be read says nothing of what is. */
static bool is_empty(const struct block_watch *w, const struct helper_result *result)
{
	static const char none[] = "No such file or directory"; /* strerror(ENOENT), in English */

	return w->at == BLOCK_LIST_OURS && !result->err && result->status != 0 &&
	       memmem(result->output.p, result->output.n, none, sizeof none - 1);
}

static void say_read(struct block_watch *w)
{
	const struct listing_read *read = &w->lists[w->at].read;

	set_state(w, read->cut ? "cut" : "ready",
		read->cut ? "too long to be read whole: more may be blocked" : "");
}

static void advance(struct round *r);

static void take_result(void *ctx, const struct helper_result *result)
{
	struct round *r = ctx;
	struct block_watch *w = r->watch;
	struct list_state *l = &w->lists[r->at];

	r->asking = false;
	w->at = r->at;
	w->now = clock_now();
	if (!w->sink)
		return;
	bool empty = is_empty(w, result);
	l->whole = false;
	if (!empty && (result->err || result->status)) {
		say_failed(w, result);
		block_table_end(w->table, list_number(w), BLOCK_SEEN_SOME, w->now);
	} else {
		l->read = (struct listing_read){0};
		if (!empty)
			read_list(w, result->output, &l->read);
		l->read.cut |= result->cut;
		l->whole = !l->read.cut;
		block_table_end(w->table, list_number(w), seen(w, l->read.cut), w->now);
		say_read(w);
	}
	advance(r);
}

/* Asking. */

static bool is_wanted(const struct round *r)
{
	const struct block_watch *w = r->watch;
	const struct block_list_info *info = &block_list_infos[r->at];

	if (info->kind != r->kind || (r->at == BLOCK_LIST_OURS && w->lists[BLOCK_LIST_NFT].whole))
		return false;
	return w->lists[r->at].there && r->rounds % info->every == 0 &&
	       !hands_missing(w->hands, info->kind);
}

static void end_round(struct round *r)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC), took = now - r->began;

	r->at = 0;
	r->rounds++;
	if (r->kind == HELPER_BLOCKER)
		r->watch->sets_next.n = 0;
	r->next = now + (took * LOOK_SHARE > LOOK_EVERY ? took * LOOK_SHARE : LOOK_EVERY);
	if (r->hurried)
		r->next = now;
	r->hurried = false;
}

/* The next list of the round that there is to ask for. */
static void advance(struct round *r)
{
	do
		r->at++;
	while (r->at < BLOCK_LISTS && !is_wanted(r));
	if (r->at == BLOCK_LISTS)
		end_round(r);
}

/* What was listed, and is not asked for any more: of a program that is not there nothing is left;
 * of what a helper that is gone has listed, nobody knows but what ends by its own time. */
static void give_up(struct block_watch *w, bool there)
{
	const char *missing = hands_missing(w->hands, block_list_infos[w->at].kind);
	struct list_state *l = &w->lists[w->at];

	if (!l->asked || (there && !missing))
		return;
	if (!there && l->there)
		block_table_end(w->table, list_number(w), BLOCK_SEEN_ALL, w->now);
	else if (there)
		block_table_end(w->table, list_number(w), BLOCK_SEEN_SOME, w->now);
	l->whole = false;
	if (!there)
		l->read = (struct listing_read){0};
	set_state(w, there ? "not known" : "not there",
		there ? missing : "its program is not there any more");
}

static void look_for_programs(struct round *r)
{
	struct block_watch *w = r->watch;

	w->now = clock_now();
	for (int i = 0; i < BLOCK_LISTS; i++) {
		const struct block_list_info *info = &block_list_infos[i];
		if (info->kind != r->kind)
			continue;
		bool there = ways_has_program("", info->program) &&
			     (!info->needs || access(info->needs, F_OK) == 0);
		w->at = (enum block_list)i;
		give_up(w, there);
		w->lists[i].there = there;
	}
}

static void ask(struct round *r)
{
	static const struct helper_args none;
	struct block_watch *w = r->watch;
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	if (r->at == 0 && now < r->next)
		return;
	if (r->at == 0) {
		r->began = now;
		look_for_programs(r);
		if (!is_wanted(r)) {
			advance(r);
			if (r->at == 0)
				return;
		}
	}
	int err = hands_ask(w->hands, r->kind, w->jobs[r->at], &none, take_result, r);
	if (err == -EBUSY)
		return; /* later */
	if (err) {
		advance(r);
		return;
	}
	r->asking = true;
	w->lists[r->at].asked++;
}

static bool poll_watch(struct taker *taker, usec_t now)
{
	struct block_watch *w = (struct block_watch *)taker;
	bool more = block_table_tell(w->table, w->sink, now, TOLD_A_ROUND);

	for (int i = 0; i < ROUNDS; i++)
		if (!w->round[i].asking)
			ask(&w->round[i]);
	return more;
}

/* Making. */

static int join(struct block_watch *w)
{
	int err = 0;

	for (int i = 0; i < BLOCK_LISTS && !err; i++)
		err = hands_join(
			w->hands, block_list_infos[i].kind, &block_list_jobs[i], 1, &w->jobs[i]);
	return err;
}

struct block_watch *block_watch_new(struct hands *hands)
{
	struct block_watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->taker = (struct taker){.name = "blocks", .poll = poll_watch};
	w->hands = hands;
	for (int i = 0; i < ROUNDS; i++)
		w->round[i] = (struct round){.watch = w, .kind = (enum helper_kind)i};
	w->table = block_table_new();
	if (!w->table || join(w) < 0) {
		block_watch_free(w);
		return NULL;
	}
	return w;
}

void block_watch_free(struct block_watch *w)
{
	if (w)
		block_table_free(w->table);
	free(w);
}

struct taker *block_watch_taker(struct block_watch *w, struct event_sink *sink)
{
	w->sink = sink;
	return &w->taker;
}

void block_watch_hurry(struct block_watch *w)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct round *r = &w->round[i];
		r->hurried = r->asking || r->at != 0;
		r->next = 0;
	}
}

const char *block_watch_jails(const struct block_watch *w)
{
	return w->jails;
}
