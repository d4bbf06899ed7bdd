// SPDX-License-Identifier: MIT
#include "unit.h"

#include "model/timeline.h"

#define SEC USEC_PER_SEC

static struct timeline *fresh(void)
{
	struct timeline *t = calloc(1, sizeof *t);

	assert_non_null(t);
	return t;
}

static void tell(struct timeline *t, usec_t now, const char *name, const char *who, usec_t since,
	uint64_t value, unsigned severity, bool on)
{
	char says[32];
	struct event e = event_make(EVENT_FLAG, now);

	snprintf(says, sizeof says, "%u of them", (unsigned)value);
	e.flag.flag = str_of(name);
	e.flag.who = str_of(who);
	e.flag.since = since;
	e.flag.severity = severity;
	e.flag.on = on;
	if (on) {
		e.flag.value = value;
		e.flag.evidence = str_of(says);
	}
	timeline_flag(t, &e.flag, 0, now);
}

static const struct timeline_entry *only(const struct timeline *t)
{
	const struct timeline_entry *all[TIMELINE_MAX];

	assert_int_equal(timeline_list(t, all, TIMELINE_MAX), 1);
	return all[0];
}

static void a_flag_has_its_time_and_its_highest_figures(void **state)
{
	struct timeline *t = fresh();

	(void)state;
	tell(t, 10 * SEC, "scanner", "203.0.113.9", 9 * SEC, 5, 2, true);
	tell(t, 20 * SEC, "scanner", "203.0.113.9", 9 * SEC, 80, 2, true);
	tell(t, 30 * SEC, "scanner", "203.0.113.9", 9 * SEC, 80, 2, true);
	assert_int_equal(only(t)->to, 0);
	tell(t, 40 * SEC, "scanner", "203.0.113.9", 9 * SEC, 0, 2, false);
	assert_int_equal(only(t)->from, 9 * SEC);
	assert_int_equal(only(t)->to, 40 * SEC);
	assert_int_equal(only(t)->value, 80);
	assert_string_equal(only(t)->evidence, "80 of them");
	tell(t, 50 * SEC, "scanner", "203.0.113.9", 9 * SEC, 0, 2, false); /* once more */
	assert_int_equal(only(t)->to, 40 * SEC);
	free(t);
}

/* It ends under one name and begins under another, and is one thing. */
static void culprits_may_change(void **state)
{
	struct timeline *t = fresh();

	(void)state;
	tell(t, 10 * SEC, "syn-flood", "203.0.113.0/24", 9 * SEC, 5, 3, true);
	tell(t, 20 * SEC, "syn-flood", "203.0.113.0/24", 9 * SEC, 5, 3, false);
	tell(t, 20 * SEC, "syn-flood", "203.0.113.0/24,198.51.100.0/24", 9 * SEC, 6, 3, true);
	assert_string_equal(only(t)->who, "203.0.113.0/24,198.51.100.0/24");
	assert_int_equal(only(t)->to, 0);
	free(t);
}

/* Of hosts by their name, of all others by their prefixes, which the end does not repeat. */
static void who_is_meant_is_kept(void **state)
{
	static const struct {
		const char *who, *prefixes;
		unsigned scope, count;
	} all[] = {
		{"203.0.113.9", "", SCOPE_HOST, 1},
		{"x,203.0.113.9", "", SCOPE_HOST, 0},
		{"203.0.113.0/24,2001:db8::/48", "203.0.113.0/24 2001:db8::/48", SCOPE_NETWORK, 2},
		{"", "203.0.113.0/24", SCOPE_MACHINE, 1},
		{"/x,198.51.100.7", "", SCOPE_PATH, 0},
		{"x,0.0.0.0/0,::/0", "203.0.113.0/24", SCOPE_AGENT, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct timeline *t = fresh();
		struct event e = event_make(EVENT_FLAG, SEC);
		e.flag.flag = STR_LIT("x");
		e.flag.scope = (uint8_t)all[i].scope;
		e.flag.who = str_of(all[i].who);
		e.flag.prefixes = str_of(all[i].prefixes);
		e.flag.on = true;
		timeline_flag(t, &e.flag, 0, SEC);
		assert_int_equal(only(t)->prefix_count, all[i].count);
		e.flag.prefixes = STR_ABSENT;
		e.flag.on = false;
		timeline_flag(t, &e.flag, 0, 2 * SEC);
		assert_int_equal(only(t)->to, 2 * SEC);
		assert_int_equal(only(t)->prefix_count, all[i].count);
		struct addr a = ip_of("203.0.113.9");
		if (all[i].count)
			assert_true(prefix_contains(&only(t)->prefixes[0], &a));
		free(t);
	}
}

static void tell_many(struct timeline *t, usec_t now, int n, unsigned severity, bool on)
{
	char who[32];

	for (int i = 0; i < n; i++) {
		snprintf(who, sizeof who, "198.51.%d.%d", i / 200, i % 200);
		tell(t, now + i, "scanner", who, SEC + i, 1, severity, on);
	}
}

static const struct timeline_entry *named(const struct timeline *t, const char *who)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].who, who) == 0)
			return &t->at[i];
	return NULL;
}

static void the_least_grave_goes_first(void **state)
{
	const struct timeline_entry *all[TIMELINE_MAX];
	struct timeline *t = fresh();

	(void)state;
	tell_many(t, 3 * SEC, TIMELINE_MAX, 2, true);
	tell(t, 4 * SEC, "syn-flood", "203.0.113.0/24", SEC / 2, 5, 3, true);
	timeline_mark(t, STR_LIT("before"), 5 * SEC);
	assert_int_equal(t->dropped, 2);
	assert_int_equal(timeline_list(t, all, TIMELINE_MAX), TIMELINE_MAX);
	assert_string_equal(all[0]->name, "syn-flood");
	assert_string_equal(all[TIMELINE_MAX - 1]->name, "before");
	assert_int_equal(timeline_list(t, all, 3), 3);
	assert_string_equal(all[2]->name, "before");
	/* What was dropped while it held ends unheard. */
	tell(t, 9000 * SEC, "scanner", "198.51.0.0", SEC, 0, 2, false);
	assert_int_equal(t->n, TIMELINE_MAX);
	assert_null(named(t, "198.51.0.0"));
	free(t);
}

static void what_is_over_goes_before_what_holds(void **state)
{
	struct timeline *t = fresh();

	(void)state;
	tell_many(t, 3 * SEC, TIMELINE_MAX, 2, true);
	tell(t, 4 * SEC, "scanner", "198.51.1.7", SEC, 0, 2, false);
	tell(t, 5 * SEC, "scanner", "203.0.113.9", 5 * SEC, 1, 2, true);
	assert_null(named(t, "198.51.1.7"));
	assert_non_null(named(t, "203.0.113.9"));
	assert_int_equal(t->dropped, 1);
	free(t);
}

/* Told of again and again, too many that hold do not drive each other out. */
static void each_flag_is_counted_once(void **state)
{
	struct timeline *t = fresh();

	(void)state;
	for (int round = 0; round < 5; round++) {
		tell_many(t, (3 + round) * SEC, TIMELINE_MAX + 2, 2, true);
		assert_int_equal(t->dropped, 2);
	}
	tell(t, 20 * SEC, "scanner", "198.51.0.0", SEC, 0, 2, false);
	assert_int_equal(named(t, "198.51.0.0")->to, 20 * SEC);
	/* There is a place again: one that had none gets it when it is told of next. */
	tell(t, 21 * SEC, "scanner", "198.51.1.57", SEC + 257, 1, 2, true);
	assert_non_null(named(t, "198.51.1.57"));
	assert_null(named(t, "198.51.0.0"));
	assert_int_equal(t->dropped, 2);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flag_has_its_time_and_its_highest_figures),
		cmocka_unit_test(culprits_may_change),
		cmocka_unit_test(who_is_meant_is_kept),
		cmocka_unit_test(the_least_grave_goes_first),
		cmocka_unit_test(what_is_over_goes_before_what_holds),
		cmocka_unit_test(each_flag_is_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
