// SPDX-License-Identifier: MIT
/* Any bytes are a sequence of events, whose times leap forward and back. They go through a model
 * and the judgement, and what that says must make sense: see flag_ear.h. */
#include "../lib/flag_ear.h"

#include "app/hub.h"
#include "detect/detect.h"
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define T0         (INT64_C(1795335400) * USEC_PER_SEC)
#define EVENTS_MAX 20000
#define TICKS_MAX  400

static struct world {
	struct hub hub;
	struct taker keeper, listener;
	struct model *model;
	struct flag_ear ear;
	const uint8_t *p, *end;
	usec_t now;
	uint32_t events, ticks, n;
	char text[512];
} w;

static struct detect *detect; /* its tables of words take long to make */

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "judge_fuzz: %s\n", what);
	abort();
}

static void keep(struct taker *taker, const struct event *event)
{
	(void)taker;
	model_apply(w.model, event);
}

static void listen(struct taker *taker, const struct event *event)
{
	const char *wrong = ear_hear(&w.ear, event);

	(void)taker;
	require(!wrong, wrong);
}

/* Small tables, so that a short input fills them. */
static struct model *make_model(void)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.hosts = limits.conns = 256;
	limits.closed = limits.idle_networks = 16;
	limits.owners = limits.netns = limits.places = 4;
	limits.journal_bytes = 1u << 16;
	struct model *m = model_new(&limits);
	require(m != NULL, "no memory");
	return m;
}

static uint8_t byte(void)
{
	return w.p < w.end ? *w.p++ : 0;
}

static uint64_t number(void)
{
	uint8_t b = byte();

	/* A byte says which: nothing known, something small, or something large. */
	return b == 255  ? ABSENT
	       : b > 240 ? UINT64_MAX >> (b & 31)
	       : b > 200 ? (uint64_t)b << 10
			 : b;
}

static struct addr address(unsigned b)
{
	const uint8_t four[4] = {
		b & 1 ? 203 : (uint8_t)(80 + b / 3), 0, (uint8_t)(b / 16), (uint8_t)b};
	const uint8_t six[16] = {0x20, 1, 0xd, 0xb8, 0, (uint8_t)(b / 64), 0, (uint8_t)b, [15] = 1};

	if (b == 0)
		return (struct addr){{0}};
	return b % 5 == 4 ? addr_from_v6(six) : addr_from_v4(four);
}

static struct str text(void)
{
	static const char *const texts[] = {NULL, "", "GET", "POST", "/", "/login", "/.env",
		"/.git/config", "/wp-login.php", "/style.css", "/?x=1", "/item/123456", "HTTP/1.1",
		"HTTP/2.0", "HTTP/3.0", "Mozilla/5.0 Firefox/140", "Googlebot/2.1", "sqlmap/1.8",
		"https://a.example/b", "10.0.0.1", "TLS", "PROPFIND", "127.0.0.1:9000"};
	uint8_t b = byte();
	char raw[256];
	size_t n = 0;

	if (b < 200)
		return texts[b % ARRAY_LEN(texts)] ? str_of(texts[b % ARRAY_LEN(texts)])
						   : STR_ABSENT;
	for (size_t most = b < 230 ? 12 : sizeof raw; n < most && w.p < w.end && *w.p; n++)
		raw[n] = (char)*w.p++;
	byte();
	n = text_sanitise(w.text, sizeof w.text, (struct str){raw, n});
	return (struct str){w.text, n};
}

static struct event next(enum event_kind kind)
{
	return event_make(kind, w.now);
}

static void put(struct event *e)
{
	if (w.events++ < EVENTS_MAX)
		event_put(&w.hub.sink, e);
}

static void put_request(void)
{
	struct event e = next(EVENT_REQUEST);
	uint8_t b = byte();

	e.request.ip = address(b);
	if (b % 7 == 6)
		e.request.client = address(byte());
	e.request.status = (uint64_t)(byte() % 6) * 100 + byte() % 32;
	e.request.method = b % 3 ? STR_LIT("GET") : STR_LIT("POST");
	e.request.proto = b % 2 ? STR_LIT("HTTP/2.0") : STR_LIT("HTTP/1.1");
	struct str *const texts[] = {&e.request.method, &e.request.path, &e.request.proto,
		&e.request.referer, &e.request.agent, &e.request.claims, &e.request.vhost,
		&e.request.kind};
	*texts[byte() % ARRAY_LEN(texts)] = text();
	if (!e.request.path.p)
		e.request.path = STR_LIT("/login");
	if (b % 11 == 3)
		e.request.took_us = number();
	if (b % 13 == 3)
		e.request.logged = w.now - (usec_t)byte() * USEC_PER_SEC;
	e.request.cut = b == 17;
	uint32_t times = 1u + byte() % 64;
	for (uint32_t i = 0; i < times; i++, w.n++) {
		if (b % 2)
			e.request.ip = address(b + w.n % 41);
		put(&e);
	}
}

static void put_conn(void)
{
	static const uint16_t ports[] = {80, 443, 22, 9000};
	struct event e = next(EVENT_CONN);
	uint8_t b = byte(), of = byte();

	e.conn = (struct event_conn){EVENT_CONN_ABSENT};
	e.conn.ip = address(b);
	e.conn.lip = address(of % 3);
	e.conn.port = of;
	e.conn.lport = ports[of % ARRAY_LEN(ports)];
	e.conn.state = byte() % (TCP_STATES + 1);
	e.conn.was = byte() % (TCP_STATES + 1);
	e.conn.dir = of % 8 ? DIR_IN : of % 3;
	e.conn.rx = number();
	e.conn.tx = number();
	e.conn.txq = number();
	uint32_t times = 1u + byte() % 64;
	for (uint32_t i = 0; i < times; i++) {
		e.conn.port = (uint16_t)(of + i);
		if (b % 2)
			e.conn.ip = address(b + i);
		put(&e);
	}
}

static void put_log(void)
{
	struct event e = next(EVENT_LOG);

	e.log.log = text();
	e.log.state = byte() % LOG_STATES;
	e.log.lines = number();
	e.log.rejected = number();
	e.log.rotated = byte();
	e.log.lag = number();
	e.log.skipped = e.log.ignored = 0;
	e.log.buffered = byte() % 8 ? STR_ABSENT : STR_LIT("64k");
	put(&e);
}

static void put_stats(void)
{
	struct event e = next(EVENT_TCP_STATS);
	uint64_t *const numbers[] = {&e.tcp_stats.cookies_sent, &e.tcp_stats.listen_overflows,
		&e.tcp_stats.resets_sent, &e.tcp_stats.accept_port, &e.tcp_stats.accept_queue,
		&e.tcp_stats.accept_limit};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		*numbers[i] = number();
	put(&e);
}

static void put_auth(void)
{
	struct event e = next(EVENT_AUTH);

	e.auth.ip = address(byte());
	e.auth.outcome = byte() % AUTH_OUTCOMES;
	e.auth.times = byte();
	e.auth.method = text();
	put(&e);
}

static void put_web_error(void)
{
	struct event e = next(EVENT_WEB_ERROR);

	e.web_error.ip = address(byte());
	e.web_error.what = byte() % WEB_ERRORS;
	e.web_error.upstream = text();
	put(&e);
}

static void put_short(void)
{
	static const enum event_kind kinds[] = {EVENT_CRAWLER, EVENT_RESETS, EVENT_LISTING,
		EVENT_SOURCE, EVENT_SYN, EVENT_START, EVENT_QUIC};
	struct event e = next(kinds[byte() % ARRAY_LEN(kinds)]);

	if (e.kind == EVENT_CRAWLER) {
		e.crawler.ip = address(byte());
		e.crawler.outcome = byte() % CLAIM_OUTCOMES;
	} else if (e.kind == EVENT_RESETS || e.kind == EVENT_SYN) {
		e.resets.ip = address(byte());
		e.resets.n = number();
	} else if (e.kind == EVENT_QUIC) {
		struct addr from = address(byte());
		e.quic.net = byte() % 2 ? prefix_of(&from, addr_is_v4(&from) ? 24 : 48)
					: (struct prefix){0};
		e.quic.packets = number();
		e.quic.initials = number();
	} else if (e.kind == EVENT_LISTING) {
		e.listing.full = 1;
	} else if (e.kind == EVENT_SOURCE) {
		e.source.source = STR_LIT("ebpf");
		e.source.sees = byte() % 8 ? 7 : byte();
	} else {
		e.start.seed = byte() % 4 ? ABSENT : byte();
	}
	put(&e);
}

static void tick(void)
{
	struct event e;

	w.now += USEC_PER_SEC;
	e = next(EVENT_TICK);
	if (w.ticks++ < TICKS_MAX)
		put(&e);
}

static void leap(void)
{
	static const usec_t by[] = {1000, -1000, 30 * USEC_PER_SEC, -30 * USEC_PER_SEC,
		3600 * USEC_PER_SEC, -86400 * USEC_PER_SEC, 86400 * 365 * USEC_PER_SEC};
	usec_t to = w.now + by[byte() % ARRAY_LEN(by)];

	/* A recording's times are those of this era. */
	if (to > 0 && to < 4 * T0)
		w.now = to;
}

static void tick_on(void)
{
	for (unsigned n = byte() % 32; n > 0; n--)
		tick();
}

static void begin_anew(void)
{
	struct model *m = make_model();

	if (byte() % 4) {
		model_free(m);
		return;
	}
	memset(&w.ear, 0, sizeof w.ear);
	hub_restart(&w.hub, m);
	model_free(w.model);
	w.model = m;
}

static void (*const deeds[])(void) = {put_request, put_conn, tick, put_request, tick_on, put_conn,
	put_request, put_log, put_stats, put_auth, put_web_error, put_short, leap, tick, begin_anew,
	put_request};

static void begin(const uint8_t *data, size_t size)
{
	char reason[160];
	int err;

	memset(&w, 0, sizeof w);
	hub_init(&w.hub);
	w.model = make_model();
	if (!detect)
		detect = detect_new(&(struct detect_options){.model = w.model, .sink = &w.hub.sink},
			&err, reason);
	require(detect != NULL, reason);
	detect_taker(detect)->restart(detect_taker(detect), w.model);
	w.keeper = (struct taker){.name = "model", .kinds = TAKER_ALL, .take = keep};
	w.listener = (struct taker){.name = "ear", .kinds = TAKER_ALL, .take = listen};
	hub_join(&w.hub, &w.keeper);
	hub_join(&w.hub, detect_taker(detect));
	hub_join(&w.hub, &w.listener);
	w.p = data;
	w.end = data + size;
	w.now = T0;
	struct event e = next(EVENT_SOURCE);
	e.source.source = STR_LIT("ebpf");
	e.source.sees = 7;
	put(&e);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Huge pages would be cleared for each input, for tables that it hardly touches. */
int LLVMFuzzerInitialize(int *argc, char ***argv) // NOLINT(readability-non-const-parameter)
{
	(void)argc;
	(void)argv;
	return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin(data, size);
	while (w.p < w.end)
		deeds[byte() % ARRAY_LEN(deeds)]();
	for (int i = 0; i < 3; i++)
		tick();
	/* As many hold as have begun and are not over. */
	require(w.ear.count == w.model->flags.pool.live, "the model holds others than were said");
	hub_done(&w.hub);
	model_free(w.model);
	return 0;
}
