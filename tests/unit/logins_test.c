// SPDX-License-Identifier: MIT
/* Lines of SSH in the model: each attempt counts once, however many lines tell of it. */
#include "facts.h"

#include "model/sums.h"

#include "model/column.h"
#include "model/filter.h"

#define IP "8.8.8.8"

static void put_auth(struct model *m, usec_t ts, enum auth_outcome outcome, uint32_t port,
	const char *method, uint32_t times)
{
	struct event e = event_make(EVENT_AUTH, ts);

	e.auth.ip = ip_of(IP);
	e.auth.outcome = (uint8_t)outcome;
	e.auth.port = port;
	e.auth.method = str_of(method);
	e.auth.user = STR_LIT("admin");
	e.auth.times = times;
	model_apply(m, &e);
}

static uint32_t failed(const struct model *m)
{
	assert_non_null(host_named(m, IP));
	return model_login(m, host_of(m, IP))->failed;
}

static void an_attempt_counts_once(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	assert_false(model_knows_logins(m));
	put_auth(m, T0, AUTH_INVALID, 1, NULL, 0); /* no such user */
	assert_int_equal(failed(m), 1);
	put_auth(m, T0, AUTH_INVALID, 1, "none", 0); /* asks what there is to try */
	assert_int_equal(failed(m), 1);
	put_auth(m, T0, AUTH_INVALID, 1, "password", 0); /* and this is what was tried */
	assert_int_equal(failed(m), 1);
	put_auth(m, T0, AUTH_INVALID, 1, "password", 0);
	assert_int_equal(failed(m), 2);
	put_auth(m, T0, AUTH_FAILED, 2, "password", 3);
	assert_int_equal(failed(m), 5);
	put_auth(m, T0, AUTH_CLOSED, 2, NULL, 0);
	put_auth(m, T0, AUTH_ACCEPTED, 3, "publickey", 0);
	assert_int_equal(failed(m), 5);
	assert_int_equal(model_login(m, host_of(m, IP))->accepted, 1);
	assert_int_equal(model_sum(m, false).auth_failed, 5);
	assert_int_equal(model_sum(m, false).auth_accepted, 1);
	assert_int_equal(model_sum(m, false).requests, 0);
	assert_true(model_knows_logins(m));
	model_free(m);
}

/* Connections at once: each is announced before any of them has tried. */
static void announcements_are_told_apart(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	for (uint32_t port = 1; port <= 8; port++)
		put_auth(m, T0, AUTH_INVALID, port, NULL, 0);
	for (uint32_t port = 1; port <= 8; port++)
		put_auth(m, T0, AUTH_INVALID, port, "password", 0);
	assert_int_equal(failed(m), 8);
	put_auth(m, T0, AUTH_INVALID, 0, NULL, 0); /* an old sshd names no port */
	put_auth(m, T0, AUTH_INVALID, 9, "password", 0);
	assert_int_equal(failed(m), 10);
	model_free(m);
}

static void rows_tell_of_logins(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	const struct column *auth = column_find(STR_LIT("auth"));
	char text[32];

	(void)state;
	assert_false(auth->known(m));
	put_auth(m, T0, AUTH_FAILED, 1, "password", 12);
	put_auth(m, T0, AUTH_ACCEPTED, 1, "password", 0);
	assert_true(auth->known(m));
	struct subject s = subject_of_host(host_of(m, IP));
	struct cell cell = column_cell(auth, m, &s);
	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, "12F 1A");
	assert_int_equal(column_key(auth, m, &s), 12);
	model_free(m);
}

static bool passes(const struct model *m, const char *words)
{
	struct filter f = {0};
	struct filter_error error;

	assert_int_equal(filter_compile(&f, str_of(words), NULL, &error), 0);
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	assert_non_null(e);
	return filter_request(&f, m, e);
}

static void filters_see_logins(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_auth(m, T0, AUTH_FAILED, 1, "password", 0);
	assert_true(passes(m, "admin"));
	assert_true(passes(m, "FAILED"));
	assert_true(passes(m, "8.8.8.0/24 password"));
	assert_false(passes(m, "root"));
	assert_false(passes(m, "status:1-999"));
	model_free(m);
}

/* Requests and logins of a host are one chain, in order of arrival. */
static void the_journal_keeps_both(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_request(m, T0, IP);
	put_auth(m, T0, AUTH_FAILED, 1, "password", 3);
	put_request(m, T0, IP);
	const struct journal_entry *e = journal_at(&m->journal, host_of(m, IP)->last_request);
	assert_true(journal_is_request(e));
	e = journal_at(&m->journal, e->before_host);
	assert_false(journal_is_request(e));
	assert_int_equal(e->status, AUTH_FAILED);
	assert_int_equal(e->bytes, 3);
	assert_str(journal_user(e), "admin");
	assert_str(journal_method(e), "password");
	e = journal_at(&m->journal, e->before_host);
	assert_non_null(e);
	assert_true(journal_is_request(e));
	assert_int_equal(host_of(m, IP)->log.requests, 2);
	model_free(m);
}

static void no_address_is_no_host(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_AUTH, T0);

	(void)state;
	e.auth.outcome = AUTH_FAILED;
	model_apply(m, &e);
	assert_int_equal(m->hosts.live, 0);
	assert_int_equal(m->journal.count, 1);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attempt_counts_once),
		cmocka_unit_test(announcements_are_told_apart),
		cmocka_unit_test(rows_tell_of_logins),
		cmocka_unit_test(filters_see_logins),
		cmocka_unit_test(the_journal_keeps_both),
		cmocka_unit_test(no_address_is_no_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
