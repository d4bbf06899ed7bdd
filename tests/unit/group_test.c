// SPDX-License-Identifier: MIT
#include "facts.h"

#include "model/figures.h"
#include "model/group.h"
#include "model/query.h"

#include <math.h>

/* Numbers that look like chance and are the same each time. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static void name_host(char buf[static 24], uint32_t n)
{
	snprintf(buf, 24, "8.8.%u.%u", n / 8, n % 8);
}

static void put_place(struct model *m, usec_t ts, const char *ip, uint32_t n)
{
	static const char *const codes[] = {"BR", "VN", "DE"};
	struct event e = event_make(EVENT_PLACE, ts);

	e.place.ip = ip_of(ip);
	e.place.country = n % 4 < 3 ? str_of(codes[n % 4]) : STR_ABSENT;
	e.place.asn = n % 3 ? 64500 + n % 5 : 0;
	e.place.org = n % 3 ? STR_LIT("Example") : STR_ABSENT;
	if (n % 4 < 3 || n % 3)
		model_apply(m, &e);
}

static void put_answer(struct model *m, usec_t ts, const char *ip, uint64_t status)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.path = STR_LIT("/");
	e.request.status = status;
	e.request.bytes = 10;
	model_apply(m, &e);
}

static void put_numbers(struct model *m, usec_t ts, const char *ip, uint32_t n)
{
	struct event e = conn_event(ts, ip, (uint16_t)(1000 + n % 16), TCP_ESTABLISHED);

	e.conn.rx = n;
	e.conn.tx = n * 2;
	model_apply(m, &e);
}

/* Anything that can happen to an address, to some of 64 in eight networks. */
static void happen(struct model *m, usec_t ts, uint32_t *state)
{
	static const uint8_t states[] = {TCP_SYN_RECV, TCP_ESTABLISHED, TCP_CLOSE, TCP_TIME_WAIT};
	uint32_t what = draw(state, 6), n = draw(state, 1000);
	char ip[24];

	name_host(ip, draw(state, 64));
	struct addr a = ip_of(ip);
	switch (what) {
	case 0:
		put_place(m, ts, ip, n);
		break;
	case 1:
		put_syns(m, ts, &a, n % 7 + 1);
		break;
	case 2:
		put_answer(m, ts, ip, 100 * (n % 6));
		break;
	case 3:
		put_numbers(m, ts, ip, n);
		break;
	default:
		put_conn(m, ts, ip, (uint16_t)(1000 + n % 16), states[n % 4]);
	}
}

/* The group that an address is in, of each kind, by comparing what views read. */
static bool is_in(const struct model *m, const struct subject *group, const struct host *h)
{
	struct subject s = subject_of_host(h);
	struct prefix net = network_prefix(&h->ip);

	switch (group->by) {
	case GROUP_NET:
		return addr_eq(&net.addr, &group->net->prefix.addr);
	case GROUP_AS:
		return subject_asn(m, &s) == subject_asn(m, group);
	default:
		return str_eq(subject_country(&s), subject_country(group)) ||
		       (!subject_country(&s).p && !subject_country(group).p);
	}
}

static void compare(const struct model *m, const struct subject *s, const struct group_tally *want)
{
	assert_int_equal(s->ips, want->ips);
	assert_int_equal(s->log->requests, want->log.requests);
	assert_int_equal(s->log->bytes, want->log.bytes);
	assert_memory_equal(s->log->status, want->log.status, sizeof want->log.status);
	assert_true(fabs(window_sum(&s->log->rate, m->now, WINDOW_SPAN) -
			    window_sum(&want->log.rate, m->now, WINDOW_SPAN)) < 0.5);
	assert_int_equal(s->tcp->conns, want->tcp.conns);
	assert_memory_equal(s->tcp->states, want->tcp.states, sizeof want->tcp.states);
	assert_int_equal(s->tcp->handshakes, want->tcp.handshakes);
	assert_int_equal(tcp_tally_held(s->tcp, m->now), tcp_tally_held(&want->tcp, m->now));
	uint64_t syns = s->tcp->syns == ABSENT ? 0 : s->tcp->syns;
	assert_int_equal(syns, want->tcp.syns == ABSENT ? 0 : want->tcp.syns);
	assert_int_equal(
		s->tcp->rx == ABSENT ? 0 : s->tcp->rx, want->tcp.rx == ABSENT ? 0 : want->tcp.rx);
	assert_int_equal(
		s->tcp->tx == ABSENT ? 0 : s->tcp->tx, want->tcp.tx == ABSENT ? 0 : want->tcp.tx);
}

static uint32_t check_groups(const struct model *m, enum group_by by)
{
	uint32_t rows = 0;

	for (uint32_t id = subject_next(m, by, 0); id != POOL_NONE;
		id = subject_next(m, by, id + 1)) {
		struct subject s = subject_at(m, by, id);
		struct group_tally want = {0};
		tcp_tally_init(&want.tcp);
		for (uint32_t h = model_next_host(m, 0); h != POOL_NONE;
			h = model_next_host(m, h + 1))
			if (is_in(m, &s, model_host(m, h)))
				group_tally_join(
					&want, &model_host(m, h)->log, &model_host(m, h)->tcp);
		compare(m, &s, &want);
		rows++;
	}
	return rows;
}

static void groups_are_the_sums_of_their_hosts(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	uint32_t dice = 7;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		happen(m, T0 + i * SEC / 50, &dice);
		if (i % 500 == 0)
			put_tick(m, m->now);
	}
	assert_int_equal(check_groups(m, GROUP_NET), 8);
	assert_true(check_groups(m, GROUP_AS) >= 4);
	assert_true(check_groups(m, GROUP_COUNTRY) >= 3);
	model_free(m);
}

/* Hosts go, what they asked for stays counted with their network. */
static void past_counts_outlive_hosts(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_answer(m, T0, "8.8.8.8", 200);
	put_place(m, T0, "8.8.8.8", 1);
	put_conn(m, T0, "8.8.8.9", 1, TCP_ESTABLISHED);
	put_tick(m, T0 + 1000 * SEC);
	assert_int_not_equal(subject_next(m, GROUP_NET, 0), POOL_NONE);
	struct subject s = subject_at(m, GROUP_NET, subject_next(m, GROUP_NET, 0));
	assert_int_equal(s.ips, 1);
	assert_int_equal(s.log->requests, 1);
	assert_int_equal(s.tcp->conns, 1);
	model_free(m);
}

static void rows_of_groups_are_in_order(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct query q = {
		.by = GROUP_NET, .sort = column_find(STR_LIT("requests")), .limit = UINT32_MAX};
	struct rows rows = {0};
	char name[SUBJECT_NAME_MAX];

	(void)state;
	put_answer(m, T0, "8.8.8.8", 200);
	put_answer(m, T0, "8.8.4.4", 200);
	put_answer(m, T0, "8.8.4.5", 200);
	put_answer(m, T0, "10.0.0.1", 200);
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_int_equal(rows.n, 2);
	struct subject s = subject_at(m, GROUP_NET, rows.ids[0]);
	subject_name(m, &s, name);
	assert_string_equal(name, "8.8.4.0/24");
	q.by = GROUP_COUNTRY;
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_int_equal(rows.n, 1);
	q.show_private = true;
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_int_equal(rows.n, 2);
	rows_done(&rows);
	model_free(m);
}

static void figures_keep_their_past(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	const struct figure *requests = figure_find("requests"), *conns = figure_find("open");

	(void)state;
	put_tick(m, T0);
	assert_true(isnan(figure_past(conns, m, true, true, 0)));
	for (int i = 1; i <= 25; i++) {
		for (int k = 0; k < i; k++)
			put_answer(m, T0 + i * SEC - SEC / 2, "8.8.8.8", 200);
		put_conn(m, T0 + i * SEC - SEC / 2, "8.8.8.8", (uint16_t)i, TCP_ESTABLISHED);
		put_tick(m, T0 + i * SEC);
	}
	assert_true(figure_past(requests, m, false, false, 0) == 25);
	assert_true(figure_past(requests, m, false, false, 4) == 21);
	assert_true(figure_past(conns, m, false, false, 4) == 21);
	float ten = figure_past(conns, m, false, true, 0);
	assert_true(ten > 10 && ten < 25);
	put_tick(m, T0 + 30 * SEC); /* nobody looked in between */
	assert_true(isnan(figure_past(conns, m, false, false, 2)));
	assert_true(figure_past(conns, m, false, false, 5) == 25);
	put_tick(m, T0 + 30000 * SEC);
	assert_true(isnan(figure_past(conns, m, false, false, 1)));
	assert_true(isnan(figure_past(conns, m, false, true, 1)));
	model_free(m);
}

/* What is old goes, also when events come between two ticks; and a network stays for a while after
 * its last host. */
static void busy_machines_are_swept(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_answer(m, T0, "8.8.8.8", 200);
	for (int i = 1; i <= 350; i++) {
		put_answer(m, T0 + i * SEC - 1, "9.9.9.9", 200);
		put_tick(m, T0 + i * SEC);
	}
	assert_null(host_named(m, "8.8.8.8"));
	assert_int_equal(m->networks.pool.live, 2);
	for (int i = 351; i <= 700; i++) {
		put_answer(m, T0 + i * SEC - 1, "9.9.9.9", 200);
		put_tick(m, T0 + i * SEC);
	}
	assert_int_equal(m->networks.pool.live, 1);
	model_free(m);
}

static void nobody_is_unknown_any_more(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct addr a = ip_of("8.8.8.8");

	(void)state;
	put_syns(m, T0, &a, 3);
	assert_int_equal(check_groups(m, GROUP_AS), 1);
	put_place(m, T0, "8.8.8.8", 1);
	assert_int_equal(check_groups(m, GROUP_AS), 1);
	assert_int_equal(check_groups(m, GROUP_COUNTRY), 1);
	model_free(m);
}

static void each_past_has_a_ring(void **state)
{
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < figure_count; i++)
		n += (figures[i].flags & FIGURE_PAST) != 0;
	assert_in_range(n, 1, PAST_FIGURES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_the_sums_of_their_hosts),
		cmocka_unit_test(past_counts_outlive_hosts),
		cmocka_unit_test(rows_of_groups_are_in_order),
		cmocka_unit_test(figures_keep_their_past),
		cmocka_unit_test(busy_machines_are_swept),
		cmocka_unit_test(nobody_is_unknown_any_more),
		cmocka_unit_test(each_past_has_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
