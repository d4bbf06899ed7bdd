// SPDX-License-Identifier: MIT
/* What lists show becomes events: each difference once, and nothing that was cut off is over. */
#include "unit.h"

#include "app/block_table.h"
#include "model/blocks.h"

#define SEC USEC_PER_SEC
#define T0  (1000 * SEC)

static struct block_table *table;

static struct ear {
	struct event_sink sink; /* first */
	char text[1024];
	uint64_t lost, n;
} ear;

static void hear(struct event_sink *sink, const struct event *e)
{
	struct ear *a = (struct ear *)sink;
	size_t n = strlen(a->text);
	char net[PREFIX_TEXT_MAX];

	if (e->kind == EVENT_LOST) {
		a->lost += e->lost.n;
		return;
	}
	assert_int_equal(e->kind, EVENT_BLOCK);
	a->n++;
	prefix_format(&e->block.net, net);
	snprintf(a->text + n, sizeof a->text - n, "%c%s %.*s %.*s;", e->block.on ? '+' : '-', net,
		STR_FMT(e->block.way), STR_FMT(e->block.by));
}

static int set_up(void **state)
{
	(void)state;
	ear = (struct ear){.sink = {.put = hear}};
	table = block_table_new();
	return table ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	block_table_free(table);
	return 0;
}

static void see_of(const char *net, enum way way, const char *by, unsigned list, uint32_t left_s,
	uint64_t packets, bool ours, usec_t now)
{
	struct listed l = {
		.way = way, .by = str_of(by), .left_s = left_s, .packets = packets, .ours = ours};

	assert_int_equal(prefix_parse(str_of(net), &l.net), 0);
	block_table_see(table, &l, list, now);
}

static void see(const char *net, unsigned list)
{
	see_of(net, WAY_NFT, "bad", list, 0, UINT64_MAX, false, T0);
}

static void expect(const char *want, usec_t now)
{
	while (block_table_tell(table, &ear.sink, now, 2))
		;
	assert_string_equal(ear.text, want);
	ear.text[0] = '\0';
}

static void test_differences(void **state)
{
	(void)state;
	see("203.0.113.9", 0);
	see("2001:db8::/48", 0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("+203.0.113.9/32 nft bad;+2001:db8::/48 nft bad;", T0);
	see("203.0.113.9", 0);
	see("2001:db8::/48", 0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("", T0);
	see("2001:db8::/48", 0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("-203.0.113.9/32 nft bad;", T0);
	see("203.0.113.9", 0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("+203.0.113.9/32 nft bad;-2001:db8::/48 nft bad;", T0);
}

/* fail2ban's own list, and the firewall that it fills. */
static void test_two_lists(void **state)
{
	(void)state;
	see("203.0.113.9", 0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	see("203.0.113.9", 9);
	block_table_end(table, 9, BLOCK_SEEN_ALL, T0);
	expect("+203.0.113.9/32 nft bad;", T0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("", T0);
	block_table_end(table, 9, BLOCK_SEEN_ALL, T0);
	expect("-203.0.113.9/32 nft bad;", T0);
}

static void test_cut(void **state)
{
	(void)state;
	see("203.0.113.9", 0);
	see_of("203.0.113.10", WAY_NFT, "", 0, 60, 0, true, T0);
	see_of("203.0.113.11", WAY_NFT, "", 0, 0, 0, true, T0);
	block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
	expect("+203.0.113.9/32 nft bad;+203.0.113.10/32 nft ;+203.0.113.11/32 nft ;", T0);
	block_table_end(table, 0, BLOCK_SEEN_SOME, T0 + 10 * SEC);
	expect("", T0);
	/* Its time is over. */
	block_table_end(table, 0, BLOCK_SEEN_SOME, T0 + 70 * SEC);
	expect("-203.0.113.10/32 nft ;", T0);
	/* All of ours was read, and nothing of the others. */
	block_table_end(table, 0, BLOCK_SEEN_OURS, T0 + 70 * SEC);
	expect("-203.0.113.11/32 nft ;", T0);
}

/* Seconds that were rounded are no news; packets and another end are. */
static void test_figures(void **state)
{
	(void)state;
	see_of("203.0.113.9", WAY_NFT, "", 0, 60, 1, true, T0);
	expect("+203.0.113.9/32 nft ;", T0);
	see_of("203.0.113.9", WAY_NFT, "", 0, 49, 1, true, T0 + 10 * SEC);
	expect("", T0);
	see_of("203.0.113.9", WAY_NFT, "", 0, 49, 2, true, T0 + 10 * SEC);
	expect("+203.0.113.9/32 nft ;", T0);
	see_of("203.0.113.9", WAY_NFT, "", 0, 3600, 2, true, T0 + 10 * SEC);
	expect("+203.0.113.9/32 nft ;", T0);
	/* Come and gone between two readings: nobody was told. */
	see("203.0.113.10", 1);
	block_table_end(table, 1, BLOCK_SEEN_ALL, T0);
	block_table_end(table, 1, BLOCK_SEEN_ALL, T0);
	expect("", T0);
}

static void test_bounds(void **state)
{
	char net[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < BLOCKS_MAX + 5; i++) {
			snprintf(net, sizeof net, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
			see(net, 0);
		}
		block_table_end(table, 0, BLOCK_SEEN_ALL, T0);
		while (block_table_tell(table, &ear.sink, T0, 1000))
			;
		ear.text[0] = '\0';
		assert_int_equal(ear.n, BLOCKS_MAX);
		assert_int_equal(ear.lost, 5); /* once, however often they are listed */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_differences, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
