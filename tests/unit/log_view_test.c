// SPDX-License-Identifier: MIT
#include "log_lines_of.h"

#include "console/log_gutter.h"
#include "console/log_view.h"

#define HEIGHT 10

static struct log_view view;
static struct model *m;
static struct log_terms terms;

static int set_up(void **state)
{
	(void)state;
	memset(&view, 0, sizeof view);
	m = small_model();
	terms = terms_of(m);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_view_done(&view);
	model_free(m);
	return 0;
}

static uint32_t one_row(void *ctx, const struct journal_entry *e)
{
	(void)ctx;
	(void)e;
	return 1;
}

/* As if 100 characters fitted in a row. */
static uint32_t wrapped(void *ctx, const struct journal_entry *e)
{
	(void)ctx;
	return (uint32_t)journal_path(e).n / 100 + 1;
}

static void look_at(uint32_t (*rows)(void *ctx, const struct journal_entry *e))
{
	while (log_view_gather(&view, &terms, ALL_TIME))
		;
	log_view_fit(&view, m, HEIGHT, (struct log_rows){NULL, rows});
}

static void look(void)
{
	look_at(one_row);
}

static unsigned line(uint32_t rank)
{
	assert_true(rank < view.index.lines.n);
	return number_of_line(log_view_line(&view, m, rank));
}

static unsigned under_cursor(void)
{
	return number_of_line(log_view_entry(&view, m));
}

static void assert_in_sight(unsigned first, unsigned last)
{
	assert_int_equal(line(view.first), first);
	assert_int_equal(line(view.end - 1), last);
	assert_true(under_cursor() >= first && under_cursor() <= last);
}

static void follows_until_it_is_moved(void **state)
{
	(void)state;
	look();
	assert_int_equal(view.end, 0);
	log_lines(m, 0, 4);
	look();
	assert_in_sight(0, 3);
	log_lines(m, 4, 96);
	look();
	assert_in_sight(90, 99);
	assert_int_equal(under_cursor(), 99);
	log_view_move(&view, -1);
	log_lines(m, 100, 50);
	look();
	assert_in_sight(90, 99); /* it stays with the line */
	assert_int_equal(under_cursor(), 98);
	assert_int_equal(log_view_newer(&view), 50);
	log_view_move(&view, -20);
	look();
	assert_in_sight(78, 87);
	log_view_move(&view, 15);
	look();
	assert_in_sight(84, 93);
	log_view_go_to(&view, m, T0 + 20 * SEC); /* from afar: with what comes before it */
	look();
	assert_in_sight(17, 26);
	log_view_move(&view, INT32_MIN);
	look();
	assert_in_sight(0, 9);
	log_view_move(&view, INT32_MAX);
	look();
	assert_in_sight(140, 149);
	log_lines(m, 150, 1);
	look();
	assert_in_sight(141, 150);
}

static void long_lines_take_several_rows(void **state)
{
	(void)state;
	log_lines(m, 0, 200);
	look_at(wrapped);
	for (int i = 0; i < 400; i++) {
		log_view_move(&view, i % 7 < 5 ? -(i % 4) : i % 6);
		look_at(wrapped);
		uint32_t rows = 0, rank = log_view_rank(&view);
		assert_true(rank >= view.first && rank < view.end);
		for (uint32_t at = view.first; at < view.end; at++)
			rows += wrapped(NULL, log_view_line(&view, m, at));
		assert_true(rows <= HEIGHT || view.end == view.first + 1);
	}
}

static void what_is_forgotten_takes_the_cursor_along(void **state)
{
	(void)state;
	log_lines(m, 0, 100);
	look();
	log_view_move(&view, INT32_MIN);
	look();
	assert_int_equal(under_cursor(), 0);
	for (uint32_t i = 100; i < 8000; i += 100) {
		log_lines(m, i, 100);
		look();
		assert_int_equal(log_view_rank(&view), 0);
	}
	assert_true(under_cursor() > 0);
	log_lines(m, 8000, 8000);
	look();
	assert_true(under_cursor() > 8000);
}

static void other_terms_leave_the_cursor_where_it_was(void **state)
{
	struct filter errors = filter_of("status:404");

	(void)state;
	log_lines(m, 0, 1000);
	look();
	log_view_move(&view, -500);
	look();
	assert_int_equal(under_cursor(), 499);
	terms.filter = &errors;
	log_view_restart(&view, m);
	look();
	assert_int_equal(under_cursor(), 500);
	assert_int_equal(view.index.lines.n, 200);
	terms.filter = &everything;
	log_view_restart(&view, m);
	assert_true(log_view_gather(&view, &terms, 0)); /* a slice has enough for the screen */
	log_view_fit(&view, m, HEIGHT, (struct log_rows){NULL, one_row});
	assert_int_equal(under_cursor(), 500);
	assert_int_equal(view.end - view.first, HEIGHT);
}

static void matches_and_marks(void **state)
{
	struct filter errors = filter_of("status:404");
	const usec_t marks[] = {T0 + 52 * SEC - 1, T0 + 5 * SEC};

	(void)state;
	terms.highlight = &errors;
	log_lines(m, 0, 100);
	look();
	assert_int_equal(view.index.hits.n, 20);
	assert_false(log_view_jump(&view, m, 1, NULL, 0));
	assert_true(log_view_jump(&view, m, -1, NULL, 0));
	assert_int_equal(under_cursor(), 95);
	for (int i = 0; i < 9; i++)
		assert_true(log_view_jump(&view, m, -1, marks, 2));
	assert_int_equal(under_cursor(), 52);
	assert_true(log_view_jump(&view, m, -1, marks, 2));
	assert_int_equal(under_cursor(), 50);
	assert_true(log_view_jump(&view, m, 1, marks, 2));
	assert_true(log_view_jump(&view, m, 1, marks, 2));
	assert_int_equal(under_cursor(), 55);
	log_view_move(&view, INT32_MIN);
	assert_false(log_view_jump(&view, m, -1, marks, 2));
	assert_false(view.seeking);
}

/* A match that no slice has come to yet is gone to when one does. */
static void a_far_match_is_looked_for(void **state)
{
	struct filter first = filter_of("path~/0?");

	(void)state;
	log_lines(m, 0, 1000);
	terms.highlight = &first;
	log_view_restart(&view, m);
	assert_true(log_view_gather(&view, &terms, 0));
	log_view_fit(&view, m, HEIGHT, (struct log_rows){NULL, one_row});
	assert_false(log_view_jump(&view, m, -1, NULL, 0));
	assert_int_equal(view.seeking, -1);
	look();
	assert_true(log_view_jump(&view, m, view.seeking, NULL, 0));
	assert_int_equal(under_cursor(), 0);
}

static void minutes(void **state)
{
	(void)state;
	log_lines(m, 0, 300);
	log_lines(m, 1000, 1);
	look();
	log_view_move_time(&view, m, -60 * SEC); /* nothing was logged then: to the one before */
	assert_int_equal(under_cursor(), 299);
	log_view_move_time(&view, m, -60 * SEC);
	assert_int_equal(under_cursor(), 239);
	log_view_move_time(&view, m, 60 * SEC);
	assert_int_equal(under_cursor(), 299);
	log_view_move_time(&view, m, 60 * SEC);
	assert_int_equal(under_cursor(), 1000);
	log_view_move_time(&view, m, 60 * SEC);
	assert_int_equal(view.cursor, 0);
	log_view_go_to(&view, m, T0 + 17 * SEC);
	assert_int_equal(under_cursor(), 17);
}

/* What a word says of an address may change: old lines come to pass, or no longer. */
static void lines_change_with_their_address(void **state)
{
	struct filter busy = filter_of("reqs>150");

	(void)state;
	terms.filter = &busy;
	log_lines(m, 0, 150);
	look();
	assert_int_equal(view.index.lines.n, 0);
	log_lines(m, 150, 150); /* 200 of the one, 100 of the other */
	for (int i = 0; i < 5; i++) {
		put_tick(m, T0 + (300 + i) * SEC);
		look();
	}
	assert_int_equal(view.index.lines.n, 200);
}

static void an_empty_log_bears_everything(void **state)
{
	(void)state;
	look();
	log_view_move(&view, -1);
	log_view_move(&view, 1);
	log_view_go_to(&view, m, T0);
	log_view_move_time(&view, m, -60 * SEC);
	assert_false(log_view_jump(&view, m, 1, NULL, 0));
	assert_null(log_view_entry(&view, m));
	look();
	assert_int_equal(log_view_newer(&view), 0);
}

/* Ten parts of a hundred seconds; nothing was logged in some of them. */
static void the_gutter_is_a_histogram(void **state)
{
	struct filter errors = filter_of("status:404");
	const usec_t marks[] = {T0 + 75 * SEC, T0 - SEC, T0 + 500 * SEC};
	struct log_gutter_cell cells[10];

	(void)state;
	log_gutter(&view, m, marks, 3, cells, 10);
	for (int i = 0; i < 10; i++)
		assert_true(!cells[i].level && !cells[i].in_sight && !cells[i].mark);
	terms.highlight = &errors;
	log_lines(m, 0, 30);
	log_lines(m, 51, 4);
	log_lines(m, 90, 10);
	look();
	log_gutter(&view, m, marks, 3, cells, 10);
	for (int i = 0; i < 10; i++) {
		bool full = i < 3 || i == 9;
		assert_int_equal(cells[i].level, full ? GUTTER_FULL : i == 5 ? 3 : 0);
		assert_int_equal(cells[i].hit, full);
		assert_int_equal(cells[i].in_sight, i == 9);
		assert_int_equal(cells[i].mark, i == 7);
	}
	log_view_move(&view, INT32_MIN);
	look();
	log_gutter(&view, m, NULL, 0, cells, 10);
	assert_true(cells[0].in_sight && !cells[9].in_sight);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(follows_until_it_is_moved),
		TEST(long_lines_take_several_rows),
		TEST(what_is_forgotten_takes_the_cursor_along),
		TEST(other_terms_leave_the_cursor_where_it_was),
		TEST(matches_and_marks),
		TEST(a_far_match_is_looked_for),
		TEST(minutes),
		TEST(lines_change_with_their_address),
		TEST(an_empty_log_bears_everything),
		TEST(the_gutter_is_a_histogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
