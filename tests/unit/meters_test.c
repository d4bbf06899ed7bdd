// SPDX-License-Identifier: MIT
#include "facts.h"

#include "console/meters.h"
#include "model/trend.h"

static void put_status(struct model *m, usec_t ts, uint64_t status)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of("8.8.8.8");
	e.request.path = STR_LIT("/");
	e.request.status = status;
	model_apply(m, &e);
}

static const struct meter *meter_of(enum trend_of of)
{
	for (size_t i = 0; i < METERS; i++)
		if (meters[i].of == of)
			return &meters[i];
	return NULL;
}

/* The labels in their order, with blanks between. */
static void order_is(const struct model *m, const char *want)
{
	const struct meter *order[METERS];
	char got[128] = "";
	size_t n = meters_order(&(struct meter_facts){.m = m, .show_private = true}, order);

	for (size_t i = 0; i < n; i++) {
		strcat(got, i ? " " : "");
		strcat(got, order[i]->label);
	}
	assert_string_equal(got, want);
}

static void text_is(const struct model *m, enum trend_of of, const char *want)
{
	char text[METER_TEXT_MAX];

	meter_text(meter_of(of), &(struct meter_facts){.m = m, .show_private = true}, text);
	assert_string_equal(text, want);
}

static void every_trend_has_a_meter(void **state)
{
	(void)state;
	for (int of = 0; of < TRENDS; of++)
		assert_non_null(meter_of((enum trend_of)of));
}

static void what_is_not_known_has_none(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	order_is(m, "conns half req/s");
	text_is(m, TREND_5XX, "-"); /* nobody has asked for anything */
	text_is(m, TREND_OUT, "-");
	put_conn(m, T0, "8.8.8.8", 1, TCP_ESTABLISHED);
	put_conn(m, T0, "8.8.8.8", 2, TCP_ESTABLISHED);
	put_conn(m, T0, "8.8.8.8", 2, TCP_TIME_WAIT);
	text_is(m, TREND_CONNS, "1"); /* what is over is none */
	model_free(m);
}

static void shares_are_of_the_last_minute(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_tick(m, T0);
	for (int i = 1; i <= 30; i++) {
		for (int k = 0; k < 10; k++)
			put_status(m, T0 + i * SEC - SEC / 2, k ? 200 : 502);
		put_tick(m, T0 + i * SEC);
	}
	text_is(m, TREND_5XX, "10%");
	text_is(m, TREND_4XX, "0%");
	text_is(m, TREND_REQUESTS, "10");
	order_is(m, "conns half req/s 5xx 4xx log/s");
	assert_int_equal(meter_style(meter_of(TREND_5XX),
				 &(struct meter_facts){.m = m, .show_private = true}),
		STYLE_BAD);
	for (int i = 31; i <= 100; i++) {
		put_status(m, T0 + i * SEC - SEC / 2, i % 3 ? 200 : 404);
		put_tick(m, T0 + i * SEC);
	}
	text_is(m, TREND_5XX, "0%");
	text_is(m, TREND_4XX, "33%");
	order_is(m, "conns half req/s 4xx 5xx log/s"); /* what stands out comes before */
	model_free(m);
}

static void a_flood_has_its_syns_in_front(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct addr ip = ip_of("8.8.8.8");

	(void)state;
	put_syns(m, T0, &ip, 100);
	for (uint16_t i = 0; i < 32; i++)
		put_conn(m, T0, "8.8.8.8", i, TCP_SYN_RECV);
	order_is(m, "conns half SYN/s req/s");
	text_is(m, TREND_HALF_OPEN, "32");
	text_is(m, TREND_SYNS, "10");
	model_free(m);
}

static void lines_by_size(void **state)
{
	(void)state;
	assert_int_equal(meters_lines(80, 5), 0);
	assert_int_equal(meters_lines(80, 24), 1);
	assert_int_equal(meters_lines(189, 60), 1);
	assert_int_equal(meters_lines(200, 60), 5); /* and the times below */
	assert_int_equal(meters_lines(200, 24), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_trend_has_a_meter),
		cmocka_unit_test(what_is_not_known_has_none),
		cmocka_unit_test(shares_are_of_the_last_minute),
		cmocka_unit_test(a_flood_has_its_syns_in_front),
		cmocka_unit_test(lines_by_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
