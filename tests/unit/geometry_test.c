// SPDX-License-Identifier: MIT
#include "unit.h"

#include "console/geometry.h"

static struct geometry of(int w, int h, int findings, int rows)
{
	struct geometry g;

	geometry_of(&g, (struct area){0, 0, h, w},
		&(struct geometry_wants){.findings = findings, .rows = rows});
	return g;
}

static bool overlap(struct area a, struct area b)
{
	return a.h > 0 && a.w > 0 && b.h > 0 && b.w > 0 && a.y < b.y + b.h && b.y < a.y + a.h &&
	       a.x < b.x + b.w && b.x < a.x + a.w;
}

/* Nothing lies outside, and no two lie over each other. */
static void is_sane(const struct geometry *g, int w, int h)
{
	const struct area all[] = {g->header, g->meters, g->findings, g->bar, g->footer, g->bottom,
		g->table, g->log, g->tops, g->inspector};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		assert_true(all[i].h >= 0);
		if (!all[i].h)
			continue;
		assert_true(all[i].w >= 0 && all[i].y >= 0 && all[i].x >= 0);
		assert_true(all[i].y + all[i].h <= h && all[i].x + all[i].w <= w);
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(all[i], all[k]));
	}
}

static void every_size_is_sane(void **state)
{
	(void)state;
	for (int w = 1; w <= 500; w += w < 8 ? 1 : 7)
		for (int h = 1; h <= 200; h += h < 45 ? 1 : 9)
			for (int findings = 0; findings <= 6; findings++)
				for (int bottom = 0; bottom <= 8; bottom += 4)
					for (int alone = 0; alone <= 1; alone++) {
						struct geometry g;
						geometry_of(&g, (struct area){0, 0, h, w},
							&(struct geometry_wants){
								.findings = findings,
								.rows = h,
								.bar = bottom / 2,
								.bottom = bottom,
								.lower_alone = alone});
						is_sane(&g, w, h);
					}
}

/* Header, meters, a line of calm, two headings, the keys. */
static void furniture_is_six_lines(void **state)
{
	struct geometry g = of(80, 24, 1, 10);

	(void)state;
	assert_int_equal(g.header.h + g.meters.h + g.findings.h + g.footer.h, 4);
	assert_int_equal(g.table.h, 11);
	assert_int_equal(g.log.h, 9);
	assert_true(g.tabs);
	assert_int_equal(of(80, 24, 2, 10).findings.h, 2);
}

static void rows_take_what_they_need(void **state)
{
	(void)state;
	assert_int_equal(of(80, 24, 1, 2).table.h, 3);
	assert_int_equal(of(80, 24, 1, 500).table.h, 11);
	assert_int_equal(of(120, 40, 1, 10).table.h, 12); /* and a blank line */
}

static void wider_shows_more(void **state)
{
	struct geometry g = of(120, 40, 2, 300);
	int before = 0;

	(void)state;
	assert_false(g.tabs);
	assert_true(g.tops.w > 40 && g.log.w > 60);
	assert_int_equal(g.inspector.h, 0);
	g = of(190, 50, 2, 300);
	assert_int_equal(g.table.w, GEOMETRY_LEFT);
	assert_int_equal(g.inspector.w, 190 - GEOMETRY_LEFT - 1);
	assert_true(g.inspector.h > 10 && g.tops.h > 10 && g.meters.h > 1);
	for (int w = 20; w < 300; w++) {
		int table = of(w, 40, 2, 300).table.w;
		assert_true(table >= (before < GEOMETRY_LEFT ? before : GEOMETRY_LEFT));
		before = table;
	}
}

static void small_screens_have_the_rows(void **state)
{
	struct geometry g = of(40, 10, 2, 30);

	(void)state;
	assert_int_equal(g.findings.h, 1);
	assert_int_equal(g.log.h, 0);
	assert_int_equal(g.table.h, 6);
	g = of(100, 3, 1, 30);
	assert_int_equal(g.header.h, 1);
	assert_int_equal(g.findings.h, 1);
	assert_int_equal(g.table.h, 1);
	g = of(1, 1, 1, 30);
	assert_int_equal(g.header.h, 1);
	assert_int_equal(g.table.h, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_is_sane),
		cmocka_unit_test(furniture_is_six_lines),
		cmocka_unit_test(rows_take_what_they_need),
		cmocka_unit_test(wider_shows_more),
		cmocka_unit_test(small_screens_have_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
