/* SPDX-License-Identifier: MIT
 *
 * Stories for the judgement: a small site with visitors, watched by a model and the judgement as
 * the program joins them, second after second. A story says what somebody does there, too little
 * and just enough to be flagged, and what looks alike and is innocent.
 */
#ifndef NG_TESTS_STORIES_H
#define NG_TESTS_STORIES_H

#include "unit.h"

#include "app/hub.h"
#include "base/jsonw.h"
#include "detect/detect.h"
#include "event/json_write.h"
#include "lib/flag_ear.h"
#include "model/model.h"

#define STORY_T0    (INT64_C(1795335400) * USEC_PER_SEC)
#define STORY_CONNS 256
#define VISITORS    40
#define WARM        75 /* seconds, after which what is usual is known */

/* A connection that stays; each listing reports it. */
struct story_conn {
	struct addr ip;
	uint16_t port, lport;
	uint8_t state;
	uint64_t rx, tx, txq;
};

struct world {
	struct hub hub;
	struct taker keeper, listener; /* model and ear, as takers */
	struct model *model;
	struct detect *detect;
	struct flag_ear *ear;
	usec_t now; /* when the second that is played begins */
	unsigned second, puts;
	struct story_conn conns[STORY_CONNS];
	unsigned conn_count;
	uint16_t port;
	uint64_t lines, rejected, ignored;
	struct event_tcp_stats stats; /* of each second */
	struct jsonw told;            /* all that the judgement said */

	/* What is wrong with the site: parts in percent. */
	unsigned unlogged, slow;
	unsigned absent; /* of the visits, those that are not made */
	bool proxied;    /* all come through a proxy */
};

#define WORLD_OF(member, taker) \
	((struct world *)(void *)((char *)(taker)-offsetof(struct world, member)))

static inline void world_keep(struct taker *taker, const struct event *event)
{
	model_apply(WORLD_OF(keeper, taker)->model, event);
}

static inline void world_listen(struct taker *taker, const struct event *event)
{
	struct world *w = WORLD_OF(listener, taker);
	const char *wrong = ear_hear(w->ear, event);

	if (wrong)
		fail_msg("second %u, %.*s of \"%.*s\": %s", w->second, (int)event->flag.flag.n,
			event->flag.flag.p, (int)event->flag.who.n, event->flag.who.p, wrong);
	json_put_event(&w->told, event);
}

static inline void put(struct world *w, struct event *e)
{
	e->ts = w->now + 20 * (usec_t)w->puts++;
	event_put(&w->hub.sink, e);
}

static inline void put_start(struct world *w, uint64_t seed)
{
	struct event e = event_make(EVENT_START, 0), s = event_make(EVENT_SOURCE, 0);

	e.start.host = STR_LIT("site");
	e.start.seed = seed;
	put(w, &e);
	s.source.source = STR_LIT("ebpf");
	s.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES | CAN_SEE_SYN_SOURCES;
	put(w, &s);
}

static inline struct world *world_with(const struct model_limits *limits, uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);
	char reason[160];
	int err;

	assert_non_null(w);
	hub_init(&w->hub);
	w->ear = calloc(1, sizeof *w->ear);
	assert_non_null(w->ear);
	w->model = model_new(limits);
	assert_non_null(w->model);
	w->detect = detect_new(
		&(struct detect_options){.model = w->model, .sink = &w->hub.sink}, &err, reason);
	assert_non_null(w->detect);
	w->keeper = (struct taker){.name = "model", .kinds = TAKER_ALL, .take = world_keep};
	w->listener = (struct taker){.name = "ear",
		.kinds = TAKER_KIND(EVENT_FLAG) | TAKER_KIND(EVENT_VERDICT),
		.take = world_listen};
	hub_join(&w->hub, &w->keeper);
	hub_join(&w->hub, detect_taker(w->detect));
	hub_join(&w->hub, &w->listener);
	w->now = STORY_T0;
	w->stats = (struct event_tcp_stats){.accept_port = 80, .accept_limit = 100};
	put_start(w, seed);
	return w;
}

static inline struct world *world_new(void)
{
	return world_with(&MODEL_LIMITS_DEFAULT, 7);
}

static inline void world_free(struct world *w)
{
	hub_done(&w->hub);
	detect_free(w->detect);
	model_free(w->model);
	jsonw_done(&w->told);
	free(w->ear);
	free(w);
}

/* Addresses. */

static inline struct addr v4(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return addr_from_v4((const uint8_t[4]){(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d});
}

/* The one who does it, others of his network, and such as have nothing in common. */
static inline struct addr culprit(void)
{
	return v4(203, 0, 113, 9);
}

static inline struct addr neighbour(unsigned i)
{
	return v4(203, 0, 113, 10 + i % 200);
}

static inline struct addr stranger(unsigned i)
{
	return v4(90 + i / 40000 % 8, i / 200 % 200, 1 + i % 200, 1 + i % 250);
}

/* Requests. */

static inline struct event asked(struct addr ip, const char *path, unsigned status)
{
	struct event e = event_make(EVENT_REQUEST, 0);

	e.request.ip = ip;
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.proto = STR_LIT("HTTP/1.1");
	e.request.agent = STR_LIT("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
	e.request.status = status;
	e.request.bytes = 1000;
	return e;
}

static inline void put_asked(struct world *w, struct event *e)
{
	w->lines++;
	put(w, e);
}

static inline void ask(struct world *w, struct addr ip, const char *path, unsigned status)
{
	struct event e = asked(ip, path, status);

	put_asked(w, &e);
}

/* "/doc/17" for "/doc/%u". */
__attribute__((format(printf, 3, 5))) static inline void ask_for(
	struct world *w, struct addr ip, const char *format, unsigned status, ...)
{
	char path[128];
	va_list args;

	va_start(args, status);
	vsnprintf(path, sizeof path, format, args);
	va_end(args);
	ask(w, ip, path, status);
}

static inline void log_in(struct world *w, struct addr ip, unsigned status)
{
	struct event e = asked(ip, "/login", status);

	e.request.method = STR_LIT("POST");
	put_asked(w, &e);
}

/* One of some agents. */
static inline struct str agent_no(unsigned i)
{
	static const char *const agents[] = {"Mozilla/5.0 (Windows NT 10.0) Chrome/138",
		"Mozilla/5.0 (Macintosh) Safari/605", "Mozilla/5.0 (iPhone) Mobile/15E148",
		"Mozilla/5.0 (X11; Linux x86_64) Firefox/141",
		"Mozilla/5.0 (Android 15) Chrome/139", "Mozilla/5.0 (Windows NT 10.0) Edg/138",
		"Mozilla/5.0 (iPad) Safari/604", "Opera/9.80 (Windows NT 6.1)"};

	return str_of(agents[i % ARRAY_LEN(agents)]);
}

/* Connections to 192.0.2.1. */

static inline void put_conn(struct world *w, const struct story_conn *c, uint8_t was)
{
	struct event e = event_make(EVENT_CONN, 0);

	e.conn = (struct event_conn){EVENT_CONN_ABSENT};
	e.conn.ip = c->ip;
	e.conn.lip = v4(192, 0, 2, 1);
	e.conn.port = c->port;
	e.conn.lport = c->lport;
	e.conn.was = was;
	e.conn.state = c->state;
	e.conn.dir = DIR_IN;
	e.conn.rx = c->rx;
	e.conn.tx = c->tx;
	e.conn.txq = c->txq;
	put(w, &e);
}

static inline uint16_t next_port(struct world *w)
{
	w->port = w->port < 60000 ? (uint16_t)(w->port + 1) : 1024;
	return w->port;
}

static inline struct story_conn *add_conn(
	struct world *w, struct addr ip, uint16_t lport, uint8_t state)
{
	assert_in_range(w->conn_count, 0, STORY_CONNS - 1);
	struct story_conn *c = &w->conns[w->conn_count++];
	*c = (struct story_conn){.ip = ip, .port = next_port(w), .lport = lport, .state = state};
	return c;
}

/* A connection that stays, with its handshake. */
static inline struct story_conn *hold(struct world *w, struct addr ip, uint16_t lport)
{
	struct story_conn *c = add_conn(w, ip, lport, TCP_ESTABLISHED);

	put_conn(w, c, TCP_SYN_RECV);
	return c;
}

static inline void half_open(struct world *w, struct addr ip, uint16_t lport)
{
	put_conn(w, add_conn(w, ip, lport, TCP_SYN_RECV), TCP_STATE_NONE);
}

/* All that stay go. */
static inline void hang_up(struct world *w)
{
	while (w->conn_count) {
		struct story_conn *c = &w->conns[--w->conn_count];
		uint8_t was = c->state;
		c->state = TCP_CLOSE;
		put_conn(w, c, was);
	}
}

/* One that comes and goes. */
static inline void come_and_go(struct world *w, struct addr ip, uint64_t rx, uint64_t tx)
{
	struct story_conn c = {
		.ip = ip, .port = next_port(w), .lport = 443, .state = TCP_ESTABLISHED};

	put_conn(w, &c, TCP_SYN_RECV);
	c.state = TCP_CLOSE;
	c.rx = rx;
	c.tx = tx;
	put_conn(w, &c, TCP_ESTABLISHED);
}

/* The site's days. */

static inline void put_visit(struct world *w, unsigned visitor, const char *path, bool part)
{
	struct event e = asked(v4(81, 2, visitor, 7), path, 200);

	if (part)
		e.request.referer = STR_LIT("https://site.example/page");
	e.request.agent = agent_no(visitor);
	e.request.took_us = w->lines % 10 * 10 < w->slow ? 3000000 : 20000;
	if (w->proxied) {
		e.request.client = e.request.ip;
		e.request.ip = v4(198, 18, 0, 1);
	}
	put_asked(w, &e);
}

static inline void visit(struct world *w, unsigned visitor)
{
	char path[32];

	come_and_go(w, w->proxied ? v4(198, 18, 0, 1) : v4(81, 2, visitor, 7), 700, 20000);
	if (visitor * 100 / VISITORS < w->unlogged)
		return;
	snprintf(path, sizeof path, "/page/%u", w->second / 5 % 8);
	put_visit(w, visitor, path, false);
	put_visit(w, visitor, "/style.css", true);
	put_visit(w, visitor, "/logo.png", true);
}

static inline void put_rest(struct world *w)
{
	struct event listing = event_make(EVENT_LISTING, 0), log = event_make(EVENT_LOG, 0);
	struct event stats = event_make(EVENT_TCP_STATS, 0);

	for (unsigned i = 0; i < w->conn_count; i++)
		put_conn(w, &w->conns[i], w->conns[i].state);
	listing.listing.full = 1;
	listing.listing.sockets = w->conn_count;
	put(w, &listing);
	log.log = (struct event_log){.log = STR_LIT("/var/log/nginx/access.log"),
		.state = LOG_READING,
		.lines = w->lines + w->rejected + w->ignored,
		.rejected = w->rejected,
		.ignored = w->ignored};
	put(w, &log);
	stats.tcp_stats = w->stats;
	put(w, &stats);
}

typedef void deed(struct world *w, unsigned s, unsigned n);

/* A second, in which somebody acts, for the s-th time. */
static inline void play(struct world *w, deed *act, unsigned s, unsigned n)
{
	struct event tick = event_make(EVENT_TICK, 0);

	w->puts = 0;
	for (unsigned i = 0; i < 2; i++)
		if ((w->second * 2 + i) * 37 % 100 >= w->absent)
			visit(w, (w->second * 2 + i) % VISITORS);
	if (act)
		act(w, s, n);
	put_rest(w);
	w->now += USEC_PER_SEC;
	w->puts = 0;
	put(w, &tick);
	w->second++;
}

static inline void play_for(struct world *w, deed *act, unsigned n, unsigned seconds)
{
	for (unsigned s = 0; s < seconds; s++)
		play(w, act, s, n);
}

/* Judgements. */

static inline const struct flag *flag_on(const struct world *w, enum flag_id id, uint8_t scope)
{
	const struct flags *f = &w->model->flags;

	for (uint32_t at = flags_next(f, 0); at != POOL_NONE; at = flags_next(f, at + 1))
		if (strcmp(flags_at(f, at)->name, flag_defs[id].name) == 0 &&
			flags_at(f, at)->scope == scope)
			return flags_at(f, at);
	return NULL;
}

struct story {
	enum flag_id flag;
	uint8_t scope;
	const char *who; /* begins so; NULL: nobody is named */
	deed *act;
	unsigned below, at; /* its n: not enough, and enough */
	unsigned within,
		lasts;  /* seconds until it must be flagged (30), and that it goes on (40) */
	unsigned fades; /* seconds that it may still be flagged afterwards (120) */
	void (*prepare)(struct world *w);
	deed *alike; /* innocent, and never flagged */
};

static inline struct world *begin_story(const struct story *s)
{
	struct world *w = world_new();

	if (s->prepare)
		s->prepare(w);
	play_for(w, NULL, 0, WARM);
	return w;
}

/* What was done to the site is undone. */
static inline void end_act(struct world *w)
{
	hang_up(w);
	w->unlogged = w->slow = w->absent = 0;
	w->stats.accept_queue = w->stats.cookies_sent = w->stats.listen_overflows = 0;
}

static inline void never_flagged(const struct story *s, deed *act, unsigned n, const char *what)
{
	struct world *w = begin_story(s);

	play_for(w, act, n, s->lasts ? s->lasts : 40);
	end_act(w);
	play_for(w, NULL, 0, 10);
	if (w->ear->begun[s->flag])
		fail_msg("%s: flagged %s", flag_defs[s->flag].name, what);
	world_free(w);
}

static inline void check_words(const struct story *s, const struct flag *f)
{
	if (s->who ? strncmp(f->who, s->who, strlen(s->who)) != 0 : f->who[0] != '\0')
		fail_msg("%s: of \"%s\", expected \"%s\"", f->name, f->who, s->who ? s->who : "");
	assert_string_equal(f->disproof, flag_defs[s->flag].disproof);
	assert_true(f->evidence[0]);
	assert_true(f->severity >= flag_defs[s->flag].severity);
	if (s->scope == SCOPE_HOST || s->scope == SCOPE_NETWORK)
		assert_true(f->prefix_count);
}

static inline void flagged_and_over(const struct story *s)
{
	struct world *w = begin_story(s);
	unsigned lasts = s->lasts ? s->lasts : 40, within = s->within ? s->within : 30;
	unsigned fades = s->fades ? s->fades : 120, at = 0;
	const char *name = flag_defs[s->flag].name;

	for (unsigned i = 0; i < lasts; i++) {
		play(w, s->act, i, s->at);
		const struct flag *f = flag_on(w, s->flag, s->scope);
		if (f && !at) {
			at = i + 1;
			check_words(s, f);
		}
	}
	if (at && !flag_on(w, s->flag, s->scope))
		fail_msg("%s: over while it goes on", name);
	if (!at || at > within)
		fail_msg("%s: flagged after %u s, expected within %u: %s", name, at, within,
			w->model->machine->verdict.text);
	end_act(w);
	for (at = 0; at < fades && flag_on(w, s->flag, s->scope); at++)
		play(w, NULL, 0, 0);
	if (flag_on(w, s->flag, s->scope) || at < flag_defs[s->flag].off_after)
		fail_msg("%s: over after %u s, expected %u to %u", name, at,
			flag_defs[s->flag].off_after, fades);
	world_free(w);
}

static inline void play_story(const struct story *s)
{
	never_flagged(s, s->act, s->below, "below its thresholds");
	flagged_and_over(s);
	if (s->alike)
		never_flagged(s, s->alike, s->at, "what looks alike");
}

/* A story as a test of its own, which is named after its flag. */
static inline void story_test_body(void **state)
{
	play_story(*state);
}

static inline struct CMUnitTest story_test(const struct story *s)
{
	return (struct CMUnitTest){.name = flag_defs[s->flag].name,
		.test_func = story_test_body,
		.initial_state = (void *)(uintptr_t)s};
}

/* Each flag has a file of stories that it belongs to. */
#define FLAG_BIT(flag) (UINT64_C(1) << FLAG_##flag)
#define STORIES_MACHINE                                                            \
	(FLAG_BIT(ACCEPT_QUEUE) | FLAG_BIT(ERROR_SURGE) | FLAG_BIT(TRAFFIC_GONE) | \
		FLAG_BIT(SLOW_ANSWERS) | FLAG_BIT(LIMITER) | FLAG_BIT(UNPARSED))
#define STORIES_CONNS                                                           \
	(FLAG_BIT(SYN_FLOOD) | FLAG_BIT(SYN_SPOOFED) | FLAG_BIT(SLOW_REQUEST) | \
		FLAG_BIT(SLOW_READ) | FLAG_BIT(SILENT) | FLAG_BIT(CONN_HOG) |   \
		FLAG_BIT(TLS_CHURN) | FLAG_BIT(HALF_OPEN) | FLAG_BIT(BANDWIDTH))
#define STORIES_HERDS \
	(FLAG_BIT(PATH_FLOOD) | FLAG_BIT(CACHE_BUST) | FLAG_BIT(STUFFING) | FLAG_BIT(AGENT_FLOOD))
#define STORIES_TRAILS                                                                          \
	(FLAG_BIT(H2_BURST) | FLAG_BIT(QUIC_FLOOD) | FLAG_BIT(BURST) | FLAG_BIT(CRAWLER) |      \
		FLAG_BIT(FAKE_CRAWLER) | FLAG_BIT(SCANNER) | FLAG_BIT(EXPLOIT) |                \
		FLAG_BIT(FORGED_CLIENT) | FLAG_BIT(DIRECT_ORIGIN) | FLAG_BIT(AGENT_SWITCHING) | \
		FLAG_BIT(GARBAGE))
#define STORIES_QUIC   FLAG_BIT(INITIAL_FLOOD)
#define STORIES_LOGINS (FLAG_BIT(SSH_BREAK_IN) | FLAG_BIT(SSH_BRUTE_FORCE) | FLAG_BIT(BRUTE_FORCE))

_Static_assert((STORIES_MACHINE | STORIES_CONNS | STORIES_HERDS | STORIES_TRAILS | STORIES_LOGINS |
		       STORIES_QUIC) == (UINT64_C(1) << FLAGS) - 1,
	"each flag has a story");

static inline void check_stories(const struct story *stories, size_t n, uint64_t due)
{
	uint64_t told = 0, alike = 0;

	for (size_t i = 0; i < n; i++) {
		told |= UINT64_C(1) << stories[i].flag;
		alike |= (uint64_t)(stories[i].alike != NULL) << stories[i].flag;
	}
	for (int i = 0; i < FLAGS; i++) {
		if (due >> i & 1 && !(told >> i & 1))
			fail_msg("%s has no story", flag_defs[i].name);
		if (due >> i & 1 && !(alike >> i & 1))
			fail_msg("%s has no story of what looks alike", flag_defs[i].name);
	}
	assert_int_equal(told & ~due, 0);
}

#endif
