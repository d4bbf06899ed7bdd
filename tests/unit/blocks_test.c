// SPDX-License-Identifier: MIT
/* What the model knows of blocks: by address, by network, in columns and filters. */
#include "unit.h"

#include "filter_story.h"
#include "model/column.h"
#include "output/ndjson.h"

static struct blocks blocks;

static struct prefix net_of(const char *net)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	return p;
}

static int set_up(void **state)
{
	(void)state;
	return blocks_init(&blocks);
}

static int tear_down(void **state)
{
	(void)state;
	blocks_done(&blocks);
	return 0;
}

static struct event_block said(bool on, const char *net, const char *way, const char *by)
{
	return (struct event_block){.net = net_of(net),
		.on = on,
		.way = str_of(way),
		.by = str_of(by),
		.packets = ABSENT};
}

static void say(bool on, const char *net, const char *way, const char *by)
{
	struct event_block e = said(on, net, way, by);

	blocks_apply(&blocks, &e, 100 * USEC_PER_SEC);
}

static void expect_addr(const char *ip, const char *want)
{
	struct addr a = ip_of(ip);
	const struct block *k = blocks_of_addr(&blocks, &a);
	char net[PREFIX_TEXT_MAX] = "";

	if (k)
		prefix_format(&k->item.prefix, net);
	assert_string_equal(net, want ? want : "");
}

static enum block_cover cover(const char *net)
{
	struct prefix p = net_of(net);
	const struct block *k;
	enum block_cover c = blocks_of_net(&blocks, &p, &k);

	assert_true((k != NULL) == (c == BLOCK_WHOLE));
	return c;
}

static void test_by_address_and_network(void **state)
{
	(void)state;
	expect_addr("203.0.113.9", NULL);
	say(true, "203.0.113.0/24", "nft", "");
	say(true, "203.0.113.9", "fail2ban", "sshd");
	say(true, "198.51.100.7", "fail2ban", "sshd");
	say(true, "2001:db8:7::/48", "nft", "");
	say(true, "2001:db8:8:1::/64", "nft", "");
	expect_addr("203.0.113.9", "203.0.113.9/32");
	expect_addr("203.0.113.10", "203.0.113.0/24");
	expect_addr("203.0.114.10", NULL);
	expect_addr("2001:db8:7::9", "2001:db8:7::/48");
	assert_int_equal(cover("203.0.113.0/24"), BLOCK_WHOLE);
	assert_int_equal(cover("203.0.113.64/26"), BLOCK_WHOLE);
	assert_int_equal(cover("203.0.112.0/22"), BLOCK_PARTLY);
	assert_int_equal(cover("198.51.100.0/24"), BLOCK_PARTLY);
	assert_int_equal(cover("198.51.101.0/24"), BLOCK_NONE);
	assert_int_equal(cover("198.51.100.0/30"), BLOCK_NONE);
	assert_int_equal(cover("2001:db8:8::/48"), BLOCK_PARTLY);
	assert_int_equal(cover("2001:db8:7:1::/64"), BLOCK_WHOLE);
	assert_int_equal(cover("2001:db8:9::/48"), BLOCK_NONE);
}

static void test_ends(void **state)
{
	(void)state;
	say(true, "203.0.113.9", "nft", "");
	say(true, "203.0.113.9", "fail2ban", "sshd");
	say(false, "203.0.113.9", "nft", "other"); /* not this one */
	say(false, "203.0.113.7", "nft", "");
	assert_int_equal(blocks_count(&blocks), 1);
	say(false, "203.0.113.9", "nft", "");
	assert_int_equal(cover("203.0.113.0/24"), BLOCK_PARTLY);
	say(false, "203.0.113.9", "fail2ban", "sshd");
	assert_int_equal(blocks_count(&blocks), 0);
	assert_int_equal(cover("203.0.113.0/24"), BLOCK_NONE);
	assert_int_equal(blocks.inside.pool.live, 0);
}

/* Said again: figures change, the beginning stays. */
static void test_said_again(void **state)
{
	struct event_block e = said(true, "203.0.113.9", "nft", "");

	(void)state;
	blocks_apply(&blocks, &e, 100 * USEC_PER_SEC);
	e.packets = 7;
	e.until = 900 * USEC_PER_SEC;
	blocks_apply(&blocks, &e, 200 * USEC_PER_SEC);
	const struct block *k = blocks_first(&blocks);
	assert_int_equal(k->n, 1);
	assert_int_equal(k->by[0].since, 100 * USEC_PER_SEC);
	assert_int_equal(k->by[0].packets, 7);
	e.since = 50 * USEC_PER_SEC;
	blocks_apply(&blocks, &e, 300 * USEC_PER_SEC);
	assert_int_equal(k->by[0].since, 50 * USEC_PER_SEC);
}

/* What can be undone from here is never the one that has no place; each that has none is counted
 * once. */
static void test_ours_has_a_place(void **state)
{
	char jail[16];

	(void)state;
	for (unsigned i = 0; i < BLOCKERS_MAX; i++) {
		snprintf(jail, sizeof jail, "jail%u", i);
		say(true, "203.0.113.9", "fail2ban", jail);
	}
	struct event_block e = said(true, "203.0.113.9", "nft", "");
	e.ours = true;
	blocks_apply(&blocks, &e, 200 * USEC_PER_SEC);
	const struct block *k = blocks_first(&blocks);
	assert_int_equal(k->n, BLOCKERS_MAX);
	assert_true(block_is_by(k, STR_LIT("ours")));
	assert_int_equal(blocks.dropped, 1);
	for (int i = 0; i < 5; i++) /* its figures change */
		say(true, "203.0.113.9", "fail2ban", jail);
	assert_int_equal(blocks.dropped, 1);
	say(true, "192.0.2.7", "nft", "");
	k = blocks_last(&blocks);
	assert_int_equal(k->n, 1);
	assert_ptr_equal(blocks_previous(&blocks, k), blocks_first(&blocks));
}

static void test_bounds(void **state)
{
	char text[64];

	(void)state;
	for (unsigned i = 0; i < BLOCKERS_MAX + 2; i++) {
		snprintf(text, sizeof text, "jail%u", i);
		say(true, "203.0.113.9", "fail2ban", text);
	}
	assert_int_equal(blocks_first(&blocks)->n, BLOCKERS_MAX);
	assert_int_equal(blocks.dropped, 2);
	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		snprintf(text, sizeof text, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		say(true, text, "nft", "");
	}
	assert_int_equal(blocks_count(&blocks), BLOCKS_MAX);
	assert_int_equal(blocks.dropped, 3);
	expect_addr("203.0.113.9", "203.0.113.9/32"); /* none goes to make room */
	for (const struct block *k; (k = blocks_first(&blocks));)
		for (uint32_t n = k->n; n; n--) {
			struct event_block e = {.net = k->item.prefix,
				.way = str_of(k->by[n - 1].way),
				.by = str_of(k->by[n - 1].by)};
			blocks_apply(&blocks, &e, 0);
		}
	assert_int_equal(blocks.inside.pool.live, 0);
}

static void expect_text(const struct event_block *e, const char *want)
{
	char buf[64];

	blocks_apply(&blocks, e, 100 * USEC_PER_SEC);
	block_text_short(blocks_first(&blocks), 100 * USEC_PER_SEC, buf, sizeof buf);
	assert_string_equal(buf, want);
}

static void test_short_text(void **state)
{
	struct event_block e = said(true, "203.0.113.9", "nft", "fw bad");
	char buf[64];

	(void)state;
	expect_text(&e, "nft fw bad");
	e.until = 820 * USEC_PER_SEC;
	expect_text(&e, "nft 12m");
	e.until = 0;
	e.ours = true;
	expect_text(&e, "nft");
	e = said(true, "203.0.113.9", "fail2ban", "sshd");
	expect_text(&e, "nft +1");
	block_text_short(NULL, 0, buf, sizeof buf);
	assert_string_equal(buf, "part");
}

/* The row's cells, on screen and in JSON. */
static void test_rows(void **state)
{
	struct model *m = story();
	struct jsonw w = {0};
	char buf[64];

	(void)state;
	assert_true(column_serves(column_find(STR_LIT("blocked")), m, GROUP_NONE));
	struct subject row = subject_of_host(host_named(m, B));
	struct cell cell = column_cell(column_find(STR_LIT("blocked")), m, &row);
	cell_text(&cell, buf, sizeof buf);
	assert_string_equal(buf, "nft");
	ndjson_row(&w, m, &row, false);
	jsonw_raw(&w, (struct str){"", 1});
	assert_non_null(strstr(w.p, "\"blocked\":[{\"net\":\"203.0.113.2/32\",\"way\":\"nft\","
				    "\"ours\":true,\"since\":"));
	jsonw_clear(&w);
	row = subject_of_host(host_named(m, A));
	ndjson_row(&w, m, &row, false);
	jsonw_raw(&w, (struct str){"", 1});
	assert_null(strstr(w.p, "blocked"));
	jsonw_clear(&w);
	struct prefix net = net_of("203.0.113.0/24");
	row = subject_at(m, GROUP_NET, networks_find(&m->networks, &net));
	ndjson_row(&w, m, &row, false);
	jsonw_raw(&w, (struct str){"", 1});
	assert_non_null(strstr(w.p, "\"blocked\":[{\"part\":true}]"));
	jsonw_done(&w);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_by_address_and_network, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_said_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ours_has_a_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_short_text, set_up, tear_down),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
