// SPDX-License-Identifier: MIT
/* What a machine says of itself to who looks at many, and what it answers: bounded, readable by
 * who gets it, and no more than may leave. */
#include "app/fleet_key.h"
#include "app/publish_ask.h"

#include "unit.h"

#include "detect/registers.h"
#include "event/json_read.h"

#define T0  (INT64_C(1795335400) * USEC_PER_SEC)
#define SEC USEC_PER_SEC

/* One machine, and what it has said. */
struct world {
	struct event_sink sink; /* first; flags: nobody takes them */
	struct model *model;
	struct detect *detect;
	struct fleet_options options;
	struct publish publish;
	struct publish_ask ask;
	struct record_reader *reader;
	bool show_private;
	char said[256u << 10];
	size_t n;
	enum fleet_what what;
	uint64_t token;
	usec_t now;
};

static void drop(struct event_sink *sink, const struct event *event)
{
	(void)sink, (void)event;
}

static void hear(void *ctx, enum fleet_what what, uint64_t token, struct str text)
{
	struct world *w = ctx;

	assert_in_range(text.n, 1, FLEET_TEXT_MAX);
	assert_in_range(w->n + text.n, 1, sizeof w->said);
	memcpy(w->said + w->n, text.p, text.n);
	w->n += text.n;
	w->what = what;
	w->token = token;
}

static void put(struct world *w, const struct event *event)
{
	struct taker *judge = detect_taker(w->detect);
	struct taker *publish = &w->publish.taker;

	model_apply(w->model, event);
	if (judge->kinds & TAKER_KIND(event->kind))
		judge->take(judge, event);
	if (publish->kinds & TAKER_KIND(event->kind))
		publish->take(publish, event);
}

static void tick(struct world *w)
{
	struct event e = event_make(EVENT_TICK, w->now += SEC);

	put(w, &e);
}

static struct world *world_of(enum publish_detail detail, const char *key)
{
	static char own[32];
	struct world *w = calloc(1, sizeof *w);
	char reason[160];
	uint64_t seed;
	int err;

	assert_non_null(w);
	snprintf(own, sizeof own, "%s", key ? key : "");
	w->sink.put = drop;
	w->now = T0;
	w->options = (struct fleet_options){.publish_name = (char *)"web1",
		.publish_key = key ? own : NULL,
		.detail = detail,
		.interval = 10 * SEC};
	seed = fleet_seed(&w->options);
	w->model = model_new(&MODEL_LIMITS_DEFAULT);
	assert_non_null(w->model);
	w->detect = detect_new(
		&(struct detect_options){.model = w->model, .sink = &w->sink, .seed = &seed}, &err,
		reason);
	assert_non_null(w->detect);
	w->reader = record_reader_new();
	assert_non_null(w->reader);
	publish_init(&w->publish, &(struct publish_options){.fleet = &w->options,
					  .model = w->model,
					  .detect = w->detect,
					  .show_private = &w->show_private,
					  .to = {.ctx = w, .put = hear},
					  .replaying = true});
	publish_ask_init(&w->ask, &w->publish);
	tick(w);
	return w;
}

static struct world *world_new(void)
{
	return world_of(PUBLISH_FULL, NULL);
}

static void world_free(struct world *w)
{
	publish_ask_done(&w->ask);
	publish_done(&w->publish);
	record_reader_free(w->reader);
	detect_free(w->detect);
	model_free(w->model);
	free(w);
}

static struct addr address(uint32_t i)
{
	return addr_from_v4(
		(const uint8_t[4]){100, (uint8_t)(1 + i / 65536), (uint8_t)(i / 256), (uint8_t)i});
}

static void ask_for(struct world *w, struct addr ip, const char *path, const char *agent)
{
	struct event e = event_make(EVENT_REQUEST, w->now);

	e.request.ip = ip;
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.agent = str_of(agent);
	e.request.status = 200;
	e.request.bytes = 100;
	put(w, &e);
}

/* The next record of what was said; false at its end. */
static bool next(struct world *w, size_t *at, struct event *ret)
{
	const char *end = memchr(w->said + *at, '\n', w->n - *at), *wrong = "";

	if (*at == w->n)
		return false;
	assert_non_null(end);
	struct str line = {w->said + *at, (size_t)(end - w->said) - *at};
	if (record_read(w->reader, line, ret, &wrong) != 1)
		fail_msg("%s: %.*s", wrong, STR_FMT(line));
	*at += line.n + 1;
	return true;
}

/* What a set of it holds. */
struct held {
	uint64_t parts, left_out;
	uint32_t hosts, networks, herds[HERD_OFS];
};

static struct held set_of(struct world *w)
{
	struct held h = {0};
	struct event e;
	size_t at = 0;

	assert_true(next(w, &at, &e));
	assert_int_equal(e.kind, EVENT_MACHINE);
	h.parts = e.machine_said.parts;
	h.left_out = e.machine_said.left_out;
	while (next(w, &at, &e)) {
		if (e.kind == EVENT_HERD)
			h.herds[e.herd.of]++;
		else if (e.share.net.bits == ADDR_BITS)
			h.hosts++;
		else
			h.networks++;
	}
	return h;
}

static void publish(struct world *w)
{
	w->n = 0;
	publish_finish(&w->publish);
}

/* However many there are, and however long what they ask for. */
static void test_bounds(void **state)
{
	struct world *w = world_new();
	char path[600], agent[400];

	(void)state;
	memset(path, '"', sizeof path);
	memset(agent, '\\', sizeof agent);
	path[0] = '/';
	path[sizeof path - 1] = agent[sizeof agent - 1] = '\0';
	for (uint32_t i = 0; i < 3 * SET_SLICE; i++) {
		path[1] = agent[1] = (char)('a' + i % 26);
		path[2] = agent[2] = (char)('a' + i / 26 % 26);
		ask_for(w, address(i), path, agent);
	}
	publish(w);
	struct held h = set_of(w);
	assert_int_equal(h.hosts, SET_HOSTS);
	assert_in_range(h.networks, 1, SET_NETWORKS);
	assert_in_range(h.herds[HERD_OF_PATH], 1, SET_HERDS);
	assert_in_range(h.herds[HERD_OF_AGENT], 1, SET_HERDS);
	assert_int_equal(h.parts, h.hosts + h.networks + h.herds[HERD_OF_PATH] +
					  h.herds[HERD_OF_AGENT] + h.herds[HERD_OF_REFERER] +
					  h.herds[HERD_OF_VHOST]);
	assert_in_range(h.left_out, 3 * SET_SLICE - SET_HOSTS, UINT32_MAX);
	world_free(w);
}

/* The busiest come first, and one that has tried to break in before busier visitors. */
static void test_heaviest(void **state)
{
	struct world *w = world_new();
	struct event e;
	size_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		for (uint32_t k = 0; k < 3; k++)
			ask_for(w, address(256 * i), "/", "visitor");
	for (uint32_t k = 0; k < 5; k++)
		ask_for(w, address(256 * 199), "/", "visitor");
	ask_for(w, address(256 * 300), "/.env", "curl");
	publish(w);
	assert_true(next(w, &at, &e));
	assert_true(next(w, &at, &e));
	struct addr first = address(256 * 300), second = address(256 * 199);
	assert_true(addr_eq(&e.share.net.addr, &first));
	assert_int_equal(e.share.probes, 1);
	assert_true(next(w, &at, &e));
	assert_true(addr_eq(&e.share.net.addr, &second));
	assert_int_equal(e.share.requests, 8);
	world_free(w);
}

/* What has not changed is told in every second set; what has, at once. */
static void test_unchanged(void **state)
{
	struct world *w = world_new();

	(void)state;
	ask_for(w, address(1), "/a", "x");
	ask_for(w, address(300), "/a", "x");
	publish(w);
	assert_int_equal(set_of(w).hosts, 2);
	ask_for(w, address(1), "/b", "x");
	publish(w);
	assert_int_equal(set_of(w).hosts, 1);
	publish(w);
	assert_int_equal(set_of(w).hosts, 1); /* the other one */
	publish(w);
	assert_int_equal(set_of(w).hosts, 1);
	world_free(w);
}

/* Two addresses of a network are told, and the network is not: there is no more to it. */
static void test_network_of_more(void **state)
{
	struct world *w = world_new();

	(void)state;
	ask_for(w, address(1), "/a", "x");
	ask_for(w, address(2), "/a", "x");
	publish(w);
	struct held few = set_of(w);
	assert_int_equal(few.hosts, 2);
	assert_int_equal(few.networks, 0);
	for (uint32_t i = 0; i < 100; i++)
		ask_for(w, address(i), "/a", "x");
	publish(w);
	assert_int_equal(set_of(w).networks, 1);
	world_free(w);
}

/* Machines with one key count alike: their registers add up to who asked all of them. */
static void test_sources_add_up(void **state)
{
	uint8_t all[1 << HERD_SOURCE_BITS] = {0}, one[1 << HERD_SOURCE_BITS];

	(void)state;
	for (int machine = 0; machine < 3; machine++) {
		struct world *w = world_of(PUBLISH_FULL, "of the fleet");
		struct event e;
		size_t at = 0;
		for (uint32_t i = 0; i < 60; i++)
			ask_for(w, address(1000 + (uint32_t)machine * 40 + i), "/login", "bot");
		publish(w);
		while (next(w, &at, &e)) {
			if (e.kind != EVENT_HERD || e.herd.of != HERD_OF_PATH)
				continue;
			assert_int_equal(registers_read(e.herd.sources, HERD_SOURCE_BITS, one), 0);
			hll_merge(all, one, HERD_SOURCE_BITS);
		}
		world_free(w);
	}
	assert_in_range((uint64_t)hll_count(all, HERD_SOURCE_BITS), 120, 160); /* 140 */
}

static bool says(const struct world *w, const char *what)
{
	return memmem(w->said, w->n, what, strlen(what)) != NULL;
}

/* As little of what was asked for leaves as publish.detail says; hashes are the fleet's. */
static void test_detail(void **state)
{
	static const enum publish_detail details[] = {PUBLISH_NONE, PUBLISH_HASH, PUBLISH_HASH};
	char keys[][8] = {"a", "a", "b"}, hash[3][20] = {""};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world *w = world_of(details[i], keys[i]);
		struct event e;
		size_t at = 0;
		for (uint32_t k = 0; k < 20; k++)
			ask_for(w, address(k), "/secret", "Secretbot/1.0 Googlebot");
		publish(w);
		assert_false(says(w, "ecret"));
		assert_int_equal(says(w, "Googlebot"), details[i] == PUBLISH_HASH);
		while (next(w, &at, &e))
			if (e.kind == EVENT_HERD && e.herd.of == HERD_OF_PATH)
				snprintf(hash[i], sizeof hash[i], "%.*s", STR_FMT(e.herd.key));
		w->n = 0;
		publish_answer(&w->ask, STR_LIT("ask 100.1.0.7"), 5);
		publish_answer(&w->ask, STR_LIT("ask /secret"), 5);
		assert_true(says(w, "publish.detail"));
		assert_false(says(w, "GET"));
		world_free(w);
	}
	assert_string_equal(hash[0], "");
	assert_int_equal(strlen(hash[1]), 17);
	assert_int_equal(hash[1][0], '#');
	assert_string_not_equal(hash[1], hash[2]);
}

/* A flag of a path, and the verdict that names it. */
static void test_judged_detail(void **state)
{
	struct world *w = world_of(PUBLISH_HASH, NULL);
	struct event e = event_make(EVENT_FLAG, w->now);

	(void)state;
	e.flag.flag = STR_LIT("path-flood");
	e.flag.on = true;
	e.flag.scope = SCOPE_PATH;
	e.flag.who = STR_LIT("/secret page");
	e.flag.severity = SEVERITY_ATTACK;
	e.flag.evidence = STR_LIT("400 requests for /secret page (/.env, /x) from 203.0.113.0/24");
	w->n = 0;
	put(w, &e);
	assert_true(says(w, "\"who\":\"#"));
	assert_true(says(w, "400 requests for #"));
	assert_true(says(w, "from 203.0.113.0/24"));
	assert_false(says(w, "secret"));
	assert_false(says(w, ".env"));
	assert_int_equal(w->what, FLEET_FLAG);
	e = event_make(EVENT_VERDICT, w->now);
	e.verdict.text = STR_LIT("flood of one path (/secret page), sure: 400 requests");
	e.verdict.severity = SEVERITY_ATTACK;
	w->n = 0;
	put(w, &e);
	assert_true(says(w, "flood of one path (#"));
	assert_false(says(w, "secret"));
	/* What it is about is the same: that is told with the sets. */
	w->n = 0;
	put(w, &e);
	assert_int_equal(w->n, 0);
	world_free(w);
}

/* Answers. */

static struct event answer(struct world *w, const char *question, uint64_t token)
{
	struct event e;
	size_t at = 0;

	w->n = 0;
	w->ask.asked = 0;
	publish_answer(&w->ask, str_of(question), token);
	assert_true(next(w, &at, &e));
	assert_int_equal(e.kind, EVENT_ANSWER);
	assert_int_equal(at, w->n);
	assert_int_equal(w->what, FLEET_ANSWER);
	assert_int_equal(w->token, token);
	assert_in_range(e.answer.lines.n, 0, EVENT_TEXT_MAX - 1);
	return e;
}

static void test_answers(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (uint32_t i = 0; i < 7; i++)
		ask_for(w, address(9), "/page?q=1", "Visitor/1.0");
	tick(w);
	assert_true(answer(w, "ask", 1).answer.lines.n > 0);
	assert_true(says(w, "web1 at"));
	assert_true(answer(w, " ask  100.1.0.9 \r", 2).answer.lines.n > 0);
	assert_true(says(w, "7x /page"));
	assert_true(says(w, "7x Visitor/1.0"));
	answer(w, "ask 100.1.0.0/24", 3);
	assert_true(says(w, "1 address of it known"));
	answer(w, "ask /page", 4);
	assert_true(says(w, "7x 100.1.0.9"));
	answer(w, "ask 203.0.113.1", 5);
	assert_true(says(w, "not known here"));
	assert_true(answer(w, "ask 0.0.0.0/0", 6).answer.lines.n > 0);
	world_free(w);
}

static void test_bad_questions(void **state)
{
	static const char *const bad[] = {"", " ", "who", "asking", "ask nobody", "ask 1.2.3",
		"ask 1.2.3.4/99", "live", "live maybe", "block", "block 1.2.3.4 60",
		"block 1.2.3.4", "\x1b[2J", "ask \xff\xfe"};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct event e = answer(w, bad[i], i);
		assert_true(e.answer.note.n > 0);
		assert_int_equal(e.answer.lines.n, 0);
	}
	w->options.allow_block = true; /* it is a replay all the same */
	answer(w, "block 1.2.3.4 60", 1);
	assert_true(says(w, "a recording"));
	world_free(w);
}

/* Nobody is asked more than can be answered. */
static void test_too_many(void **state)
{
	struct world *w = world_new();

	(void)state;
	w->n = 0;
	for (int i = 0; i < 4 * ASKS_A_SECOND; i++)
		publish_answer(&w->ask, STR_LIT("ask 203.0.113.1"), 0);
	assert_true(says(w, "too many questions"));
	world_free(w);
}

/* A page of long lines ends where its room does, and says so. */
static void test_cut(void **state)
{
	struct world *w = world_new();
	char path[900];

	(void)state;
	memset(path, 'x', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	for (uint32_t i = 0; i < 40; i++) {
		path[1] = (char)('a' + i % 26);
		ask_for(w, address(9), path, path);
	}
	struct event e = answer(w, "ask 100.1.0.9", 1);
	assert_in_range(e.answer.lines.n, 1024, EVENT_TEXT_MAX - 1);
	assert_true(e.answer.cut);
	world_free(w);
}

static void test_live(void **state)
{
	struct world *w = world_new();
	struct event e;

	(void)state;
	publish_answer(&w->ask, STR_LIT("live on"), 0);
	for (int i = 0; i < 3; i++) {
		size_t at = 0;
		w->n = 0;
		tick(w);
		assert_true(next(w, &at, &e));
		assert_int_equal(e.kind, EVENT_MACHINE);
		assert_int_equal(e.machine_said.every_us, SEC);
	}
	publish_answer(&w->ask, STR_LIT("live off"), 0);
	w->n = 0;
	tick(w);
	tick(w);
	tick(w);
	size_t at = 0;
	assert_true(next(w, &at, &e));
	assert_int_equal(e.machine_said.every_us, 10 * SEC);
	assert_int_equal(at, w->n); /* and no other */
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_heaviest),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_network_of_more),
		cmocka_unit_test(test_sources_add_up),
		cmocka_unit_test(test_detail),
		cmocka_unit_test(test_judged_detail),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_bad_questions),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
