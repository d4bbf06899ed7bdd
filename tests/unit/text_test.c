// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/num.h"
#include "base/text.h"

#include <errno.h>
#include <locale.h>

static void sanitises(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} rows[] = {
		{"plain text, long enough for words", "plain text, long enough for words"},
		{"\x1b[2J", "\\x1b[2J"},
		{"a\tb\nc\r", "a\\x09b\\x0ac\\x0d"},
		{"\x7f", "\\x7f"},
		{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		{"\xff\xfe", "\\xff\\xfe"},
		{"\xc0\xaf", "\\xc0\\xaf"},                   /* overlong */
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* surrogate */
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
		{"\xe2\x82", "\\xe2\\x82"},                   /* cut */
		{"\xc2\x9b"
		 "1m",
			"\\u{9b}1m"}, /* C1: CSI */
		{"a\xe2\x80\xae"
		 "b",
			"a\\u{202e}b"}, /* right-to-left override */
		{"a\xe2\x80\x8b"
		 "b",
			"a\\u{200b}b"}, /* zero-width space */
		{"\xef\xbb\xbf", "\\u{feff}"},
		{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
			"\xf0\x9f\x91\x8d\\u{1f3fd}"}, /* tone of skin */
		{"\xe2\x81\xa6", "\\u{2066}"},
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str in = str_of(rows[i].in);
		struct str out = {buf, text_sanitise(buf, sizeof buf, in)};
		assert_str(out, rows[i].out);
		assert_true(text_is_clean(out));
		assert_int_equal(text_is_clean(in), strcmp(rows[i].in, rows[i].out) == 0);
	}
}

/* Every single byte, at every place of a word, is judged like the slow way does. */
static void every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		for (size_t at = 0; at < 20; at++) {
			char text[20];
			memset(text, 'x', sizeof text);
			text[at] = (char)c;
			bool want = c >= 0x20 && c < 0x7f;
			assert_int_equal(text_is_clean((struct str){text, sizeof text}), want);
		}
	}
}

static void cuts_whole(void **state)
{
	char buf[8];

	(void)state;
	/* An escape that does not fit is left out whole, and so is a character. */
	assert_int_equal(text_sanitise(buf, 3, STR_LIT("\x1b")), 0);
	assert_int_equal(text_sanitise(buf, 2, STR_LIT("a\xc3\xbc")), 1);
	assert_str(text_clip(STR_LIT("a\xc3\xbc"), 2), "a");
	assert_str(text_clip(STR_LIT("a\xc3\xbc"), 3), "a\xc3\xbc");
	text_copy(buf, 3, STR_LIT("a\xc3\xbc"));
	assert_string_equal(buf, "a");
	text_copy(buf, sizeof buf, STR_ABSENT);
	assert_string_equal(buf, "");
}

static void widths(void **state)
{
	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		print_message("skip: there is no C.UTF-8 locale\n");
		skip();
	}
	assert_int_equal(text_width(STR_LIT("abc")), 3);
	assert_int_equal(text_width(STR_LIT("\xe6\xbc\xa2"
					    "b")),
		3); /* a wide character */
	assert_str(text_cut(STR_LIT("a\xe6\xbc\xa2"
				    "b"),
			   2),
		"a");
	assert_str(text_cut(STR_LIT("a\xe6\xbc\xa2"
				    "b"),
			   3),
		"a\xe6\xbc\xa2");
	assert_str(text_cut(STR_LIT("abc"), 0), "");
}

static void units(void **state)
{
	static const struct {
		uint64_t n;
		const char *count, *bytes;
	} rows[] = {
		{0, "0", "0"},
		{999, "999", "999"},
		{1000, "1.0k", "1000"},
		{1023, "1.0k", "1023"},
		{1024, "1.0k", "1.0k"},
		{9949, "9.9k", "9.7k"},
		{9950, "10k", "9.7k"},
		{999499, "999k", "976k"},
		{999999, "1.0M", "977k"},
		{1048576, "1.0M", "1.0M"},
		{UINT64_MAX, "18E", "16E"},
	};
	char buf[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		text_count(buf, rows[i].n);
		assert_string_equal(buf, rows[i].count);
		text_bytes(buf, rows[i].n);
		assert_string_equal(buf, rows[i].bytes);
	}
}

static void numbers(void **state)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "0x1", "1e", "e1", "inf", "nan", "1.2.3", "1,5"};
	uint64_t u = 7;
	double d = 7;
	char buf[20];

	(void)state;
	assert_int_equal(num_u64(STR_LIT("18446744073709551615"), &u), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(num_u64(STR_LIT("18446744073709551616"), &u), -ERANGE);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_true(num_u64(str_of(bad[i]), &u) < 0);
		if (strcmp(bad[i], "-1") != 0 && strcmp(bad[i], "+1") != 0)
			assert_true(num_double(str_of(bad[i]), &d) < 0);
	}
	assert_true(u == UINT64_MAX && d == 7);
	assert_int_equal(num_double(STR_LIT("1.5"), &d), 0);
	assert_true(d == 1.5);
	assert_int_equal(num_double(STR_LIT("1e999"), &d), -ERANGE);
	assert_int_equal(num_put(buf, UINT64_MAX), 20);
	assert_memory_equal(buf, "18446744073709551615", 20);
	assert_int_equal(num_put(buf, 0), 1);
}

static void search(void **state)
{
	(void)state;
	assert_true(text_contains(STR_LIT("GET /WP-Login.php"), STR_LIT("wp-login")));
	assert_true(text_contains(STR_LIT("abc"), STR_LIT("")));
	assert_false(text_contains(STR_LIT("ab"), STR_LIT("abc")));
	assert_true(text_contains(STR_LIT("ab"), STR_LIT("B")));
}

static void spans_and_micros(void **state)
{
	static const struct {
		uint64_t n;
		const char *span, *micros;
	} rows[] = {{0, "0s", "0us"}, {59, "59s", "59us"}, {100, "1m", "0.1ms"},
		{3600, "1h00m", "3.6ms"}, {9999, "2h46m", "10ms"}, {86400, "1d00h", "86ms"},
		{999600, "11d13h", "1.0s"}, {12000000, "138d21h", "12s"},
		{UINT64_MAX, "99999d07h", "900000s"}};
	char span[16], micros[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(text_span(span, rows[i].n), strlen(rows[i].span));
		assert_string_equal(span, rows[i].span);
		assert_int_equal(text_micros(micros, rows[i].n), strlen(rows[i].micros));
		assert_string_equal(micros, rows[i].micros);
	}
}

static void encodes_what_it_decodes(void **state)
{
	static const uint32_t points[] = {
		0, 0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff};
	char buf[4];
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		size_t n = text_put_utf8(buf, points[i]);
		assert_int_equal(text_utf8((struct str){buf, n}, &cp), n);
		assert_int_equal(cp, points[i]);
	}
	assert_int_equal(text_put_utf8(buf, 0xd800), 3);
	assert_int_equal(text_utf8((struct str){buf, 3}, &cp), 0);
	assert_int_equal(text_put_utf8(buf, 0x110000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_and_micros),
		cmocka_unit_test(encodes_what_it_decodes),
		cmocka_unit_test(sanitises),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(cuts_whole),
		cmocka_unit_test(widths),
		cmocka_unit_test(units),
		cmocka_unit_test(numbers),
		cmocka_unit_test(search),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
