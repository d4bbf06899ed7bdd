// SPDX-License-Identifier: MIT
#include "console/breakdown.h"

#include "unit.h"

static struct counts paths;

static int begin(void **state)
{
	(void)state;
	counts_init(&paths, 64);
	return 0;
}

static int end(void **state)
{
	(void)state;
	counts_done(&paths);
	return 0;
}

static void add(unsigned n, const char *path)
{
	while (n--)
		counts_add(&paths, str_of(path));
}

static void add_many(unsigned from, unsigned to, const char *format)
{
	char path[64];

	for (unsigned i = from; i < to; i++) {
		snprintf(path, sizeof path, format, i);
		add(1, path);
	}
}

static void expect(const char *want)
{
	static struct breakdown b;
	char got[1024] = "";
	size_t n = 0;

	breakdown_of(&b, &paths);
	for (uint32_t i = 0; i < b.count; i++)
		n += (size_t)snprintf(
			got + n, sizeof got - n, "%s %u  ", b.at[i].text, (unsigned)b.at[i].n);
	snprintf(got + n, sizeof got - n, "+%u", (unsigned)b.rest);
	assert_string_equal(got, want);
}

static void nothing_comes_to_nothing(void **state)
{
	(void)state;
	expect("+0");
}

static void one_path_is_itself(void **state)
{
	(void)state;
	add(62, "/login");
	expect("/login 62  +0");
}

static void a_spread_folder_stands_for_its_files(void **state)
{
	(void)state;
	add_many(0, 40, "/wp-content/plugins/x%u.php");
	expect("/wp-content/plugins/*.php 40  +0");
	add_many(0, 40, "/wp-content/plugins/y%u");
	expect("/wp-content/plugins/*.php 40  +40");
}

static void a_spread_tree_stands_for_its_folders(void **state)
{
	(void)state;
	add_many(0, 30, "/archive/%u/page.html");
	add(3, "/");
	expect("/archive/* 30  / 3  +0");
}

/* Few things that hold most are named, and files of the root by their kind. */
static void what_holds_most_is_named(void **state)
{
	(void)state;
	add_many(0, 10, "/%u.php");
	add(50, "/shop/cart");
	add(20, "/shop/item/1");
	add(8, "/.env");
	expect("/shop/cart 50  /shop/item/1 20  /*.php 10  /.env 8  +0");
}

static void what_is_no_path_is_shown_as_it_is(void **state)
{
	(void)state;
	add(3, "\\x16\\x03\\x01");
	add(1, "*");
	expect("\\x16\\x03\\x01 3  * 1  +0");
}

/* What found no place is in the rest. */
static void the_rest_has_what_was_not_told_apart(void **state)
{
	(void)state;
	add(5, "/a");
	add_many(0, 100, "/b/%u");
	expect("/b/* 63  /a 5  +37");
}

static void patterns_leave_numbers_open(void **state)
{
	char buf[BREAKDOWN_PATTERN_MAX];

	(void)state;
	assert_str(breakdown_pattern(STR_LIT("/a/*"), buf), "^/a/*");
	assert_str(breakdown_pattern(STR_LIT("/user/{n}/x{n}"), buf), "^/user/*/x*");
	assert_str(breakdown_pattern(STR_LIT("{n"), buf), "^{n");
}

static void the_most_frequent_come_first(void **state)
{
	const struct counted *top[2];

	(void)state;
	add(1, "one");
	add(3, "three");
	add(2, "two");
	assert_int_equal(counts_top(&paths, top, 2), 2);
	assert_str(counted_text(top[0]), "three");
	assert_str(counted_text(top[1]), "two");
	counts_clear(&paths);
	assert_int_equal(counts_top(&paths, top, 2), 0);
}

/* Before memory was asked for, and when there is none. */
static void an_empty_table_counts_others(void **state)
{
	struct counts none;

	(void)state;
	counts_init(&none, 0);
	counts_add(&none, STR_LIT("x"));
	assert_int_equal(none.other, 1);
	counts_done(&none);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_comes_to_nothing),
		TEST(one_path_is_itself),
		TEST(a_spread_folder_stands_for_its_files),
		TEST(a_spread_tree_stands_for_its_folders),
		TEST(what_holds_most_is_named),
		TEST(what_is_no_path_is_shown_as_it_is),
		TEST(the_rest_has_what_was_not_told_apart),
		TEST(patterns_leave_numbers_open),
		TEST(the_most_frequent_come_first),
		TEST(an_empty_table_counts_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
