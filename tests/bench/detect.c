// SPDX-License-Identifier: MIT
/* detect: what the judgement's counters cost. Prints "name ns" an operation, of CPU, and the bytes
 * that a table takes. */
#include "base/hash.h"
#include "detect/agents.h"
#include "detect/baseline.h"
#include "detect/focus.h"
#include "detect/herd.h"
#include "detect/hll.h"
#include "detect/paths.h"
#include "detect/patterns.h"
#include "detect/ranges.h"
#include "detect/sketch.h"
#include "detect/zoom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define REQUESTS 2000000u
#define START    (INT64_C(1700000000) * USEC_PER_SEC)

static struct herds tables[4];
static struct herd_lone *lone;
static struct sketch *sketches;
static struct focus focus;
static struct zoom zoom;
static uint32_t *key, *source;
static double sum; /* of all results, so that none is optimised away */

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t step(void)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static void say(const char *name, double start, double n)
{
	printf("%-34s %8.1f ns\n", name, (cpu_ns() - start) / n);
}

/* A site of 200 paths; a million paths, some of them frequent; all paths new. */
static void draw(int shape)
{
	for (uint32_t i = 0; i < REQUESTS; i++) {
		double u = step() / 2147483648.0;
		key[i] = shape == 0   ? (uint32_t)(200 * u * u)
			 : shape == 1 ? (uint32_t)pow(1e6, u)
				      : i;
		source[i] = step() % 50000;
	}
}

static void herds(int shape, const char *name)
{
	for (int t = 0; t < 4; t++) {
		herds_done(&tables[t]);
		if (herds_init(&tables[t], HERDS_MAX) < 0)
			abort();
	}
	draw(shape);
	double start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++) {
		const uint64_t keys[4] = {hash_two(key[i], 1), hash_two(source[i] % 300, 2),
			hash_two(source[i] % 40, 3), hash_two(source[i] / 16, 4)};
		struct herd_request r = {.text = STR_LIT("/some/path/of/forty/bytes/and/a/little"),
			.source = hash_two(source[i], 5),
			.status = 200};
		usec_t now = START + i * 10; /* 100 000 a second */
		for (int t = 0; t < 4; t++) {
			r.key = keys[t];
			r.query = t ? 0 : hash_two(i, 6);
			struct herd *h = herds_add(&tables[t], now, &r);
			if (t == 0)
				herds_note_lone(&tables[0], h, &lone[source[i]], now);
		}
	}
	say(name, start, REQUESTS);
}

static void one_herd(void)
{
	struct herd_request r = {.key = 1, .text = STR_LIT("/"), .status = 200};
	double start = cpu_ns();

	for (uint32_t i = 0; i < REQUESTS; i++) {
		r.source = hash_two(source[i], 5);
		herds_add(&tables[0], START + i * 10, &r);
	}
	say("herds_add, one herd", start, REQUESTS);
}

static void reading(void)
{
	const struct herd *top[20];
	struct herd_recent recent;
	usec_t now = START + REQUESTS * 10;
	double start = cpu_ns();

	for (int i = 0; i < 1000; i++)
		sum += (double)herds_top(&tables[0], now, 10 * USEC_PER_SEC, top, 20);
	say("herds_top, 20 of 512", start, 1000);
	start = cpu_ns();
	for (uint32_t i = 0; i < 10000; i++) {
		herd_recent(&tables[0].at[i % HERDS_MAX], now, &recent);
		sum += recent.sources + herd_growth(&tables[0], &tables[0].at[i % HERDS_MAX], now);
	}
	say("herd_recent and herd_growth", start, 10000);
}

static void small_ones(void)
{
	static const char *const paths[] = {"/", "/shop/cart?item=5512345",
		"/assets/app.3f2a9c1b.js",
		"/api/users/550e8400-e29b-41d4-a716-446655440000/orders/1234567?page=2"};
	uint8_t registers[256] = {0};
	struct baseline b = {0};
	char buf[PATH_FOLDED_MAX];
	double start = cpu_ns();

	for (uint32_t i = 0; i < REQUESTS; i++)
		hll_add(registers, 8, hash_two(i, 1));
	say("hll_add, with its hash", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < 100000; i++)
		sum += hll_count(registers, 8);
	say("hll_count, 256 registers", start, 100000);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++) {
		struct sketch *s = &sketches[source[i]];
		sketch_add(s, SKETCH_PATHS, hash_two(key[i], 1), START + i * 10);
		sketch_add(s, SKETCH_AGENTS, hash_two(source[i], 2), START + i * 10);
	}
	say("sketch_add, paths and agents", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		sum += sketch_count(&sketches[i % 50000], SKETCH_PATHS, START);
	say("sketch_count", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		baseline_add(&b, START + i * 10, 1, false);
	say("baseline_add", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		sum += (double)path_fold(str_of(paths[i % 4]), buf).n;
	say("path_fold", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		sum += path_is_asset(str_of(paths[i % 4]));
	say("path_is_asset", start, REQUESTS);
	start = cpu_ns();
	focus_open(&focus, 1, START);
	for (uint32_t i = 0; i < REQUESTS; i++) {
		uint8_t ip[4] = {203, 0, (uint8_t)(source[i] >> 8), (uint8_t)source[i]};
		struct addr a = addr_from_v4(ip);
		focus_add(&focus, &a, START);
	}
	say("focus_add, 50 000 sources", start, REQUESTS);
}

static void words(void)
{
	static const char *const paths[] = {"/", "/shop/cart?item=5512345&back=%2Fshop%2F",
		"/assets/app.3f2a9c1b.js",
		"/api/users/550e8400-e29b-41d4-a716-446655440000/orders"};
	const struct str browser =
		STR_LIT("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
			"(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36");
	struct patterns patterns;
	struct agents agents;
	size_t bad;

	if (patterns_init(&patterns, NULL, 0, &bad) < 0 || agents_init(&agents, NULL, 0, &bad) < 0)
		abort();
	double start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		sum += patterns_match(&patterns, str_of(paths[i % 4]));
	say("patterns_match", start, REQUESTS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++)
		sum += agents_find(&agents, browser) != NULL;
	say("agents_find, a browser", start, REQUESTS);
	printf("bytes: patterns %zu, agents %zu\n",
		sizeof(uint16_t) * patterns.matcher.states << patterns.matcher.shift,
		sizeof(uint16_t) * agents.matcher.states << agents.matcher.shift);
	patterns_done(&patterns);
	agents_done(&agents);
}

static void range_files(void)
{
	enum {
		NETWORKS = 10000
	};
	static char text[NETWORKS * 20];
	struct ranges_error error;
	struct ranges ranges;
	size_t n = 0;

	if (ranges_init(&ranges) < 0)
		abort();
	for (unsigned i = 0; i < NETWORKS; i++)
		n += (size_t)sprintf(
			text + n, "%u.%u.%u.0/%u\n", 1 + i % 200, i / 200, i % 256, 16 + i % 9);
	double start = cpu_ns();
	sum += ranges_add(&ranges, STR_LIT("cloud"), (struct str){text, n}, &error);
	say("ranges_add, a line", start, NETWORKS);
	start = cpu_ns();
	for (uint32_t i = 0; i < REQUESTS; i++) {
		uint8_t ip[4] = {(uint8_t)(source[i] % 200), (uint8_t)(source[i] % 50), 1, 2};
		struct addr a = addr_from_v4(ip);
		sum += ranges_find(&ranges, &a) != NULL;
	}
	say("ranges_find", start, REQUESTS);
	ranges_done(&ranges);
}

static void zooms(const char *name, unsigned nets, uint32_t leaves)
{
	enum {
		ROUNDS = 50
	};
	struct zoom_found found;
	double start, spent = 0;

	for (int round = 0; round < ROUNDS; round++) {
		zoom_clear(&zoom);
		for (uint32_t i = 0; i < leaves; i++) {
			uint32_t net = nets ? step() % nets * 7919 : step();
			uint8_t ip[4] = {(uint8_t)(nets ? 60 : step()), (uint8_t)(net >> 8),
				(uint8_t)net, (uint8_t)step()};
			struct addr a = addr_from_v4(ip);
			struct prefix p = prefix_of(&a, 32);
			zoom_add(&zoom, &p, 1 + step() % 4, step() % 10 == 0);
		}
		start = cpu_ns();
		zoom_find(&zoom, &found);
		spent += cpu_ns() - start;
		sum += found.coverage;
	}
	printf("%-34s %8.1f us (%u prefixes, %.0f%%)\n", name, spent / ROUNDS / 1e3, found.count,
		found.coverage * 100);
}

int main(void)
{
	key = calloc(REQUESTS, sizeof *key);
	source = calloc(REQUESTS, sizeof *source);
	lone = calloc(50000, sizeof *lone);
	sketches = calloc(50000, sizeof *sketches);
	if (!key || !source || !lone || !sketches || focus_init(&focus) < 0 ||
		zoom_init(&zoom, ZOOM_LEAVES) < 0)
		return 1;
	herds(0, "4 tables a request, 200 paths");
	herds(1, "4 tables a request, 1 M paths");
	reading();
	herds(2, "4 tables a request, all new");
	one_herd();
	small_ones();
	words();
	range_files();
	zooms("zoom_find, 4096 random leaves", 0, ZOOM_LEAVES);
	zooms("zoom_find, 4096 leaves in 30 /24", 30, ZOOM_LEAVES);
	zooms("zoom_find, 256 leaves in 3 /24", 3, 256);
	printf("bytes: herd %zu, table %zu, lone %zu, sketch %zu, baseline %zu, focus %zu\n",
		sizeof(struct herd), sizeof(struct herd) * HERDS_MAX, sizeof *lone,
		sizeof(struct sketch), sizeof(struct baseline), sizeof(struct focus));
	return sum < 0;
}
