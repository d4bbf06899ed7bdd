// SPDX-License-Identifier: MIT
/* rows: what an order of a full table of addresses takes: all of it, its worst step, and what a key
 * costs once it is there. A line for each case: "name total-ms steps worst-step-ms key-us". */
#include "base/hash.h"
#include "model/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define HOSTS (1u << 18)
#define CONNS 100000u
#define STEP  2048u
#define START (INT64_C(1700000000) * USEC_PER_SEC)
#define KEYS  1000

static struct model *m;
static struct listing listing;

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct addr address(uint32_t n)
{
	uint32_t mixed = n * 2654435761u;
	const uint8_t b[4] = {(uint8_t)(11 + n % 64), (uint8_t)(mixed >> 24),
		(uint8_t)(mixed >> 16 & 15), (uint8_t)n};

	return addr_from_v4(b);
}

static char letter(struct str name)
{
	(void)name;
	return 'F';
}

static void fill(void)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.flag_letter = letter;
	m = model_new(&limits);
	if (!m || listing_init(&listing) < 0)
		abort();
	struct event source = event_make(EVENT_SOURCE, START);
	source.source.source = STR_LIT("ebpf");
	source.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES;
	model_apply(m, &source);
	for (uint32_t i = 0; m->hosts.live < HOSTS - 1; i++) {
		struct event e = event_make(EVENT_REQUEST, START + i);
		e.request.ip = address(i);
		e.request.path = STR_LIT("/shop/");
		e.request.agent = STR_LIT("Mozilla/5.0 (X11; Linux x86_64)");
		e.request.status = 200;
		model_apply(m, &e);
	}
	for (uint32_t i = 0; i < CONNS; i++) {
		struct event e = event_make(EVENT_CONN, START + HOSTS);
		e.conn.ip = address(i * 3);
		e.conn.lport = 443;
		e.conn.port = (uint16_t)(1024 + i / 1000);
		e.conn.state = i % 3 ? TCP_ESTABLISHED : TCP_SYN_RECV;
		model_apply(m, &e);
	}
}

/* As many as there can be: half of addresses, half of networks. */
static void flag_some(void)
{
	for (uint32_t i = 0; i < FLAGS_MAX; i++) {
		struct event e = event_make(EVENT_FLAG, START + HOSTS);
		char who[ADDR_TEXT_MAX], net[PREFIX_TEXT_MAX];
		struct addr a = address(i * 61);
		struct prefix p = prefix_of(&a, 24);
		e.flag.flag = STR_LIT("syn-flood");
		e.flag.on = 1;
		e.flag.severity = SEVERITY_ATTACK;
		e.flag.scope = i & 1 ? SCOPE_HOST : SCOPE_NETWORK;
		e.flag.who = (struct str){who, addr_format(&a, who)};
		if (!(i & 1)) {
			e.flag.who = (struct str){net, prefix_format(&p, net)};
			e.flag.prefixes = e.flag.who;
		}
		model_apply(m, &e);
	}
}

/* A key: a page of rows elsewhere, and where the selected one stands now. */
static double key_us(void)
{
	double from = cpu_ms();
	uint32_t lines = listing_count(&listing), found = 0;

	for (uint32_t i = 0; i < KEYS && lines; i++) {
		struct listing_row row = {0};
		uint32_t top = (uint32_t)((uint64_t)i * 2654435761u % lines);
		for (uint32_t k = 0; k < 60; k++)
			found += listing_at(&listing, m, top + k, &row);
		struct subject s = subject_at(m, row.by, row.id);
		struct subject_key key = subject_key_of(m, &s);
		found += listing_rank(&listing, m, &key) != POOL_NONE;
	}
	return found || !lines ? (cpu_ms() - from) * 1e3 / KEYS : -1;
}

static void measure(const char *name, const struct listing_query *q)
{
	double from = cpu_ms(), worst = 0, at = from, now;
	unsigned steps = 0;
	bool more = true;

	listing_begin(&listing, m, q);
	while (more) {
		more = listing_work(&listing, m, STEP);
		now = cpu_ms();
		worst = now - at > worst ? now - at : worst;
		at = now;
		steps++;
	}
	printf("%s %.1f %u %.2f %.0f %u\n", name, at - from, steps, worst, key_us(),
		listing_count(&listing));
}

static void filtered(const char *name, const char *text, enum group_by by)
{
	struct filter f;
	struct filter_error error;
	struct listing_query q = {.by = by, .filter = &f};

	if (filter_compile(&f, str_of(text), NULL, &error) < 0)
		abort();
	measure(name, &q);
}

static void cases(void)
{
	measure("trouble", &(struct listing_query){0});
	measure("conns", &(struct listing_query){.sort = column_find(STR_LIT("conns"))});
	measure("ip", &(struct listing_query){.sort = column_find(STR_LIT("ip"))});
	measure("net", &(struct listing_query){.by = GROUP_NET});
	measure("country", &(struct listing_query){.by = GROUP_COUNTRY});
	filtered("letter", "m", GROUP_NONE);
	filtered("path", "path:/shop", GROUP_NONE);
	filtered("rate", "rate>60", GROUP_NONE);
	filtered("net-rate", "path:/shop rate>60", GROUP_NET);
}

int main(void)
{
	hash_seed();
	fill();
	cases();
	flag_some();
	printf("flagged\n");
	cases();
	filtered("flag", "flag:any", GROUP_NONE);
	listing_done(&listing);
	model_free(m);
	return 0;
}
