// SPDX-License-Identifier: MIT
/* What is told as new, risen, fallen, gone since a mark; and what is not. */
#include "unit.h"

#include "base/hash.h"
#include "base/text.h"
#include "detect/detect.h"
#include "model/model.h"
#include "output/since.h"

#include <math.h>

#define START (INT64_C(1700000010) * USEC_PER_SEC)
#define S     USEC_PER_SEC

/* A model and its judge, as the hub joins them. */
static struct model *model;
static struct detect *detect;
static struct change changes[MARK_TOP];

static void swallow(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	(void)event;
}

static struct event_sink nowhere = {.put = swallow};

static int set_up(void **state)
{
	char reason[160];
	int err = 0;

	(void)state;
	model = model_new(&MODEL_LIMITS_DEFAULT);
	assert_non_null(model);
	detect = detect_new(
		&(struct detect_options){.model = model, .sink = &nowhere}, &err, reason);
	if (!detect)
		model_free(model);
	return detect ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	detect_free(detect);
	model_free(model);
	return 0;
}

static void put(const struct event *event)
{
	model_apply(model, event);
	detect_taker(detect)->take(detect_taker(detect), event);
}

static void ask(usec_t ts, const char *ip, const char *path, const char *agent, uint64_t status)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.agent = str_of(agent);
	e.request.status = status;
	put(&e);
}

/* n requests within `seconds` from ts on, each from another of 50 addresses. */
static void ask_many(usec_t ts, usec_t seconds, uint32_t n, const char *path)
{
	char ip[32];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(ip, sizeof ip, "8.8.8.%u", i % 50 + 1);
		ask(ts + seconds * S * (usec_t)i / n, ip, path, "t", 200);
	}
}

static void put_mark(usec_t ts, const char *name, bool by_itself)
{
	struct event e = event_make(EVENT_MARK, ts);

	e.mark.name = name ? str_of(name) : STR_ABSENT;
	e.mark.by_itself = by_itself;
	put(&e);
}

static const struct change *since(enum change_of of, const char *text)
{
	size_t n = detect_since(detect, of, changes, MARK_TOP);
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		struct str name = change_text(&changes[i]);
		if (of == CHANGE_NETWORKS)
			name = (struct str){prefix, prefix_format(&changes[i].prefix, prefix)};
		if (str_eq(name, str_of(text)))
			return &changes[i];
	}
	return NULL;
}

static void assert_change(enum change_of of, const char *text, enum change_what what)
{
	const struct change *c = since(of, text);

	if ((c ? c->what : CHANGE_NONE) != what)
		fail_msg("%s %s is %s, expected %s", change_of_name(of), text,
			c ? change_what_name((enum change_what)c->what) : "not told",
			change_what_name(what));
}

static void assert_near(double got, double want)
{
	if (fabs(got - want) > 0.15 * want + 0.01)
		fail_msg("got %g, expected about %g", got, want);
}

static void nothing_without_a_mark(void **state)
{
	(void)state;
	ask_many(START, 60, 60, "/");
	assert_null(detect_mark(detect));
	assert_int_equal(detect_since(detect, CHANGE_PATHS, changes, MARK_TOP), 0);
	assert_int_equal(detect_since(NULL, CHANGE_PATHS, changes, MARK_TOP), 0);
}

static void new_risen_fallen_gone_and_the_same(void **state)
{
	(void)state;
	for (usec_t t = 0; t < 60; t++) {
		ask_many(START + t * S, 1, 2, "/same");
		ask_many(START + t * S, 1, 1, "/rises");
		ask_many(START + t * S, 1, 8, "/falls");
		ask_many(START + t * S, 1, 3, "/goes");
	}
	put_mark(START + 60 * S, "before", false);
	for (usec_t t = 60; t < 125; t++) {
		ask_many(START + t * S, 1, 2, "/same");
		ask_many(START + t * S, 1, 20, "/comes");
		ask_many(START + t * S, 1, 5, "/rises");
		ask_many(START + t * S, 1, 2, "/falls");
	}
	assert_string_equal(detect_mark(detect)->name, "before");
	assert_change(CHANGE_PATHS, "/same", CHANGE_NONE);
	assert_change(CHANGE_PATHS, "/comes", CHANGE_NEW);
	assert_change(CHANGE_PATHS, "/rises", CHANGE_RISEN);
	assert_change(CHANGE_PATHS, "/falls", CHANGE_FALLEN);
	assert_change(CHANGE_PATHS, "/goes", CHANGE_GONE);
	const struct change *c = since(CHANGE_PATHS, "/rises");
	assert_near(c->now, 5);
	assert_near(c->then, 1);
	assert_near(since(CHANGE_PATHS, "/comes")->sources, 20);
	/* What has gained most comes first, what has lost most comes last. */
	assert_str(change_text(&changes[0]), "/comes");
	assert_str(change_text(&changes[3]), "/falls");
	/* Of fewer, the greatest. */
	assert_int_equal(detect_since(detect, CHANGE_PATHS, changes, 2), 2);
	assert_str(change_text(&changes[0]), "/comes");
	assert_str(change_text(&changes[1]), "/falls");
}

static void agents_networks_and_statuses(void **state)
{
	(void)state;
	for (usec_t t = 0; t < 30; t++)
		ask(START + t * S, "8.8.8.8", "/", "old", 200);
	put_mark(START + 30 * S - 1, NULL, false);
	for (usec_t t = 30; t < 60; t++) {
		ask(START + t * S, "8.8.8.8", "/", "old", 200);
		ask(START + t * S, "9.9.9.9", "/", "fresh", 500);
		ask(START + t * S, "2001:4860::1", "/", "fresh", 500);
	}
	assert_change(CHANGE_AGENTS, "old", CHANGE_NONE);
	assert_change(CHANGE_AGENTS, "fresh", CHANGE_NEW);
	assert_change(CHANGE_NETWORKS, "8.8.8.0/24", CHANGE_NONE);
	assert_change(CHANGE_NETWORKS, "9.9.9.0/24", CHANGE_NEW);
	assert_change(CHANGE_NETWORKS, "2001:4860::/48", CHANGE_NEW);
	assert_change(CHANGE_STATUSES, "2xx", CHANGE_NONE);
	assert_change(CHANGE_STATUSES, "5xx", CHANGE_NEW);
	assert_change(CHANGE_MACHINE, "requests", CHANGE_RISEN);
	assert_near(since(CHANGE_STATUSES, "5xx")->now, 2);
}

static void networks_by_their_connections(void **state)
{
	struct event e = event_make(EVENT_CONN, START);

	(void)state;
	ask(START, "8.8.8.8", "/", "old", 200);
	put_mark(START + 10 * S, NULL, false);
	e.conn.ip = ip_of("9.9.9.9");
	e.conn.lip = ip_of("192.0.2.1");
	e.conn.lport = 443;
	e.conn.state = TCP_ESTABLISHED;
	e.conn.was = TCP_SYN_RECV;
	for (uint16_t i = 0; i < 30; i++) {
		e.ts = START + 20 * S;
		e.conn.port = (uint16_t)(1024 + i);
		put(&e);
	}
	assert_change(CHANGE_NETWORKS, "9.9.9.0/24", CHANGE_NEW);
	assert_int_equal(since(CHANGE_NETWORKS, "9.9.9.0/24")->conns, 30);
	assert_int_equal(since(CHANGE_NETWORKS, "9.9.9.0/24")->conns_then, 0);
}

static void half_open(usec_t ts, const char *ip, uint16_t port)
{
	struct event e = event_make(EVENT_CONN, ts);

	e.conn.ip = ip_of(ip);
	e.conn.lip = ip_of("192.0.2.1");
	e.conn.lport = 443;
	e.conn.port = port;
	e.conn.state = TCP_SYN_RECV;
	put(&e);
}

/* Who floods with SYNs never asks anything. */
static void networks_that_only_knock(void **state)
{
	(void)state;
	ask(START, "8.8.8.8", "/", "old", 200);
	for (uint16_t i = 0; i < 10; i++)
		half_open(START + 5 * S, "9.9.9.1", (uint16_t)(1024 + i));
	put_mark(START + 10 * S, NULL, false);
	for (uint16_t i = 0; i < 30; i++) {
		half_open(START + 20 * S, "9.9.9.1", (uint16_t)(2024 + i));
		half_open(START + 20 * S, "7.7.7.7", (uint16_t)(2024 + i));
	}
	assert_change(CHANGE_NETWORKS, "7.7.7.0/24", CHANGE_NEW);
	assert_change(CHANGE_NETWORKS, "9.9.9.0/24", CHANGE_RISEN);
	assert_int_equal(since(CHANGE_NETWORKS, "7.7.7.0/24")->half, 30);
	assert_int_equal(since(CHANGE_NETWORKS, "9.9.9.0/24")->half_then, 10);
}

/* HERDS_MAX paths, with that many requests each and one more the earlier it stands. */
static void fill_table(usec_t ts, uint32_t each)
{
	char path[32];

	for (uint32_t k = 0; k < HERDS_MAX; k++) {
		snprintf(path, sizeof path, "/p%c%c", (char)('a' + k / 24), (char)('a' + k % 24));
		for (uint32_t i = 0; i < each + (HERDS_MAX - k) / 32; i++)
			ask(ts, "8.8.8.8", path, "t", 200);
	}
}

/* In a table that is full, a newcomer inherits a count: that is no evidence that it is new. */
static void inherited_counts_are_not_new(void **state)
{
	(void)state;
	fill_table(START, 10);
	put_mark(START + 5 * S, NULL, false);
	ask_many(START + 6 * S, 1, 8, "/late");
	const struct herds *t = detect_herds(detect, HERD_PATHS);
	assert_true(t->counts.used == HERDS_MAX && t->counts.replaced > 0);
	assert_change(CHANGE_PATHS, "/late", CHANGE_NONE);
	ask_many(START + 7 * S, 1, 200, "/late"); /* more than it can have had before */
	assert_change(CHANGE_PATHS, "/late", CHANGE_NEW);
}

/* What was there, but not among the most frequent, is compared with the last of these. */
static void what_was_below_the_top_is_not_new(void **state)
{
	(void)state;
	fill_table(START, 2);
	put_mark(START + 5 * S, NULL, false);
	ask_many(START + 6 * S, 9, 400, "/pvh");
	assert_change(CHANGE_PATHS, "/pvh", CHANGE_RISEN);
	const struct change *c = since(CHANGE_PATHS, "/pvh");
	assert_true(c->at_most && c->then > 0);
}

static void marks_are_bounded(void **state)
{
	const struct mark *all[MARKS];
	char ip[32];

	(void)state;
	fill_table(START, 1);
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(ip, sizeof ip, "9.%u.%u.1", i / 200, i % 200);
		ask(START + 1 * S, ip, "/", "t", 200);
	}
	for (int i = 0; i < 7; i++) {
		char name[8];
		snprintf(name, sizeof name, "%d", i);
		put_mark(START + (2 + i) * S, name, false);
		put_mark(START + (2 + i) * S, NULL, true);
	}
	assert_int_equal(detect_marks(detect, all), MARKS);
	for (int i = 0; i < MARKS_BY_HAND; i++) { /* and those by themselves between them */
		int at = i < 2 ? 2 * i + 1 : i + 2;
		assert_false(all[at]->by_itself);
		assert_int_equal(all[at]->name[0], '6' - i);
	}
	assert_int_equal(all[0]->network_n, MARK_TOP);
	assert_int_equal(all[0]->herds[HERD_PATHS].n, MARK_TOP);
	assert_int_equal(all[0]->herds[HERD_PATHS].known_n, HERDS_MAX);
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(ip, sizeof ip, "11.%u.%u.1", i / 200, i % 200);
		ask(START + 20 * S, ip, "/", "t", 200);
	}
	assert_int_equal(detect_since(detect, CHANGE_NETWORKS, changes, 10), 10);
	assert_int_equal(detect_since(detect, CHANGE_NETWORKS, changes, 0), 0);
}

/* One that was made by itself counts once it is a minute old, one by hand at once. */
static void which_mark_counts(void **state)
{
	(void)state;
	put_mark(START, NULL, true);
	assert_true(detect_mark(detect)->at == START);
	put_mark(START + 300 * S, NULL, true);
	assert_true(detect_mark(detect)->at == START);
	ask(START + 360 * S, "8.8.8.8", "/", "t", 200);
	assert_true(detect_mark(detect)->at == START + 300 * S);
	put_mark(START + 361 * S, "hand", false);
	assert_string_equal(detect_mark(detect)->name, "hand");
	put_mark(START + 600 * S, NULL, true);
	ask(START + 700 * S, "8.8.8.8", "/", "t", 200);
	assert_string_equal(detect_mark(detect)->name, "hand");
}

static void a_restart_forgets_marks(void **state)
{
	struct model *fresh = model_new(&MODEL_LIMITS_DEFAULT);

	(void)state;
	assert_non_null(fresh);
	put_mark(START, "hand", false);
	detect_taker(detect)->restart(detect_taker(detect), fresh);
	model_free(model);
	model = fresh;
	assert_null(detect_mark(detect));
}

static void the_model_knows_the_latest_by_hand(void **state)
{
	(void)state;
	put_mark(START, "hand", false);
	put_mark(START + S, NULL, true);
	assert_true(model_machine(model)->mark.at == START);
	assert_string_equal(model_machine(model)->mark.name, "hand");
}

/* What since_print writes. */
static void assert_printed(bool show_private, const char *line, bool expected)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	since_print(out, model, detect, show_private);
	assert_int_equal(fclose(out), 0);
	bool found = strstr(text, line) != NULL;
	if (found != expected)
		print_error("%s", text);
	free(text);
	assert_true(found == expected);
}

static void in_words(void **state)
{
	(void)state;
	assert_printed(true, "mark", false);
	ask_many(START, 60, 60, "/");
	put_mark(START + 60 * S, "x", false);
	assert_printed(true, " (x): nothing much has changed\n", true);
	ask_many(START + 60 * S, 60, 1200, "/search");
	ask_many(START + 60 * S, 60, 60, "/");
	for (usec_t t = 0; t < 60; t++)
		ask(START + (60 + t) * S, "10.0.0.1", "/", "t", 200);
	assert_printed(false, "new path /search 1,", true);
	assert_printed(false, "/min from ", true);
	assert_printed(false, "10.0.0.0/24", false);
	assert_printed(true, "new network 10.0.0.0/24 6", true);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_without_a_mark),
		TEST(new_risen_fallen_gone_and_the_same),
		TEST(agents_networks_and_statuses),
		TEST(networks_by_their_connections),
		TEST(networks_that_only_knock),
		TEST(inherited_counts_are_not_new),
		TEST(what_was_below_the_top_is_not_new),
		TEST(marks_are_bounded),
		TEST(which_mark_counts),
		TEST(a_restart_forgets_marks),
		TEST(the_model_knows_the_latest_by_hand),
		TEST(in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
