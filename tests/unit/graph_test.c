// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/text.h"
#include "tui/graph.h"

#include <locale.h>
#include <math.h>

static void assert_graph(
	bool fine, const double *values, size_t n, int width, double top, const char *want)
{
	char buf[256];

	size_t got = graph_text(buf, sizeof buf, fine, values, n, width, top);
	assert_str((struct str){buf, got}, want);
}

static void zero_is_lowest_and_something_is_more(void **state)
{
	(void)state;
	assert_int_equal(graph_height(0, 10), 0);
	assert_int_equal(graph_height(-3, 10), 0);
	assert_int_equal(graph_height(1e-9, 10), 1);
	assert_int_equal(graph_height(5, 10), 4);
	assert_int_equal(graph_height(9.99, 10), 7);
	assert_int_equal(graph_height(10, 10), 7);
	assert_int_equal(graph_height(1e300, 10), 7);
	assert_int_equal(graph_height(1, 0), 0);
	assert_int_equal(graph_height(NAN, 10), 0);
	assert_int_equal(graph_height(1, NAN), 0);
	assert_int_equal(graph_height(INFINITY, 10), 7);
}

static void newest_is_at_the_right(void **state)
{
	static const double rise[] = {0, 1, 2, 3, 4, 5, 6, 7};
	static const double holes[] = {0, GRAPH_NOTHING, 7};

	(void)state;
	assert_graph(true, rise, 8, 8, 7, "▁▂▃▄▅▆▇█");
	assert_graph(false, rise, 8, 8, 7, "_..-=+*#");
	assert_graph(true, rise, 8, 3, 7, "▆▇█");
	assert_graph(true, rise, 8, 10, 7, "  ▁▂▃▄▅▆▇█");
	assert_graph(true, holes, 3, 3, 7, "▁ █");
	assert_graph(false, holes, 3, 4, 7, " _ #");
	assert_graph(true, rise, 8, 0, 7, "");
	assert_graph(true, rise, 8, -1, 7, "");
	assert_graph(true, NULL, 0, 2, 7, "  ");
}

static void the_top_is_the_largest_or_what_is_asked(void **state)
{
	static const double values[] = {1, GRAPH_NOTHING, 4, NAN};

	(void)state;
	assert_true(graph_top(values, 4, 0) == 4);
	assert_true(graph_top(values, 4, 10) == 10);
	assert_true(graph_top(NULL, 0, 1) == 1);
}

static void no_cell_is_cut(void **state)
{
	static const double values[] = {7, 7};
	char buf[8];

	(void)state;
	assert_int_equal(graph_text(buf, 5, true, values, 2, 2, 7), 3);
	assert_int_equal(graph_bar_text(buf, 5, true, 2, 1), 3);
	assert_int_equal(graph_text(buf, 0, false, values, 2, 2, 7), 0);
}

static void assert_bar(bool fine, int width, double share, const char *want)
{
	char buf[256];

	size_t got = graph_bar_text(buf, sizeof buf, fine, width, share);
	assert_str((struct str){buf, got}, want);
}

static void bars_fill_by_eighths(void **state)
{
	(void)state;
	assert_bar(true, 4, 0, "░░░░");
	assert_bar(true, 4, 1, "████");
	assert_bar(true, 4, 7, "████");
	assert_bar(true, 4, 0.5, "██░░");
	assert_bar(true, 4, 0.53125, "██▏░");
	assert_bar(true, 4, 1e-9, "▏░░░");    /* something is not nothing */
	assert_bar(true, 4, 0.99999, "███▉"); /* nor is almost all of it all */
	assert_bar(true, 4, NAN, "░░░░");
	assert_bar(true, 0, 1, "");
	assert_bar(false, 4, 0.5, "##..");
	assert_bar(false, 4, 0.7, "###.");
	assert_bar(false, 4, 1, "####");
	assert_bar(false, 4, -1, "....");
}

/* Whatever the numbers: as many columns as asked. */
static void widths_are_kept(void **state)
{
	double values[300];

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; i < 300; i++)
		values[i] = i % 7 ? (double)((i * 7919) % 1000) : GRAPH_NOTHING;
	for (int width = 0; width <= 300; width++) {
		char buf[1024];
		for (int fine = 0; fine < 2; fine++) {
			size_t n = graph_text(buf, sizeof buf, fine, values, 300, width, 900);
			assert_int_equal(text_width((struct str){buf, n}), width);
			n = graph_bar_text(buf, sizeof buf, fine, width, width / 300.0);
			assert_int_equal(text_width((struct str){buf, n}), width);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_is_lowest_and_something_is_more),
		cmocka_unit_test(newest_is_at_the_right),
		cmocka_unit_test(the_top_is_the_largest_or_what_is_asked),
		cmocka_unit_test(no_cell_is_cut),
		cmocka_unit_test(bars_fill_by_eighths),
		cmocka_unit_test(widths_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
