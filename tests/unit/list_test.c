// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/list.h"

static void moves_and_scrolls(void **state)
{
	static const struct {
		enum action action;
		uint32_t rank, top;
	} steps[] = {
		{ACT_UP, 0, 0},
		{ACT_DOWN, 1, 0},
		{ACT_PAGE_DOWN, 11, 2},
		{ACT_UP, 10, 2},
		{ACT_END, 24, 15},
		{ACT_DOWN, 24, 15},
		{ACT_PAGE_UP, 14, 14},
		{ACT_TOP, 0, 0},
		{ACT_PAGE_UP, 0, 0},
	};
	struct list l = {0};

	(void)state;
	list_fit(&l, 25, 10);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		assert_true(list_act(&l, NULL, steps[i].action));
		list_fit(&l, 25, 10);
		assert_int_equal(l.rank, steps[i].rank);
		assert_int_equal(l.top, steps[i].top);
	}
	assert_false(list_act(&l, NULL, ACT_SORT));
}

static void a_text_scrolls_without_a_cursor(void **state)
{
	struct list l = {.text = true};

	(void)state;
	list_fit(&l, 25, 10);
	list_act(&l, NULL, ACT_DOWN);
	assert_int_equal(l.top, 1);
	list_act(&l, NULL, ACT_PAGE_DOWN);
	assert_int_equal(l.top, 11);
	list_act(&l, NULL, ACT_END);
	assert_int_equal(l.top, 15);
	assert_int_equal(list_end(&l), 25);
	list_fit(&l, 25, 20);
	assert_int_equal(l.top, 5);
	list_fit(&l, 8, 20);
	assert_int_equal(l.top, 0);
	assert_int_equal(list_end(&l), 8);
}

static void survives_shrinking_and_nothing(void **state)
{
	struct list l = {0};

	(void)state;
	list_fit(&l, 25, 10);
	list_act(&l, NULL, ACT_END);
	list_fit(&l, 12, 10);
	assert_int_equal(l.rank, 11);
	assert_int_equal(l.top, 2);
	list_fit(&l, 0, 0);
	assert_int_equal(l.rank, 0);
	assert_int_equal(l.top, 0);
	assert_int_equal(l.height, 1);
	assert_int_equal(list_end(&l), 0);
	list_act(&l, NULL, ACT_DOWN);
	assert_int_equal(l.rank, 0);
	list_reset(&l);
	list_fit(&l, UINT32_MAX, 10);
	list_act(&l, NULL, ACT_END);
	list_fit(&l, UINT32_MAX, 10);
	assert_int_equal(l.rank, UINT32_MAX - 1);
	assert_int_equal(l.top, UINT32_MAX - 10);
	assert_int_equal(list_end(&l), UINT32_MAX);
}

/* Letters in an order that changes. */
struct letters {
	const char *order;
	char kept;
};

static bool take(void *ctx, uint32_t rank)
{
	struct letters *s = ctx;

	if (rank >= strlen(s->order))
		return false;
	s->kept = s->order[rank];
	return true;
}

static bool find(void *ctx, uint32_t *ret_rank)
{
	struct letters *s = ctx;
	const char *p = strchr(s->order, s->kept);

	if (p)
		*ret_rank = (uint32_t)(p - s->order);
	return p != NULL;
}

static void draw(struct list *l, const struct list_rows *rows, const char *order)
{
	((struct letters *)rows->ctx)->order = order;
	list_follow(l, rows);
	list_fit(l, (uint32_t)strlen(order), 3);
}

static void follows_who_it_is(void **state)
{
	struct letters letters = {"abcdef", 0};
	struct list_rows rows = {&letters, take, find};
	struct list l = {0};

	(void)state;
	draw(&l, &rows, "abcdef");
	draw(&l, &rows, "fabcde");
	assert_int_equal(l.rank, 0); /* nobody moved: the first row, whoever is on it */
	list_act(&l, &rows, ACT_DOWN);
	assert_int_equal(letters.kept, 'a');
	draw(&l, &rows, "fbcdea");
	assert_int_equal(l.rank, 5);
	assert_int_equal(l.top, 3);
	draw(&l, &rows, "fbcde"); /* gone: the place stays, as far as there is one */
	assert_int_equal(l.rank, 4);
	list_act(&l, &rows, ACT_TOP);
	draw(&l, &rows, "bcdef");
	assert_int_equal(l.rank, 0);
	/* A move starts from where the row stands now, not from where it was drawn. */
	list_act(&l, &rows, ACT_DOWN);
	letters.order = "dbecf";
	list_act(&l, &rows, ACT_DOWN);
	assert_int_equal(letters.kept, 'f');
	letters.order = "";
	list_act(&l, &rows, ACT_UP);
	assert_int_equal(letters.kept, 'f');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_and_scrolls),
		cmocka_unit_test(a_text_scrolls_without_a_cursor),
		cmocka_unit_test(survives_shrinking_and_nothing),
		cmocka_unit_test(follows_who_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
