// SPDX-License-Identifier: MIT
/* Filters while they are typed and narrowed, and what help says of them. */
#include "filter_story.h"

static void assert_choices(const struct model *m, const char *text, size_t from, const char *want)
{
	struct filter_choices c;
	char got[512] = "";
	size_t n = 0;

	filter_complete(&c, m, &env, str_of(text), strlen(text));
	for (size_t i = 0; i < c.n && i < 4; i++) {
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", i ? " " : "", c.at[i].text);
		if (c.at[i].count != ABSENT)
			n += (size_t)snprintf(
				got + n, sizeof got - n, "=%u", (unsigned)c.at[i].count);
	}
	if (strcmp(got, want) != 0 || (want[0] && c.from != from))
		fail_msg("\"%s\": at %zu: %s", text, c.from, got);
}

static void words_are_completed(void **state)
{
	struct model *m = story();
	struct filter_choices c;

	(void)state;
	assert_choices(m, "sta", 0, "state: status:");
	assert_choices(m, "path:/x -ra", 9, "rate>");
	assert_choices(m, "agen", 0, "agent:");
	assert_choices(m, "status:", 7, "404=30 200=3 502=1");
	assert_choices(m, "status:404,5", 11, "502=1");
	assert_choices(m, "state:", 6, "syn_recv=2 established=1");
	assert_choices(m, "state:EST", 6, "established=1");
	assert_choices(m, "port:", 5, "443=2 8443=1");
	assert_choices(m, "country:", 8, "BR=1 VN=1");
	assert_choices(m, "flag:", 5, "any=2 scanner=1 syn-flood=1");
	assert_choices(m, "flag:cr", 5, "crawler=0");
	assert_choices(m, "crawler:", 8, "Googlebot=1 refuted=1");
	assert_choices(m, "blocked:", 8, "no yes=2 fail2ban=1 nft=1");
	assert_choices(m, "user:", 5, "root=1");
	assert_choices(m, "path:/shop", 5, "/shop/cart=2");
	assert_choices(m, "ua:", 3, "zgrab/0.x=31 curl/8.0=1"); /* none that needs quotes */
	assert_choices(m, "rate>", 5, "");
	assert_choices(m, "nonsense:", 0, "");
	filter_complete(&c, m, NULL, STR_LIT("stat x"), 2);
	assert_int_equal(filter_choices_common(&c), 4);
	assert_int_equal(c.to, 2);
	model_free(m);
}

static void assert_narrowed(
	const char *text, struct filter_target target, bool negated, const char *want)
{
	struct filter f = compiled(text);
	char got[FILTER_TEXT_MAX];

	assert_int_equal(filter_narrow(&f, &target, negated, got), 0);
	assert_string_equal(got, want);
	compiled(got);
}

static void filters_are_narrowed(void **state)
{
	const struct filter_target ip = {"ip", FILTER_IS, STR_LIT(A)};
	struct filter_target path = {"path", FILTER_EQUAL, STR_LIT("/a b,c")};
	char text[FILTER_TEXT_MAX], longest[FILTER_TEXT_MAX - 2];
	struct filter f;

	(void)state;
	assert_narrowed("", ip, false, "ip:" A);
	assert_narrowed("", ip, true, "-ip:" A);
	assert_narrowed("status:404 net:10.0.0.0/8", ip, false, "status:404 ip:" A);
	assert_narrowed("net:203.0.113.0/24", ip, true, "net:203.0.113.0/24 -ip:" A);
	assert_narrowed("-ip:" A " -ip:" B, ip, false, "-ip:" B " ip:" A);
	assert_narrowed("-ip:" A, ip, true, "-ip:" A);
	assert_narrowed("", path, false, "path=\"/a b,c\"");
	assert_narrowed("\"a", path, true, "-path=\"/a b,c\" \"a");
	path.value = STR_LIT("/\"x\" y");
	assert_narrowed("", path, true, "-path~\"^/*x* y$\"");
	memset(longest, 'a', sizeof longest);
	f = compiled("");
	f.count = 0;
	path.value = (struct str){longest, sizeof longest};
	assert_int_equal(filter_narrow(&f, &path, false, text), 0);
	assert_int_equal(strlen(text), strlen("path~\"^\"") + 200);
	longest[sizeof longest - 1] = '\0';
	f = compiled(longest);
	assert_int_equal(filter_narrow(&f, &ip, false, text), -28);
}

static void rows_are_targets(void **state)
{
	static const struct {
		enum group_by by;
		const char *only, *want;
	} rows[] = {{GROUP_NONE, A, "ip:" A}, {GROUP_NET, C, "net:198.51.100.0/24"},
		{GROUP_AS, "asn:64500", "asn:AS64500"},
		{GROUP_COUNTRY, "country:VN", "country:VN"}};
	struct model *m = story();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rows found = rows_of(m, rows[i].by, rows[i].only);
		struct filter_target target;
		char buf[SUBJECT_NAME_MAX], text[FILTER_TEXT_MAX];
		struct filter none = compiled("");
		assert_int_equal(found.n, 1);
		struct subject s = subject_at(m, rows[i].by, found.ids[0]);
		assert_true(filter_target_of(m, &s, buf, &target));
		assert_int_equal(filter_narrow(&none, &target, false, text), 0);
		assert_string_equal(text, rows[i].want);
		rows_done(&found);
	}
	model_free(m);
}

/* Each name once; each column that counts has a field. */
static void the_table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < filter_field_count; i++) {
		const struct filter_field *f = &filter_fields[i];
		assert_true(f->takes && f->help && f->ops);
		assert_true(filter_field_scope(f));
		assert_true(!f->column || column_find(str_of(f->column)));
		for (size_t k = 0; k < FILTER_NAMES && f->names[k]; k++)
			assert_ptr_equal(filter_field_find(str_of(f->names[k])), f);
	}
	for (size_t i = 0; i < column_count; i++) {
		const struct filter_field *f = filter_field_find(str_of(columns[i].id));
		if (columns[i].right && (columns[i].key || columns[i].part) &&
			(!f || !f->column || strcmp(f->column, columns[i].id) != 0))
			fail_msg("column %s has no field", columns[i].id);
	}
}

/* docs/filter.md has a line for each field, with its names and its help. */
static void the_page_is_whole(void **state)
{
	const char *top = getenv("NG_TOP");
	char path[512], line[256];
	static char page[65536];

	(void)state;
	snprintf(path, sizeof path, "%s/docs/filter.md", top ? top : ".");
	FILE *in = fopen(path, "r");
	if (!in) {
		puts("skip: docs/filter.md is not where the tests run");
		skip();
	}
	page[fread(page, 1, sizeof page - 1, in)] = '\0';
	fclose(in);
	for (size_t i = 0; i < filter_field_count; i++) {
		const struct filter_field *f = &filter_fields[i];
		int n = snprintf(line, sizeof line, "| ");
		for (size_t k = 0; k < FILTER_NAMES && f->names[k]; k++)
			n += snprintf(line + n, sizeof line - (size_t)n, "%s`%s`", k ? ", " : "",
				f->names[k]);
		n += snprintf(line + n, sizeof line - (size_t)n, " |");
		for (int op = 0; op < FILTER_OPS; op++)
			if (f->ops >> op & 1)
				n += snprintf(line + n, sizeof line - (size_t)n, " `%s`",
					filter_op_text((enum filter_op)op));
		snprintf(line + n, sizeof line - (size_t)n, " | %s | %s |\n", f->takes, f->help);
		if (!strstr(page, line))
			fail_msg("docs/filter.md lacks: %s", line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_completed),
		cmocka_unit_test(filters_are_narrowed),
		cmocka_unit_test(rows_are_targets),
		cmocka_unit_test(the_table_is_whole),
		cmocka_unit_test(the_page_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
