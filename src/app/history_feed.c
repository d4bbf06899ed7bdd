// SPDX-License-Identifier: MIT
#include "app/history_feed.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define WALK_EVERY   (30 * USEC_PER_SEC) /* what a kill -9 may cost */
#define WALK_SLICE   2048                /* hosts: a part of a millisecond */
#define ASK_SLICE    1024
#define NEWS_EVERY   (5 * USEC_PER_SEC)
#define IDLE_UPDATE  (60 * USEC_PER_SEC) /* of one that counts nothing, but is still there */
#define SETTLE_PAUSE 5                   /* milliseconds */

bool history_path(const struct options *options, char buf[static HISTORY_PATH_MAX])
{
	char dir[HISTORY_PATH_MAX - 16];

	if (options->history_path)
		return options->history_path[0] &&
		       file_expand_home(buf, HISTORY_PATH_MAX, options->history_path);
	if (!state_dir(dir, sizeof dir))
		return false;
	snprintf(buf, HISTORY_PATH_MAX, "%s/history.db", dir);
	return true;
}

/* Asking. */

static void note_asked(struct history_feed *p, uint32_t id, bool asked)
{
	uint64_t bit = UINT64_C(1) << (id % 64), *word = &p->asked[id / 64];

	*word = asked ? *word | bit : *word & ~bit;
}

static bool was_asked(const struct history_feed *p, uint32_t id)
{
	return p->asked[id / 64] >> (id % 64) & 1;
}

static bool ask(struct history_feed *p, const struct prefix *of)
{
	if (!history_ask(p->history, of))
		return false;
	p->questions++;
	p->woken = true;
	return true;
}

/* And of its network, if it is the first that is seen of it. */
static bool ask_host(struct history_feed *p, uint32_t id)
{
	const struct host *h = model_host(p->model, id);
	const struct network *net = network_at(&p->model->networks, h->network);
	const struct prefix one = {h->ip, ADDR_BITS};
	bool done = addr_is_loopback(&h->ip) || ask(p, &one);

	if (done && net->hosts == 1 && !seen_find(&p->model->seen, &net->prefix))
		ask(p, &net->prefix);
	note_asked(p, id, done);
	return done;
}

/* Those that found no room when they came. */
static void ask_some(struct history_feed *p)
{
	for (int i = 0; p->unasked && i < ASK_SLICE; i++) {
		uint32_t id = model_next_host(p->model, p->ask_at);
		p->ask_at = id == POOL_NONE ? 0 : id + 1;
		if (id == POOL_NONE) {
			p->unasked = 0;
			return;
		}
		if (was_asked(p, id) || ask_host(p, id))
			continue;
		p->ask_at = id;
		return;
	}
}

/* A place may have been another host's, or an earlier visit's of the same one. */
static void meet(struct history_feed *p)
{
	for (uint32_t i = 0; i < p->model->newcomer_count; i++) {
		uint32_t id = model_find_host(p->model, &p->model->newcomers[i]);
		if (id == POOL_NONE)
			continue;
		p->handed[id] = (struct handed){.last = 0};
		if (ask_host(p, id))
			continue;
		p->ask_at = p->unasked ? p->ask_at : 0;
		p->unasked++;
	}
}

/* Handing over. */

static bool hand_over(struct history_feed *p, const struct history_update *update)
{
	if (!history_add(p->history, update))
		return false;
	p->woken = true;
	return true;
}

/* Flags and blocks are said again and again while they last; once is enough. */
static bool is_recent(struct history_feed *p, const struct history_update *u)
{
	uint64_t hash = hash_two(addr_hash(&u->of.addr) + u->of.bits,
		hash_bytes(u->flag, strlen(u->flag)) ^ (uint64_t)u->last);
	uint64_t *place = &p->recent[hash % HISTORY_RECENT];
	bool known = *place == hash;

	*place = hash;
	return known;
}

static void name_prefix(struct history_feed *p, enum history_what what, const struct prefix *of,
	usec_t since, struct str flag)
{
	struct history_update u = {.of = *of, .what = (uint8_t)what, .first = since, .last = since};

	text_copy(u.flag, sizeof u.flag, flag);
	if (!is_recent(p, &u) && !hand_over(p, &u))
		p->dropped++;
}

static void take_flag(struct history_feed *p, const struct event_flag *e, usec_t now)
{
	struct str words = e->prefixes.n            ? e->prefixes
			   : e->scope == SCOPE_HOST ? e->who
						    : STR_ABSENT;
	usec_t since = e->since ? e->since : now;

	while (e->on && words.n) {
		const char *blank = memchr(words.p, ' ', words.n);
		struct str word = {words.p, blank ? (size_t)(blank - words.p) : words.n};
		struct prefix of;
		if (prefix_parse(word, &of) == 0)
			name_prefix(p, HISTORY_FLAGGED, &of, since, e->flag);
		words = str_skip(words, blank ? word.n + 1 : word.n);
	}
}

/* One that stood there before, since nobody knows when, would count anew in each run. */
static void take_block(struct history_feed *p, const struct event_block *e, usec_t now)
{
	if (e->on && (e->since || e->ours))
		name_prefix(p, HISTORY_BLOCKED, &e->net, e->since ? e->since : now, STR_ABSENT);
}

static bool is_worth_keeping(const struct host *h)
{
	return h->log.requests || (h->tcp.handshakes && h->tcp.handshakes != ABSENT) ||
	       h->tcp.states[TCP_ESTABLISHED] || h->login != POOL_NONE || h->proxy != POOL_NONE;
}

/* Of a counter, which may have begun anew. */
static uint64_t grown(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/* True unless there is no room. An id may be another host's by now: that one begins with nothing.
 */
static bool hand_over_host(struct history_feed *p, uint32_t id)
{
	const struct host *h = model_host(p->model, id);
	struct handed *was = &p->handed[id];
	uint64_t handshakes = h->tcp.handshakes == ABSENT ? 0 : h->tcp.handshakes;

	if (!is_worth_keeping(h) || addr_is_loopback(&h->ip))
		return true;
	if (!addr_eq(&was->ip, &h->ip) || h->log.requests < was->requests)
		*was = (struct handed){.ip = h->ip};
	if (was->last && h->log.requests == was->requests && handshakes == was->handshakes &&
		h->last_seen - was->last < IDLE_UPDATE)
		return true;
	struct history_update u = {
		.of = {h->ip, ADDR_BITS},
		.what = HISTORY_SEEN,
		.first = h->first_seen,
		.last = h->last_seen,
		.requests = grown(h->log.requests, was->requests),
		.bytes = grown(h->log.bytes, was->bytes),
		.handshakes = grown(handshakes, was->handshakes),
	};
	if (!hand_over(p, &u))
		return false;
	*was = (struct handed){h->ip, h->last_seen, h->log.requests, h->log.bytes, handshakes};
	return true;
}

/* Goes on until the slice is over, or there is no room. True when the walk is over. */
static bool walk(struct history_feed *p, uint32_t slice)
{
	for (uint32_t i = 0; i < slice && p->walk_at != POOL_NONE; i++) {
		uint32_t id = model_next_host(p->model, p->walk_at);
		if (id != POOL_NONE && !hand_over_host(p, id)) {
			p->walk_at = id;
			return false;
		}
		p->walk_at = id == POOL_NONE ? POOL_NONE : id + 1;
	}
	return p->walk_at == POOL_NONE;
}

static void walk_some(struct history_feed *p, usec_t now)
{
	if (p->walk_at == POOL_NONE && now >= p->next_walk) {
		p->walk_at = 0;
		p->next_walk = now + WALK_EVERY;
	}
	walk(p, WALK_SLICE);
}

/* Answers. */

static void take_answer(struct history_feed *p, const struct history_said *said, usec_t now)
{
	const struct history_record *r = &said->record;
	struct event e = event_make(EVENT_SEEN, now);

	p->answers++;
	if (!said->known)
		return;
	e.seen = (struct event_seen){
		.net = r->of,
		.first = r->first,
		.last = r->last,
		.runs = r->runs,
		.requests = r->requests,
		.bytes = r->bytes,
		.handshakes = r->handshakes,
		.flagged = r->flagged,
		.blocked = r->blocked,
		.flags = r->flags[0] ? str_of(r->flags) : STR_ABSENT,
	};
	event_put(p->sink, &e);
}

static bool is_off(const struct history_feed *p)
{
	return p->status.state == HISTORY_OFF;
}

static void take_said(struct history_feed *p, usec_t now)
{
	struct history_said said;

	while (history_take(p->history, &said)) {
		if (said.what == HISTORY_ANSWER) {
			take_answer(p, &said, now);
			continue;
		}
		if (said.status.state != p->status.state ||
			strcmp(said.status.note, p->status.note) != 0)
			p->next_news = 0;
		p->status = said.status;
	}
}

/* News. */

static const char *state_name(enum history_state state)
{
	static const char *const names[] = {
		[HISTORY_STARTING] = "starting",
		[HISTORY_READY] = "ready",
		[HISTORY_BUSY] = "ready",
		[HISTORY_FULL] = "full",
		[HISTORY_FAILING] = "failing",
		[HISTORY_OFF] = "unusable",
	};

	return names[state];
}

/* "/…/history.db: 1,234 addresses and networks, 2.1M; it was damaged, …" */
static void put_note(const struct history_feed *p, char *buf, size_t cap)
{
	const struct history_status *s = &p->status;
	char path[160], size[8];

	path[text_sanitise(path, sizeof path - 1, str_of(p->path))] = '\0';
	text_bytes(size, s->bytes);
	if (is_off(p) || s->state == HISTORY_STARTING)
		snprintf(buf, cap, "%s", s->note[0] ? s->note : path);
	else
		snprintf(buf, cap, "%s%s%s: %llu addresses and networks, %s", s->note,
			s->note[0] ? "; " : "", path, (unsigned long long)s->rows, size);
}

/* The operator hears once of each thing that is wrong. */
static void note_trouble(struct history_feed *p, usec_t now)
{
	struct event e = event_make(EVENT_NOTE, now);
	char text[HISTORY_NOTE_MAX + 32];

	if (!p->status.note[0] || strcmp(p->told_note, p->status.note) == 0)
		return;
	text_copy(p->told_note, sizeof p->told_note, str_of(p->status.note));
	snprintf(text, sizeof text, "history: %s", p->status.note);
	e.note.text = str_of(text);
	event_put(p->sink, &e);
}

void history_feed_tell(struct history_feed *p, usec_t now)
{
	struct event e = event_make(EVENT_ENRICHER, now);
	char note[HISTORY_NOTE_MAX + 256];
	bool on = p->history && !is_off(p);

	e.enricher.what = STR_LIT(HISTORY_ENRICHER);
	if (p->history) {
		put_note(p, note, sizeof note);
		e.enricher.state = str_of(state_name((enum history_state)p->status.state));
		e.enricher.note = text_clip(str_of(note), ENRICHER_NOTE_MAX - 1);
	} else {
		e.enricher.state = str_of(p->why.text[0] ? "unusable" : "off");
		e.enricher.note = p->why.text[0] ? str_of(p->why.text)
						 : STR_LIT("--no-history, or history.enabled = "
							   "false");
	}
	if (on) {
		e.enricher.asked = p->questions;
		e.enricher.answered = p->status.answered;
		e.enricher.failed = p->status.failed;
		e.enricher.waiting = history_waiting(p->history);
		e.enricher.dropped = p->dropped;
	}
	event_put(p->sink, &e);
	note_trouble(p, now);
	p->next_news = now + NEWS_EVERY;
}

static void tell_news(struct history_feed *p, usec_t now)
{
	uint64_t sum =
		p->questions + p->status.answered + p->dropped + p->status.rows + p->status.failed;

	if (now < p->next_news || (p->next_news && sum == p->told))
		return;
	p->told = sum;
	history_feed_tell(p, now);
}

/* A taker. */

static void take(struct taker *taker, const struct event *event)
{
	struct history_feed *p = (struct history_feed *)taker;

	if (is_off(p))
		return;
	meet(p);
	if (event->kind == EVENT_FLAG)
		take_flag(p, &event->flag, event->ts);
	else if (event->kind == EVENT_BLOCK)
		take_block(p, &event->block, event->ts);
}

static void wake(struct history_feed *p)
{
	if (p->woken)
		history_wake(p->history);
	p->woken = false;
}

static void start(struct history_feed *p)
{
	int err = history_start(p->history);

	p->started = true;
	if (!err)
		return;
	p->status.state = HISTORY_OFF;
	snprintf(p->status.note, sizeof p->status.note, "cannot start its thread: %s",
		strerror(-err));
}

static bool poll_feed(struct taker *taker, usec_t now)
{
	struct history_feed *p = (struct history_feed *)taker;

	if (!p->started)
		start(p);
	take_said(p, now);
	if (!is_off(p)) {
		ask_some(p);
		walk_some(p, now);
		wake(p);
	}
	tell_news(p, now);
	return false;
}

static int make_tables(struct history_feed *p)
{
	size_t hosts = p->model->limits.hosts;

	p->handed = calloc(hosts, sizeof *p->handed);
	p->asked = calloc((hosts + 63) / 64, sizeof *p->asked);
	return p->handed && p->asked ? 0 : -ENOMEM;
}

int history_feed_init(struct history_feed *p, const struct options *options,
	const struct model *model, struct event_sink *sink)
{
	int err = 0;

	*p = (struct history_feed){
		.taker = {.name = "history", .kinds = TAKER_ALL, .take = take, .poll = poll_feed},
		.model = model,
		.sink = sink,
		.walk_at = POOL_NONE,
	};
	if (!options->history)
		return 0;
	if (!history_path(options, p->path)) {
		reason_set(
			&p->why, "no place for it: there is no home directory; set history.path");
		return 0;
	}
	const struct history_options how = {
		.path = p->path,
		.is_usual = !options->history_path,
		.max_rows = options->history_max_addresses,
		.max_age = options->history_max_age,
	};
	err = model ? make_tables(p) : 0;
	if (!err)
		p->history = history_new(&how, &err);
	if (!err || err == -ENOMEM)
		return err;
	reason_set(&p->why, "%.200s: %s", p->path, strerror(-err));
	return 0;
}

void history_feed_done(struct history_feed *p)
{
	history_end(p->history, 0);
	p->history = NULL;
	free(p->handed);
	free(p->asked);
	p->handed = NULL;
	p->asked = NULL;
}

int history_feed_fd(const struct history_feed *p)
{
	return p->history ? history_fd(p->history) : -1;
}

static usec_t left_until(usec_t deadline)
{
	usec_t left = deadline - clock_usec(CLOCK_MONOTONIC);

	return left > 0 ? left : 0;
}

void history_feed_settle(struct history_feed *p, usec_t patience)
{
	usec_t deadline = clock_usec(CLOCK_MONOTONIC) + patience;

	while (p->started && !is_off(p) && left_until(deadline) &&
		(p->unasked || p->answers < p->questions)) {
		ask_some(p);
		wake(p);
		struct pollfd fd = {.fd = history_fd(p->history), .events = POLLIN};
		poll(&fd, 1, SETTLE_PAUSE);
		take_said(p, clock_now());
	}
	if (p->history)
		tell_news(p, clock_now());
}

/* The hosts that a walk has still to come to. */
static uint64_t count_left(const struct history_feed *p)
{
	uint64_t left = 0;

	for (uint32_t id = p->walk_at == POOL_NONE ? POOL_NONE
						   : model_next_host(p->model, p->walk_at);
		id != POOL_NONE; id = model_next_host(p->model, id + 1))
		left += is_worth_keeping(model_host(p->model, id));
	return left;
}

static void hand_over_rest(struct history_feed *p, usec_t deadline)
{
	/* A walk that is under way began too early to have seen the end. */
	p->walk_at = p->started ? 0 : POOL_NONE;
	take_said(p, clock_now());
	while (!is_off(p) && p->walk_at != POOL_NONE && !walk(p, UINT32_MAX) &&
		left_until(deadline)) {
		wake(p);
		poll(NULL, 0, SETTLE_PAUSE);
		take_said(p, clock_now());
	}
}

void history_feed_finish(struct history_feed *p, usec_t patience, struct reason *lost)
{
	usec_t deadline = clock_usec(CLOCK_MONOTONIC) + patience;

	lost->text[0] = '\0';
	if (!p->history)
		return;
	hand_over_rest(p, deadline);
	uint64_t n = count_left(p) + p->dropped;
	bool off = is_off(p);
	n += history_end(p->history, left_until(deadline));
	p->history = NULL;
	if (n && !off) /* else it was said at the start that nothing is kept */
		reason_set(lost, "history: %llu change%s not written in time: %.200s",
			(unsigned long long)n, n == 1 ? " was" : "s were",
			p->status.note[0] ? p->status.note : "the disk or the machine is too slow");
}
