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
	uint64_t asked, failed;
	char state[16], note[ENRICHER_NOTE_MAX];
	struct listing_read read;
};

struct block_watch {
	struct taker taker; /* first */
	struct hands *hands;
	struct event_sink *sink;    /* NULL: not yet */
	uint32_t jobs[BLOCK_LISTS]; /* their numbers among the helper's */
	struct block_table *table;
	struct lists_sets sets, sets_next; /* that rules drop by: of the last round, of this one */
	enum block_list at;                /* that is asked for, or is next */
	bool asking;
	bool hurried;
	uint32_t rounds;          /* that are over */
	usec_t round_began, next; /* by CLOCK_MONOTONIC */
	usec_t now;               /* time of day, of the list that is read */
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

static void tell_list(struct block_watch *w, const struct list_state *l)
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
}

static void set_state(struct block_watch *w, const char *state, const char *note)
{
	struct list_state *l = &w->lists[w->at];
	bool news = l->asked == 1 || strcmp(l->state, state) != 0 || strcmp(l->note, note) != 0;

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
	return w->at == BLOCK_LIST_OURS && !result->err && result->status != 0;
}

static void say_read(struct block_watch *w)
{
	const struct listing_read *read = &w->lists[w->at].read;

	set_state(w, read->cut ? "cut" : "ready",
		read->cut ? "too long to be read whole: more may be blocked" : "");
}

static void advance(struct block_watch *w);

static void take_result(void *ctx, const struct helper_result *result)
{
	struct block_watch *w = ctx;
	struct list_state *l = &w->lists[w->at];
	bool empty = is_empty(w, result);

	w->asking = false;
	w->now = clock_now();
	if (!w->sink)
		return;
	if (!empty && (result->err || result->status)) {
		say_failed(w, result);
		block_table_end(w->table, list_number(w), BLOCK_SEEN_SOME, w->now);
	} else {
		l->read = (struct listing_read){0};
		if (!empty)
			read_list(w, result->output, &l->read);
		l->read.cut |= result->cut;
		block_table_end(w->table, list_number(w), seen(w, l->read.cut), w->now);
		say_read(w);
	}
	advance(w);
}

/* Asking. */

static bool is_wanted(const struct block_watch *w)
{
	const struct block_list_info *info = &block_list_infos[w->at];

	if (w->at == BLOCK_LIST_OURS && !w->lists[BLOCK_LIST_NFT].read.cut)
		return false;
	return w->lists[w->at].there && w->rounds % info->every == 0 &&
	       !hands_missing(w->hands, info->kind);
}

static void end_round(struct block_watch *w)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC), took = now - w->round_began;

	w->at = 0;
	w->rounds++;
	w->sets_next.n = 0;
	w->next = now + (took * LOOK_SHARE > LOOK_EVERY ? took * LOOK_SHARE : LOOK_EVERY);
	if (w->hurried)
		w->next = now;
	w->hurried = false;
}

/* The next list of the round that there is to ask for. */
static void advance(struct block_watch *w)
{
	do
		w->at++;
	while (w->at < BLOCK_LISTS && !is_wanted(w));
	if (w->at == BLOCK_LISTS)
		end_round(w);
}

static void look_for_programs(struct block_watch *w)
{
	for (int i = 0; i < BLOCK_LISTS; i++) {
		const struct block_list_info *info = &block_list_infos[i];
		w->lists[i].there = ways_has_program("", info->program) &&
				    (!info->needs || access(info->needs, F_OK) == 0);
	}
}

static void ask(struct block_watch *w)
{
	static const struct helper_args none;
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	if (w->at == 0 && now < w->next)
		return;
	if (w->at == 0) {
		w->round_began = now;
		look_for_programs(w);
		if (!is_wanted(w)) {
			advance(w);
			if (w->at == 0)
				return;
		}
	}
	int err = hands_ask(
		w->hands, block_list_infos[w->at].kind, w->jobs[w->at], &none, take_result, w);
	if (err == -EBUSY)
		return; /* later */
	if (err) {
		advance(w);
		return;
	}
	w->asking = true;
	w->lists[w->at].asked++;
}

static bool poll_watch(struct taker *taker, usec_t now)
{
	struct block_watch *w = (struct block_watch *)taker;
	bool more = block_table_tell(w->table, w->sink, now, TOLD_A_ROUND);

	if (!w->asking)
		ask(w);
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
	w->hurried = w->asking || w->at != 0;
	w->next = 0;
}

const char *block_watch_jails(const struct block_watch *w)
{
	return w->jails;
}
