// SPDX-License-Identifier: MIT
#include "unit.h"

#include "facts.h"

static void put_enricher(struct model *m, const char *what, const char *state, const char *note)
{
	struct event e = event_make(EVENT_ENRICHER, 1);

	e.enricher.what = str_of(what);
	e.enricher.state = str_of(state);
	e.enricher.note = str_of(note);
	model_apply(m, &e);
}

static void the_latest_word_counts(void **state)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	(void)state;
	assert_non_null(m);
	put_enricher(m, "city", "missing", "no database");
	put_enricher(m, "asn", "ready", "GeoLite2-ASN");
	put_enricher(m, "city", "ready", NULL);
	assert_int_equal(m->enrichers.n, 2);
	const struct enricher *city = enrichers_find(&m->enrichers, "city");
	assert_non_null(city);
	assert_string_equal(city->state, "ready");
	assert_string_equal(city->note, "");
	assert_true(city->asked == ABSENT);
	assert_null(enrichers_find(&m->enrichers, "rdap"));
	model_free(m);
}

static void a_few_are_known(void **state)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);
	char what[8];

	(void)state;
	assert_non_null(m);
	for (int i = 0; i < ENRICHERS_MAX + 3; i++) {
		snprintf(what, sizeof what, "e%d", i);
		put_enricher(m, what, "ready", NULL);
	}
	assert_int_equal(m->enrichers.n, ENRICHERS_MAX);
	assert_int_equal(model_machine(m)->lost, 3);
	model_free(m);
}

static void what_is_fine(void **state)
{
	(void)state;
	assert_true(enricher_is_fine(&(struct enricher){.state = "ready"}));
	assert_true(enricher_is_fine(&(struct enricher){.state = "off"}));
	assert_false(enricher_is_fine(&(struct enricher){.state = "corrupt"}));
	assert_false(enricher_is_fine(&(struct enricher){.state = "missing"}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_word_counts),
		cmocka_unit_test(a_few_are_known),
		cmocka_unit_test(what_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
