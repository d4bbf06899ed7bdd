// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "base/text.h"
#include "detect/herd.h"

#include <math.h>

#define START (INT64_C(1700000010) * USEC_PER_SEC) /* a turn begins here */
#define S     USEC_PER_SEC

static struct herds table;
static struct herd_lone hosts[20000];

static int set_up(void **state)
{
	(void)state;
	memset(hosts, 0, sizeof hosts);
	return herds_init(&table, HERDS_MAX);
}

static int tear_down(void **state)
{
	(void)state;
	herds_done(&table);
	return 0;
}

static uint64_t key_of(const char *path)
{
	return hash_bytes(path, strlen(path));
}

static void ask(const char *path, uint32_t source, usec_t now)
{
	const struct herd_request r = {.key = key_of(path),
		.text = str_of(path),
		.source = hash_two(source, 9),
		.status = 200};

	herds_note_lone(&table, herds_add(&table, now, &r), &hosts[source], now);
}

static struct herd_recent recent_of(const char *path, usec_t now)
{
	struct herd_recent recent = {0};
	const struct herd *h = herds_find(&table, key_of(path));

	assert_non_null(h);
	herd_recent(h, now, &recent);
	return recent;
}

static void assert_near(double got, double want, double part)
{
	if (fabs(got - want) > part * want)
		fail_msg("got %g, expected about %g", got, want);
}

/* A path flood and a newsletter ask for one page as often, from as many; only the visitors of the
 * newsletter go on. */
static void loners_tell_a_flood_from_a_crowd(void **state)
{
	usec_t now = START;

	(void)state;
	for (uint32_t i = 0; i < 400; i++, now += S / 10) {
		ask("/search", i % 200, now);
		ask("/news", 1000 + i % 200, now);
		if (i % 10 < 9) {
			ask("/style.css", 1000 + i % 200, now + 1);
			ask("/about", 1000 + i % 200, now + 2);
		}
	}
	struct herd_recent flood = recent_of("/search", now), crowd = recent_of("/news", now);
	assert_int_equal(flood.requests, 400);
	assert_int_equal(crowd.requests, 400);
	assert_near(flood.sources, 200, 0.15);
	assert_near(crowd.sources, 200, 0.15);
	assert_true(flood.loners > 0.9);
	assert_true(crowd.loners < 0.15);
}

/* Bots that go on for long are not new, and still loners. */
static void loners_stay_loners(void **state)
{
	usec_t now = START;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++, now += S / 5)
		ask("/login", i % 50, now);
	assert_true(recent_of("/login", now).loners > 0.85);
	for (uint32_t i = 0; i < 50; i++)
		ask("/elsewhere", i, now);
	assert_true(recent_of("/login", now).loners < 0.05);
	assert_true(recent_of("/elsewhere", now).loners == 0);
}

static void recent_things_are_of_the_last_minute(void **state)
{
	struct herd_request r = {.key = 7, .text = STR_LIT("/a"), .status = 404, .is_failed = true};
	struct herd_recent recent;
	const struct herd *h = NULL;

	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		r.source = hash_two(i, 1);
		r.query = i % 3 ? hash_two(i, 2) : 0;
		r.is_asset = i % 4 == 0;
		h = herds_add(&table, START + i, &r);
	}
	herd_recent(h, START + 59 * S, &recent);
	assert_int_equal(recent.requests, 60);
	assert_int_equal(recent.failed, 60);
	assert_int_equal(recent.assets, 15);
	assert_int_equal(recent.queries, 40);
	assert_int_equal(recent.of_class[4], 60);
	assert_near(recent.query_strings, 40, 0.3);
	herd_recent(h, START + 60 * S, &recent);
	assert_int_equal(recent.requests, 0);
	assert_true(recent.sources == 0 && recent.loners == 0);
	r.status = 999;
	herds_add(&table, START + 61 * S, &r);
	herds_add(&table, START, &r); /* an event from before counts now */
	herd_recent(h, START + 61 * S, &recent);
	assert_int_equal(recent.requests, 2);
	assert_int_equal(recent.of_class[0], 2);
}

static void minutes_are_counted_and_pass(void **state)
{
	const usec_t start = START + 50 * S; /* begins a minute: 1 700 000 060 */

	(void)state;
	for (int second = 0; second < 600; second++)
		for (int i = 0; i < 2; i++)
			ask("/a", 1, start - start % (60 * S) + second * S);
	usec_t begin = start - start % (60 * S), end = begin + 600 * S - 1;
	const struct herd *h = herds_find(&table, key_of("/a"));
	assert_int_equal(herd_five_minutes(h, end), 600);
	assert_near(herd_per_minute(&table, h, end), 120, 0.01);
	assert_int_equal(herd_five_minutes(h, end + 61 * S), 480 - 120);
	assert_int_equal(herd_five_minutes(h, end + 300 * S), 0);
	assert_int_equal(herd_least(&table, h), 1200);
}

static void growth_is_against_what_the_table_has_seen(void **state)
{
	usec_t now = START;

	(void)state;
	for (uint32_t i = 0; i < 1200; i++, now += S / 2)
		ask("/usual", 1, now);
	assert_near(herd_growth(&table, herds_find(&table, key_of("/usual")), now), 1, 0.2);
	for (uint32_t i = 0; i < 50; i++, now += S / 10)
		ask("/new", 2, now);
	assert_true(herd_growth(&table, herds_find(&table, key_of("/new")), now) > 20);
	table.is_frozen = true;
	for (uint32_t i = 0; i < 6000; i++, now += S / 10)
		ask("/new", 2, now);
	assert_true(herd_growth(&table, herds_find(&table, key_of("/new")), now) > 50);
}

static void in_its_first_minute_a_table_learns(void **state)
{
	usec_t now = START;

	(void)state;
	ask("/first", 1, now);
	for (uint32_t i = 0; i < 300; i++, now += S / 10)
		ask("/new", 2, now);
	assert_true(herd_growth(&table, herds_find(&table, key_of("/new")), now) == 1);
}

static void tops_are_in_order(void **state)
{
	const struct herd *top[5];
	char path[16];

	(void)state;
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof path, "/p%d", i);
		for (int n = 0; n <= i % 100; n++)
			ask(path, 1, START);
	}
	assert_int_equal(herds_top(&table, START, 10 * S, top, 5), 5);
	static const char *const want[] = {"/p99", "/p199", "/p299", "/p98", "/p198"};
	for (int i = 0; i < 5; i++)
		assert_str(herd_text(top[i]), want[i]);
	ask("/late", 1, START + 100 * S);
	assert_int_equal(herds_top(&table, START + 100 * S, 60 * S, top, 5), 1);
	assert_int_equal(herds_top(&table, START + 100 * S, 300 * S, top, 5), 5);
	assert_str(herd_text(top[0]), "/p99");
	assert_int_equal(herds_top(&table, START + 100 * S, 60 * S, top, 0), 0);
}

/* Whatever is asked for, the table stays as it is in size, and what is frequent stays in it. */
static void a_crawl_does_not_wash_out(void **state)
{
	char path[32];
	usec_t now = START;

	(void)state;
	for (uint32_t i = 0; i < 200000; i++, now += S / 1000) {
		snprintf(path, sizeof path, "/page/x%u", i);
		ask(path, i % 3, now);
		if (i % 100 == 0)
			ask("/search", 10000 + i / 100 % 500, now);
	}
	const struct herd *h = herds_find(&table, key_of("/search")), *top;
	assert_non_null(h);
	assert_int_equal(herd_least(&table, h), 2000);
	assert_int_equal(herds_top(&table, now, 10 * S, &top, 1), 1);
	assert_ptr_equal(top, h);
	assert_int_equal(table.counts.used, HERDS_MAX);
	assert_true(table.counts.replaced > 190000);
}

static void texts_are_cut_between_characters(void **state)
{
	char text[400];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof text; i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	struct herd_request r = {.key = 1, .text = {text + 1, sizeof text - 1}};
	r.text = (struct str){text, sizeof text};
	assert_int_equal(herd_text(herds_add(&table, START, &r)).n, HERD_TEXT_MAX);
	r = (struct herd_request){.key = 2, .text = STR_ABSENT};
	assert_int_equal(herd_text(herds_add(&table, START, &r)).n, 0);
	assert_int_equal(sizeof(struct herd_lone), 8);
}

/* What five minutes had, whichever halves it was in. */
static void errors_and_sources_of_five_minutes(void **state)
{
	struct herd_five five;
	usec_t now = START;

	(void)state;
	for (uint32_t i = 0; i < 1200; i++, now += S / 2) {
		const struct herd_request r = {.key = key_of("/a"),
			.text = STR_LIT("/a"),
			.source = hash_two(i % 30, 9),
			.status = (uint16_t)(i % 4 == 0   ? 404
					     : i % 4 == 1 ? 502
							  : 200)};
		herds_add(&table, now, &r);
	}
	const struct herd *h = herds_find(&table, key_of("/a"));
	assert_non_null(h);
	herd_five(h, now, &five);
	assert_int_equal(five.requests, herd_five_minutes(h, now));
	assert_true(five.requests >= 480 && five.requests <= 600);
	assert_near(five.client_errors, five.requests / 4.0, 0.02);
	assert_near(five.server_errors, five.requests / 4.0, 0.02);
	assert_near(five.sources, 30, 0.1);
	herd_five(h, now + 200 * S, &five);
	assert_near(five.client_errors, five.requests / 4.0, 0.05);
	herd_five(h, now + 400 * S, &five);
	assert_int_equal(five.requests + five.client_errors + five.server_errors, 0);
	assert_true(five.sources < 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			loners_tell_a_flood_from_a_crowd, set_up, tear_down),
		cmocka_unit_test_setup_teardown(loners_stay_loners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			recent_things_are_of_the_last_minute, set_up, tear_down),
		cmocka_unit_test_setup_teardown(minutes_are_counted_and_pass, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			growth_is_against_what_the_table_has_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			in_its_first_minute_a_table_learns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tops_are_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_crawl_does_not_wash_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			texts_are_cut_between_characters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			errors_and_sources_of_five_minutes, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
