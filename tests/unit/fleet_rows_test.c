// SPDX-License-Identifier: MIT
/* Rows of a fleet: whose they are, and the machines themselves as rows; their flags; copies. */
#include "fleet_facts.h"

#include "model/column.h"
#include "model/filter.h"
#include "model/listing.h"
#include "model/query.h"
#include "model/trouble.h"

static void say_flag(struct model *m, uint32_t machine, bool on)
{
	struct event e = event_make(EVENT_FLAG, T0 + 5 * SEC);

	e.machine = machine;
	e.flag.flag = STR_LIT("scanner");
	e.flag.on = on;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = STR_LIT("198.51.100.1");
	e.flag.severity = SEVERITY_ATTACK;
	e.flag.since = T0;
	model_apply(m, &e);
}

static void flags_are_by_machine(void **state)
{
	struct model *m = fleet_model();
	struct event e = event_make(EVENT_VERDICT, T0);

	(void)state;
	say_set(m, 1, "web1", 0, 4, NULL);
	say_set(m, 2, "web2", 0, 1, NULL);
	say_share(m, 1, 0, "198.51.100.1", 1, 7);
	say_flag(m, 1, true);
	say_flag(m, 2, true);
	say_flag(m, 2, true);
	assert_int_equal(m->flags.pool.live, 2);
	assert_int_equal(member(m, 1)->flags, 1);
	assert_int_equal(member(m, 2)->flags, 1);
	assert_true(trouble_of_host(m, host_named(m, "198.51.100.1")) > 0);
	assert_true(trouble_of_member(m, member(m, 1)) > 0);
	say_flag(m, 2, false);
	assert_int_equal(m->flags.pool.live, 1);
	assert_int_equal(flags_at(&m->flags, flags_next(&m->flags, 0))->machine, 1);
	/* A new start knows nothing of the flags before it. */
	say_set(m, 1, "web1", 10, 1, NULL);
	assert_int_equal(m->flags.pool.live, 0);
	assert_int_equal(member(m, 1)->flags, 0);
	e.machine = 2;
	e.verdict.text = STR_LIT("a flood");
	e.verdict.severity = SEVERITY_ACT;
	model_apply(m, &e);
	assert_string_equal(member(m, 2)->verdict, "a flood");
	assert_string_equal(model_machine(m)->verdict.text, "");
	model_free(m);
}

static void cell(
	const struct model *m, const char *column, const struct subject *s, const char *want)
{
	char text[200];
	const struct column *c = column_find(str_of(column));

	assert_non_null(c);
	assert_true(column_serves(c, m, s->by));
	struct cell got = column_cell(c, m, s);
	cell_text(&got, text, sizeof text);
	assert_string_equal(text, want);
}

static struct model *three(void)
{
	struct model *m = fleet_model();

	say_set(m, 1, "web1", 0, 1, "conns=100 requests=1000 ips=7");
	say_share(m, 1, 0, "198.51.100.1", 10, 40);
	say_share(m, 1, 0, "198.51.100.2", 1, 4);
	say_set(m, 2, "web2", 0, 1, "conns=500 requests=50 ips=3");
	say_share(m, 2, 0, "198.51.100.1", 4, 80);
	say_set(m, 3, "db", 0, 1, "conns=1");
	say_share(m, 3, 0, "198.51.100.1", 1, 1);
	say_share(m, 3, 0, "203.0.113.0/24", 1, 1);
	return m;
}

static void rows_name_their_machines(void **state)
{
	struct model *m = three();
	struct subject s =
		subject_at(m, GROUP_NONE, pool_id(&m->hosts, host_named(m, "198.51.100.1")));
	char text[FLEET_NAMES_MAX];

	(void)state;
	cell(m, "machines", &s, "web2 web1 +1");
	assert_int_equal(
		fleet_members_text(m, fleet_shares_of_host(m, s.id), text, sizeof text), 3);
	assert_string_equal(text, "web2 web1 +1");
	s = subject_at(m, GROUP_NET, pool_id(&m->networks.pool, network_of(m, "203.0.113.0/24")));
	cell(m, "machines", &s, "db");
	/* Of a network of which nothing is told but addresses. */
	s = subject_at(m, GROUP_NET, pool_id(&m->networks.pool, network_of(m, "198.51.100.0/24")));
	cell(m, "machines", &s, "web1 web2 +1");
	assert_int_equal(s.tcp->conns, 16);
	say_state(m, 3, "db", 30, MEMBER_LOST);
	s = subject_at(m, GROUP_MACHINE, 0);
	assert_int_equal(s.ips, 7);
	cell(m, "ip", &s, "web1");
	cell(m, "conns", &s, "100");
	cell(m, "requests", &s, "1.0k");
	cell(m, "state", &s, "up");
	cell(m, "said", &s, "30s");
	cell(m, "verdict", &s, "");
	cell(m, "trouble", &s, "");
	s = subject_at(m, GROUP_MACHINE, 2);
	cell(m, "state", &s, "lost");
	cell(m, "trouble", &s, "?");
	struct subject_key key = subject_key_of(m, &s);
	assert_int_equal(subject_find(m, &key), 2);
	assert_true(subject_key_has(m, &key, host_named(m, "198.51.100.1")));
	assert_false(subject_key_has(m, &key, host_named(m, "198.51.100.2")));
	model_free(m);
}

/* Every column that says anything of a machine says it of each. */
static void all_columns_speak_of_machines(void **state)
{
	struct model *m = three();

	(void)state;
	for (size_t i = 0; i < column_count; i++)
		for (uint32_t id = 0; id < 3; id++) {
			struct subject s = subject_at(m, GROUP_MACHINE, id);
			char text[200];
			if (!column_speaks_of(&columns[i], GROUP_MACHINE))
				continue;
			struct cell got = column_cell(&columns[i], m, &s);
			cell_text(&got, text, sizeof text);
			column_key(&columns[i], m, &s);
		}
	model_free(m);
}

static struct listing order_of(const struct model *m, const struct listing_query *q, bool open)
{
	struct listing l;

	assert_int_equal(listing_init(&l), 0);
	if (open) {
		struct subject_key key = subject_key_of_machine(STR_LIT("web1"));
		listing_set_open(&l, &key, true);
		key = subject_key_of_machine(STR_LIT("db"));
		listing_set_open(&l, &key, true);
	}
	listing_begin(&l, m, q);
	while (listing_work(&l, m, 2)) {
	}
	return l;
}

static void row_is(const struct listing *l, const struct model *m, uint32_t rank, const char *want)
{
	struct listing_row row;
	char name[SUBJECT_NAME_MAX];

	assert_true(listing_at(l, m, rank, &row));
	struct subject s = subject_at(m, row.by, row.id);
	subject_name(m, &s, name);
	assert_string_equal(name, want);
}

/* The tree of machines: an address is below each that has a share of it. */
static void machines_have_their_addresses(void **state)
{
	struct model *m = three();
	struct listing_query q = {.by = GROUP_MACHINE, .show_private = true};
	struct listing l = order_of(m, &q, true);
	struct listing_row row;

	(void)state;
	assert_int_equal(listing_count(&l), 6);
	row_is(&l, m, 0, "web2"); /* the most load */
	row_is(&l, m, 1, "web1");
	row_is(&l, m, 2, "198.51.100.1");
	row_is(&l, m, 3, "198.51.100.2");
	row_is(&l, m, 4, "db");
	row_is(&l, m, 5, "198.51.100.1");
	assert_true(listing_at(&l, m, 1, &row));
	assert_int_equal(row.children, 2);
	listing_done(&l);
	/* One that is lost stands above all. */
	say_state(m, 3, "db", 30, MEMBER_LOST);
	l = order_of(m, &q, false);
	row_is(&l, m, 0, "db");
	listing_done(&l);
	q.sort = column_find(STR_LIT("ip"));
	l = order_of(m, &q, false);
	row_is(&l, m, 0, "db");
	row_is(&l, m, 2, "web2");
	listing_done(&l);
	model_free(m);
}

static uint32_t passing(const struct model *m, enum group_by by, const char *text)
{
	const struct filter_env env = {0};
	struct filter_error error;
	struct filter f;
	uint32_t n = 0;

	assert_int_equal(filter_compile(&f, str_of(text), &env, &error), 0);
	for (uint32_t id = subject_next(m, by, 0); id != POOL_NONE;
		id = subject_next(m, by, id + 1)) {
		struct subject s = subject_at(m, by, id);
		n += filter_subject(&f, m, &s);
	}
	return n;
}

static void filters_know_machines(void **state)
{
	struct model *m = three();

	(void)state;
	assert_int_equal(passing(m, GROUP_NONE, "machine:web1"), 2);
	assert_int_equal(passing(m, GROUP_NONE, "machine:db"), 1);
	assert_int_equal(passing(m, GROUP_NONE, "machine:web"), 2);
	assert_int_equal(passing(m, GROUP_NONE, "machine=web"), 0);
	assert_int_equal(passing(m, GROUP_NONE, "-machine:web2"), 1);
	assert_int_equal(passing(m, GROUP_NET, "machine:db"), 2);
	assert_int_equal(passing(m, GROUP_NET, "machine:web2"), 1);
	assert_int_equal(passing(m, GROUP_MACHINE, "machine:web"), 2);
	assert_int_equal(passing(m, GROUP_MACHINE, "conns>50"), 2);
	model_free(m);
}

static void a_copy_has_its_own_fleet(void **state)
{
	struct model *m = three(), *copy = model_copy(m);
	struct subject s;

	(void)state;
	assert_non_null(copy);
	assert_ptr_not_equal(copy->fleet, m->fleet);
	say_state(m, 1, "web1", 30, MEMBER_LOST);
	assert_int_equal(host_named(copy, "198.51.100.1")->tcp.conns, 15);
	assert_int_equal(host_named(m, "198.51.100.1")->tcp.conns, 5);
	assert_int_equal(number(copy, "conns"), 601);
	s = subject_at(copy, GROUP_MACHINE, 0);
	cell(copy, "state", &s, "up");
	/* It can go on by itself. */
	say_share(copy, 1, 1, "198.51.100.1", 0, 40);
	assert_int_equal(host_named(copy, "198.51.100.1")->tcp.conns, 5);
	model_free(m);
	s = subject_at(copy, GROUP_NONE, pool_id(&copy->hosts, host_named(copy, "198.51.100.1")));
	cell(copy, "machines", &s, "web2 web1 +1");
	model_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_by_machine),
		cmocka_unit_test(rows_name_their_machines),
		cmocka_unit_test(all_columns_speak_of_machines),
		cmocka_unit_test(machines_have_their_addresses),
		cmocka_unit_test(filters_know_machines),
		cmocka_unit_test(a_copy_has_its_own_fleet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
