// SPDX-License-Identifier: MIT
/* What earlier runs knew: how the model keeps it, and how it is shown and asked for. */
#include "facts.h"

#include "console/history_line.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/query.h"

#define DAY (86400 * SEC)

static void put_seen(
	struct model *m, const char *net, usec_t first, uint64_t runs, uint64_t flagged)
{
	struct event e = event_make(EVENT_SEEN, T0);

	assert_int_equal(prefix_parse(str_of(net), &e.seen.net), 0);
	e.seen.first = first;
	e.seen.last = T0 - DAY;
	e.seen.runs = runs;
	e.seen.requests = 1200;
	e.seen.flagged = flagged;
	e.seen.flags = flagged ? STR_LIT("scanner×3 syn-flood×1") : STR_ABSENT;
	model_apply(m, &e);
}

static void put_history(struct model *m, bool on)
{
	struct event e = event_make(EVENT_ENRICHER, T0);

	e.enricher.what = STR_LIT("history");
	e.enricher.state = str_of(on ? "ready" : "off");
	e.enricher.asked = on ? 4 : ABSENT;
	model_apply(m, &e);
}

static struct model *model_of_three(void)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	put_request(m, T0, "203.0.113.1");
	put_request(m, T0, "203.0.113.2");
	put_request(m, T0, "198.51.100.3");
	put_history(m, true);
	put_seen(m, "203.0.113.1", T0 - 12 * DAY, 7, 4);
	put_seen(m, "203.0.113.2", T0 - 2 * DAY, 1, 0);
	put_seen(m, "203.0.113.0/24", T0 - 30 * DAY, 9, 0);
	return m;
}

/* The last bytes of the addresses that pass, by their order: "12". */
static void assert_passes(const struct model *m, const char *text, const char *want)
{
	struct filter f;
	struct filter_error error;
	char got[16] = "";
	size_t n = 0;

	if (filter_compile(&f, str_of(text), NULL, &error) < 0)
		fail_msg("%s: %s", text, error.text);
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE; id = model_next_host(m, id + 1))
		if (filter_host(&f, m, model_host(m, id)))
			got[n++] = (char)('0' + model_host(m, id)->ip.b[15]);
	if (strcmp(got, want) != 0)
		fail_msg("%s: got \"%s\", expected \"%s\"", text, got, want);
}

static void filters(void **state)
{
	struct model *m = model_of_three();
	struct filter f;
	struct filter_error error;

	(void)state;
	assert_passes(m, "seen:new", "3");
	assert_passes(m, "-seen:new", "12");
	assert_passes(m, "seen:known", "12");
	assert_passes(m, "seen:flagged", "1");
	assert_passes(m, "seen:blocked", "");
	assert_passes(m, "seen:new,flagged", "13");
	assert_passes(m, "seen:1", "2");
	assert_passes(m, "seen:1-7", "12");
	assert_passes(m, "seen>1", "1");
	assert_passes(m, "seen>=1", "12");
	assert_passes(m, "seen<2", "23");
	assert_passes(m, "seen>3d", "1");
	assert_passes(m, "seen<3d", "23");
	assert_passes(m, "seen>1d12h seen<12", "12");
	static const char *const bad[] = {
		"seen:often", "seen:12d", "seen>x", "seen~new", "seen>new"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (filter_compile(&f, str_of(bad[i]), NULL, &error) == 0)
			fail_msg("%s was taken", bad[i]);
	model_free(m);
}

/* Where nobody was asked, nobody is new. */
static void without_a_history(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_request(m, T0, "203.0.113.1");
	assert_passes(m, "seen:new", "");
	assert_passes(m, "seen<5", "");
	put_history(m, false);
	assert_passes(m, "seen:new", "");
	const struct column *c = column_find(STR_LIT("seen"));
	assert_non_null(c);
	assert_false(column_serves(c, m, GROUP_NONE));
	put_history(m, true);
	assert_passes(m, "seen:new", "1");
	model_free(m);
}

static void assert_cell(const struct model *m, const struct subject *s, const char *want)
{
	struct cell cell = column_cell(column_find(STR_LIT("seen")), m, s);
	char text[32];

	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, want);
}

static void cells(void **state)
{
	struct model *m = model_of_three();
	const struct column *c = column_find(STR_LIT("seen"));

	(void)state;
	assert_true(column_serves(c, m, GROUP_NONE));
	assert_true(column_serves(c, m, GROUP_NET));
	assert_false(column_serves(c, m, GROUP_COUNTRY));
	struct subject s = subject_of_host(host_of(m, "203.0.113.1"));
	assert_cell(m, &s, "7x");
	assert_int_equal(column_key(c, m, &s), 7);
	s = subject_at(m, GROUP_NET, host_of(m, "203.0.113.1")->network);
	assert_cell(m, &s, "9x");
	s = subject_of_host(host_of(m, "198.51.100.3"));
	assert_cell(m, &s, "");
	assert_int_equal(column_key(c, m, &s), 0);
	model_free(m);
}

/* That of an address goes with its host; one that is not there has none. */
static void it_goes_with_the_host(void **state)
{
	struct model *m = model_of_three();

	(void)state;
	put_seen(m, "203.0.113.99", T0 - DAY, 1, 0);
	assert_int_equal(m->seen.pool.live, 3);
	put_tick(m, T0 + 1000 * SEC);
	assert_null(host_named(m, "203.0.113.1"));
	assert_int_equal(m->seen.pool.live, 1); /* the network's */
	model_free(m);
}

static void assert_line(const struct seen *seen, const char *want)
{
	char line[HISTORY_LINE_MAX];

	history_line(seen, T0, line);
	assert_string_equal(line, want);
}

static void lines(void **state)
{
	struct seen seen = {.first = T0 - 12 * DAY - 3600 * SEC, .last = T0 - DAY, .runs = 7};

	(void)state;
	assert_line(NULL, "new: no earlier run saw it");
	assert_line(&seen, "in 7 earlier runs, first 12 days ago, last 24 hours ago");
	seen = (struct seen){.first = T0 - 61 * SEC,
		.last = T0 - SEC,
		.runs = 1,
		.requests = 1,
		.blocked = 1,
		.flagged = 4,
		.flags = "scanner×3 syn-flood×1"};
	assert_line(&seen, "in 1 earlier run, first 61 seconds ago, last 1 second ago; 1 request; "
			   "flagged scanner 3 times, syn-flood once; blocked once");
	seen = (struct seen){.flagged = 2, .blocked = 5};
	assert_line(&seen, "new: no earlier run saw it; flagged twice; blocked 5 times");
	memset(seen.flags, 'x', sizeof seen.flags - 1); /* one word, as long as can be */
	assert_line(&seen,
		"new: no earlier run saw it; flagged "
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxx once; blocked 5 times");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(without_a_history),
		cmocka_unit_test(cells),
		cmocka_unit_test(it_goes_with_the_host),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
