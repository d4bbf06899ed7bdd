// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/background.h"

enum said {
	NOTHING,
	DARK,
	LIGHT
};

static enum said reply(const char *text)
{
	bool light = false;

	if (!background_of_reply(str_of(text), &light))
		return NOTHING;
	return light ? LIGHT : DARK;
}

static enum said environment(const char *text)
{
	bool light = false;

	if (!background_of_environment(text, &light))
		return NOTHING;
	return light ? LIGHT : DARK;
}

static void reads_what_terminals_answer(void **state)
{
	(void)state;
	assert_int_equal(reply("11;rgb:1e1e/1e1e/1e1e"), DARK);
	assert_int_equal(reply("11;rgb:ffff/ffff/ffff"), LIGHT);
	assert_int_equal(reply("11;rgb:fd/f6/e3"), LIGHT); /* solarized */
	assert_int_equal(reply("11;rgb:00/2b/36"), DARK);
	assert_int_equal(reply("11;rgb:f/f/f"), LIGHT);
	assert_int_equal(reply("11;rgba:0000/0000/0000/cccc"), DARK);
	assert_int_equal(reply("11;#ffffff"), LIGHT);
	assert_int_equal(reply("11;#1E1E1E"), DARK);
	assert_int_equal(reply("11;rgb:0000/0000/ffff"), DARK);
	assert_int_equal(reply("11;rgb:ffff/ffff/0000"), LIGHT);
}

static void nothing_else_is_an_answer(void **state)
{
	static const char *const bad[] = {"", "11;", "11;?", "10;rgb:ffff/ffff/ffff",
		"11;rgb:", "11;rgb:ff/ff", "11;rgb:ff/ff/", "11;rgb:ff/ff/ff/ff",
		"11;rgb:fffff/ff/ff", "11;rgb:gg/00/00", "11;rgba:ff/ff/ff", "11;#ff", "11;#fffff",
		"11;#", "11;#fffffffffffffff", "11;white", "11;rgb:ff/ff/ffx"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (reply(bad[i]) != NOTHING)
			fail_msg("\"%s\" is taken for a colour", bad[i]);
}

static void reads_colorfgbg(void **state)
{
	(void)state;
	assert_int_equal(environment("15;0"), DARK);
	assert_int_equal(environment("0;15"), LIGHT);
	assert_int_equal(environment("0;default;15"), LIGHT);
	assert_int_equal(environment("12;8"), DARK);
	assert_int_equal(environment("0;7"), LIGHT);
	assert_int_equal(environment("0;default"), NOTHING);
	assert_int_equal(environment("0;-1"), NOTHING);
	assert_int_equal(environment("0;15x"), NOTHING);
	assert_int_equal(environment("0;99999999999999999999"), NOTHING);
	assert_int_equal(environment("15"), NOTHING);
	assert_int_equal(environment(""), NOTHING);
	assert_int_equal(environment(NULL), NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_terminals_answer),
		cmocka_unit_test(nothing_else_is_an_answer),
		cmocka_unit_test(reads_colorfgbg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
