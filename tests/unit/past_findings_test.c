// SPDX-License-Identifier: MIT
#include "unit.h"

#include "app/past_findings.h"

#define SEC USEC_PER_SEC

static void tell(struct past_findings *p, usec_t now, const char *who, unsigned severity, bool on)
{
	struct event e = event_make(EVENT_FLAG, now);

	e.flag.flag = STR_LIT("scanner");
	e.flag.who = str_of(who);
	e.flag.severity = severity;
	e.flag.on = on;
	p->taker.take(&p->taker, &e);
}

static void tell_many(struct past_findings *p, usec_t now, int n, bool on)
{
	char who[32];

	for (int i = 0; i < n; i++) {
		snprintf(who, sizeof who, "198.51.100.%d", i);
		tell(p, now, who, SEVERITY_SUSPECT, on);
	}
}

static void a_graver_one_finds_a_place(void **state)
{
	const struct past_finding *top[1];
	struct past_findings p;

	(void)state;
	past_findings_init(&p);
	tell_many(&p, SEC, PAST_FINDINGS_MAX, true);
	assert_false(past_findings_hold(&p, SEVERITY_ATTACK));
	tell(&p, 2 * SEC, "203.0.113.9", SEVERITY_ATTACK, true);
	assert_true(past_findings_hold(&p, SEVERITY_ATTACK));
	assert_int_equal(past_findings_top(&p, top, 1), 1);
	assert_string_equal(top[0]->who, "203.0.113.9");
	assert_int_equal(p.more, 1);
	tell(&p, 3 * SEC, "203.0.113.9", SEVERITY_ATTACK, false);
	assert_false(past_findings_hold(&p, SEVERITY_ATTACK));
}

static void what_has_no_place_is_counted_once(void **state)
{
	struct past_findings p;

	(void)state;
	past_findings_init(&p);
	for (int round = 1; round <= 5; round++) {
		tell_many(&p, round * SEC, PAST_FINDINGS_MAX + 3, true);
		assert_int_equal(p.more, 3);
	}
	/* All of them ended, and began anew. */
	tell_many(&p, 6 * SEC, PAST_FINDINGS_MAX + 3, false);
	tell_many(&p, 7 * SEC, PAST_FINDINGS_MAX + 3, true);
	assert_int_equal(p.more + p.n, 2 * (PAST_FINDINGS_MAX + 3));
}

/* Who it is does not fit: it is the same one all the same. */
static void a_long_who_is_known_again(void **state)
{
	char who[2 * FLAG_WHO_MAX];
	struct past_findings p;

	(void)state;
	memset(who, 'a', sizeof who - 1);
	who[sizeof who - 1] = '\0';
	past_findings_init(&p);
	tell(&p, SEC, who, SEVERITY_ATTACK, true);
	tell(&p, 2 * SEC, who, SEVERITY_ATTACK, true);
	assert_int_equal(p.n, 1);
	tell(&p, 3 * SEC, who, SEVERITY_ATTACK, false);
	assert_false(past_findings_hold(&p, SEVERITY_ATTACK));
}

/* What a recording was to have is not saved by it when it cannot be written. */
static void a_recording_that_fails_saves_nothing(void **state)
{
	struct past_findings p;

	(void)state;
	past_findings_init(&p);
	tell(&p, SEC, "203.0.113.1", SEVERITY_ATTACK, true);
	past_findings_record(&p, 0);
	tell(&p, 2 * SEC, "203.0.113.2", SEVERITY_ATTACK, true);
	assert_int_equal(past_findings_unsaved(&p), 0);
	past_findings_recorded(&p, false);
	assert_int_equal(past_findings_unsaved(&p), 2);
	past_findings_record(&p, 0);
	past_findings_recorded(&p, true);
	/* The next one fails: these are saved all the same. */
	past_findings_record(&p, 0);
	tell(&p, 3 * SEC, "203.0.113.3", SEVERITY_ATTACK, true);
	past_findings_recorded(&p, false);
	assert_int_equal(past_findings_unsaved(&p), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_graver_one_finds_a_place),
		cmocka_unit_test(what_has_no_place_is_counted_once),
		cmocka_unit_test(a_long_who_is_known_again),
		cmocka_unit_test(a_recording_that_fails_saves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
