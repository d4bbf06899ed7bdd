// SPDX-License-Identifier: MIT
#include "kernel/quic_ports.h"
#include "kernel/quic_sample.h"

#include "base/mono.h"
#include "kernel/bpf_quic.h"
#include "kernel/proc_net_parse.h"
#include "unit.h"

#define MS  NSEC_PER_MSEC
#define SEC NSEC_PER_SEC
#define T0  (1000 * SEC)

/* A look of a tenth of a second each second: the first stands for itself, each other for the time
 * since the one before. */
static void a_tenth_stands_for_the_whole(void **state)
{
	struct quic_sample s = {0};
	struct quic_share share;

	(void)state;
	quic_sample_rest(&s, T0);
	assert_true(quic_sample_is_due(&s, T0));
	quic_sample_open(&s, T0);
	assert_false(quic_sample_is_due(&s, T0));
	assert_false(quic_sample_is_over(&s, T0 + 99 * MS));
	assert_true(quic_sample_is_over(&s, T0 + 100 * MS));
	share = quic_sample_close(&s, T0 + 100 * MS, 0);
	assert_int_equal(quic_share_scale(share, 7), 7);
	assert_false(quic_sample_is_due(&s, T0 + 999 * MS));
	assert_true(quic_sample_is_due(&s, T0 + 1000 * MS));
	quic_sample_open(&s, T0 + 1000 * MS);
	share = quic_sample_close(&s, T0 + 1100 * MS, 0);
	assert_int_equal(quic_share_scale(share, 7), 70);
	assert_int_equal(quic_share_scale(share, 0), 0);
}

/* So of what comes evenly, the counts add up to what came, however late somebody was. */
static void counts_add_up(void **state)
{
	static const unsigned late[] = {0, 3, 250, 20, 1900, 0, 77};
	struct quic_sample s = {0};
	uint64_t now = T0, sum = 0;

	(void)state;
	quic_sample_rest(&s, now);
	for (size_t i = 0; i < ARRAY_LEN(late); i++) {
		now = (now > s.due ? now : s.due) + late[i] * MS;
		quic_sample_open(&s, now);
		uint64_t looked = (100 + late[ARRAY_LEN(late) - 1 - i]) * MS;
		now += looked;
		struct quic_share share = quic_sample_close(&s, now, 0);
		sum += quic_share_scale(share, looked / MS * 1000);
	}
	assert_in_range(sum, (now - T0) / MS * 1000 - 10, (now - T0) / MS * 1000 + 10);
}

/* A look that took longer is followed by a longer rest, and one that cost more: 1% of a CPU. */
static void rests_as_long_as_it_costs(void **state)
{
	struct quic_sample s = {0};

	(void)state;
	quic_sample_rest(&s, T0);
	quic_sample_open(&s, T0);
	quic_sample_close(&s, T0 + 250 * MS, 0);
	assert_int_equal(s.due, T0 + 2500 * MS);
	quic_sample_open(&s, T0);
	quic_sample_close(&s, T0 + 100 * MS, 9 * MS);
	assert_int_equal(s.due, T0 + SEC);
	quic_sample_open(&s, T0);
	quic_sample_close(&s, T0 + 100 * MS, 40 * MS); /* 100,000 in a tenth of a second */
	assert_int_equal(s.due, T0 + 4 * SEC);
	quic_sample_open(&s, T0);
	quic_sample_close(&s, T0 + 100 * MS, UINT64_MAX);
	assert_int_equal(s.due, T0 + 30 * SEC);
}

/* What came while nobody served HTTP/3 is nothing that was missed. */
static void nothing_is_told_of_a_rest(void **state)
{
	struct quic_sample s = {0};

	(void)state;
	quic_sample_rest(&s, T0);
	quic_sample_rest(&s, T0 + 3600 * SEC);
	quic_sample_open(&s, T0 + 3600 * SEC);
	struct quic_share share = quic_sample_close(&s, T0 + 3600 * SEC + 100 * MS, 0);
	assert_int_equal(quic_share_scale(share, 7), 7);
}

/* Nor of an hour in which the program was stopped, unless it was looking. */
static void nothing_is_made_up_of_an_hour(void **state)
{
	struct quic_sample s = {0};
	struct quic_share share;

	(void)state;
	quic_sample_rest(&s, T0);
	quic_sample_open(&s, T0 + 3600 * SEC);
	share = quic_sample_close(&s, T0 + 3600 * SEC + 100 * MS, 0);
	assert_int_equal(quic_share_scale(share, 1), 300);
	quic_sample_open(&s, T0 + 4000 * SEC);
	share = quic_sample_close(&s, T0 + 8000 * SEC, 0);
	assert_int_equal(quic_share_scale(share, 7), 7);
}

static void numbers_are_large(void **state)
{
	const struct quic_share share = {.span = 30 * SEC, .looked = 100 * MS};

	(void)state;
	assert_int_equal(quic_share_scale(share, 1), 300);
	assert_in_range(quic_share_scale(share, UINT32_MAX), UINT64_C(1288490188499),
		UINT64_C(1288490188501));
	assert_int_equal(quic_counts_of(UINT64_C(5) << 32 | 3).packets, 5);
	assert_int_equal(quic_counts_of(UINT64_C(5) << 32 | 3).initials, 3);
}

/* Ports. */

static bool is_one(const char *line)
{
	struct listeners tcp;
	struct event_conn row;

	assert_int_equal(listeners_init(&tcp), 0);
	listeners_add(&tcp, 9, 443);
	assert_int_equal(proc_net_parse(str_of(line), &row), 0);
	bool is = quic_ports_is_one(&row, &tcp, 9);
	assert_false(quic_ports_is_one(&row, &tcp, 8)); /* that is another namespace's */
	listeners_done(&tcp);
	return is;
}

/* Rows of /proc/net/udp and udp6. */
static void finds_the_sockets(void **state)
{
#define REST " 00000000:00000000 00:00000000 00000000     0        0 12345 2 0000000000000000 0"
	(void)state;
	assert_true(is_one("  411: 00000000:01BB 00000000:0000 07" REST));
	assert_true(is_one("30261: 0100007F:01BB 00000000:0000 07" REST));
	assert_true(is_one("  411: 00000000000000000000000000000000:01BB "
			   "00000000000000000000000000000000:0000 07" REST));
	assert_false(is_one("  411: 00000000:01BC 00000000:0000 07" REST)); /* nobody by TCP */
	assert_false(is_one("  411: 0100007F:01BB 0200007F:C350 01" REST)); /* a client's */
	assert_false(is_one("  411: 00000000:0000 00000000:0000 07" REST));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tenth_stands_for_the_whole),
		cmocka_unit_test(counts_add_up),
		cmocka_unit_test(rests_as_long_as_it_costs),
		cmocka_unit_test(nothing_is_told_of_a_rest),
		cmocka_unit_test(nothing_is_made_up_of_an_hour),
		cmocka_unit_test(numbers_are_large),
		cmocka_unit_test(finds_the_sockets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
