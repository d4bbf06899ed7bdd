// SPDX-License-Identifier: MIT
#include "facts.h"

#include "output/top.h"

static void put_status(struct model *m, usec_t ts, uint16_t status)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of("203.0.113.9");
	e.request.path = STR_LIT("/");
	e.request.status = status;
	model_apply(m, &e);
}

static void statuses_of_the_last_minute(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct jsonw w = {0};

	(void)state;
	put_status(m, T0, 500); /* is too long ago */
	for (int i = 0; i < 3; i++)
		put_status(m, T0 + 90 * SEC, 404);
	for (int i = 0; i < 5; i++)
		put_status(m, T0 + 91 * SEC, 200);
	put_request(m, T0 + 91 * SEC, "203.0.113.9"); /* its status is not known */
	assert_int_equal(top_statuses(&w, m, false), 2);
	assert_false(w.failed);
	assert_non_null(w.p);
	w.p[w.n - 1] = '\0';
	assert_non_null(strstr(w.p, "\"of\":\"status\",\"key\":\"200\",\"per_min\":5}\n"));
	assert_non_null(strstr(w.p, "\"of\":\"status\",\"key\":\"404\",\"per_min\":3}"));
	assert_null(strstr(w.p, "500"));
	assert_null(strstr(w.p, "schema"));
	jsonw_done(&w);
	model_free(m);
}

/* What the journal no longer has is reckoned from what it has. */
static void a_short_journal_is_extrapolated(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	struct jsonw w = {0};
	double per_min = 0;

	(void)state;
	limits.journal_bytes = 1u << 16;
	struct model *m = model_with(&limits);
	for (int i = 0; i < 6000; i++)
		put_status(m, T0 + i * SEC / 100, 200);
	assert_true(m->journal.count < 6000);
	assert_int_equal(top_statuses(&w, m, false), 1);
	assert_non_null(w.p);
	const char *at = memmem(w.p, w.n, "\"per_min\":", 10);
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"per_min\":%lf", &per_min), 1);
	if (per_min < 5700 || per_min > 6300)
		fail_msg("%f", per_min);
	jsonw_done(&w);
	model_free(m);
}

static void herds_say_by_how_many(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct jsonw w = {0};
	struct herds t;

	(void)state;
	assert_int_equal(herds_init(&t, HERDS_MAX), 0);
	for (uint64_t i = 0; i < 12 * 3; i++) {
		char text[16];
		int n = snprintf(text, sizeof text, "/%u", (unsigned)(i % 12));
		struct herd_request r = {.key = i % 12 + 1,
			.text = {text, (size_t)n},
			.source = i * 0x9e3779b97f4a7c15,
			.status = 403,
			.is_failed = true};
		herds_add(&t, T0, &r);
	}
	put_tick(m, T0);
	assert_int_equal(top_herds(&w, m, &t, HERD_PATHS, true), TOP_RECORDS);
	assert_non_null(w.p);
	w.p[w.n - 1] = '\0';
	assert_int_equal(strncmp(w.p, "{\"t\":\"top\",\"schema\":1,\"ts\":", 27), 0);
	assert_non_null(strstr(w.p, "\"of\":\"path\",\"key\":\"/0\",\"per_min\":3,\"sources\":3,"
				    "\"failed\":3,\"loners\":0,\"growth\":1,"
				    "\"five_min\":3,\"five_min_sources\":3,\"five_min_4xx\":3,"
				    "\"five_min_5xx\":0}\n"));
	assert_null(strstr(w.p + 27, "schema"));
	jsonw_clear(&w);
	assert_int_equal(top_herds(&w, m, NULL, HERD_PATHS, true), 0);
	assert_int_equal(w.n, 0);
	jsonw_done(&w);
	herds_done(&t);
	model_free(m);
}

static void ports_say_who_is_there(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct jsonw w = {0};
	static struct ports t;
	const struct port_now now = {443, 2, 5};

	(void)state;
	assert_int_equal(top_ports(&w, m, NULL, false), 0);
	put_tick(m, T0 + 60 * SEC);
	for (uint64_t i = 0; i < 30; i++)
		ports_note(&t, 443, i < 20 ? PORT_REQUESTS : PORT_HANDSHAKES, 1,
			i % 3 * 0x9e3779b97f4a7c15, T0 + 30 * SEC);
	ports_set_now(&t, &now, 1, T0 + 60 * SEC);
	assert_int_equal(top_ports(&w, m, &t, false), 1);
	w.p[w.n - 1] = '\0';
	assert_non_null(strstr(w.p, "\"of\":\"port\",\"key\":\"443\",\"per_min\":40,\"open\":2,"
				    "\"half_open\":5,\"five_min\":20,"
				    "\"five_min_handshakes\":10,\"five_min_sources\":3}"));
	jsonw_done(&w);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses_of_the_last_minute),
		cmocka_unit_test(a_short_journal_is_extrapolated),
		cmocka_unit_test(herds_say_by_how_many),
		cmocka_unit_test(ports_say_who_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
