// SPDX-License-Identifier: MIT
/* The mark "suspicious": each rule at its limit and just below. */
#include "facts.h"

#include "model/query.h"
#include "model/suspicion.h"
#include "output/ndjson.h"

#define IP "203.0.113.9"

static uint32_t asked_for; /* what the one who reads requests says */

static uint32_t asked(const void *ctx, const struct addr *ip)
{
	assert_ptr_equal(ctx, &asked_for);
	return addr_format(ip, (char[ADDR_TEXT_MAX]){0}) ? asked_for : 0;
}

static struct model *model_of(uint64_t burst_rpm, uint64_t min_conns)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	asked_for = 0;
	limits.suspicious = (struct suspicion_limits){burst_rpm, min_conns, asked, &asked_for};
	return model_with(&limits);
}

static uint32_t why(const struct model *m, const char *ip)
{
	const struct host *h = host_named(m, ip);

	assert_non_null(h);
	return suspicion_of(m, h);
}

static void many_requests(void **state)
{
	struct model *m = model_of(60, 5);

	(void)state;
	for (int i = 0; i < 59; i++)
		put_request(m, T0, IP);
	assert_int_equal(why(m, IP), 0);
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), SUSPECT_BURST);
	put_tick(m, T0 + 66 * SEC);
	assert_int_equal(why(m, IP), 0);
	model_free(m);
}

static void connections_for_nothing(void **state)
{
	struct model *m = model_of(60, 5);

	(void)state;
	for (uint16_t i = 0; i < 4; i++)
		put_conn(m, T0, IP, 1000 + i, TCP_ESTABLISHED);
	put_conn(m, T0, IP, 2000, TCP_TIME_WAIT); /* is over */
	assert_int_equal(why(m, IP), 0);
	put_conn(m, T0, IP, 1004, TCP_ESTABLISHED);
	assert_int_equal(why(m, IP), SUSPECT_CONNS);
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), SUSPECT_CONNS);
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), 0);
	model_free(m);
}

static void half_open(void **state)
{
	struct model *m = model_of(60, 5);

	(void)state;
	put_conn(m, T0, IP, 1000, TCP_SYN_RECV);
	assert_int_equal(why(m, IP), SUSPECT_HALF_OPEN);
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), 0);
	model_free(m);
}

static void what_was_asked_for(void **state)
{
	struct model *m = model_of(60, 5);

	(void)state;
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), 0);
	asked_for = SUSPECT_AGENT | SUSPECT_PATH;
	assert_int_equal(why(m, IP), SUSPECT_AGENT | SUSPECT_PATH);
	m->limits.suspicious.asked = NULL;
	assert_int_equal(why(m, IP), 0);
	model_free(m);
}

static void limits_may_be_others(void **state)
{
	struct model *m = model_of(2, 1);

	(void)state;
	put_request(m, T0, IP);
	put_conn(m, T0, IP, 1000, TCP_ESTABLISHED);
	assert_int_equal(why(m, IP), SUSPECT_CONNS);
	put_request(m, T0, IP);
	assert_int_equal(why(m, IP), SUSPECT_BURST);
	model_free(m);
	m = model_of(0, 0); /* never */
	put_request(m, T0, IP);
	put_conn(m, T0, IP, 1000, TCP_ESTABLISHED);
	assert_int_equal(why(m, IP), 0);
	model_free(m);
}

static void records_say_why(void **state)
{
	struct model *m = model_of(1, 5);
	struct jsonw w = {0};

	(void)state;
	asked_for = SUSPECT_AGENT | SUSPECT_PATH;
	put_request(m, T0, IP);
	assert_non_null(host_named(m, IP));
	struct subject s = subject_of_host(host_of(m, IP));
	ndjson_row(&w, m, &s, true);
	assert_false(w.failed);
	assert_non_null(w.p);
	w.p[w.n - 1] = '\0';
	assert_non_null(
		strstr(w.p, "\"suspicious\":[\"burst\",\"scanner-agent\",\"exploit-path\"]"));
	jsonw_clear(&w);
	asked_for = 0;
	m->limits.suspicious.burst_rpm = 2;
	ndjson_row(&w, m, &s, true);
	assert_null(memmem(w.p, w.n, "suspicious", 10));
	jsonw_done(&w);
	model_free(m);
}

static void put_flag(struct model *m, enum flag_scope scope, const char *who, bool on)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = STR_LIT("crawler");
	e.flag.on = on;
	e.flag.scope = (uint8_t)scope;
	e.flag.who = str_of(who);
	e.flag.prefixes = scope == SCOPE_NETWORK ? str_of(who) : STR_ABSENT;
	model_apply(m, &e);
}

static bool passes(const struct model *m, const char *filter)
{
	struct filter_error error;
	struct filter f;

	assert_int_equal(filter_compile(&f, str_of(filter), NULL, &error), 0);
	return filter_host(&f, m, host_of(m, IP));
}

static void flagged_or_marked_is_shown(void **state)
{
	struct model *m = model_of(60, 5);
	struct filter_error error;
	struct filter f;

	(void)state;
	put_request(m, T0, IP);
	assert_false(passes(m, "is:suspicious"));
	assert_true(passes(m, "!is:suspicious"));
	put_flag(m, SCOPE_HOST, IP, true);
	assert_true(passes(m, "is:suspicious"));
	put_flag(m, SCOPE_HOST, IP, false);
	assert_false(passes(m, "is:suspicious"));
	put_flag(m, SCOPE_NETWORK, "203.0.113.0/24", true);
	assert_true(passes(m, "is:suspicious"));
	put_flag(m, SCOPE_NETWORK, "203.0.113.0/24", false);
	asked_for = SUSPECT_PATH;
	assert_true(passes(m, "is:suspicious"));
	assert_true(filter_compile(&f, STR_LIT("is:bad"), NULL, &error) < 0);
	assert_string_equal(error.text, "is: takes suspicious");
	model_free(m);
}

static size_t around(const struct model *m)
{
	const struct flag *flags[8];
	struct addr a = ip_of(IP);

	return flags_of_addr(&m->flags, &a, true, flags, 8);
}

static void flags_around_come_and_go(void **state)
{
	static const char *const who[] = {"203.0.0.0/17", "203.0.113.0/24", "198.51.100.0/24",
		"203.0.112.0/23", "203.0.113.8/29"};
	struct model *m = model_of(60, 5);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(who); i++)
		put_flag(m, SCOPE_NETWORK, who[i], true);
	put_flag(m, SCOPE_HOST, IP, true); /* is its own */
	assert_int_equal(around(m), 4);
	put_flag(m, SCOPE_NETWORK, who[1], false);
	put_flag(m, SCOPE_NETWORK, who[1], false);
	assert_int_equal(around(m), 3);
	put_flag(m, SCOPE_NETWORK, who[4], false);
	put_flag(m, SCOPE_NETWORK, who[0], false);
	assert_int_equal(around(m), 1);
	put_flag(m, SCOPE_NETWORK, who[0], true);
	put_flag(m, SCOPE_NETWORK, who[3], false);
	assert_int_equal(around(m), 1);
	assert_int_equal(m->flags.groups.used, 2);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_requests),
		cmocka_unit_test(connections_for_nothing),
		cmocka_unit_test(half_open),
		cmocka_unit_test(what_was_asked_for),
		cmocka_unit_test(limits_may_be_others),
		cmocka_unit_test(records_say_why),
		cmocka_unit_test(flagged_or_marked_is_shown),
		cmocka_unit_test(flags_around_come_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
