// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/chooser.h"
#include "tui/fuzzy.h"

#include <stdio.h>

static unsigned score(const char *text, const char *typed)
{
	return fuzzy_score(str_of(text), str_of(typed));
}

static void letters_in_their_order_fit(void **state)
{
	(void)state;
	assert_true(score("sort-next", "srt"));
	assert_true(score("sort-next", "SORT"));
	assert_true(score("sort-next", "next so"));
	assert_false(score("sort-next", "trs"));
	assert_false(score("sort-next", "sort z"));
	assert_false(score("", "a"));
	assert_true(score("", ""));
	assert_int_equal(score("abc", ""), score("xyz", "  "));
}

static void the_better_goes_first(void **state)
{
	(void)state;
	assert_true(score("quit", "quit") > score("quite", "quit"));
	assert_true(score("sort", "so") > score("re-sort", "so"));
	assert_true(score("re-sort", "so") > score("resort", "so"));
	assert_true(score("resort", "so") > score("saxon", "so"));
	assert_true(score("s-o", "so") > score("s----o", "so"));
	assert_true(score("s-------------------------------------------o", "so"));
}

/* "0" to "299". */
static bool number_at(void *ctx, size_t i, struct chooser_entry *ret)
{
	*ret = (struct chooser_entry){0};
	if (i >= *(size_t *)ctx)
		return false;
	snprintf(ret->name, sizeof ret->name, "%zu", i);
	snprintf(ret->note, sizeof ret->note, "%s", i % 2 ? "odd one" : "even one");
	return true;
}

static void chooses(void **state)
{
	size_t n = 30, at = 99;
	struct chooser_source source = {&n, number_at};
	struct chooser c = {0};

	(void)state;
	chooser_sift(&c, &source, STR_LIT(""));
	assert_int_equal(c.n, 30);
	assert_true(chooser_act(&c, ACT_NEWER));
	assert_true(chooser_act(&c, ACT_DOWN));
	assert_true(chooser_chosen(&c, &at));
	assert_int_equal(at, 2); /* the order of the source, among equals */
	chooser_sift(&c, &source, STR_LIT("7"));
	assert_int_equal(c.n, 3);
	assert_true(chooser_chosen(&c, &at));
	assert_int_equal(at, 7); /* whole before 17 and 27 */
	chooser_sift(&c, &source, STR_LIT("odd"));
	assert_int_equal(c.n, 15); /* by the note */
	chooser_sift(&c, &source, STR_LIT("oe"));
	assert_int_equal(c.n, 0); /* in notes only as it stands */
	assert_false(chooser_chosen(&c, &at));
	assert_true(chooser_act(&c, ACT_UP));
	assert_false(chooser_act(&c, ACT_SORT));
	n = 300;
	chooser_sift(&c, &source, STR_LIT(""));
	assert_int_equal(c.n, CHOOSER_MAX);
}

static void is_clicked(void **state)
{
	size_t n = 30, at = 99;
	struct chooser_source source = {&n, number_at};
	struct chooser c = {0};
	struct area a = {5, 10, 4, 20};
	struct input in = {.kind = INPUT_MOUSE, .mouse = {.x = 12, .y = 7, .button = MOUSE_LEFT}};

	(void)state;
	chooser_sift(&c, &source, STR_LIT(""));
	list_fit(&c.list, 30, 4);
	assert_true(chooser_mouse(&c, a, &in));
	assert_true(chooser_chosen(&c, &at));
	assert_int_equal(at, 2);
	in.mouse.y = 4; /* above it */
	assert_false(chooser_mouse(&c, a, &in));
	in.mouse.y = 9; /* below it */
	assert_false(chooser_mouse(&c, a, &in));
	in.mouse.button = MOUSE_WHEEL_DOWN;
	assert_false(chooser_mouse(&c, a, &in));
	assert_true(chooser_chosen(&c, &at));
	assert_int_equal(at, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_in_their_order_fit),
		cmocka_unit_test(the_better_goes_first),
		cmocka_unit_test(chooses),
		cmocka_unit_test(is_clicked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
