// SPDX-License-Identifier: MIT
/* Which of the machine's ports the connections of an address lead to. */
#include "facts.h"

#include "model/column.h"

static void connect_to(struct model *m, uint16_t lport, uint16_t port, enum direction dir)
{
	struct event e = conn_event(T0, "203.0.113.1", port, TCP_ESTABLISHED);

	e.conn.lport = lport;
	e.conn.dir = (uint8_t)dir;
	model_apply(m, &e);
}

static void services_are(const struct model *m, const char *want)
{
	const struct host *h = host_named(m, "203.0.113.1");
	assert_non_null(h);
	struct subject s = subject_of_host(h);
	struct cell cell = column_cell(column_find(STR_LIT("services")), m, &s);
	char text[64];

	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, want);
}

static void the_busiest_come_first(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	const struct column *c = column_find(STR_LIT("services"));

	(void)state;
	put_request(m, T0, "203.0.113.1");
	services_are(m, "");
	connect_to(m, 80, 1001, DIR_IN);
	connect_to(m, 443, 1002, DIR_IN);
	connect_to(m, 443, 1003, DIR_IN);
	connect_to(m, 51000, 443, DIR_OUT); /* one that this machine opened */
	services_are(m, "443 80");
	connect_to(m, 22, 1004, DIR_IN);
	connect_to(m, 22, 1005, DIR_IN);
	connect_to(m, 22, 1006, DIR_IN);
	connect_to(m, 8080, 1007, DIR_UNKNOWN);
	connect_to(m, 8443, 1008, DIR_IN);
	services_are(m, "22 443 80 +2");
	struct subject s = subject_of_host(host_of(m, "203.0.113.1"));
	assert_int_equal(column_key(c, m, &s), 5);
	assert_true(column_is_sortable(c, m, GROUP_NONE));
	model_free(m);
}

/* Whoever tries all ports is counted up to a bound. */
static void a_scan_of_ports(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	for (uint16_t port = 1; port <= 1000; port++)
		connect_to(m, port, port, DIR_IN);
	services_are(m, "937 938 939 +61");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_busiest_come_first),
		cmocka_unit_test(a_scan_of_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
