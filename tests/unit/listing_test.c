// SPDX-License-Identifier: MIT
/* The rows that pass, in order, as a tree: whole, in small steps, and while the model goes on. */
#include "facts.h"

#include "model/listing.h"
#include "model/query.h"

static struct model *m;
static struct listing listing;

static char letter(struct str name)
{
	return str_eq(name, STR_LIT("syn-flood")) ? 'F'
	       : str_eq(name, STR_LIT("scanner")) ? 'X'
	       : str_eq(name, STR_LIT("silent"))  ? 'H'
						  : '\0';
}

static int set_up(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.hosts = 4000;
	limits.conns = 8000;
	limits.flag_letter = letter;
	m = model_with(&limits);
	return listing_init(&listing);
}

static int tear_down(void **state)
{
	(void)state;
	listing_done(&listing);
	model_free(m);
	return 0;
}

static void flag(const char *name, uint8_t scope, const char *who, const char *prefixes)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = str_of(name);
	e.flag.on = 1;
	e.flag.scope = scope;
	e.flag.who = str_of(who);
	e.flag.prefixes = prefixes ? str_of(prefixes) : STR_ABSENT;
	e.flag.severity = SEVERITY_ATTACK;
	model_apply(m, &e);
}

static void hosts(const char *net, unsigned first, unsigned last, unsigned conns)
{
	char ip[40];

	for (unsigned i = first; i <= last; i++) {
		snprintf(ip, sizeof ip, "%s%u", net, i);
		for (unsigned k = 0; k < conns; k++)
			put_conn(m, T0, ip, (uint16_t)(1000 + k), TCP_ESTABLISHED);
		put_request(m, T0, ip);
	}
}

static void make(const struct listing_query *q, uint32_t budget)
{
	listing_begin(&listing, m, q);
	while (listing_work(&listing, m, budget))
		;
	assert_false(listing_is_busy(&listing));
}

/* "F▸203.0.113.0/24(15) 8.8.8.8", each line with its mark; '-' before one below a group. */
static const char *lines(void)
{
	static char buf[4000];
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < listing_count(&listing); i++) {
		struct listing_row row;
		char name[SUBJECT_NAME_MAX];
		assert_true(listing_at(&listing, m, i, &row));
		struct subject s = subject_at(m, row.by, row.id);
		subject_name(m, &s, name);
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%s%s%.*s%s%s", i ? " " : "",
			row.depth ? "-" : "", row.gravity ? 1 : 0, trouble_mark(row.gravity).p,
			row.by == GROUP_NONE ? ""
			: row.open           ? "v"
					     : ">",
			name);
		if (row.by != GROUP_NONE)
			n += (size_t)snprintf(buf + n, sizeof buf - n, "(%u)", row.children);
		struct subject_key key = subject_key_of(m, &s);
		assert_int_equal(listing_rank(&listing, m, &key), i);
	}
	assert_in_range(n, 0, sizeof buf - 1);
	return buf;
}

static struct subject_key net_key(const char *text)
{
	struct subject_key key = {.by = GROUP_NET};

	assert_int_equal(prefix_parse(str_of(text), &key.prefix), 0);
	return key;
}

/* Every order that a query has, in steps of any size. */
static void it_agrees_with_queries(void **state)
{
	struct rows rows = {0};
	char ip[40];

	(void)state;
	for (unsigned i = 0; i < 6000; i++) {
		unsigned n = i * 2654435761u >> 19;
		snprintf(ip, sizeof ip, n % 101 ? "8.%u.%u.%u" : "2001:db8:%u:%u::%u", n % 7,
			n % 13, n % 31 + 1);
		put_request(m, T0 + i * 1000, ip);
		if (n % 3 == 0)
			put_conn(m, T0 + i * 1000, ip, (uint16_t)(n % 5 + 1), TCP_ESTABLISHED);
	}
	for (int by = 0; by < GROUPS; by++)
		for (size_t i = 0; i < column_count; i++) {
			struct query q = {.by = (enum group_by)by,
				.sort = &columns[i],
				.limit = UINT32_MAX,
				.show_private = true,
				.reversed = i & 1};
			if (!column_is_sortable(&columns[i], m, q.by))
				continue;
			assert_int_equal(query_run(m, &q, &rows), 0);
			make(&(struct listing_query){.by = q.by,
				     .sort = q.sort,
				     .reversed = q.reversed,
				     .show_private = true},
				17 + (uint32_t)i * 97);
			assert_int_equal(listing_count(&listing), rows.n);
			for (uint32_t k = 0; k < rows.n; k++) {
				struct listing_row row;
				assert_true(listing_at(&listing, m, k, &row));
				if (row.id != rows.ids[k])
					fail_msg("%s by %s: row %u", columns[i].id,
						group_name(q.by), k);
			}
		}
	rows_done(&rows);
}

static void trouble_comes_first(void **state)
{
	(void)state;
	hosts("8.8.8.", 1, 3, 1);
	hosts("8.8.9.", 1, 1, 9);
	hosts("8.8.10.", 1, 1, 2);
	hosts("8.8.11.", 1, 1, 1);
	flag("scanner", SCOPE_HOST, "8.8.10.1", NULL);
	flag("silent", SCOPE_HOST, "8.8.11.1", NULL);
	struct listing_query q = {0};
	make(&q, 1);
	assert_string_equal(lines(), "H8.8.11.1 X8.8.10.1 8.8.9.1 8.8.8.1 8.8.8.2 8.8.8.3");
	q.reversed = true;
	make(&q, 3);
	assert_string_equal(lines(), "8.8.8.1 8.8.8.2 8.8.8.3 8.8.9.1 X8.8.10.1 H8.8.11.1");
}

/* TIME_WAIT is over. */
static void what_is_over_counts_for_nothing(void **state)
{
	(void)state;
	hosts("8.8.8.", 1, 1, 2);
	for (uint16_t i = 0; i < 50; i++)
		put_conn(m, T0, "8.8.8.2", (uint16_t)(100 + i), TCP_TIME_WAIT);
	make(&(struct listing_query){.sort = column_find(STR_LIT("conns"))}, 9);
	assert_string_equal(lines(), "8.8.8.1 8.8.8.2");
	make(&(struct listing_query){.sort = column_find(STR_LIT("time_wait"))}, 9);
	assert_string_equal(lines(), "8.8.8.2 8.8.8.1");
}

static void alike_members_fold(void **state)
{
	struct subject_key net = net_key("8.8.8.0/24");
	struct listing_query q = {0};

	(void)state;
	hosts("8.8.8.", 1, 5, 1);
	hosts("8.8.9.", 1, 3, 1);
	flag("syn-flood", SCOPE_MACHINE, "", "8.8.8.0/29 8.8.9.0/29");
	flag("scanner", SCOPE_HOST, "8.8.8.77", NULL);
	hosts("8.8.8.", 77, 78, 7);
	make(&q, 1);
	assert_string_equal(
		lines(), "F>8.8.8.0/24(5) F8.8.9.1 F8.8.9.2 F8.8.9.3 X8.8.8.77 8.8.8.78");
	listing_set_open(&listing, &net, true);
	make(&q, 2);
	assert_string_equal(lines(), "Fv8.8.8.0/24(5) -F8.8.8.1 -F8.8.8.2 -F8.8.8.3 -F8.8.8.4 "
				     "-F8.8.8.5 F8.8.9.1 F8.8.9.2 F8.8.9.3 X8.8.8.77 8.8.8.78");
	assert_int_equal(listing_parent(&listing, 0), 0);
	assert_int_equal(listing_parent(&listing, 5), 0);
	assert_int_equal(listing_parent(&listing, 6), 6);
	/* Closed again, an address in it stands where its network does. */
	listing_set_open(&listing, &net, false);
	make(&q, 2);
	struct addr a = ip_of("8.8.8.3");
	struct subject_key key = subject_key_of_addr(&a);
	assert_int_equal(listing_rank(&listing, m, &key), 0);
	/* In another order nothing is folded. */
	q.sort = column_find(STR_LIT("ip"));
	make(&q, 99);
	assert_int_equal(listing_count(&listing), 10);
}

/* Under the sanitisers: no entries have no memory, either. */
static void of_nobody(void **state)
{
	(void)state;
	flag("syn-flood", SCOPE_MACHINE, "", NULL);
	make(&(struct listing_query){0}, 1);
	assert_string_equal(lines(), "");
}

/* Whoever forges its sources leaves networks behind, and no addresses. */
static void a_network_that_is_named_is_a_row(void **state)
{
	(void)state;
	hosts("8.8.8.", 1, 2, 1);
	hosts("8.8.9.", 1, 1, 1);
	flag("syn-flood", SCOPE_NETWORK, "8.8.8.0/24", "8.8.8.0/24");
	make(&(struct listing_query){0}, 1);
	assert_string_equal(lines(), "F>8.8.8.0/24(2) 8.8.9.1");
}

static void place(const char *ip, const char *country, uint32_t asn)
{
	struct event e = event_make(EVENT_PLACE, T0);

	e.place.ip = ip_of(ip);
	e.place.country = str_of(country);
	e.place.asn = asn;
	model_apply(m, &e);
}

static void groups_open_as_a_tree(void **state)
{
	struct listing_query q = {.by = GROUP_NET, .sort = column_find(STR_LIT("conns"))};
	struct subject_key net = net_key("8.8.8.0/24");

	(void)state;
	hosts("8.8.8.", 1, 2, 1);
	hosts("8.8.8.", 3, 3, 4);
	hosts("8.8.9.", 1, 1, 9);
	make(&q, 1);
	assert_string_equal(lines(), ">8.8.9.0/24(1) >8.8.8.0/24(3)");
	listing_set_open(&listing, &net, true);
	make(&q, 1);
	assert_string_equal(lines(), ">8.8.9.0/24(1) v8.8.8.0/24(3) -8.8.8.3 -8.8.8.1 -8.8.8.2");
	flag("scanner", SCOPE_HOST, "8.8.8.2", NULL);
	q.sort = NULL;
	make(&q, 7);
	assert_string_equal(lines(), "Xv8.8.8.0/24(3) -X8.8.8.2 -8.8.8.3 -8.8.8.1 >8.8.9.0/24(1)");
	place("8.8.8.1", "BR", 64500);
	place("8.8.8.2", "BR", 64501);
	place("8.8.9.1", "VN", 64501);
	q.by = GROUP_AS;
	make(&q, 7);
	assert_string_equal(lines(), "X>AS64501(2) >unknown(1) >AS64500(1)");
	struct listing_row row;
	assert_true(listing_at(&listing, m, 0, &row));
	assert_true(row.mixed_country);
	q.by = GROUP_COUNTRY;
	make(&q, 7);
	assert_string_equal(lines(), "X>BR(2) >VN(1) >unknown(1)");
}

static struct filter filter_of(const char *text)
{
	struct filter f;
	struct filter_error error;

	assert_int_equal(filter_compile(&f, str_of(text), NULL, &error), 0);
	return f;
}

static void only_what_passes_is_listed(void **state)
{
	struct filter f = filter_of("ip:8.8.8.2");
	struct listing_query q = {.filter = &f};

	(void)state;
	hosts("8.8.8.", 1, 2, 1);
	hosts("10.0.0.", 1, 1, 1);
	make(&q, 1);
	assert_string_equal(lines(), "8.8.8.2");
	f = filter_of("port:443 conns>0");
	make(&q, 1);
	assert_string_equal(lines(), "8.8.8.1 8.8.8.2");
	q.by = GROUP_NET;
	make(&q, 1);
	assert_string_equal(lines(), ">8.8.8.0/24(2)");
	q.show_private = true;
	make(&q, 1);
	assert_string_equal(lines(), ">8.8.8.0/24(2) >10.0.0.0/24(1)");
	f = filter_of("port:444");
	make(&q, 1);
	assert_string_equal(lines(), "");
}

/* The order is kept while hosts go and others take their places, and while the next is made. */
static void rows_that_are_gone_are_passed_over(void **state)
{
	struct listing_query q = {.sort = column_find(STR_LIT("ip"))};
	struct listing_row row;
	uint32_t found = 0;

	(void)state;
	hosts("8.8.8.", 1, 200, 0);
	make(&q, 64);
	assert_int_equal(listing_count(&listing), 200);
	put_tick(m, T0 + 400 * SEC);
	assert_int_equal(m->hosts.live, 0);
	hosts("8.8.9.", 1, 100, 0);
	assert_int_equal(listing_count(&listing), 200);
	for (uint32_t i = 0; i < 201; i++)
		found += listing_at(&listing, m, i, &row);
	assert_int_equal(found, 0);
	listing_begin(&listing, m, &q);
	for (unsigned i = 0; listing_work(&listing, m, 7); i++) {
		put_tick(m, T0 + (400 + 30 * i) * SEC);
		hosts("8.8.10.", i % 250, i % 250 + 3, 1);
	}
	for (uint32_t i = 0; i < listing_count(&listing); i++)
		if (listing_at(&listing, m, i, &row))
			found++;
	assert_in_range(found, 1, listing_count(&listing));
}

/* Between two slices everybody may go, and others may come under their ids. */
static void rows_go_between_slices(void **state)
{
	usec_t now = T0;

	(void)state;
	flag("syn-flood", SCOPE_NETWORK, "8.8.8.0/24", "8.8.8.0/24");
	for (int by = 0; by < GROUPS; by++) {
		struct listing_query q = {.by = (enum group_by)by};
		struct listing_row row;
		hosts("8.8.8.", 1, 200, 0);
		hosts("8.8.9.", 1, 100, 1);
		listing_begin(&listing, m, &q);
		for (unsigned i = 0; listing_work(&listing, m, 7); i++) {
			if (i % 8 != 5)
				continue;
			put_tick(m, now += 400 * SEC);
			hosts("8.8.10.", i % 200 + 1, i % 200 + 40, 0);
		}
		for (uint32_t i = 0; i < listing_count(&listing); i++)
			listing_at(&listing, m, i, &row);
	}
}

static void not_too_many_are_open(void **state)
{
	struct listing_query q = {.by = GROUP_NET, .sort = column_find(STR_LIT("ip"))};
	char text[40];

	(void)state;
	for (unsigned i = 0; i < LISTING_OPEN_MAX + 6; i++) {
		snprintf(text, sizeof text, "8.8.%u.", i);
		hosts(text, 1, 2, 0);
		snprintf(text, sizeof text, "8.8.%u.0/24", i);
		struct subject_key key = net_key(text);
		listing_set_open(&listing, &key, true);
		listing_set_open(&listing, &key, true);
	}
	assert_int_equal(listing.open_count, LISTING_OPEN_MAX);
	make(&q, 50);
	assert_int_equal(listing_count(&listing), LISTING_OPEN_MAX * 3 + 6);
	struct listing_row row;
	assert_true(listing_at(&listing, m, 5, &row));
	assert_true(row.by == GROUP_NET && !row.open);
	assert_true(listing_at(&listing, m, 6, &row));
	assert_true(row.by == GROUP_NET && row.open);
	assert_true(listing_at(&listing, m, 8, &row));
	assert_true(row.by == GROUP_NONE && row.depth == 1);
	assert_int_equal(listing_parent(&listing, 8), 6);
	listing_close_all(&listing);
	make(&q, 50);
	assert_int_equal(listing_count(&listing), LISTING_OPEN_MAX + 6);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(of_nobody),
		CASE(it_agrees_with_queries),
		CASE(trouble_comes_first),
		CASE(what_is_over_counts_for_nothing),
		CASE(alike_members_fold),
		CASE(a_network_that_is_named_is_a_row),
		CASE(groups_open_as_a_tree),
		CASE(only_what_passes_is_listed),
		CASE(rows_that_are_gone_are_passed_over),
		CASE(rows_go_between_slices),
		CASE(not_too_many_are_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
