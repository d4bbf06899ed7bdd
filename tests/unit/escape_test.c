// SPDX-License-Identifier: MIT
#include "unit.h"

#include "output/escape.h"

static char text[4096];

static const char *with(void (*put)(FILE *out, struct str s), struct str s)
{
	FILE *out = fmemopen(text, sizeof text, "w");

	assert_non_null(out);
	put(out, s);
	fputc('\0', out);
	fclose(out);
	return text;
}

static void put_code(FILE *out, struct str s)
{
	escape_markdown_code(out, s, false);
}

static void put_cell(FILE *out, struct str s)
{
	escape_markdown_code(out, s, true);
}

static void put_block(FILE *out, struct str s)
{
	escape_markdown_block(out, s, 2);
}

struct sample {
	const char *in, *want;
};

static void assert_all(void (*put)(FILE *out, struct str s), const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_string_equal(with(put, str_of(samples[i].in)), samples[i].want);
}

static void html(void **state)
{
	static const struct sample samples[] = {
		{"", ""},
		{"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"\"onload='x'`", "&quot;onload=&#39;x&#39;&#96;"},
		{"]]> --> &amp;", "]]&gt; --&gt; &amp;amp;"},
		{"javascript:alert(1)", "javascript:alert(1)"},
		{"a\nb", "a\nb"},
		{"\033[31m\a\r\t", "\\x1b[31m\\x07\\x0d\\x09"},
		{"caf\xc3\xa9 \xc3", "caf\xc3\xa9 \\xc3"},
		{"\xe2\x80\xaetxt", "\\u{202e}txt"},
	};

	(void)state;
	assert_all(escape_html, samples, ARRAY_LEN(samples));
}

static void a_nul_is_spelled(void **state)
{
	(void)state;
	assert_string_equal(with(escape_html, STR_LIT("a\0<b")), "a\\x00&lt;b");
}

/* No character is cut in two where a long text is taken in pieces. */
static void long_texts_are_whole(void **state)
{
	char in[1200], *at = in;

	(void)state;
	*at++ = 'x';
	for (int i = 0; i < 399; i++)
		at = memcpy(at, "\xe2\x82\xac", 3), at += 3;
	*at = '\0';
	assert_string_equal(with(escape_html, str_of(in)), in);
	assert_string_equal(with(escape_markdown, str_of(in)), in);
	memset(in, 0x80, sizeof in - 1);
	in[sizeof in - 1] = '\0';
	assert_int_equal(strlen(with(escape_html, (struct str){in, 1000})), 4000);
}

static void markdown(void **state)
{
	static const struct sample samples[] = {
		{"<img src=x>", "&lt;img src=x&gt;"},
		{"a | b `c` *d* _e_", "a \\| b \\`c\\` \\*d\\* \\_e\\_"},
		{"[x](http://y)", "\\[x\\](http\\://y)"},
		{"www.example.org", "www\\.example.org"},
		{"![x]", "!\\[x\\]"},
		{"# head", "\\# head"},
		{"- item", "\\- item"},
		{"+ item", "\\+ item"},
		{"1. item", "1\\. item"},
		{"2) item", "2\\) item"},
		{"=====", "\\====="},
		{"254 half-open, 100% from 2 networks; 5.3/s",
			"254 half-open, 100% from 2 networks; 5.3/s"},
		{":smile: a: b", "\\:smile: a: b"},
		{"&lt;\\", "&amp;lt;\\\\"},
		{"a\nb", "a\\\\x0ab"},
	};

	(void)state;
	assert_all(escape_markdown, samples, ARRAY_LEN(samples));
}

/* Wherever a long text is taken in pieces, no scheme of a link gets through. */
static void no_link_hides_between_pieces(void **state)
{
	char in[600];

	(void)state;
	for (int lead = 0; lead < 530; lead++) {
		memset(in, 'x', (size_t)lead);
		snprintf(in + lead, sizeof in - (size_t)lead, "https://evil.example www.x");
		const char *got = with(escape_markdown, str_of(in));
		assert_null(strstr(got, "https:/"));
		assert_null(strstr(got, "www.x"));
	}
}

static void markdown_code(void **state)
{
	static const struct sample samples[] = {
		{"", ""},
		{"/a?b=<script>", "`/a?b=<script>`"},
		{"a`b``c", "```a`b``c```"},
		{"`", "`` ` ``"},
		{" x", "`  x `"},
		{"a|b", "`a|b`"},
		{"a\n\n# b", "`a\\x0a\\x0a# b`"},
	};
	static const struct sample cells[] = {
		{"a\\b", "`a\\b`"},
		{"a|<b>\\|", "<code>a&#124;&#60;b&#62;&#92;&#124;</code>"},
	};

	(void)state;
	assert_all(put_code, samples, ARRAY_LEN(samples));
	assert_all(put_cell, cells, ARRAY_LEN(cells));
}

static void markdown_blocks_cannot_be_left(void **state)
{
	(void)state;
	assert_string_equal(
		with(put_block, STR_LIT("a\n```\n# b")), "  ````\n  a\n  ```\n  # b\n  ````\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html),
		cmocka_unit_test(a_nul_is_spelled),
		cmocka_unit_test(long_texts_are_whole),
		cmocka_unit_test(markdown),
		cmocka_unit_test(no_link_hides_between_pieces),
		cmocka_unit_test(markdown_code),
		cmocka_unit_test(markdown_blocks_cannot_be_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
