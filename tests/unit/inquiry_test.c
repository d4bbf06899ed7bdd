// SPDX-License-Identifier: MIT
/* Where a question goes next; nothing is sent here. */
#include "unit.h"

#include "enrich/query.h"

#include <errno.h>

#define PUBLIC_WHOIS "whois.iana.org"

static struct inquirer inquirer_of(const char *bootstrap, const char *whois)
{
	struct inquirer q = {.own_whois = strcmp(whois, PUBLIC_WHOIS) != 0};

	rdap_services_init(&q.services, bootstrap);
	for (int f = 0; f < FAMILIES; f++)
		q.services.due[f] = 1; /* the tables have been asked for */
	snprintf(q.whois_server, sizeof q.whois_server, "%s", whois);
	return q;
}

static struct lookup_query begin(struct inquirer *q, const char *ip)
{
	struct lookup_query i = {.state = LOOKUP_QUERY_NEW, .ip = ip_of(ip)};

	lookup_query_begin(q, &i, 0);
	return i;
}

static void fail_with(struct inquirer *q, struct lookup_query *i)
{
	struct fetch_result r = {.err = -EIO, .error = "timed out"};

	i->state = LOOKUP_QUERY_RUNNING;
	lookup_query_take(q, i, &r, 0);
}

static void a_bootstrap_of_ones_own_is_asked_alone(void **state)
{
	static const char table[] =
		"{\"services\":[[[\"8.0.0.0/8\"],[\"http://127.0.0.1:9/rdap/\"]]]}";
	struct inquirer q = inquirer_of("http://127.0.0.1:9/", PUBLIC_WHOIS);

	(void)state;
	assert_int_equal(bootstrap_read(&q.services.tables[FAMILY_V4], str_of(table), true), 0);
	struct lookup_query i = begin(&q, "8.8.8.8");
	assert_int_equal(i.state, LOOKUP_QUERY_WAITING);
	assert_string_equal(i.server->name, "127.0.0.1:9");
	fail_with(&q, &i);
	assert_int_equal(i.state, LOOKUP_QUERY_FAILED);
	assert_non_null(strstr(i.why, "timed out"));
	i = begin(&q, "9.9.9.9");
	assert_int_equal(i.state, LOOKUP_QUERY_FAILED);
	assert_non_null(strstr(i.why, "whois.rdap_bootstrap"));
	rdap_services_done(&q.services);
}

static void whois_comes_after_rdap(void **state)
{
	struct inquirer q = inquirer_of("http://127.0.0.1:9/", "127.0.0.1:43");

	(void)state;
	struct lookup_query i = begin(&q, "9.9.9.9");
	assert_int_equal(i.state, LOOKUP_QUERY_WAITING);
	assert_string_equal(i.server->name, "127.0.0.1:43");
	rdap_services_done(&q.services);
	q = inquirer_of(NULL, PUBLIC_WHOIS);
	i = begin(&q, "8.8.8.8");
	assert_string_equal(i.server->name, "rdap.arin.net:443");
	fail_with(&q, &i);
	assert_int_equal(i.state, LOOKUP_QUERY_WAITING);
	assert_string_equal(i.server->name, PUBLIC_WHOIS ":43");
	fail_with(&q, &i);
	assert_int_equal(i.state, LOOKUP_QUERY_FAILED);
	rdap_services_done(&q.services);
}

static void an_answer_about_another_network_is_none(void **state)
{
	static const char body[] = "{\"startAddress\":\"9.0.0.0\",\"endAddress\":\"9.0.0.255\","
				   "\"name\":\"X\"}";
	struct fetch_result r = {.status = 200, .body = {body, sizeof body - 1}};
	struct inquirer q = inquirer_of(NULL, PUBLIC_WHOIS);
	struct lookup_query i = begin(&q, "8.8.8.8");

	(void)state;
	i.state = LOOKUP_QUERY_RUNNING;
	lookup_query_take(&q, &i, &r, 0);
	assert_int_equal(i.state, LOOKUP_QUERY_WAITING);
	assert_string_equal(i.server->name, PUBLIC_WHOIS ":43");
	rdap_services_done(&q.services);
}

static void what_a_referrer_said_outlives_the_referral(void **state)
{
	static const char body[] = "inetnum: 8.8.8.0 - 8.8.8.255\nnetname: SAID\n"
				   "refer: whois.example\n";
	struct fetch_result r = {.body = {body, sizeof body - 1}};
	struct inquirer q = inquirer_of(NULL, PUBLIC_WHOIS);
	struct lookup_query i = begin(&q, "8.8.8.8");

	(void)state;
	fail_with(&q, &i);
	i.state = LOOKUP_QUERY_RUNNING;
	lookup_query_take(&q, &i, &r, 0);
	assert_int_equal(i.state, LOOKUP_QUERY_WAITING);
	assert_string_equal(i.server->name, "whois.example:43");
	upstream_rest(i.server, 3600 * USEC_PER_SEC, "rate-limited", 0);
	assert_false(lookup_query_start(&q, &i, 1));
	assert_int_equal(i.state, LOOKUP_QUERY_FOUND);
	assert_string_equal(i.info.name, "SAID");
	rdap_services_done(&q.services);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bootstrap_of_ones_own_is_asked_alone),
		cmocka_unit_test(whois_comes_after_rdap),
		cmocka_unit_test(what_a_referrer_said_outlives_the_referral),
		cmocka_unit_test(an_answer_about_another_network_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
