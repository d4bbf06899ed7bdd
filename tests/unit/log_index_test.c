// SPDX-License-Identifier: MIT
#include "log_lines_of.h"

static struct log_index index_;

static unsigned number_at(const struct model *m, uint64_t position)
{
	return number_of_line(journal_at(&m->journal, position));
}

/* As it was, whatever the ring has been through: forwards what there is backwards. */
static void journal_leads_both_ways(void **state)
{
	struct model *m = small_model();

	(void)state;
	assert_int_equal(journal_oldest(&m->journal), 0);
	assert_int_equal(journal_after(&m->journal, 0), 0);
	for (uint32_t round = 0; round < 60; round++) {
		log_lines(m, round * 97, 97);
		uint64_t n = 0, at = journal_oldest(&m->journal), last = 0;
		for (; at; at = journal_after(&m->journal, at), n++) {
			if (last)
				assert_int_equal(journal_at(&m->journal, at)->before, last);
			last = at;
		}
		assert_int_equal(last, m->journal.newest);
		assert_int_equal(n, m->journal.count);
	}
	assert_true(m->journal.count < 60 * 97);
	model_free(m);
}

/* What a ring ago was text must not be taken for an entry. */
static void stale_bytes_are_no_entry(void **state)
{
	struct model *m = small_model();

	(void)state;
	for (uint32_t i = 0; i < 4000; i++) {
		struct event e = event_make(EVENT_REQUEST, T0 + i * SEC);
		e.request.ip = ip_of("203.0.113.9");
		e.request.path = STR_LIT("/");
		e.request.bytes = m->journal.newest; /* which a server can be made to log */
		e.request.agent =
			(struct str){"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", i % 43};
		model_apply(m, &e);
		const struct journal_entry *newest = journal_at(&m->journal, m->journal.newest);
		assert_non_null(newest);
		assert_int_equal(
			journal_after(&m->journal, newest->before), i ? m->journal.newest : 0);
	}
	model_free(m);
}

static void all_lines_in_order(void **state)
{
	struct model *m = small_model();
	struct log_terms terms = terms_of(m);

	(void)state;
	log_lines(m, 0, 300);
	log_index_begin(&index_, m, 0);
	assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
	assert_int_equal(index_.lines.n, 300);
	for (uint32_t i = 0; i < 300; i++)
		assert_int_equal(number_at(m, positions_at(&index_.lines, i)), i);
	log_lines(m, 300, 7); /* only these are looked at now */
	assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
	assert_int_equal(index_.lines.n, 307);
	assert_int_equal(number_at(m, positions_at(&index_.lines, 306)), 306);
	model_free(m);
}

/* Without any time, a bit at a time: first what can be seen, in the end everything. */
static void slices_come_to_the_same(void **state)
{
	struct model *m = small_model();
	struct log_terms terms = terms_of(m);
	struct filter lines = filter_of("net:198.51.100.0/24"), hits = filter_of("status:404");
	int slices = 0;

	(void)state;
	log_lines(m, 0, 600);
	terms.filter = &lines;
	terms.highlight = &hits;
	uint64_t middle = m->journal.newest;
	for (int i = 0; i < 200; i++) {
		const struct journal_entry *e = journal_at(&m->journal, middle);
		assert_non_null(e);
		middle = e->before;
	}
	log_index_begin(&index_, m, middle);
	assert_false(log_index_go_on(&index_, &terms, 20, 0));
	assert_true(index_.lines.n >= 20);
	assert_true(number_at(m, positions_at(&index_.lines, 19)) <= 399);
	while (!log_index_go_on(&index_, &terms, 20, 0))
		slices++;
	assert_true(slices > 2);
	assert_int_equal(index_.lines.n, 200);
	assert_int_equal(index_.hits.n, 40);
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(number_at(m, positions_at(&index_.lines, i)), 3 * i);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(number_at(m, positions_at(&index_.hits, i)), 15 * i);
	model_free(m);
}

static void what_the_journal_forgets_goes(void **state)
{
	struct model *m = small_model();
	struct log_terms terms = terms_of(m);

	(void)state;
	log_index_begin(&index_, m, 0);
	for (uint32_t round = 0; round < 50; round++) {
		log_lines(m, round * 211, 211);
		assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
		assert_int_equal(index_.lines.n, m->journal.count);
		assert_int_equal(positions_at(&index_.lines, 0), journal_oldest(&m->journal));
	}
	log_lines(m, 50 * 211, 20000); /* more than a ring at once: it begins anew */
	assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
	assert_int_equal(index_.lines.n, m->journal.count);
	model_free(m);
}

static void only_one_row(void **state)
{
	struct model *m = small_model();
	struct log_terms terms = terms_of(m);
	struct subject_key key = {.by = GROUP_NET};

	(void)state;
	assert_int_equal(prefix_parse(STR_LIT("198.51.100.0/24"), &key.prefix), 0);
	log_lines(m, 0, 90);
	terms.only = &key;
	log_index_begin(&index_, m, 0);
	assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
	assert_int_equal(index_.lines.n, 30);
	model_free(m);
}

static void found_by_time(void **state)
{
	struct model *m = small_model();
	struct log_terms terms = terms_of(m);

	(void)state;
	log_lines(m, 0, 100);
	log_index_begin(&index_, m, 0);
	assert_true(log_index_go_on(&index_, &terms, 20, ALL_TIME));
	assert_int_equal(log_index_find_time(&index_, m, T0), 0);
	assert_int_equal(log_index_find_time(&index_, m, T0 + 42 * SEC), 42);
	assert_int_equal(log_index_find_time(&index_, m, T0 + 42 * SEC + 1), 43);
	assert_int_equal(log_index_find_time(&index_, m, T0 + 100 * SEC), 100);
	model_free(m);
}

static int tear_down(void **state)
{
	(void)state;
	log_index_done(&index_);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(journal_leads_both_ways),
		cmocka_unit_test(stale_bytes_are_no_entry),
		cmocka_unit_test_teardown(all_lines_in_order, tear_down),
		cmocka_unit_test_teardown(slices_come_to_the_same, tear_down),
		cmocka_unit_test_teardown(what_the_journal_forgets_goes, tear_down),
		cmocka_unit_test_teardown(only_one_row, tear_down),
		cmocka_unit_test_teardown(found_by_time, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
