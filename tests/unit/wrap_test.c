// SPDX-License-Identifier: MIT
#include "base/wrap.h"

#include "unit.h"

#include <locale.h>

static void expect(const char *text, int width, enum wrap_long how, const char *const *lines)
{
	struct str rest = str_of(text);
	size_t i = 0;

	do {
		assert_non_null(lines[i]);
		assert_str(wrap_next(&rest, width, how), lines[i++]);
	} while (rest.n);
	assert_null(lines[i]);
}

#define EXPECT(text, width, how, ...) expect(text, width, how, (const char *[]){__VA_ARGS__, NULL})

static void lines_end_between_words(void **state)
{
	(void)state;
	EXPECT("", 5, WRAP_LONG_CUT, "");
	EXPECT("one two", 7, WRAP_LONG_CUT, "one two");
	EXPECT("one two", 6, WRAP_LONG_CUT, "one", "two");
	EXPECT("one   two", 4, WRAP_LONG_CUT, "one ", "two");
	EXPECT("one two six", 7, WRAP_LONG_WHOLE, "one two", "six");
}

static void long_words_are_cut_or_stand_out(void **state)
{
	(void)state;
	EXPECT("abcdefg hi", 3, WRAP_LONG_CUT, "abc", "def", "g", "hi");
	EXPECT("abcdefg hi", 3, WRAP_LONG_WHOLE, "abcdefg", "hi");
	EXPECT("abc", 0, WRAP_LONG_CUT, "a", "b", "c");
}

static void wide_characters_count_as_wide(void **state)
{
	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	EXPECT("\u6f22\u5b57 x", 4, WRAP_LONG_CUT, "\u6f22\u5b57", "x");
	EXPECT("\u6f22\u5b57", 1, WRAP_LONG_CUT, "\u6f22", "\u5b57");
}

static void prints_with_an_indent(void **state)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_non_null(out);
	wrap_print(out, 4, 12, "one two three four");
	fclose(out);
	assert_string_equal(text, "one two\n    three\n    four\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_between_words),
		cmocka_unit_test(long_words_are_cut_or_stand_out),
		cmocka_unit_test(wide_characters_count_as_wide),
		cmocka_unit_test(prints_with_an_indent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
