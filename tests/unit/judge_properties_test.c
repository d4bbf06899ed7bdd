// SPDX-License-Identifier: MIT
/* What must hold of the judgement whatever happens: it depends on events and their times alone, and
 * it takes no more memory than it may. */
#include "stories.h"

#include "base/hash.h"
#include "detect/parts.h"

#include <unistd.h>

/* Requests of one instant, of hosts that have nothing in common but the network of some. */
static size_t crowd(struct event *events, size_t most, unsigned s)
{
	static char paths[600][24];
	size_t n = 0;

	for (unsigned i = 0; i < 30; i++) {
		bool bad = i < 20;
		struct addr who = i < 10 ? neighbour(i) : stranger(i);
		snprintf(paths[n], sizeof paths[n], bad ? "/hole%u" : "/page%u", s * 30 + i);
		events[n] = asked(who, i % 3 ? paths[n] : "/search", bad ? 404 : 200);
		events[n].request.agent = agent_no(i);
		n++;
	}
	for (unsigned i = 0; i < 12; i++) {
		events[n] = asked(stranger(100 + i), "/login", 401);
		events[n].request.method = STR_LIT("POST");
		n++;
	}
	events[n] = event_make(EVENT_AUTH, 0);
	events[n].auth.ip = culprit();
	events[n].auth.outcome = AUTH_FAILED;
	assert_in_range(n + 1, 1, most);
	return n + 1;
}

static uint32_t draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(*state >> 33);
}

static void shuffle(struct event *events, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = draw(state) % i;
		struct event e = events[k];
		events[k] = events[i - 1];
		events[i - 1] = e;
	}
}

static void put_at_once(struct world *w, struct event *events, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		w->puts = 0;
		put(w, &events[i]);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All that was said, line by line in their order: what is said at one tick has none. */
static char *sorted(struct world *w)
{
	static char *lines[20000];
	size_t n = 0;
	char *text = calloc(1, w->told.n + 1), *copy = strndup(w->told.p, w->told.n), *rest = copy;

	assert_true(text && copy);
	for (char *line; (line = strsep(&rest, "\n"));) {
		assert_in_range(n, 0, ARRAY_LEN(lines) - 1);
		lines[n++] = line;
	}
	qsort(lines, n, sizeof *lines, by_text);
	for (size_t i = 0, used = 0; i < n; i++)
		used += (size_t)sprintf(text + used, "%s%s", lines[i], i + 1 < n ? "\n" : "");
	free(copy);
	return text;
}

static struct world *play_crowd(uint64_t order)
{
	struct world *w = world_new();
	struct event events[64];

	for (unsigned s = 0; s < 60; s++) {
		size_t n = crowd(events, ARRAY_LEN(events), s);
		if (order)
			shuffle(events, n, &order);
		put_at_once(w, events, n);
		play(w, NULL, 0, 0);
	}
	return w;
}

static void the_order_within_an_instant_does_not_matter(void **state)
{
	struct world *w = play_crowd(0);
	char *want = sorted(w);

	(void)state;
	assert_true(w->ear->begun[FLAG_SCANNER] && w->ear->begun[FLAG_SSH_BRUTE_FORCE]);
	world_free(w);
	for (uint64_t order = 1; order < 5; order++) {
		w = play_crowd(order);
		char *got = sorted(w);
		assert_string_equal(got, want);
		free(got);
		world_free(w);
	}
	free(want);
}

/* A bit of everything. */
static void mischief(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	for (unsigned i = 0; i < 6; i++)
		ask(w, stranger((s * 6 + i) % 80), "/search", 200);
	for (unsigned i = 0; i < 3; i++)
		ask_for(w, culprit(), "/hole%u", 404, s * 3 + i);
	log_in(w, stranger(s % 25), 401);
	if (s == 5)
		for (unsigned i = 0; i < 90; i++)
			half_open(w, stranger(i), 80);
	if (s == 10)
		for (unsigned i = 0; i < 20; i++)
			hold(w, neighbour(i % 8), 443);
	w->stats.cookies_sent = s % 7;
}

static void play_mischief(struct world *w)
{
	play_for(w, mischief, 0, 60);
	end_act(w);
	play_for(w, NULL, 0, 40);
}

static void assert_same(struct world *a, struct world *b)
{
	assert_true(a->ear->verdicts && a->ear->begun[FLAG_SYN_SPOOFED]);
	assert_int_equal(a->told.n, b->told.n);
	assert_memory_equal(a->told.p, b->told.p, a->told.n);
}

static void the_secret_of_hashes_does_not_matter(void **state)
{
	struct world *a = world_new(), *b;

	(void)state;
	play_mischief(a);
	hash_seed();
	b = world_new();
	play_mischief(b);
	assert_same(a, b);
	world_free(a);
	world_free(b);
}

/* As a replay does that goes back: the model is another, and all begins anew. */
static void restart(struct world *w)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	assert_non_null(m);
	hub_restart(&w->hub, m);
	model_free(w->model);
	w->model = m;
	memset(w->ear, 0, sizeof *w->ear);
	w->told.n = 0;
	w->now = STORY_T0;
	w->second = w->puts = w->conn_count = 0;
	w->port = 0;
	w->lines = w->rejected = w->ignored = 0;
	put_start(w, 7);
}

static void one_that_begins_anew_is_as_a_fresh_one(void **state)
{
	struct world *a = world_new(), *b = world_new();

	(void)state;
	play_mischief(a);
	play_for(b, mischief, 0, 33);
	b->stats.cookies_sent = 0;
	restart(b);
	play_mischief(b);
	assert_same(a, b);
	world_free(a);
	world_free(b);
}

/* Told of what comes, or not: a hint changes nothing. */
static void hints_do_not_matter(void **state)
{
	struct world *a = world_new(), *b = world_new();
	struct event events[64];

	(void)state;
	for (unsigned s = 0; s < 30; s++) {
		size_t n = crowd(events, ARRAY_LEN(events), s);
		put_at_once(a, events, n);
		for (size_t i = 0; i < n; i++)
			events[i].ts = b->now;
		event_prefetch(&b->hub.sink, events, n);
		put_at_once(b, events, n);
		play(a, NULL, 0, 0);
		play(b, NULL, 0, 0);
	}
	assert_int_equal(a->told.n, b->told.n);
	assert_memory_equal(a->told.p, b->told.p, a->told.n);
	world_free(a);
	world_free(b);
}

/* Memory. */

static size_t resident(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long size, pages = 0;

	if (!f || fscanf(f, "%lu %lu", &size, &pages) != 2) /* NOLINT(cert-err34-c) */
		pages = 0;
	if (f)
		fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Each event of an address, a path, an agent, a site and a referer of its own. */
static void flood(struct world *w, uint32_t from, uint32_t n)
{
	char path[48], agent[48], vhost[48], referer[64];

	for (uint32_t i = from; i < from + n; i++) {
		struct addr who = v4(20 + i % 7, i >> 16 & 255, i >> 8 & 255, i & 255);
		snprintf(path, sizeof path, "/x%xz/y%xz?q=%u", i * 2654435761U, i, i);
		snprintf(agent, sizeof agent, "Agent-%x/%u", i * 2246822519U, i);
		snprintf(vhost, sizeof vhost, "v%u.example", i);
		snprintf(referer, sizeof referer, "https://r%u.example/", i);
		struct event e = asked(who, path, i % 3 ? 404 : 200),
			     syn = event_make(EVENT_SYN, 0);
		e.request.agent = str_of(agent);
		e.request.vhost = str_of(vhost);
		e.request.referer = str_of(referer);
		e.request.claims = str_of(vhost);
		put_asked(w, &e);
		syn.syn.ip = v4(30 + i % 5, i & 255, i >> 8 & 255, i >> 16 & 255);
		syn.syn.n = 1;
		put(w, &syn);
		if (i % 3 == 0) {
			struct story_conn c = {.ip = syn.syn.ip,
				.port = (uint16_t)i,
				.lport = 80,
				.state = TCP_SYN_RECV};
			put_conn(w, &c, TCP_STATE_NONE);
		}
		if (i % 5000 == 4999)
			play(w, NULL, 0, 0);
	}
}

static uint32_t flood_size(void)
{
	const char *text = getenv("NG_FLOOD");

	return text ? (uint32_t)strtoul(text, NULL, 10) : 120000;
}

static void memory_is_bounded(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	uint32_t n = flood_size(), full = 60000;

	(void)state;
	/* Tables that are full early; findings and texts fill up later. */
	limits.hosts = limits.conns = 1u << 13;
	limits.idle_networks = 1u << 12;
	limits.closed = 1u << 10;
	struct world *w = world_with(&limits, 7);
	flood(w, 0, full);
	size_t before = resident();
	uint64_t evicted = w->detect->hosts.evicted;
	w->told.n = 0;
	for (uint32_t at = full; at < n; at += 20000) {
		flood(w, at, 20000);
		w->told.n = 0; /* ours, not the judgement's */
	}
	size_t after = resident();
	if (after > before + (16u << 20))
		fail_msg("%zu KB more", (after - before) >> 10);
	assert_int_equal(w->detect->hosts.pool.live, TRAILS_HOSTS);
	assert_in_range(w->detect->networks.pool.live, 1, TRAILS_NETWORKS);
	assert_true(w->detect->hosts.evicted - evicted > (n - full) / 4);
	for (int i = 0; i < HERD_KINDS; i++) {
		assert_int_equal(w->detect->herds[i].counts.used, HERDS_MAX);
		assert_true(w->detect->herds[i].counts.replaced > 0);
	}
	assert_true(w->model->evicted > 0);
	assert_in_range(w->detect->findings.pool.live, 0, FINDINGS_MAX);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_within_an_instant_does_not_matter),
		cmocka_unit_test(the_secret_of_hashes_does_not_matter),
		cmocka_unit_test(one_that_begins_anew_is_as_a_fresh_one),
		cmocka_unit_test(hints_do_not_matter),
		cmocka_unit_test(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
