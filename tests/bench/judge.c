// SPDX-License-Identifier: MIT
/* judge: what the judgement takes of one core: at 100 000 requests/s, at 100 000 SYN/s, and its
 * second's walk when every table is full. The model alone is measured beside it. */
#include "base/hash.h"
#include "detect/detect.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SECONDS 6
#define WARM    2 /* of these, not counted: tables fill, pages are given out */
#define RATE    100000u
#define START   (INT64_C(1700000000) * USEC_PER_SEC)
#define SOURCES 20000u
#define BATCH   16u

static struct model *model;
static struct detect *detect;
static bool judging;

/* A hub of two. */
static void put(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	model_apply(model, event);
	if (judging && (detect_taker(detect)->kinds & TAKER_KIND(event->kind)))
		detect_taker(detect)->take(detect_taker(detect), event);
}

static void swallow(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	(void)event;
}

static double ticks; /* CPU seconds of the second's judgements */
static struct event_sink sink = {.put = put}, nowhere = {.put = swallow};

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t step(void)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static void begin(bool with)
{
	char reason[160];
	int err;

	judging = with;
	model = model_new(&MODEL_LIMITS_DEFAULT);
	if (!model)
		abort();
	detect = detect_new(
		&(struct detect_options){.model = model, .sink = &nowhere}, &err, reason);
	if (!detect)
		abort();
}

static void end(void)
{
	detect_free(detect);
	model_free(model);
}

static void tick(usec_t now)
{
	struct event e = event_make(EVENT_TICK, now);

	put(&sink, &e);
}

static struct addr address(uint32_t n)
{
	const uint8_t b[4] = {
		(uint8_t)(11 + n / (1 << 24)), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	return addr_from_v4(b);
}

struct texts {
	char path[64], agent[160];
};

static void make_request(struct event *e, struct texts *t, usec_t now)
{
	double u = step() / 2147483648.0;
	uint32_t source = step() % SOURCES;
	int n = snprintf(t->path, sizeof t->path, "/shop/articles/page%u.html",
		(unsigned)(3000 * u * u * u));
	int k = snprintf(t->agent, sizeof t->agent,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		"Chrome/%u.0.0.0 Safari/537.36",
		source % 200);

	*e = event_make(EVENT_REQUEST, now);
	e->request.ip = address(source * 16);
	e->request.method = STR_LIT("GET");
	e->request.path = (struct str){t->path, (size_t)n};
	e->request.agent = (struct str){t->agent, (size_t)k};
	e->request.proto = STR_LIT("HTTP/1.1");
	e->request.referer = STR_LIT("https://www.example.org/");
	e->request.status = 200;
	e->request.bytes = 5000;
}

/* CPU seconds of the sink alone: making the events is not counted. */
static double requests(bool with)
{
	static struct event events[BATCH];
	static struct texts texts[BATCH];
	double used = 0;

	begin(with);
	for (uint32_t i = 0; i < SECONDS * RATE; i += BATCH) {
		usec_t now = START + (usec_t)i * USEC_PER_SEC / RATE;
		for (uint32_t k = 0; k < BATCH; k++)
			make_request(&events[k], &texts[k], now);
		double from = cpu_s();
		model_prefetch(model, events, BATCH);
		if (with && detect_taker(detect)->prefetch)
			detect_taker(detect)->prefetch(detect_taker(detect), events, BATCH);
		for (uint32_t k = 0; k < BATCH; k++)
			put(&sink, &events[k]);
		if (i % RATE < BATCH) {
			double at = cpu_s();
			tick(now);
			ticks += i >= WARM * RATE ? cpu_s() - at : 0;
		}
		used += i >= WARM * RATE ? cpu_s() - from : 0;
	}
	end();
	return used;
}

/* The kernel counts SYNs; a few hundred events a second tell of them. Half-open connections are
 * found by listings, as many as a backlog holds. */
static double syns(bool with)
{
	double used = 0;
	uint32_t conns = 0;

	begin(with);
	for (uint32_t s = 0; s < SECONDS; s++) {
		usec_t now = START + s * USEC_PER_SEC;
		double from = cpu_s();
		for (uint32_t i = 0; i < 512; i++) {
			struct event e = event_make(EVENT_SYN, now);
			e.syn.ip = address(step());
			e.syn.n = RATE / 512;
			put(&sink, &e);
		}
		for (uint32_t i = 0; i < 4096; i++, conns++) {
			struct event e = event_make(EVENT_CONN, now);
			e.conn.ip = address(step());
			e.conn.lip = address(1);
			e.conn.port = (uint16_t)conns;
			e.conn.lport = 443;
			e.conn.dir = DIR_IN;
			e.conn.state = TCP_SYN_RECV;
			put(&sink, &e);
		}
		tick(now);
		used += cpu_s() - from;
	}
	end();
	return used;
}

/* Every table full: the longest of ten ticks. */
static double full(bool with)
{
	double longest = 0;

	begin(with);
	for (uint32_t i = 0; i < MODEL_LIMITS_DEFAULT.conns; i++) {
		struct event e = event_make(EVENT_CONN, START);
		e.conn.ip = address(i / 4 * 64);
		e.conn.lip = address(1);
		e.conn.port = (uint16_t)(i % 60000);
		e.conn.lport = 443;
		e.conn.dir = DIR_IN;
		e.conn.was = TCP_SYN_RECV;
		e.conn.state = TCP_ESTABLISHED;
		put(&sink, &e);
	}
	for (int s = 0; s < 10; s++) {
		double from = cpu_s();
		tick(START + s * USEC_PER_SEC);
		double took = cpu_s() - from;
		if (took > longest)
			longest = took;
	}
	end();
	return longest;
}

int main(void)
{
	double alone = requests(false);
	ticks = 0;
	double both = requests(true);
	double n = (double)RATE * (SECONDS - WARM);

	printf("a request: %.0f ns by the model, %.0f by the judgement beside it (%.2f of it)\n",
		alone / n * 1e9, (both - alone) / n * 1e9, (both - alone) / alone);
	printf("at %u requests/s: %.1f%% of a core for the judgement (goal: 5), %.1f%% of that its "
	       "ticks\n",
		RATE, (both - alone) / (SECONDS - WARM) * 100, ticks / (SECONDS - WARM) * 100);
	alone = syns(false);
	both = syns(true);
	printf("at %u SYN/s: %.1f%% of a core (goal: 5)\n", RATE, (both - alone) / SECONDS * 100);
	alone = full(false);
	both = full(true);
	printf("all tables full: %.1f ms the longest tick, %.1f of these the model's (goal: 5)\n",
		both * 1e3, alone * 1e3);
	return 0;
}
