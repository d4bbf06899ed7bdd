// SPDX-License-Identifier: MIT
#include "facts.h"

#include "model/listing.h"
#include "model/subject_share.h"

static void put_state(struct model *m, usec_t ts, uint32_t number, uint8_t state)
{
	struct event e = event_make(EVENT_MACHINE, ts);

	e.machine = number;
	e.machine_said.name = number == 1 ? STR_LIT("web1") : STR_LIT("web2");
	e.machine_said.state = state;
	model_apply(m, &e);
}

/* A set of one share. */
static void put_share(struct model *m, usec_t ts, uint32_t number, const char *ip, uint64_t conns,
	uint64_t requests, uint64_t refused)
{
	struct event e = event_make(EVENT_MACHINE, ts), s = event_make(EVENT_SHARE, ts);

	e.machine = s.machine = number;
	e.machine_said.name = number == 1 ? STR_LIT("web1") : STR_LIT("web2");
	e.machine_said.seq = (uint64_t)(ts - T0) / SEC + 1;
	e.machine_said.every_us = 10 * (uint64_t)SEC;
	e.machine_said.parts = 1;
	model_apply(m, &e);
	s.share.net = (struct prefix){ip_of(ip), ADDR_BITS};
	s.share.conns = conns;
	s.share.half_open = conns / 2;
	s.share.requests = requests;
	s.share.refused = refused;
	model_apply(m, &s);
}

static struct model *two_machines(void)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	put_state(m, T0, 1, MEMBER_UP);
	put_state(m, T0, 2, MEMBER_UP);
	put_share(m, T0 + SEC, 1, "8.8.8.8", 4, 100, 10);
	put_share(m, T0 + SEC, 2, "8.8.8.8", 1, 7, 0);
	put_share(m, T0 + SEC, 2, "9.9.9.9", 2, 1, 0);
	put_tick(m, T0 + 2 * SEC);
	return m;
}

static struct subject row_of(const struct model *m, const char *ip)
{
	struct addr a = ip_of(ip);
	uint32_t id = model_find_host(m, &a);

	assert_int_not_equal(id, POOL_NONE);
	return subject_at(m, GROUP_NONE, id);
}

static void a_row_is_what_one_machine_has_of_it(void **state)
{
	struct model *m = two_machines();
	struct subject s = row_of(m, "8.8.8.8");
	struct subject_share of;

	(void)state;
	assert_int_equal(s.log->requests, 107);
	assert_true(subject_narrow(&s, m, 1, &of));
	assert_int_equal(s.log->requests, 100);
	assert_int_equal(s.log->status[4], 10);
	assert_int_equal(s.log->status[0], 90);
	assert_int_equal(s.tcp->conns, 4);
	assert_int_equal(tcp_tally_half_open(s.tcp), 2);
	s = row_of(m, "8.8.8.8");
	assert_true(subject_narrow(&s, m, 2, &of));
	assert_int_equal(s.log->requests, 7);
	model_free(m);
}

static void who_has_nothing_of_it_has_no_row(void **state)
{
	struct model *m = two_machines();
	struct subject s = row_of(m, "9.9.9.9"), before = s;
	struct subject_share of;

	(void)state;
	assert_false(subject_narrow(&s, m, 1, &of));
	assert_ptr_equal(s.log, before.log);
	assert_false(subject_narrow(&s, m, 77, &of));
	assert_false(subject_narrow(&s, m, 0, &of));
	model_free(m);
}

static uint32_t rows(struct listing *l, const struct model *m, uint32_t number)
{
	listing_begin(l, m, &(struct listing_query){.member = number});
	while (listing_work(l, m, 1000))
		;
	return listing_count(l);
}

static void a_listing_is_of_one_machine(void **state)
{
	struct model *m = two_machines();
	struct listing l;
	struct listing_row row;

	(void)state;
	assert_int_equal(listing_init(&l), 0);
	assert_int_equal(rows(&l, m, 0), 2);
	assert_int_equal(rows(&l, m, 2), 2);
	assert_int_equal(rows(&l, m, 1), 1);
	assert_true(listing_at(&l, m, 0, &row));
	assert_int_equal(row.by, GROUP_NONE);
	assert_int_equal(rows(&l, m, 3), 0);
	listing_done(&l);
	model_free(m);
}

/* Its rows are what it said last. */
static void a_lost_machine_keeps_its_rows(void **state)
{
	struct model *m = two_machines();
	struct subject s = row_of(m, "8.8.8.8");
	struct subject_share of;

	(void)state;
	put_state(m, T0 + 60 * SEC, 1, MEMBER_LOST);
	assert_true(subject_narrow(&s, m, 1, &of));
	assert_int_equal(s.log->requests, 100);
	model_free(m);
}

/* Sets come each second while somebody looks: what one of them had is no minute's pace. */
static void a_pace_is_of_some_time(void **state)
{
	struct model *m = two_machines();
	struct subject_share of;

	(void)state;
	for (int i = 2; i <= 40; i++)
		put_share(m, T0 + i * SEC, 1, "8.8.8.8", 4, 100 + (uint64_t)(i / 10) * 10, 10);
	struct subject s = row_of(m, "8.8.8.8");
	assert_true(subject_narrow(&s, m, 1, &of));
	double pace = window_sum(&s.log->rate, m->now, WINDOW_SPAN);
	if (pace < 40 || pace > 90) /* ten each ten seconds */
		fail_msg("%.0f requests a minute", pace);
	put_share(m, T0 + 41 * SEC, 1, "8.8.8.8", 4, 5, 0); /* it has begun anew */
	s = row_of(m, "8.8.8.8");
	assert_true(subject_narrow(&s, m, 1, &of));
	assert_true(window_sum(&s.log->rate, m->now, WINDOW_SPAN) < 1);
	model_free(m);
}

/* A set leaves out a network that its addresses tell all of. */
static void a_network_is_what_its_addresses_are(void **state)
{
	struct model *m = two_machines();
	struct addr a = ip_of("9.9.9.9");
	struct prefix net = network_prefix(&a);
	struct subject_share of;

	(void)state;
	put_share(m, T0 + 11 * SEC, 2, "9.9.9.9", 2, 31, 0);
	put_share(m, T0 + 11 * SEC, 2, "9.9.9.7", 3, 9, 0);
	put_share(m, T0 + 21 * SEC, 2, "9.9.9.9", 2, 31, 0);
	struct subject s = subject_at(m, GROUP_NET, networks_find(&m->networks, &net));
	assert_true(subject_narrow(&s, m, 2, &of));
	assert_int_equal(s.log->requests, 40);
	assert_int_equal(s.tcp->conns, 5);
	assert_false(subject_narrow(&s, m, 1, &of));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_what_one_machine_has_of_it),
		cmocka_unit_test(who_has_nothing_of_it_has_no_row),
		cmocka_unit_test(a_listing_is_of_one_machine),
		cmocka_unit_test(a_lost_machine_keeps_its_rows),
		cmocka_unit_test(a_pace_is_of_some_time),
		cmocka_unit_test(a_network_is_what_its_addresses_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
