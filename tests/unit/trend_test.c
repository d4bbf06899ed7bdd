// SPDX-License-Identifier: MIT
#include "facts.h"

#include "model/trend.h"

static void put_bucket(struct pulse *p, uint32_t *head, uint32_t bucket, uint64_t n)
{
	static uint64_t nth;

	for (uint64_t i = 0; i < n; i++) {
		pulse_put(p, *head, bucket, ++nth);
		if ((int32_t)(bucket - *head) > 0)
			*head = bucket;
	}
}

static void a_pulse_counts_by_cells(void **state)
{
	struct pulse p = {{0}};
	uint64_t cells[PULSE_CELLS];
	uint32_t head = 0;

	(void)state;
	put_bucket(&p, &head, 8000, 3);
	put_bucket(&p, &head, 8007, 4); /* the same cell */
	put_bucket(&p, &head, 8016, 5); /* the next but one */
	put_bucket(&p, &head, 8001, 1); /* late */
	pulse_read(&p, head, 8016, cells);
	assert_int_equal(cells[7], 5);
	assert_int_equal(cells[6], 0);
	assert_int_equal(cells[5], 8);
	pulse_read(&p, head, 8016 + 5 * PULSE_STEPS, cells); /* time goes on */
	assert_int_equal(cells[0], 8);
	assert_int_equal(cells[2], 5);
	assert_int_equal(cells[7], 0);
	pulse_read(&p, head, 8016 + 99 * PULSE_STEPS, cells);
	for (int i = 0; i < PULSE_CELLS; i++)
		assert_int_equal(cells[i], 0);
	put_bucket(&p, &head, 8016 - 8 * PULSE_STEPS, 7); /* too late to be told from the present */
	pulse_read(&p, head, 8016, cells);
	assert_int_equal(cells[7], 5);
}

/* Within a sixteenth, and never more than a byte. */
static void a_pulse_counts_much(void **state)
{
	static const uint64_t counts[] = {31, 32, 100, 1000, 12345, 400000};
	uint64_t cells[PULSE_CELLS];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct pulse p = {{0}};
		uint32_t head = 0;
		put_bucket(&p, &head, 8000, counts[i]);
		pulse_read(&p, head, 8000, cells);
		assert_in_range(cells[7], counts[i] - counts[i] / 12, counts[i] + counts[i] / 12);
	}
	struct pulse p = {{0}};
	uint32_t head = 0;
	put_bucket(&p, &head, 8000, 3000000);
	pulse_read(&p, head, 8000, cells);
	assert_int_equal(cells[7], pulse_decode(UINT8_MAX));
}

static void pulses_join_and_part(void **state)
{
	struct pulse a = {{0}}, sum = {{0}};
	uint32_t a_head = 0, sum_head = 0;
	uint64_t cells[PULSE_CELLS];

	(void)state;
	put_bucket(&sum, &sum_head, 8000, 10);
	put_bucket(&a, &a_head, 8000, 5);
	put_bucket(&a, &a_head, 8008, 6);
	pulse_join(&sum, sum_head, &a, a_head, 1);
	pulse_read(&sum, a_head, 8008, cells);
	assert_int_equal(cells[6], 15);
	assert_int_equal(cells[7], 6);
	pulse_join(&sum, a_head, &a, a_head, -1);
	pulse_read(&sum, a_head, 8008, cells);
	assert_int_equal(cells[6], 10);
	assert_int_equal(cells[7], 0);
	pulse_join(&sum, a_head, &a, a_head, -1); /* never below nothing */
	pulse_read(&sum, a_head, 8008, cells);
	assert_int_equal(cells[7], 0);
}

static void hosts_and_networks_have_cells(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	usec_t cell = 40 * SEC, at = T0 / cell * cell + SEC;
	uint64_t cells[PULSE_CELLS];

	(void)state;
	for (int i = 0; i < 4; i++)
		put_request(m, at, i % 2 ? "8.8.8.8" : "8.8.8.9");
	for (int i = 0; i < 3; i++)
		put_request(m, at + cell, "8.8.8.8");
	const struct host *h = host_named(m, "8.8.8.8");
	host_cells(m, h, cells);
	assert_int_equal(cells[6], 2);
	assert_int_equal(cells[7], 3);
	network_cells(m, network_at(&m->networks, h->network), cells);
	assert_int_equal(cells[6], 4);
	assert_int_equal(cells[7], 3);
	put_tick(m, at + 2 * cell);
	host_cells(m, h, cells);
	assert_int_equal(cells[6], 3);
	assert_int_equal(cells[7], 0);
	model_free(m);
}

/* i requests in second i, and i connections then. */
static struct model *model_that_grows(usec_t from, int seconds)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	put_tick(m, from);
	for (int i = 1; i <= seconds; i++) {
		for (int k = 0; k < i; k++)
			put_request(m, from + i * SEC - SEC / 2, "8.8.8.8");
		put_conn(m, from + i * SEC - SEC / 2, "8.8.8.8", (uint16_t)i, TCP_ESTABLISHED);
		put_tick(m, from + i * SEC);
	}
	return m;
}

static void a_trend_has_the_seconds(void **state)
{
	usec_t from = (T0 / (60 * SEC) + 1) * 60 * SEC;
	struct model *m = model_that_grows(from, 25);
	uint64_t cells[10];

	(void)state;
	trend_read(m, false, TREND_CONNS, m->now, 10 * SEC, cells, 10);
	assert_int_equal(cells[9], 25);
	assert_int_equal(cells[0], 16);
	trend_read(m, false, TREND_REQUESTS, m->now, 10 * SEC, cells, 10);
	assert_int_equal(cells[9], 25 * 60); /* a minute's worth */
	/* Of five seconds, at their multiples: 20 … 24, and what there is of the next. */
	trend_read(m, false, TREND_CONNS, m->now, 50 * SEC, cells, 10);
	assert_int_equal(cells[9], 25);
	assert_int_equal(cells[8], 24);
	assert_true(cells[0] == ABSENT); /* before the start */
	trend_read(m, false, TREND_REQUESTS, m->now, 50 * SEC, cells, 10);
	assert_int_equal(cells[8], 22 * 60);
	/* As it was ten seconds ago. */
	trend_read(m, false, TREND_CONNS, m->now - 10 * SEC, 10 * SEC, cells, 10);
	assert_int_equal(cells[9], 15);
	/* And later than the present: nothing yet. */
	trend_read(m, false, TREND_CONNS, m->now + 5 * SEC, 10 * SEC, cells, 10);
	assert_true(cells[9] == ABSENT);
	assert_int_equal(cells[4], 25);
	trend_read(m, false, TREND_WIRE, m->now, 10 * SEC, cells, 10);
	assert_true(cells[9] == ABSENT); /* no listing has told */
	model_free(m);
}

static void a_long_trend_has_tens(void **state)
{
	usec_t from = (T0 / (60 * SEC) + 1) * 60 * SEC;
	struct model *m = model_that_grows(from, 45);
	uint64_t cells[60];

	(void)state;
	assert_int_equal(trend_width(10 * 60 * SEC, 60), 10 * SEC);
	assert_int_equal(trend_width(10 * 60 * SEC, 50), 20 * SEC);
	assert_int_equal(trend_width(60 * SEC, 9), 7 * SEC);
	assert_int_equal(trend_width(60 * SEC, 100), SEC);
	trend_read(m, false, TREND_REQUESTS, m->now, 10 * 60 * SEC, cells, 60);
	assert_true(cells[59] == ABSENT); /* the ten seconds that are not over */
	assert_in_range(cells[58], 34 * 60, 35 * 60);
	assert_true(cells[0] == ABSENT);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pulse_counts_by_cells),
		cmocka_unit_test(a_pulse_counts_much),
		cmocka_unit_test(pulses_join_and_part),
		cmocka_unit_test(hosts_and_networks_have_cells),
		cmocka_unit_test(a_trend_has_the_seconds),
		cmocka_unit_test(a_long_trend_has_tens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
