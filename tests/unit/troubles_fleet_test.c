// SPDX-License-Identifier: MIT
/* What is wrong in a fleet: whose findings these are, and which machines are not heard of. */
#include "facts.h"

#include "console/findings.h"
#include "model/fleet.h"

#include <stdio.h>

static void put_state(struct model *m, usec_t ts, uint32_t number, uint8_t state, const char *note)
{
	char name[16];
	struct event e = event_make(EVENT_MACHINE, ts);

	snprintf(name, sizeof name, "web%u", (unsigned)number);
	e.machine = number;
	e.machine_said.name = str_of(name);
	e.machine_said.state = state;
	e.machine_said.note = note ? str_of(note) : STR_ABSENT;
	model_apply(m, &e);
}

static void put_flag(struct model *m, uint32_t machine, const char *name, uint8_t scope,
	uint32_t severity, const char *who)
{
	struct event e = event_make(EVENT_FLAG, T0 + SEC);

	e.machine = machine;
	e.flag.flag = str_of(name);
	e.flag.on = true;
	e.flag.scope = scope;
	e.flag.severity = severity;
	e.flag.since = T0;
	e.flag.who = str_of(who);
	e.flag.evidence = STR_LIT("it is so");
	model_apply(m, &e);
}

static struct model *fleet_of(uint32_t n)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	for (uint32_t i = 1; i <= n; i++)
		put_state(m, T0, i, MEMBER_UP, NULL);
	return m;
}

static const struct trouble *named(const struct troubles *t, const char *flag)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].flag, flag) == 0)
			return &t->at[i];
	return NULL;
}

static bool says(const struct troubles *t, const char *text)
{
	for (size_t i = 0; i < t->n; i++)
		if (strstr(t->at[i].text, text))
			return true;
	return false;
}

static void look(struct troubles *t, const struct model *m, uint32_t number)
{
	troubles_of(t, &(struct trouble_facts){.m = m,
			       .show_private = true,
			       .member = number ? fleet_member(model_fleet(m), number) : NULL,
			       .notice = ""});
}

/* One that several machines find is one, and names them; each culprit once. */
static void a_finding_names_its_machines(void **state)
{
	struct model *m = fleet_of(6);
	struct troubles t;

	(void)state;
	for (uint32_t i = 1; i <= 5; i++)
		put_flag(m, i, "scanner", SCOPE_HOST, SEVERITY_SUSPECT, "192.0.2.77");
	look(&t, m, 0);
	const struct trouble *scan = named(&t, "scanner");
	assert_non_null(scan);
	assert_int_equal(scan->on_count, 5);
	assert_non_null(strstr(scan->machines, "web1"));
	assert_non_null(strstr(scan->machines, " +2"));
	assert_int_equal(scan->who_count, 1);
	model_free(m);
}

static void who_sits_at_a_machine_sees_its_own(void **state)
{
	struct model *m = fleet_of(3);
	struct troubles t;

	(void)state;
	put_flag(m, 1, "scanner", SCOPE_HOST, SEVERITY_SUSPECT, "192.0.2.77");
	put_flag(m, 2, "error-surge", SCOPE_MACHINE, SEVERITY_SUSPECT, "");
	put_state(m, T0 + SEC, 3, MEMBER_LOST, "gone");
	look(&t, m, 1);
	assert_non_null(named(&t, "scanner"));
	assert_string_equal(named(&t, "scanner")->machines, "");
	assert_null(named(&t, "error-surge"));
	assert_false(says(&t, "web3"));
	look(&t, m, 3);
	assert_null(named(&t, "scanner"));
	assert_true(says(&t, "web3"));
	model_free(m);
}

/* Nobody else says it. */
static void what_only_the_fleet_shows_comes_first(void **state)
{
	struct model *m = fleet_of(2);
	struct troubles t;

	(void)state;
	put_flag(m, 1, "scanner", SCOPE_HOST, SEVERITY_SUSPECT, "192.0.2.77");
	put_flag(m, 0, "crawler", SCOPE_FLEET, SEVERITY_SUSPECT, "192.0.2.78");
	put_flag(m, 2, "syn-flood", SCOPE_MACHINE, SEVERITY_ATTACK, "");
	look(&t, m, 0);
	assert_string_equal(t.at[0].flag, "syn-flood");
	assert_string_equal(t.at[1].flag, "crawler");
	assert_string_equal(t.at[2].flag, "scanner");
	assert_string_equal(t.at[1].machines, "");
	model_free(m);
}

static void machines_that_are_not_heard_are_said(void **state)
{
	struct model *m = fleet_of(8);
	struct troubles t;

	(void)state;
	put_state(m, T0 + SEC, 1, MEMBER_LOST, "Connection refused");
	for (uint32_t i = 2; i <= 6; i++)
		put_state(m, T0 + SEC, i, MEMBER_REFUSED, NULL);
	look(&t, m, 0);
	assert_true(says(&t, "1 machine is lost: web1 since "));
	assert_true(says(&t, "(Connection refused)"));
	assert_true(says(&t, "5 machines are refused: web2 since "));
	assert_true(says(&t, " +2"));
	for (uint32_t i = 1; i <= 8; i++)
		put_state(m, T0 + 2 * SEC, i, MEMBER_UP, NULL);
	look(&t, m, 0);
	assert_false(says(&t, "machine"));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_names_its_machines),
		cmocka_unit_test(who_sits_at_a_machine_sees_its_own),
		cmocka_unit_test(what_only_the_fleet_shows_comes_first),
		cmocka_unit_test(machines_that_are_not_heard_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
