// SPDX-License-Identifier: MIT
/* Times as they are typed, and where they lead. */
#include "console/moment.h"

#include "unit.h"

#include <errno.h>

#define S   USEC_PER_SEC
#define MIN (60 * S)
#define H   (60 * MIN)

/* A recording from 23:30 on the 2nd of January 1970 to 00:30, by local time, an hour east; one is
 * at 23:45. */
static const struct moment_reach night = {
	.at = 46 * H + 45 * MIN,
	.begin = 46 * H + 30 * MIN,
	.end = 47 * H + 30 * MIN,
	.utc_offset = H,
};

static usec_t go(const char *text, const struct moment_reach *reach)
{
	char why[MOMENT_WHY_MAX] = "";
	usec_t at = 0;

	if (moment_parse(str_of(text), reach, &at, why) < 0)
		fail_msg("\"%s\": %s", text, why);
	return at;
}

static void refused(const char *text, const struct moment_reach *reach, int err, const char *word)
{
	char why[MOMENT_WHY_MAX] = "";
	usec_t at = 7;

	if (moment_parse(str_of(text), reach, &at, why) != err)
		fail_msg("\"%s\" is taken", text);
	assert_int_equal(at, 7);
	if (!strstr(why, word))
		fail_msg("\"%s\": \"%s\" does not say \"%s\"", text, why, word);
}

static void a_time_of_day_is_in_reach(void **state)
{
	(void)state;
	assert_int_equal(go("23:31", &night), 46 * H + 31 * MIN);
	assert_int_equal(go("23:50:07", &night), 46 * H + 50 * MIN + 7 * S);
	assert_int_equal(go(" 0:10 ", &night), 47 * H + 10 * MIN); /* past midnight */
	refused("12:00", &night, -ERANGE, "nothing is held");
	refused("00:31", &night, -ERANGE, "nothing is held");
}

static void from_where_one_is(void **state)
{
	(void)state;
	assert_int_equal(go("+5m", &night), night.at + 5 * MIN);
	assert_int_equal(go("-30s", &night), night.at - 30 * S);
	assert_int_equal(go("-30", &night), night.at - 30 * S);
	assert_int_equal(go("+1m30s", &night), night.at + 90 * S);
	refused("+999999d999999d", &night, -EINVAL, "expected");
	refused("+1h", &night, -ERANGE, "after the end");
	refused("-2h", &night, -ERANGE, "nothing is held");
}

static void a_part_of_all(void **state)
{
	struct moment_reach open = night;

	(void)state;
	assert_int_equal(go("50%", &night), 47 * H);
	assert_int_equal(go("0%", &night), night.begin);
	assert_int_equal(go("100%", &night), night.end);
	open.end = 0; /* not known yet */
	refused("50%", &open, -EINVAL, "expected");
	assert_int_equal(go("+1d", &open), night.at + 24 * H);
}

/* The first second begins before the first event. */
static void the_first_second_is_in_reach(void **state)
{
	struct moment_reach late = night;

	(void)state;
	late.begin += 400 * USEC_PER_MSEC;
	assert_int_equal(go("23:30", &late), late.begin);
}

static void what_is_no_time(void **state)
{
	static const char *const wrong[] = {"", "x", "3", "25:00", "12:60", "12:30:61", "12:30x",
		"+", "-", "+m", "+5y", "5%%", "101%", "12:", ":30", "+5m-3s",
		"99999999999999999999", "+9999999s"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		refused(wrong[i], &night, -EINVAL, "expected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_of_day_is_in_reach),
		cmocka_unit_test(from_where_one_is),
		cmocka_unit_test(a_part_of_all),
		cmocka_unit_test(the_first_second_is_in_reach),
		cmocka_unit_test(what_is_no_time),
	};

	return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
