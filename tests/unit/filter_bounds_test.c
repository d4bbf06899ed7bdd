// SPDX-License-Identifier: MIT
/* What the configuration hides, whatever the words of a filter say. */
#include "filter_story.h"

#include <errno.h>

static char *list(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct filter_bounds bounds_of(const char *allow, const char *deny)
{
	char *allowed[] = {list(allow)}, *denied[] = {list(deny)};
	struct filter_bounds b;

	assert_int_equal(filter_bounds_init(&b, allowed, allow != NULL, denied, deny != NULL), 0);
	return b;
}

static bool has(const struct filter_bounds *b, const char *ip)
{
	struct addr a = ip_of(ip);

	return filter_bounds_have(b, &a);
}

static bool touches(const struct filter_bounds *b, const char *net)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	return filter_bounds_touch(b, &p);
}

static void addresses(void **state)
{
	struct filter_bounds none = bounds_of(NULL, NULL);
	struct filter_bounds only = bounds_of("203.0.113.0/28", NULL);
	struct filter_bounds but = bounds_of(NULL, "203.0.113.0/24");
	struct filter_bounds both = bounds_of("203.0.112.0/20", "203.0.113.7");
	struct addr unset = {{0}};

	(void)state;
	assert_false(filter_bounds_hide(&none));
	assert_true(has(&only, "203.0.113.15") && !has(&only, "203.0.113.16"));
	assert_false(has(&only, "2001:db8::1"));
	assert_true(has(&but, "203.0.112.1") && !has(&but, "203.0.113.1"));
	assert_true(has(&both, "203.0.113.6") && !has(&both, "203.0.113.7"));
	assert_false(filter_bounds_have(&only, &unset));
	assert_true(filter_bounds_have(&but, &unset));
	filter_bounds_done(&none);
	filter_bounds_done(&only);
	filter_bounds_done(&but);
	filter_bounds_done(&both);
}

static void networks(void **state)
{
	struct filter_bounds only = bounds_of("203.0.113.0/28", "198.51.100.0/25");
	struct filter_bounds wide = bounds_of("203.0.0.0/8", "203.0.113.0/24");

	(void)state;
	assert_true(touches(&only, "203.0.113.0/24"));
	assert_false(touches(&only, "203.0.112.0/24"));
	assert_false(touches(&wide, "203.0.113.0/24"));
	assert_true(touches(&wide, "203.0.114.0/24"));
	filter_bounds_done(&only);
	filter_bounds_done(&wide);
}

static void what_is_no_network(void **state)
{
	char *texts[] = {list("203.0.113.0/24"), list("nobody")};
	struct filter_bounds b;

	(void)state;
	assert_int_equal(filter_bounds_init(&b, texts, 2, NULL, 0), -EINVAL);
	filter_bounds_done(&b);
}

static uint32_t rows(const struct model *m, const struct filter *f, enum group_by by)
{
	struct query q = {.by = by, .show_private = true, .filter = f, .limit = UINT32_MAX};
	struct rows found = {0};

	assert_int_equal(query_run(m, &q, &found), 0);
	uint32_t n = found.n;
	rows_done(&found);
	return n;
}

/* Both the words and the bounds must hold: of rows, of groups, of lines, of events. */
static void filters_keep_to_them(void **state)
{
	struct filter_bounds b = bounds_of("203.0.113.0/24", "203.0.113.2/32");
	struct filter_env bounded = {.bounds = &b};
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct filter_error error;
	struct filter f;

	(void)state;
	put_asked(m, T0, "203.0.113.1", "/a", 200, "x");
	put_asked(m, T0, "203.0.113.2", "/b", 404, "x");
	put_asked(m, T0, "198.51.100.3", "/a", 200, "x");
	assert_int_equal(filter_compile(&f, STR_LIT(""), &bounded, &error), 0);
	assert_false(filter_is_open(&f));
	assert_int_equal(rows(m, &f, GROUP_NONE), 1);
	assert_int_equal(rows(m, &f, GROUP_NET), 1);
	assert_int_equal(rows(m, NULL, GROUP_NET), 2);
	assert_int_equal(filter_compile(&f, STR_LIT("path:/b"), &bounded, &error), 0);
	assert_int_equal(rows(m, &f, GROUP_NONE), 0);
	struct event e = conn_event(T0, "198.51.100.3", 1, TCP_ESTABLISHED);
	assert_int_equal(filter_compile(&f, STR_LIT(""), &bounded, &error), 0);
	assert_false(filter_event(&f, m, &e));
	e.conn.ip = ip_of("203.0.113.9");
	assert_true(filter_event(&f, m, &e));
	model_free(m);
	filter_bounds_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(networks),
		cmocka_unit_test(what_is_no_network),
		cmocka_unit_test(filters_keep_to_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
