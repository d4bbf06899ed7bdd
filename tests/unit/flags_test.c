// SPDX-License-Identifier: MIT
/* The flags that hold, as views ask the model for them. */
#include "unit.h"

#include "model/flags.h"

#define T0 (INT64_C(1700000000) * USEC_PER_SEC)

static struct flags flags;

static int set_up(void **state)
{
	(void)state;
	return flags_init(&flags);
}

static int tear_down(void **state)
{
	(void)state;
	flags_done(&flags);
	return 0;
}

static bool say(const char *name, uint8_t scope, const char *who, const char *prefixes,
	uint32_t severity, usec_t since)
{
	struct event_flag said = {.flag = str_of(name),
		.on = 1,
		.scope = scope,
		.who = str_of(who),
		.prefixes = prefixes ? str_of(prefixes) : STR_ABSENT,
		.severity = severity,
		.since = since,
		.value = 5,
		.evidence = STR_LIT("5 of 6"),
		.disproof = STR_LIT("none of 6")};

	return flags_apply(&flags, &said, 0, T0 + 9);
}

static void end(const char *name, uint8_t scope, const char *who)
{
	struct event_flag said = {
		.flag = str_of(name), .on = 0, .scope = scope, .who = str_of(who)};

	assert_true(flags_apply(&flags, &said, 0, T0 + 10));
}

static size_t of(const char *ip, bool around)
{
	const struct flag *found[8];
	struct addr a = ip_of(ip);

	return flags_of_addr(&flags, &a, around, found, ARRAY_LEN(found));
}

static size_t within(const char *prefix)
{
	const struct flag *found[8];
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(prefix), &p), 0);
	return flags_of_prefix(&flags, &p, found, ARRAY_LEN(found));
}

static void one_begins_changes_and_ends(void **state)
{
	const struct flag *found[4];

	(void)state;
	end("burst", SCOPE_HOST, "203.0.113.9");
	assert_true(say("burst", SCOPE_HOST, "203.0.113.9", NULL, 2, T0));
	assert_true(say("burst", SCOPE_HOST, "203.0.113.9", NULL, 3, T0));
	assert_int_equal(flags_top(&flags, found, ARRAY_LEN(found)), 1);
	assert_int_equal(found[0]->severity, 3);
	assert_int_equal(found[0]->said, T0 + 9);
	assert_int_equal(found[0]->value, 5);
	assert_string_equal(found[0]->evidence, "5 of 6");
	/* Another scope, another who, another name: another flag. */
	end("burst", SCOPE_NETWORK, "203.0.113.9");
	end("burst", SCOPE_HOST, "203.0.113.10");
	end("crawler", SCOPE_HOST, "203.0.113.9");
	assert_int_equal(flags.pool.live, 1);
	end("burst", SCOPE_HOST, "203.0.113.9");
	assert_int_equal(flags.pool.live, 0);
	assert_int_equal(of("203.0.113.9", false), 0);
}

static void an_address_has_its_own_and_those_around(void **state)
{
	(void)state;
	say("burst", SCOPE_HOST, "203.0.113.9", NULL, 2, T0);
	say("crawler", SCOPE_HOST, "203.0.113.9", NULL, 2, T0);
	say("burst", SCOPE_HOST, "2001:db8::1", NULL, 2, T0);
	say("silent", SCOPE_NETWORK, "203.0.113.0/24", "203.0.113.0/24", 2, T0);
	say("syn-flood", SCOPE_MACHINE, "198.51.100.0/24,203.0.0.0/16",
		"198.51.100.0/24 203.0.0.0/16", 3, T0);
	say("path-flood", SCOPE_PATH, "/search", NULL, 3, T0);
	assert_int_equal(of("203.0.113.9", false), 2);
	assert_int_equal(of("203.0.113.9", true), 2);
	assert_int_equal(of("203.0.113.10", false), 0);
	assert_int_equal(of("203.0.113.10", true), 2);
	assert_int_equal(of("203.0.114.10", true), 1);
	assert_int_equal(of("2001:db8::1", false), 1);
	assert_int_equal(of("2001:db8::1", true), 0);
	assert_int_equal(flags.groups.used, 3);
	/* Who is meant changes; the name does not. */
	say("syn-flood", SCOPE_MACHINE, "198.51.100.0/24,203.0.0.0/16", NULL, 3, T0);
	assert_int_equal(flags.groups.used, 1);
	assert_int_equal(of("203.0.114.10", true), 0);
	end("silent", SCOPE_NETWORK, "203.0.113.0/24");
	end("syn-flood", SCOPE_MACHINE, "198.51.100.0/24,203.0.0.0/16");
	assert_int_equal(flags.groups.used, 0);
	/* Named by two of its prefixes, by one that ends within a byte. */
	say("syn-flood", SCOPE_MACHINE, "", "203.0.0.0/13 203.0.113.0/24 2001:db8::/47", 3, T0);
	assert_int_equal(of("203.0.113.9", true), 1);
	assert_int_equal(of("203.7.0.1", true), 1);
	assert_int_equal(of("203.8.0.1", true), 0);
	assert_int_equal(of("2001:db8:1::1", true), 1);
	assert_int_equal(of("2001:db8:2::1", true), 0);
	end("syn-flood", SCOPE_MACHINE, "");
	assert_int_equal(flags.groups.used, 0);
}

static void a_network_has_those_that_meet_it(void **state)
{
	(void)state;
	say("burst", SCOPE_HOST, "203.0.113.9", NULL, 2, T0);
	say("silent", SCOPE_NETWORK, "203.0.113.0/24", "203.0.113.0/24", 2, T0);
	say("syn-flood", SCOPE_MACHINE, "203.0.0.0/16", "203.0.0.0/16", 3, T0);
	say("syn-flood", SCOPE_MACHINE, "", NULL, 3, T0);
	assert_int_equal(within("203.0.113.0/24"), 3);
	assert_int_equal(within("203.0.112.0/24"), 1);
	assert_int_equal(within("203.0.113.0/25"), 3);
	assert_int_equal(within("203.0.113.128/25"), 2);
	assert_int_equal(within("0.0.0.0/0"), 3);
	assert_int_equal(within("2001:db8::/32"), 0);
}

static void the_gravest_come_first(void **state)
{
	static const char *const order[] = {"grave", "old", "a", "b", "told"};
	const struct flag *found[5];
	struct event_flag told = {.flag = STR_LIT("told"),
		.on = 1,
		.scope = SCOPE_HOST,
		.who = STR_LIT("203.0.113.1"),
		.severity = 4,
		.cause = STR_LIT("grave")};

	(void)state;
	flags_apply(&flags, &told, 0, T0);
	say("b", SCOPE_HOST, "203.0.113.2", NULL, 2, T0 + 5);
	say("a", SCOPE_HOST, "203.0.113.2", NULL, 2, T0 + 5);
	say("old", SCOPE_HOST, "203.0.113.3", NULL, 2, T0);
	say("grave", SCOPE_MACHINE, "", NULL, 3, T0 + 9);
	assert_int_equal(flags_top(&flags, found, 5), 5);
	for (int i = 0; i < 5; i++)
		assert_string_equal(found[i]->name, order[i]);
	assert_int_equal(flags_top(&flags, found, 2), 2);
	assert_string_equal(found[1]->name, "old");
	assert_int_equal(flags_top(&flags, found, 0), 0);
}

static void there_are_so_many_and_no_more(void **state)
{
	char who[ADDR_TEXT_MAX];

	(void)state;
	for (unsigned i = 0; i < FLAGS_MAX + 10; i++) {
		snprintf(who, sizeof who, "81.2.%u.%u", i / 200, i % 200);
		assert_int_equal(say("burst", SCOPE_HOST, who, NULL, 2, T0), i < FLAGS_MAX);
	}
	assert_int_equal(flags.pool.live, FLAGS_MAX);
	assert_int_equal(flags.lost, 10);
	assert_int_equal(of("81.2.0.7", false), 1);
	end("burst", SCOPE_HOST, "81.2.0.7");
	assert_true(say("burst", SCOPE_HOST, "203.0.113.9", NULL, 2, T0));
	assert_int_equal(of("203.0.113.9", false), 1);
	assert_int_equal(of("81.2.0.7", false), 0);
	for (unsigned i = 0; i < FLAGS_MAX; i++) {
		snprintf(who, sizeof who, "81.2.%u.%u", i / 200, i % 200);
		end("burst", SCOPE_HOST, who);
	}
	end("burst", SCOPE_HOST, "203.0.113.9");
	assert_int_equal(flags.pool.live, 0);
	assert_int_equal(flags.index.used, 0);
	assert_int_equal(flags.hosts.used, 0);
}

/* From a recording anything may come. */
static void what_cannot_be_read_is_of_nobody(void **state)
{
	char who[FLAG_WHO_MAX * 2];

	(void)state;
	say("burst", SCOPE_HOST, "nobody", NULL, 2, T0);
	say("silent", SCOPE_NETWORK, "x", "  203.0.113.0/24 x 1.2.3/8 ", UINT32_MAX, T0);
	assert_int_equal(of("203.0.113.9", true), 1);
	memset(who, 'x', sizeof who - 1);
	who[sizeof who - 1] = '\0';
	say("burst", SCOPE_PATH, who, NULL, 2, T0);
	end("burst", SCOPE_PATH, who);
	end("silent", SCOPE_NETWORK, "x");
	end("burst", SCOPE_HOST, "nobody");
	assert_int_equal(flags.pool.live, 0);
	assert_int_equal(flags.groups.used, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_begins_changes_and_ends),
		TEST(an_address_has_its_own_and_those_around),
		TEST(a_network_has_those_that_meet_it),
		TEST(the_gravest_come_first),
		TEST(there_are_so_many_and_no_more),
		TEST(what_cannot_be_read_is_of_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
