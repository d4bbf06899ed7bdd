// SPDX-License-Identifier: MIT
#include "unit.h"

#include "config/duration.h"

#include <errno.h>

#define SEC USEC_PER_SEC

static void reads_numbers_with_units(void **state)
{
	static const struct {
		const char *text;
		usec_t usec;
	} rows[] = {
		{"0", 0}, {"0s", 0}, {"1", SEC}, {"1.5", 3 * SEC / 2}, {"1e3", 1000 * SEC},
		{"500ms", SEC / 2}, {"0.5ms", 500}, {"30s", 30 * SEC}, {".5s", SEC / 2},
		{"2.3s", 2300000}, /* 2.3 * 1e6 is just below in binary */
		{"5m", 300 * SEC}, {"1h", 3600 * SEC}, {"1d", 86400 * SEC}, {"1h30m", 5400 * SEC},
		{"2d03h", 51 * (3600 * SEC)}, {"1d2h3m4s5ms", 93784 * SEC + 5000},
		{"1m500ms", 60 * SEC + SEC / 2}, {"00000000030s", 30 * SEC},
		{"104249d", 104249 * (86400 * SEC)}, /* the most whole days */
	};
	usec_t got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		got = -1;
		int err = duration_parse(str_of(rows[i].text), &got);
		if (err || got != rows[i].usec)
			fail_msg("\"%s\": %d, %lld", rows[i].text, err, (long long)got);
	}
}

static void refuses_all_else(void **state)
{
	static const struct {
		const char *text;
		int err;
	} rows[] = {
		{"", -EINVAL},
		{"s", -EINVAL},
		{"ms", -EINVAL},
		{"abc", -EINVAL},
		{"nan", -EINVAL},
		{"inf", -EINVAL},
		{"5 m", -EINVAL},
		{" 5m", -EINVAL},
		{"5m ", -EINVAL},
		{"5M", -EINVAL},
		{"5min", -EINVAL},
		{"5w", -EINVAL},
		{"5us", -EINVAL},
		{"1h30", -EINVAL},  /* minutes or seconds? */
		{"30m1h", -EINVAL}, /* from large to small */
		{"1m1m", -EINVAL},
		{"1..5s", -EINVAL},
		{".s", -EINVAL},
		{"1e3s", -EINVAL},
		{"+5s", -EINVAL},
		{"-5s", -EINVAL},
		{"1h-5m", -EINVAL},
		{"0x10s", -EINVAL},
		{"5m\n", -EINVAL},
		{"-1", -ERANGE},
		{"-0.001", -ERANGE},
		{"1e300", -ERANGE},
		{"1e999", -ERANGE},
		{"9007199254.740992", -ERANGE}, /* USEC_LIMIT */
		{"104250d", -ERANGE},
		{"9999999999999999999999999d", -ERANGE},
		{"104249d104249d", -EINVAL},
	};
	usec_t got = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int err = duration_parse(str_of(rows[i].text), &got);
		if (err != rows[i].err || got != 7)
			fail_msg("\"%s\": %d, %lld", rows[i].text, err, (long long)got);
	}
	assert_int_equal(duration_parse((struct str){"5m\0s", 4}, &got), -EINVAL);
	assert_int_equal(duration_parse(STR_ABSENT, &got), -EINVAL);
}

static void a_long_text_is_refused(void **state)
{
	char text[4096];
	usec_t got;

	(void)state;
	memset(text, '1', sizeof text);
	assert_int_equal(duration_parse((struct str){text, sizeof text}, &got), -EINVAL);
	text[sizeof text - 1] = 's';
	assert_int_equal(duration_parse((struct str){text, sizeof text}, &got), -EINVAL);
}

static void writes_what_it_reads(void **state)
{
	static const struct {
		usec_t usec;
		const char *text;
	} rows[] = {
		{0, "0"},
		{SEC / 10, "100ms"},
		{SEC, "1s"},
		{90 * SEC, "90s"},
		{5400 * SEC, "90m"},
		{3600 * SEC, "1h"},
		{365 * 86400 * SEC, "365d"},
		{500, "0.000500s"},
		{3 * SEC / 2 + 1, "1.500001s"},
	};
	char buf[DURATION_TEXT_MAX];
	usec_t back;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_string_equal(duration_text(rows[i].usec, buf), rows[i].text);
		assert_int_equal(duration_parse(str_of(rows[i].text), &back), 0);
		assert_true(back == rows[i].usec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers_with_units),
		cmocka_unit_test(refuses_all_else),
		cmocka_unit_test(a_long_text_is_refused),
		cmocka_unit_test(writes_what_it_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
