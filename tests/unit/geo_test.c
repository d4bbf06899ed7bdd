// SPDX-License-Identifier: MIT
/* Where hosts are: what they share, how it is counted, shown and asked for. */
#include "facts.h"

#include "model/column.h"
#include "model/filter.h"
#include "model/query.h"

static void put_place(struct model *m, const char *ip, const char *country, const char *city,
	uint32_t asn, const char *org)
{
	struct event e = event_make(EVENT_PLACE, T0);

	e.place.ip = ip_of(ip);
	e.place.country = str_of(country);
	e.place.city = str_of(city);
	e.place.asn = asn;
	e.place.org = str_of(org);
	model_apply(m, &e);
}

static struct model *model_of_three(void)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	put_request(m, T0, "203.0.113.1");
	put_request(m, T0, "203.0.113.2");
	put_request(m, T0, "203.0.113.3");
	return m;
}

static void assert_cell(const struct model *m, const char *ip, const char *id, const char *want)
{
	const struct column *column = column_find(str_of(id));
	assert_non_null(host_named(m, ip));
	struct subject s = subject_of_host(host_of(m, ip));
	struct cell cell = column_cell(column, m, &s);
	char text[128];

	if (!want) {
		assert_int_equal(cell.kind, CELL_NONE);
		return;
	}
	assert_int_not_equal(cell.kind, CELL_NONE);
	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, want);
}

static uint32_t hosts_in(const struct model *m, const char *country)
{
	return m->geo.countries[country_number(str_of(country)) + 1].ips;
}

static void shares_are_counted(void **state)
{
	struct model *m = model_of_three();

	(void)state;
	put_place(m, "203.0.113.1", "BR", "Recife", 64500, "Example");
	put_place(m, "203.0.113.2", "BR", "Recife", 64500, "Example");
	put_place(m, "203.0.113.3", "AR", NULL, 64501, NULL);
	assert_int_equal(m->geo.cities.pool.live, 1);
	assert_int_equal(m->geo.systems.pool.live, 2);
	assert_int_equal(hosts_in(m, "BR"), 2);
	assert_int_equal(hosts_in(m, "AR"), 1);
	assert_cell(m, "203.0.113.1", "country", "BR");
	assert_cell(m, "203.0.113.2", "city", "Recife");
	assert_cell(m, "203.0.113.2", "org", "Example");
	assert_cell(m, "203.0.113.3", "city", NULL);
	assert_cell(m, "203.0.113.3", "org", NULL);
	assert_int_equal(geo_asn(&m->geo, host_of(m, "203.0.113.3")), 64501);
	model_free(m);
}

/* A reloaded database says it otherwise, and then nothing. */
static void the_latest_word_counts(void **state)
{
	struct model *m = model_of_three();

	(void)state;
	put_place(m, "203.0.113.1", "BR", "Recife", 64500, "Example");
	put_place(m, "203.0.113.1", "PT", "Porto", 64500, "Example Renamed");
	assert_int_equal(hosts_in(m, "BR"), 0);
	assert_int_equal(hosts_in(m, "PT"), 1);
	assert_int_equal(m->geo.cities.pool.live, 1);
	assert_cell(m, "203.0.113.1", "city", "Porto");
	assert_cell(m, "203.0.113.1", "org", "Example Renamed");
	put_place(m, "203.0.113.1", NULL, NULL, 0, NULL);
	assert_int_equal(hosts_in(m, "PT"), 0);
	assert_int_equal(m->geo.cities.pool.live, 0);
	assert_int_equal(m->geo.systems.pool.live, 0);
	assert_cell(m, "203.0.113.1", "country", NULL);
	model_free(m);
}

static void shares_go_with_their_hosts(void **state)
{
	struct model *m = model_of_three();

	(void)state;
	put_place(m, "203.0.113.1", "BR", "Recife", 64500, "Example");
	put_place(m, "203.0.113.2", "BR", "Recife", 64500, "Example");
	for (int minute = 1; minute <= 10; minute++)
		put_tick(m, T0 + minute * 60 * SEC);
	assert_int_equal(m->hosts.live, 0);
	assert_int_equal(hosts_in(m, "BR"), 0);
	assert_int_equal(m->geo.cities.pool.live, 0);
	assert_int_equal(m->geo.systems.pool.live, 0);
	model_free(m);
}

static void a_full_table_is_counted(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	char ip[32], city[16];

	(void)state;
	limits.places = 4;
	struct model *m = model_with(&limits);
	for (uint32_t i = 1; i <= 6; i++) {
		snprintf(ip, sizeof ip, "203.0.113.%u", i);
		snprintf(city, sizeof city, "City %u", i);
		put_request(m, T0, ip);
		put_place(m, ip, "BR", city, 64500 + i, NULL);
	}
	assert_int_equal(m->geo.dropped, 4);
	assert_int_equal(hosts_in(m, "BR"), 6);
	assert_cell(m, "203.0.113.6", "city", NULL);
	model_free(m);
}

static void what_is_no_country(void **state)
{
	static const char *const codes[] = {"br", "B", "BRA", "B1", "\xc3\xa4", ""};
	struct model *m = model_of_three();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		put_place(m, "203.0.113.1", codes[i], "Recife", 0, NULL);
		assert_cell(m, "203.0.113.1", "country", NULL);
	}
	put_place(m, "198.51.100.9", "BR", NULL, 0, NULL); /* nobody here */
	assert_int_equal(m->hosts.live, 3);
	assert_false(m->geo.country_told);
	model_free(m);
}

static bool passes(const struct model *m, const char *ip, const char *text)
{
	struct filter f = {0};
	struct filter_error error;

	assert_int_equal(filter_compile(&f, str_of(text), NULL, &error), 0);
	assert_non_null(host_named(m, ip));
	bool host = filter_host(&f, m, host_of(m, ip));
	const struct journal_entry *e = journal_at(&m->journal, host_of(m, ip)->last_request);
	assert_non_null(e);
	assert_int_equal(filter_request(&f, m, e), host);
	return host;
}

static void filters(void **state)
{
	static const char *const bad[] = {"country:", "country:B", "country:B1", "country:BRA",
		"asn:", "asn:0", "asn:x", "asn:4294967296", "org:"};
	struct model *m = model_of_three();
	struct filter f = {0};
	struct filter_error error;

	(void)state;
	put_place(m, "203.0.113.1", "BR", "Recife", 64500, "Example Telecom");
	assert_true(passes(m, "203.0.113.1", "country:br"));
	assert_false(passes(m, "203.0.113.2", "country:BR"));
	assert_true(passes(m, "203.0.113.2", "!country:BR"));
	assert_true(passes(m, "203.0.113.1", "asn:64500 org:telecom"));
	assert_true(passes(m, "203.0.113.1", "asn:AS64500"));
	assert_false(passes(m, "203.0.113.1", "asn:64501"));
	assert_false(passes(m, "203.0.113.2", "org:telecom"));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(filter_compile(&f, str_of(bad[i]), NULL, &error), -22);
	model_free(m);
}

/* Sorted by organization those of one stand together, those of none come last. */
static void sorts(void **state)
{
	struct model *m = model_of_three();
	struct query q = {.show_private = true, .sort = column_find(STR_LIT("org")), .limit = 9};
	struct rows rows = {0};

	(void)state;
	put_place(m, "203.0.113.3", "BR", NULL, 1, "alpha");
	put_place(m, "203.0.113.2", "AR", NULL, 2, "Beta");
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_true(model_host(m, rows.ids[0]) == host_named(m, "203.0.113.3"));
	assert_true(model_host(m, rows.ids[1]) == host_named(m, "203.0.113.2"));
	q.sort = column_find(STR_LIT("country"));
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_true(model_host(m, rows.ids[0]) == host_named(m, "203.0.113.2"));
	assert_true(model_host(m, rows.ids[2]) == host_named(m, "203.0.113.1"));
	rows_done(&rows);
	model_free(m);
}

static void newcomers_are_named(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct addr ip = ip_of("203.0.113.1");

	(void)state;
	put_request(m, T0, "203.0.113.1");
	assert_int_equal(m->newcomer_count, 1);
	assert_true(addr_eq(&m->newcomers[0], &ip));
	put_request(m, T0, "203.0.113.1");
	assert_int_equal(m->newcomer_count, 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_counted),
		cmocka_unit_test(the_latest_word_counts),
		cmocka_unit_test(shares_go_with_their_hosts),
		cmocka_unit_test(a_full_table_is_counted),
		cmocka_unit_test(what_is_no_country),
		cmocka_unit_test(filters),
		cmocka_unit_test(sorts),
		cmocka_unit_test(newcomers_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
