// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/line_edit.h"

#include <locale.h>

static void type(struct line_edit *e, const char *text)
{
	for (; *text; text++)
		assert_true(line_edit_type(e, (unsigned char)*text));
}

static void edits_at_the_cursor(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_init(&e, 64);
	type(&e, "acd");
	line_edit_act(&e, ACT_LEFT);
	line_edit_act(&e, ACT_LEFT);
	type(&e, "b");
	assert_string_equal(e.text, "abcd");
	line_edit_act(&e, ACT_DELETE);
	assert_string_equal(e.text, "abd");
	line_edit_act(&e, ACT_ERASE_CHAR);
	assert_string_equal(e.text, "ad");
	line_edit_act(&e, ACT_LINE_START);
	line_edit_act(&e, ACT_LEFT);
	line_edit_act(&e, ACT_ERASE_CHAR);
	type(&e, "x");
	line_edit_act(&e, ACT_LINE_END);
	line_edit_act(&e, ACT_RIGHT);
	line_edit_act(&e, ACT_DELETE);
	type(&e, "y");
	assert_string_equal(e.text, "xady");
	assert_false(line_edit_act(&e, ACT_ACCEPT));
}

static void erases_words_and_lines(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_init(&e, 64);
	line_edit_set(&e, STR_LIT("one two  three"));
	line_edit_act(&e, ACT_ERASE_WORD);
	assert_string_equal(e.text, "one two  ");
	line_edit_act(&e, ACT_ERASE_WORD);
	assert_string_equal(e.text, "one ");
	line_edit_set(&e, STR_LIT("one two"));
	line_edit_act(&e, ACT_LEFT);
	line_edit_act(&e, ACT_ERASE_WORD);
	assert_string_equal(e.text, "one o");
	line_edit_act(&e, ACT_ERASE_LINE);
	assert_string_equal(e.text, "");
	line_edit_act(&e, ACT_ERASE_WORD);
	assert_int_equal(e.n, 0);
}

static void keeps_characters_whole(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_init(&e, 64);
	assert_true(line_edit_type(&e, 0x65e5)); /* two columns, three bytes */
	assert_true(line_edit_type(&e, 'e'));    /* e with an accent, of two code points */
	assert_true(line_edit_type(&e, 0x301));
	assert_true(line_edit_type(&e, 0x1f980)); /* four bytes */
	assert_int_equal(e.n, 3 + 1 + 2 + 4);
	line_edit_act(&e, ACT_LEFT);
	assert_int_equal(e.at, 6);
	line_edit_act(&e, ACT_LEFT);
	assert_int_equal(e.at, 3);
	line_edit_act(&e, ACT_DELETE);
	assert_int_equal(e.n, 7);
	line_edit_act(&e, ACT_ERASE_CHAR);
	assert_string_equal(e.text, "\xf0\x9f\xa6\x80");
}

static void is_bounded(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_init(&e, 8);
	line_edit_set(&e, STR_LIT("12345\xc3\xa9\xc3\xa9"));
	assert_string_equal(e.text, "12345\xc3\xa9");
	assert_false(line_edit_type(&e, 'x'));
	line_edit_act(&e, ACT_ERASE_CHAR);
	assert_false(line_edit_type(&e, 0x65e5));
	line_edit_paste(&e, STR_LIT("abcdefgh"));
	assert_string_equal(e.text, "12345ab");
	line_edit_init(&e, 100000);
	for (int i = 0; i < 2 * LINE_EDIT_MAX; i++)
		line_edit_type(&e, 'x');
	assert_int_equal(e.n, LINE_EDIT_MAX - 1);
}

static void refuses_what_is_no_text(void **state)
{
	static const uint32_t codes[] = {0, 7, 27, 127, 0x9b, 0xd800, 0x202e, 0x200b, 0x110000};
	struct line_edit e;

	(void)state;
	line_edit_init(&e, 64);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_false(line_edit_type(&e, codes[i]));
	line_edit_paste(&e, STR_LIT("\n  curl\t-q \x1b[2J\xff http://x\r\n"));
	assert_string_equal(e.text, "curl -q [2J http://x");
	line_edit_act(&e, ACT_LINE_START);
	line_edit_act(&e, ACT_RIGHT);
	line_edit_paste(&e, STR_LIT(" "));
	line_edit_paste(&e, STR_LIT("<>"));
	assert_string_equal(e.text, "c<>url -q [2J http://x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_at_the_cursor),
		cmocka_unit_test(erases_words_and_lines),
		cmocka_unit_test(keeps_characters_whole),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(refuses_what_is_no_text),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
