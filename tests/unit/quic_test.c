// SPDX-License-Identifier: MIT
/* QUIC packets in the model, and in records. */
#include "facts.h"

#include "base/jsonw.h"
#include "event/json_read.h"
#include "event/json_write.h"
#include "model/column.h"
#include "model/figures.h"
#include "output/ndjson.h"

static void put_quic(
	struct model *m, usec_t ts, const char *net, uint64_t packets, uint64_t initials)
{
	struct event e = event_make(EVENT_QUIC, ts);

	assert_int_equal(prefix_parse(str_of(net), &e.quic.net), 0);
	e.quic.packets = packets;
	e.quic.initials = initials;
	model_apply(m, &e);
}

static void has(const struct jsonw *w, const char *part, bool there)
{
	bool found = memmem(w->p, w->n, part, strlen(part)) != NULL;

	if (found != there)
		fail_msg("%s in %.*s", part, (int)w->n, w->p);
}

static void host_record(const struct model *m, const char *ip, const char *part, bool there)
{
	struct jsonw w = {0};

	assert_non_null(host_named(m, ip));
	struct subject s = subject_of_host(host_of(m, ip));
	ndjson_row(&w, m, &s, false);
	has(&w, part, there);
	jsonw_done(&w);
}

static void net_record(const struct model *m, const char *net, const char *part, bool there)
{
	struct jsonw w = {0};
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	uint32_t id = networks_find(&m->networks, &p);
	assert_true(id != POOL_NONE);
	struct subject s = subject_at(m, GROUP_NET, id);
	ndjson_row(&w, m, &s, false);
	has(&w, part, there);
	jsonw_done(&w);
}

static uint64_t figure(const struct model *m, const char *id)
{
	struct figure_view view = figures_view(m, true);

	return figure_number(figure_find(id), &view);
}

/* Nobody counts: that is not none. */
static void unknown_until_somebody_counts(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_request(m, T0, "8.8.8.8");
	assert_false(model_knows_quic(m));
	assert_true(figure(m, "quic_packets") == ABSENT && figure(m, "initials_per_sec") == ABSENT);
	assert_false(column_find(STR_LIT("quic_rate"))->known(m));
	put_quic(m, T0, "::/0", 0, 0);
	assert_true(model_knows_quic(m));
	assert_int_equal(figure(m, "quic_packets"), 0);
	assert_int_equal(figure(m, "quic_initials"), 0);
	assert_true(column_find(STR_LIT("initial_rate"))->known(m));
	host_record(m, "8.8.8.8", "quic_rate", false); /* it may have been passed over */
	model_free(m);
}

/* Each for itself: a network's holds those of addresses that are not told of. */
static void counts_by_address_network_and_machine(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	for (int i = 0; i < 10; i++) {
		put_quic(m, T0 + i * SEC, "8.8.8.8/32", 200, 20);
		put_quic(m, T0 + i * SEC, "8.8.8.0/24", 500, 100);
		put_quic(m, T0 + i * SEC, "2a00:1:2:3::4/128", 30, 0);
		put_quic(m, T0 + i * SEC, "::/0", 600, 110);
	}
	put_tick(m, T0 + 9 * SEC);
	host_record(m, "8.8.8.8", "\"quic_rate\":200,\"initial_rate\":20", true);
	host_record(m, "2a00:1:2:3::4", "\"quic_rate\":30,\"initial_rate\":0", true);
	net_record(m, "8.8.8.0/24", "\"quic_rate\":500,\"initial_rate\":100", true);
	assert_int_equal(figure(m, "quic_packets"), 6000);
	assert_int_equal(figure(m, "quic_initials"), 1100);
	assert_int_equal(figure(m, "quic_per_sec"), 600);
	assert_int_equal(figure(m, "initials_per_sec"), 110);
	assert_true(machine_is_decaying(model_machine(m), m->now));
	put_tick(m, T0 + 100 * SEC);
	assert_int_equal(figure(m, "quic_per_sec"), 0);
	assert_int_equal(figure(m, "quic_packets"), 6000);
	assert_false(machine_is_decaying(model_machine(m), m->now));
	model_free(m);
}

/* What is sent is no request: it says nothing of what the address asks, and asks over. */
static void packets_are_no_requests(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_quic(m, T0, "8.8.8.8/32", 200, 20);
	host_record(m, "8.8.8.8", "\"quic\":", false);
	host_record(m, "8.8.8.8", "\"requests\":0", true);
	model_free(m);
}

/* Of addresses that go, nothing stays. */
static void goes_with_its_host(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	char net[32];

	(void)state;
	limits.hosts = 64;
	struct model *m = model_with(&limits);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(net, sizeof net, "9.9.%u.%u/32", i / 200, i % 200);
		put_quic(m, T0 + i, net, 1, 1);
	}
	assert_int_equal(m->hosts.live, 64);
	assert_int_equal(m->quics.pool.live, 64);
	assert_int_equal(m->evicted, 936);
	put_tick(m, T0 + 1000 * SEC);
	assert_int_equal(m->quics.pool.live, 0);
	model_free(m);
}

/* Networks are bounded, too. */
static void is_bounded(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char net[32];

	(void)state;
	for (unsigned i = 0; i < QUIC_TALLIES_MAX + 100; i++) {
		snprintf(net, sizeof net, "%u.%u.%u.0/24", 20 + i / 65536, i / 256 % 256, i % 256);
		put_quic(m, T0 + i, net, UINT32_MAX, UINT32_MAX);
	}
	assert_int_equal(m->quics.pool.live, QUIC_TALLIES_MAX);
	model_free(m);
}

/* Both halves of the record. */
static void a_record_is_read_as_written(void **state)
{
	static const char *const nets[] = {"::/0", "203.0.113.9/32", "2001:db8:7::/48"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nets); i++) {
		struct event e = event_make(EVENT_QUIC, T0), back;
		struct jsonw w = {0}, again = {0};
		struct record_reader *r = record_reader_new();
		const char *error = NULL;
		assert_int_equal(prefix_parse(str_of(nets[i]), &e.quic.net), 0);
		e.quic.packets = 70;
		e.quic.initials = 10;
		json_put_event(&w, &e);
		has(&w, nets[i], true);
		has(&w, "\"packets\":70,\"initials\":10", true);
		assert_non_null(r);
		size_t n = w.n - (w.n && w.p[w.n - 1] == '\n');
		assert_int_equal(record_read(r, (struct str){w.p, n}, &back, &error), 1);
		json_put_event(&again, &back);
		assert_int_equal(w.n, again.n);
		assert_memory_equal(w.p, again.p, w.n);
		record_reader_free(r);
		jsonw_done(&w);
		jsonw_done(&again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_until_somebody_counts),
		cmocka_unit_test(counts_by_address_network_and_machine),
		cmocka_unit_test(packets_are_no_requests),
		cmocka_unit_test(goes_with_its_host),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(a_record_is_read_as_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
