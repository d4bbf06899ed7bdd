// SPDX-License-Identifier: MIT
#include "unit.h"

#include "console/remembered.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct reason parse(struct remembered *r, const char *text)
{
	struct reason reason;

	*r = (struct remembered){0};
	remembered_parse(r, str_of(text), &reason);
	return reason;
}

static char *print(const struct remembered *r)
{
	char *p = NULL;
	size_t n;
	FILE *out = open_memstream(&p, &n);

	assert_non_null(out);
	remembered_print(r, out);
	fclose(out);
	return p;
}

static void what_is_written_is_read(void **state)
{
	struct remembered r, again;
	struct reason reason = parse(&r,
		"theme = \"light\"\nmouse = true\nprivate = false\nwrap = true\ntab = \"ports\"\n"
		"[columns]\naddress = [\"ip\", \"rate\", \"conns\"]\n"
		"[filters]\nscan = \"status:404 path~\\\"a\\\\b\\\"\"\n");

	(void)state;
	assert_string_equal(reason.text, "");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(r.set, SETTING_THEME | SETTING_MOUSE | SETTING_PRIVATE |
						SETTING_WRAP | SETTING_TAB);
		assert_int_equal(r.theme, THEME_OF_LIGHT);
		assert_true(r.mouse && r.wrap && !r.show_private && !r.broken);
		assert_int_equal(r.tab, 4);
		assert_int_equal(r.columns[GROUP_NONE].n, 3);
		assert_string_equal(r.columns[GROUP_NONE].at[1]->id, "rate");
		assert_string_equal(
			remembered_filter(&r, STR_LIT("scan")), "status:404 path~\"a\\b\"");
		char *text = print(&r);
		reason = parse(&again, text);
		assert_string_equal(reason.text, "");
		free(text);
		r = again;
	}
}

static void nothing_is_written_that_was_not_chosen(void **state)
{
	struct remembered r = {0};
	char *text = print(&r);

	(void)state;
	assert_null(strstr(text, "theme"));
	assert_null(strstr(text, "private"));
	free(text);
}

/* What is wrong is named, once, and the rest holds. */
static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"theme = \"\\u001b[31m\"\nmouse = true",
			"console.toml:1: \"\\x1b[31m\" is none of auto"},
		{"\ntheme = \"pink\"\nmouse = true", "console.toml:2: \"pink\" is none of auto"},
		{"theme = 7\nmouse = true", "console.toml:1: "},
		{"mouse = true\nprivate = \"yes\"", "console.toml:2: expected true or false"},
		{"mouse = true\ncolour = \"red\"", "console.toml:2: unknown key \"colour\""},
		{"mouse = true\n[columns]\naddress = [\"ip\", \"no\\u001b[31m\"]",
			"console.toml:3: "},
		{"mouse = true\n[columns]\nplanet = [\"ip\"]", "console.toml:3: expected address"},
		{"mouse = true\n[columns]\naddress = \"ip\"", "console.toml:3: expected address"},
		{"mouse = true\n[filters]\n\"a b\" = \"x\"", "console.toml:3: expected a filter"},
		{"mouse = true\n[filters]\na = \"\\u001b[31m\"",
			"console.toml:3: expected a filter"},
		{"mouse = true\n[filters]\na = [\"x\"]", "console.toml:3: expected a filter"},
	};
	struct remembered r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reason reason = parse(&r, cases[i].text);
		if (strncmp(reason.text, cases[i].says, strlen(cases[i].says)) != 0)
			fail_msg("%s: \"%s\"", cases[i].text, reason.text);
		assert_false(r.broken);
		assert_true(r.mouse);
		assert_int_equal(r.set, SETTING_MOUSE);
		assert_int_equal(r.filter_count, 0);
	}
}

static void what_is_no_toml_is_left_alone(void **state)
{
	struct remembered r;
	struct reason reason = parse(&r, "mouse = true\n\x1b]52;c;aGk=\x07 = {");

	(void)state;
	assert_true(r.broken);
	assert_non_null(strstr(reason.text, "console.toml:2: "));
	assert_non_null(strstr(reason.text, "left as it is"));
	snprintf(r.path, sizeof r.path, "/nowhere");
	assert_true(remembered_save(&r, &reason) < 0);
	assert_non_null(strstr(reason.text, "not kept"));
}

static void too_much_is_bounded(void **state)
{
	struct remembered *r = calloc(1, sizeof *r);
	char *text = malloc(1 << 16), name[40];
	size_t n = (size_t)sprintf(text, "[filters]\n");

	(void)state;
	for (int i = 0; i < 200; i++)
		n += (size_t)sprintf(text + n, "f%d = \"x%d\"\n", i, i);
	sprintf(text + n, "[columns]\naddress = [");
	for (int i = 0; i < 250; i++)
		strcat(text, i ? ", \"ip\"" : "\"ip\"");
	strcat(text, "]\n");
	struct reason reason = parse(r, text);
	assert_int_equal(r->filter_count, SAVED_FILTERS_MAX);
	assert_int_equal(r->columns[GROUP_NONE].n, 1);
	assert_non_null(strstr(reason.text, "console.toml:34: "));
	memset(name, 'a', sizeof name);
	assert_int_equal(remembered_save_filter(r, (struct str){name, 32}, STR_LIT("x")), -EINVAL);
	assert_int_equal(remembered_save_filter(r, STR_LIT(""), STR_LIT("x")), -EINVAL);
	assert_int_equal(remembered_save_filter(r, STR_LIT("new"), STR_LIT("x")), -ENOSPC);
	assert_int_equal(remembered_save_filter(r, STR_LIT("f3"), STR_LIT("other")), 0);
	assert_string_equal(remembered_filter(r, STR_LIT("f3")), "other");
	assert_int_equal(remembered_save_filter(r, STR_LIT("f3"), STR_LIT("")), 0);
	assert_null(remembered_filter(r, STR_LIT("f3")));
	assert_int_equal(remembered_save_filter(r, STR_LIT("new"), STR_LIT("x")), 0);
	free(text);
	free(r);
}

/* In a directory of its own, whatever the caller's home is. */
static void is_kept_in_a_file(void **state)
{
	char dir[] = "/tmp/ng-remembered-XXXXXX", path[128];
	struct remembered r;
	struct reason reason;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("XDG_CONFIG_HOME", dir, 1);
	remembered_load(&r, &reason);
	assert_string_equal(reason.text, "");
	r.mouse = true;
	r.set = SETTING_MOUSE;
	assert_int_equal(remembered_save(&r, &reason), 0);
	snprintf(path, sizeof path, "%s/nethergaze/console.toml", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	remembered_load(&r, &reason);
	assert_true(r.mouse);
	assert_int_equal(truncate(path, REMEMBERED_MOST + 1), 0);
	remembered_load(&r, &reason);
	assert_true(r.broken);
	assert_string_not_equal(reason.text, "");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody waits for it */
	remembered_load(&r, &reason);
	assert_true(r.broken);
	unlink(path);
	snprintf(path, sizeof path, "%s/nethergaze", dir);
	rmdir(path);
	rmdir(dir);
	unsetenv("XDG_CONFIG_HOME");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(nothing_is_written_that_was_not_chosen),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(what_is_no_toml_is_left_alone),
		cmocka_unit_test(too_much_is_bounded),
		cmocka_unit_test(is_kept_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
