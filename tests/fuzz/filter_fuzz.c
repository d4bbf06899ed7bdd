// SPDX-License-Identifier: MIT
/* Any bytes are a filter or an error with a place in them. What compiles is asked about all there
 * is, says the same when it is asked again, and is what it was when it has been through the other
 * half of the language: narrowed, completed, compiled anew. */
#include "base/text.h"
#include "detect/flag_defs.h"
#include "model/filter_complete.h"
#include "model/filter_edit.h"
#include "model/query.h"

#include <stdlib.h>

#define T0 (INT64_C(1795335400) * USEC_PER_SEC)

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct addr address(uint8_t last)
{
	const uint8_t b[] = {203, 0, 113, last};

	return addr_from_v4(b);
}

static void put_place(struct model *m, uint8_t last)
{
	struct event e = event_make(EVENT_PLACE, T0);

	e.place.ip = address(last);
	e.place.country = STR_LIT("BR");
	e.place.asn = 64500u + last;
	e.place.org = STR_LIT("Example Telecom");
	model_apply(m, &e);
}

static void put_flag(struct model *m)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = STR_LIT("scanner");
	e.flag.on = true;
	e.flag.scope = SCOPE_NETWORK;
	e.flag.who = e.flag.prefixes = STR_LIT("203.0.113.0/24");
	model_apply(m, &e);
}

static struct event asked(uint8_t last, unsigned status)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	e.request.ip = address(last);
	e.request.method = STR_LIT("GET");
	e.request.path = STR_LIT("/a?b=\"c\",d");
	e.request.agent = STR_LIT("Mozilla/5.0 zgrab");
	e.request.vhost = STR_LIT("shop.example");
	e.request.status = status;
	return e;
}

static struct event connected(uint8_t last)
{
	struct event e = event_make(EVENT_CONN, T0);

	e.conn.ip = address(last);
	e.conn.lport = 443;
	e.conn.port = 1000;
	e.conn.state = TCP_SYN_RECV;
	return e;
}

static struct model *make_model(void)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.hosts = limits.conns = limits.closed = 64;
	limits.owners = limits.netns = limits.places = 64;
	limits.journal_bytes = 1u << 16;
	struct model *m = model_new(&limits);
	require(m != NULL);
	for (uint8_t i = 1; i < 5; i++) {
		struct event e = asked(i, 100u * i + 4);
		model_apply(m, &e);
		e = connected(i);
		model_apply(m, &e);
		put_place(m, i);
	}
	put_flag(m);
	return m;
}

static uint32_t matched(const struct filter *f, const struct model *m, enum group_by by)
{
	struct query q = {.by = by, .show_private = true, .filter = f, .limit = 8};
	struct rows rows = {0};

	require(query_run(m, &q, &rows) == 0);
	uint32_t n = rows.matched;
	rows_done(&rows);
	return n;
}

static void ask(const struct filter *f, const struct model *m)
{
	const struct event request = asked(9, 404), conn = connected(9);
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	struct filter_error error;

	for (int by = 0; by < GROUPS; by++)
		if (filter_check(f, (enum group_by)by, &error) == 0) {
			size_t first = matched(f, m, (enum group_by)by);
			require(first == matched(f, m, (enum group_by)by));
		}
	for (; e; e = journal_at(&m->journal, e->before)) {
		bool first = filter_request(f, m, e);
		require(first == filter_request(f, m, e));
	}
	filter_event(f, m, &request);
	filter_event(f, m, &conn);
	filter_moves(f);
}

/* One more word, and it is a filter still. */
static void narrow(const struct filter *f, const struct filter_env *env, struct str value)
{
	static const char *const fields[] = {"path", "ua", "org"};
	struct filter_error error;
	char text[FILTER_TEXT_MAX];
	struct filter again;

	if (!value.n || !text_is_clean(value))
		return;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct filter_target target = {fields[i], FILTER_EQUAL, value};
		if (filter_narrow(f, &target, i % 2, text) < 0)
			continue;
		if (filter_compile(&again, str_of(text), env, &error) < 0)
			require(strstr(error.text, "at most") != NULL);
	}
}

static void complete(
	const struct model *m, const struct filter_env *env, struct str text, size_t cursor)
{
	struct filter_choices c;

	filter_complete(&c, m, env, text, cursor);
	require(c.from <= c.to && c.to <= text.n && c.n <= FILTER_CHOICES_MAX);
	require(c.n == 0 || filter_choices_common(&c) <= strlen(c.at[0].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct filter_env env = {.flag_at = flag_name_at, .utc_offset = 3600};
	const struct str text = {(const char *)data, size};
	static struct model *m;
	char complaint[FILTER_COMPLAINT_MAX];
	struct filter_error error = {0};
	struct filter f;

	if (!m)
		m = make_model();
	if (filter_compile(&f, text, &env, &error) == 0) {
		require(f.count <= FILTER_WORDS_MAX && f.item_count <= FILTER_ITEMS_MAX);
		ask(&f, m);
		narrow(&f, &env, (struct str){text.p + size / 2, size - size / 2});
	} else {
		require(error.at <= size && error.n > 0 && error.n <= size + 1 && error.text[0]);
		require(text_is_clean(
			(struct str){complaint, filter_complaint(&error, text, complaint)}));
	}
	for (size_t i = 0; i <= size && i < 64; i += 7)
		complete(m, &env, text, i);
	return 0;
}
