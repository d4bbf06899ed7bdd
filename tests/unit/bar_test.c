// SPDX-License-Identifier: MIT
#include "unit.h"

#include "tui/bar.h"

#include <stdio.h>

/* The line as it would be drawn. */
static void line_is(struct bar *b, int w, const char *want)
{
	char line[256];

	bar_fit(b, w);
	memset(line, ' ', sizeof line);
	int end = 0;
	for (size_t i = 0; i < b->n; i++) {
		int x = b->at[i].x, n = (int)b->at[i].text.n;
		if (x < 0)
			continue;
		assert_true(x + n <= w);
		memcpy(line + x, b->at[i].text.p, (size_t)n);
		if (b->at[i].cut)
			line[x + n - 1] = '~';
		end = x + n > end ? x + n : end;
	}
	line[end] = '\0';
	assert_string_equal(line, want);
}

static void three(struct bar *b)
{
	bar_clear(b);
	bar_add(b, 50, STYLE_PLAIN, "alpha");
	bar_add(b, 10, STYLE_PLAIN, "beta");
	bar_add(b, 90, STYLE_PLAIN, "gamma");
}

static void the_least_wanted_goes_first(void **state)
{
	struct bar b;

	(void)state;
	three(&b);
	line_is(&b, 20, "alpha  beta  gamma");
	three(&b);
	line_is(&b, 17, "alpha  gamma");
	three(&b);
	line_is(&b, 11, "gamma");
	three(&b);
	line_is(&b, 3, "ga~");
}

static void a_long_piece_is_cut_before_its_neighbours_go(void **state)
{
	struct bar b;

	(void)state;
	three(&b);
	bar_add(&b, 60, STYLE_PLAIN, "a very long text indeed");
	bar_may_cut(&b, 6);
	line_is(&b, 30, "alpha  beta  gamma  a very lo~");
	three(&b);
	bar_add(&b, 60, STYLE_PLAIN, "a very long text indeed");
	bar_may_cut(&b, 6);
	line_is(&b, 24, "alpha  gamma  a very lo~");
}

static void a_piece_is_cut_after_lesser_ones_went(void **state)
{
	struct bar b;

	(void)state;
	three(&b);
	bar_add(&b, 60, STYLE_PLAIN, "a very long text indeed");
	bar_may_cut(&b, 6);
	bar_cut_after(&b, 20);
	line_is(&b, 30, "alpha  gamma  a very long tex~");
}

static void pieces_stand_at_the_right(void **state)
{
	struct bar b;

	(void)state;
	bar_clear(&b);
	bar_add(&b, 50, STYLE_PLAIN, "left");
	bar_add(&b, 20, STYLE_PLAIN, "12:00");
	bar_right(&b);
	bar_add(&b, 90, STYLE_PLAIN, "calm");
	line_is(&b, 20, "left     12:00  calm");
	line_is(&b, 12, "left    calm");
	line_is(&b, 4, "calm");
}

static void what_is_tied_goes_together(void **state)
{
	struct bar b;

	(void)state;
	bar_clear(&b);
	bar_add(&b, 50, STYLE_PLAIN, "?");
	bar_add(&b, 50, STYLE_PLAIN, "help");
	bar_gap(&b, 1);
	bar_tie(&b);
	bar_add(&b, 20, STYLE_PLAIN, "s");
	bar_add(&b, 20, STYLE_PLAIN, "sort");
	bar_gap(&b, 1);
	bar_tie(&b);
	line_is(&b, 14, "? help  s sort");
	line_is(&b, 13, "? help");
}

static void the_rest_gets_what_is_left(void **state)
{
	struct bar b;

	(void)state;
	three(&b);
	bar_add(&b, BAR_CUT, STYLE_PLAIN, "for example this and that");
	line_is(&b, 38, "alpha  beta  gamma  for example this ~");
	three(&b);
	bar_add(&b, BAR_CUT, STYLE_PLAIN, "for example this and that");
	line_is(&b, 30, "alpha  beta  gamma"); /* too little to tell anything */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_wanted_goes_first),
		cmocka_unit_test(a_long_piece_is_cut_before_its_neighbours_go),
		cmocka_unit_test(a_piece_is_cut_after_lesser_ones_went),
		cmocka_unit_test(pieces_stand_at_the_right),
		cmocka_unit_test(what_is_tied_goes_together),
		cmocka_unit_test(the_rest_gets_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
