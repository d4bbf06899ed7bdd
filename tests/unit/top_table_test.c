// SPDX-License-Identifier: MIT
/* What the tops list, and what an entry is to filter by. */
#include "unit.h"

#include "console/agent_text.h"
#include "console/top_table.h"
#include "model/filter_edit.h"

#include <math.h>

#define START (INT64_C(1700000040) * USEC_PER_SEC)
#define S     USEC_PER_SEC

static struct model *model;
static struct detect *detect;
static struct view view;
static struct top_row rows[TOP_ROWS];
static size_t n;
static usec_t now;

static void swallow(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	(void)event;
}

static struct event_sink nowhere = {.put = swallow};

static int set_up(void **state)
{
	char reason[160];
	int err = 0;

	(void)state;
	now = START;
	model = model_new(&MODEL_LIMITS_DEFAULT);
	assert_non_null(model);
	detect = detect_new(
		&(struct detect_options){.model = model, .sink = &nowhere}, &err, reason);
	if (!detect)
		model_free(model);
	view.m = model;
	view.detect = detect;
	return detect ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	detect_free(detect);
	model_free(model);
	return 0;
}

static void put(const struct event *event)
{
	model_apply(model, event);
	detect_taker(detect)->take(detect_taker(detect), event);
}

static void tick(usec_t ts)
{
	struct event e = event_make(EVENT_TICK, ts);

	now = ts;
	put(&e);
}

static void ask(unsigned host, const char *path, const char *agent, uint64_t status)
{
	struct event e = event_make(EVENT_REQUEST, now);
	char ip[16];

	snprintf(ip, sizeof ip, "203.0.113.%u", host % 256);
	e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.agent = str_of(agent);
	e.request.status = status;
	e.request.vhost = STR_LIT("shop.example");
	e.request.referer = STR_LIT("https://www.example.org/page");
	put(&e);
}

static void show(enum tab tab)
{
	n = top_table(&view, tab, rows);
}

static const struct top_row *row_named(const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(top_name(&rows[i]), str_of(name)))
			return &rows[i];
	fail_msg("no %s among %zu", name, n);
	return NULL;
}

static void assert_row(const char *name, double per_min, double errors, double sources)
{
	const struct top_row *row = row_named(name);

	if (fabs(row->per_min - per_min) > 1 || fabs(row->client_errors - errors) > 1 ||
		fabs(row->sources - sources) > 0.5 + sources / 10)
		fail_msg("%s: %g a minute, %g of them 4xx, from %g", name, row->per_min,
			row->client_errors, row->sources);
}

/* A minute of a crawler, a scanner, and people. */
static void traffic(void)
{
	char path[64];

	for (unsigned i = 0; i < 60; i++) {
		snprintf(path, sizeof path, "/archive/%u/page.html", i);
		ask(1, path, "crawler", 200);
		ask(1, path, "crawler", 200);
		snprintf(path, sizeof path, "/wp-content/x%u.php", i);
		ask(2, path, "zgrab", 404);
		ask(10 + i % 20, "/shop/cart?item=1", "Mozilla/5.0", 200);
		ask(10 + i % 20, i % 2 ? "/shop/a" : "/shop/b", "Mozilla/5.0", 200);
		if (i % 6 == 0)
			ask(10 + i % 20, "/login", "Mozilla/5.0", 200);
		tick(START + (i + 1) * S);
	}
}

static void paths_fold_by_directory(void **state)
{
	(void)state;
	traffic();
	show(TAB_PATHS);
	assert_str(top_name(&rows[0]), "/archive/");
	assert_true(rows[0].is_dir);
	assert_row("/archive/", 120, 0, 1);
	assert_row("/wp-content/", 60, 60, 1);
	assert_row("/shop/cart", 60, 0, 20); /* most of its directory */
	assert_false(row_named("/shop/cart")->is_dir);
	assert_row("/shop/", 60, 0, 20); /* the rest of it */
	assert_row("/login", 10, 0, 10); /* alone where it is: no directory */
	assert_false(row_named("/login")->is_dir);
	assert_int_equal(n, 5);
	double last = 1e9;
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].per_min <= last);
		last = rows[i].per_min;
	}
}

static void statuses_by_class(void **state)
{
	(void)state;
	traffic();
	ask(3, "/a", "x", 502);
	show(TAB_STATUSES);
	assert_str(top_name(&rows[0]), "5xx"); /* failures first, however few */
	assert_str(top_name(&rows[1]), "502");
	assert_true(!rows[0].is_code && rows[1].is_code);
	assert_row("4xx", 60, 0, 0);
	assert_row("404", 60, 60, 1);
	assert_row("502", 1, 0, 1);
	assert_true(fabs(row_named("4xx")->part - 60.0 / 311) < 0.01);
	assert_str(top_status_words(row_named("404")), "Not Found");
	assert_null(top_status_words(row_named("4xx")).p);
}

static void others(void **state)
{
	(void)state;
	traffic();
	show(TAB_AGENTS);
	assert_int_equal(n, 3);
	assert_row("crawler", 120, 0, 1);
	assert_row("zgrab", 60, 60, 1);
	show(TAB_HOSTS);
	assert_row("shop.example", 310, 60, 22);
	show(TAB_REFERERS);
	assert_row("www.example.org", 310, 60, 22);
	assert_int_equal(top_table_span(&view), 60);
}

static void ports_say_who_is_connected(void **state)
{
	(void)state;
	tick(START);
	for (unsigned i = 0; i < 30; i++) {
		struct event e = event_make(EVENT_CONN, START + 5 * S);
		e.conn.ip = ip_of("198.51.100.7");
		e.conn.lip = ip_of("192.0.2.1");
		e.conn.port = (uint16_t)(1000 + i);
		e.conn.lport = i < 20 ? 443 : 22;
		e.conn.state = i < 15 ? TCP_SYN_RECV : TCP_ESTABLISHED;
		e.conn.dir = DIR_IN;
		put(&e);
	}
	tick(START + 6 * S);
	show(TAB_PORTS);
	assert_int_equal(n, 2);
	assert_int_equal(row_named("443")->half, 15);
	assert_int_equal(row_named("443")->open, 5);
	assert_int_equal(row_named("22")->open, 10);
	assert_true(row_named("22")->handshakes > 0);
}

static void nothing_is_judged(void **state)
{
	(void)state;
	view.detect = NULL;
	for (int i = TAB_PATHS; i < TABS; i++)
		assert_int_equal(top_table(&view, (enum tab)i, rows), 0);
	view.detect = detect;
	show(TAB_PATHS);
	assert_int_equal(n, 0);
}

/* The filter's text that "+" makes of an entry. */
static void assert_target(enum tab tab, const char *name, const char *want)
{
	char buf[FILTER_TEXT_MAX], text[FILTER_TEXT_MAX];
	struct filter_target target;
	struct filter_error error;
	struct filter f = {0};

	show(tab);
	assert_true(top_target(row_named(name), tab, buf, &target));
	assert_int_equal(filter_narrow(&f, &target, false, text), 0);
	assert_string_equal(text, want);
	assert_int_equal(filter_compile(&f, str_of(text), NULL, &error), 0);
}

static void entries_are_to_filter_by(void **state)
{
	(void)state;
	traffic();
	ask(4, "/item/1234567", "a \"quoted\" one", 200);
	ask(4, "/item/1234568", "a \"quoted\" one", 404);
	assert_target(TAB_PATHS, "/archive/", "path~^/archive/");
	assert_target(TAB_PATHS, "/login", "path=/login");
	assert_target(TAB_PATHS, "/shop/cart", "path~^/shop/cart?");
	assert_target(TAB_PATHS, "/item/{n}", "path~^/item/*");
	assert_target(TAB_AGENTS, "crawler", "ua=crawler");
	assert_target(TAB_AGENTS, "a \"quoted\" one", "ua~\"^a *quoted* one$\"");
	assert_target(TAB_STATUSES, "4xx", "status:4xx");
	assert_target(TAB_STATUSES, "404", "status:404");
	assert_target(TAB_HOSTS, "shop.example", "vhost=shop.example");
	assert_target(TAB_REFERERS, "www.example.org", "referer~//www.example.org");
}

static void assert_agent(const char *agent, const char *want)
{
	char buf[AGENT_TEXT_MAX];
	struct str got = agent_text(str_of(agent), buf);

	if (want)
		assert_str(got, want);
	else if (got.p)
		fail_msg("%s: %.*s", agent, STR_FMT(got));
}

#define WEBKIT "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "

static void agents_have_shorter_names(void **state)
{
	(void)state;
	assert_agent(WEBKIT "Chrome/140.0.0.0 Safari/537.36", "Chrome 140");
	assert_agent(WEBKIT "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.1", "Edge 140");
	assert_agent("Mozilla/5.0 (X11; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128");
	assert_agent("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
		"Safari 18");
	assert_agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"Googlebot/2.1");
	/* Who says more than browsers do is told whole. */
	assert_agent(WEBKIT "Chrome/140.0.0.0 Safari/537.36 sqlmap/1.8", NULL);
	assert_agent("Mozilla/5.0 (compatible; Googlebot/2.1) and (more)", NULL);
	assert_agent("Mozilla/5.0 zgrab/0.x", NULL);
	assert_agent("curl/8.5.0", NULL);
	assert_agent("Mozilla/5.0 (compatible; )", NULL);
	assert_agent("Mozilla/", NULL);
	assert_agent("", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_fold_by_directory),
		TEST(statuses_by_class),
		TEST(others),
		TEST(ports_say_who_is_connected),
		TEST(nothing_is_judged),
		TEST(entries_are_to_filter_by),
		cmocka_unit_test(agents_have_shorter_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
