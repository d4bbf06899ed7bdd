// SPDX-License-Identifier: MIT
/* The model's table of logs: bounded, and never full. */
#include "unit.h"

#include "model/query.h"

#define T0 (INT64_C(1795335400) * USEC_PER_SEC)

static struct model *m;
static usec_t now;

static void tell(const char *name, enum log_state state, uint64_t lines)
{
	struct event e = event_make(EVENT_LOG, now += USEC_PER_SEC);

	e.log.log = str_of(name);
	e.log.state = (uint8_t)state;
	e.log.lines = lines;
	e.log.rejected = e.log.skipped = e.log.lag = 0;
	e.log.rotated = 1;
	model_apply(m, &e);
}

static const char *numbered(unsigned n)
{
	static char name[32];

	snprintf(name, sizeof name, "/var/log/site%u.log", n);
	return name;
}

/* NULL: it is not there. */
static const struct model_log *find(const char *name)
{
	const struct model_log *found = NULL;
	const struct machine *machine = model_machine(m);

	assert_non_null(machine);
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (strcmp(machine->logs[i].name, name) == 0) {
			assert_null(found);
			found = &machine->logs[i];
		}
	return found;
}

static const struct model_log *there(const char *name)
{
	const struct model_log *log = find(name);

	assert_non_null(log);
	return log;
}

static uint64_t count(void)
{
	assert_non_null(model_machine(m));
	return model_machine(m)->log_count;
}

static int fill(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.hosts = limits.conns = 100;
	limits.journal_bytes = 1u << 18;
	m = model_new(&limits);
	now = T0;
	if (!m)
		return -1;
	for (unsigned n = 0; n < EVENT_LOGS_MAX; n++)
		tell(numbered(n), LOG_READING, n);
	return 0;
}

static int done(void **state)
{
	(void)state;
	model_free(m);
	return 0;
}

static void the_longest_untold_makes_way(void **state)
{
	(void)state;
	assert_int_equal(count(), EVENT_LOGS_MAX);
	tell(numbered(0), LOG_READING, 1);
	tell("new", LOG_READING, 7);
	assert_int_equal(count(), EVENT_LOGS_MAX);
	assert_int_equal(model_machine(m)->lost, 0);
	assert_null(find(numbered(1)));
	assert_non_null(find(numbered(0)));
	assert_int_equal(there("new")->lines, 7);
	assert_int_equal(there("new")->skipped, 0);
	/* It may come back. */
	tell(numbered(1), LOG_READING, 9);
	assert_int_equal(there(numbered(1))->lines, 9);
	assert_null(find(numbered(2)));
	/* The files that were behind a name were all rotated. */
	assert_int_equal(model_machine(m)->log_rotated, EVENT_LOGS_MAX + 2);
}

static void what_is_not_followed_makes_way_first(void **state)
{
	(void)state;
	tell(numbered(9000), LOG_STATE_NONE, 1);
	tell(numbered(500), LOG_STATE_NONE, 1);
	tell("a", LOG_READING, 1);
	assert_null(find(numbered(9000)));
	assert_non_null(find(numbered(500)));
	tell("b", LOG_MISSING, 1);
	assert_null(find(numbered(500)));
	assert_non_null(find(numbered(0)));
	tell("c", LOG_READING, 1);
	assert_null(find(numbered(0)));
	assert_int_equal(model_machine(m)->lost, 0);
}

/* Requests are still led to the log that they are of. */
static void numbers_follow_names(void **state)
{
	(void)state;
	struct machine *machine = machine_copy(model_machine(m));

	assert_non_null(machine);
	assert_int_equal(machine_log_number(machine, str_of(numbered(0))), 1);
	assert_non_null(machine_log(machine, STR_LIT("new")));
	assert_int_equal(machine_log_number(machine, STR_LIT("new")), 1);
	assert_int_equal(machine_log_number(machine, str_of(numbered(0))), 0);
	assert_int_equal(machine_log_number(machine, str_of(numbered(7))), 8);
	/* Each that is new takes another one's place. */
	for (unsigned n = 0; n < 50; n++) {
		struct model_log *log = machine_log(machine, str_of(numbered(EVENT_LOGS_MAX + n)));
		assert_non_null(log);
		log->state = LOG_READING;
		log->told = now + n;
	}
	for (unsigned n = 0; n < 50; n++)
		assert_true(machine_log_number(machine, str_of(numbered(EVENT_LOGS_MAX + n))) > 0);
	machine_free(machine);
}

#define FILLED(f) cmocka_unit_test_setup_teardown(f, fill, done)

int main(void)
{
	const struct CMUnitTest tests[] = {FILLED(the_longest_untold_makes_way),
		FILLED(what_is_not_followed_makes_way_first), FILLED(numbers_follow_names)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
