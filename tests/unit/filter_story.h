/* SPDX-License-Identifier: MIT
 *
 * filter_story: a model with something of everything that filters ask for. For their tests.
 */
#ifndef NG_TESTS_FILTER_STORY_H
#define NG_TESTS_FILTER_STORY_H

#include "facts.h"

#include "model/filter_complete.h"
#include "model/filter_edit.h"
#include "model/query.h"

#define A "203.0.113.1"
#define B "203.0.113.2"
#define C "198.51.100.3"
#define D "2001:db8::4"

static const char *flag_at(size_t i, char *ret_letter)
{
	static const char *const names[] = {"syn-flood", "scanner", "crawler"};

	if (i >= ARRAY_LEN(names))
		return NULL;
	*ret_letter = "FXC"[i];
	return names[i];
}

static const struct filter_env env = {.flag_at = flag_at, .utc_offset = 3600};

static inline struct filter compiled(const char *text)
{
	struct filter_error error = {0};
	struct filter f = {0};

	if (filter_compile(&f, str_of(text), &env, &error) < 0)
		fail_msg("\"%s\": at %zu: %s", text, error.at, error.text);
	return f;
}

static inline void put_asked(struct model *m, usec_t ts, const char *ip, const char *path,
	unsigned status, const char *agent)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.proto = STR_LIT("HTTP/1.1");
	e.request.referer = STR_LIT("https://evil.example/");
	e.request.agent = str_of(agent);
	e.request.vhost = STR_LIT("shop.example");
	e.request.status = status;
	e.request.bytes = 2048;
	e.request.logged = ts;
	model_apply(m, &e);
}

static inline void put_place(struct model *m, const char *ip, const char *country, uint32_t asn)
{
	struct event e = event_make(EVENT_PLACE, T0);

	e.place.ip = ip_of(ip);
	e.place.country = str_of(country);
	e.place.city = STR_LIT("Recife");
	e.place.asn = asn;
	e.place.org = asn == 64500 ? STR_LIT("Example Telecom, Ltd") : STR_LIT("Other Net");
	model_apply(m, &e);
}

static inline void put_flag(struct model *m, const char *name, uint8_t scope, const char *who)
{
	struct event e = event_make(EVENT_FLAG, T0);

	e.flag.flag = str_of(name);
	e.flag.on = true;
	e.flag.scope = scope;
	e.flag.who = str_of(who);
	e.flag.prefixes = scope == SCOPE_HOST ? STR_ABSENT : str_of(who);
	e.flag.severity = SEVERITY_ATTACK;
	model_apply(m, &e);
}

static inline void put_login(struct model *m, const char *ip, const char *user)
{
	struct event e = event_make(EVENT_AUTH, T0);

	e.auth.ip = ip_of(ip);
	e.auth.outcome = AUTH_FAILED;
	e.auth.user = str_of(user);
	e.auth.method = STR_LIT("password");
	e.auth.logged = T0 - 3600 * SEC;
	model_apply(m, &e);
}

static inline void put_claim(struct model *m, const char *ip, const char *name, uint8_t outcome)
{
	struct event e = event_make(EVENT_CRAWLER, T0);

	e.crawler.ip = ip_of(ip);
	e.crawler.name = str_of(name);
	e.crawler.outcome = outcome;
	model_apply(m, &e);
}

static inline void put_block(
	struct model *m, const char *net, const char *way, const char *by, bool ours)
{
	struct event e = event_make(EVENT_BLOCK, T0);

	assert_int_equal(prefix_parse(str_of(net), &e.block.net), 0);
	e.block.on = true;
	e.block.way = str_of(way);
	e.block.by = str_of(by);
	e.block.ours = ours;
	model_apply(m, &e);
}

/* A asks and is found, B scans and is blocked, C holds half-open connections and is in a network
 * that is, D logs in and was here before. */
static inline struct model *story(void)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e;

	put_login(m, D, "root");
	put_asked(m, T0 - 3600 * SEC, D, "/old", 200, "curl/8.0");
	put_asked(m, T0, A, "/shop/cart", 200, "Mozilla/5.0 (X11; Linux)");
	put_asked(m, T0, A, "/missing", 404, "Mozilla/5.0 (X11; Linux)");
	for (int i = 0; i < 30; i++)
		put_asked(m, T0, B, "/wp-login.php?a=b", i ? 404 : 200, "zgrab/0.x");
	put_asked(m, T0, B, "/shop/cart", 502, "zgrab/0.x");
	put_conn(m, T0, C, 1000, TCP_SYN_RECV);
	put_conn(m, T0, C, 1001, TCP_SYN_RECV);
	e = conn_event(T0, A, 1002, TCP_ESTABLISHED);
	e.conn.lport = 8443;
	e.conn.rx = 1 << 20;
	e.conn.rtt_us = 80000;
	model_apply(m, &e);
	put_place(m, A, "BR", 64500);
	put_place(m, B, "VN", 64501);
	put_flag(m, "scanner", SCOPE_HOST, B);
	put_flag(m, "syn-flood", SCOPE_NETWORK, "198.51.100.0/24");
	put_claim(m, B, "Googlebot", CLAIM_REFUTED);
	put_block(m, B, "nft", "", true);
	put_block(m, "198.51.100.0/24", "fail2ban", "sshd", false);
	put_tick(m, T0 + SEC);
	return m;
}

/* "AC": who passes. */
static inline void assert_passes(const struct model *m, const char *text, const char *want)
{
	static const char *const ips[] = {A, B, C, D};
	struct filter f = compiled(text);
	char got[5] = "";

	for (size_t i = 0; i < ARRAY_LEN(ips); i++) {
		const struct host *h = host_named(m, ips[i]);
		assert_non_null(h);
		if (filter_host(&f, m, h))
			got[strlen(got)] = (char)('A' + (int)i);
	}
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\": got %s, expected %s", text, got, want);
}

static inline struct rows rows_of(const struct model *m, enum group_by by, const char *text)
{
	static struct filter f;
	struct filter_error error;
	struct rows rows = {0};

	f = compiled(text);
	struct query q = {.by = by, .show_private = true, .filter = &f, .limit = 99};
	assert_int_equal(filter_check(&f, by, &error), 0);
	assert_int_equal(query_run(m, &q, &rows), 0);
	return rows;
}

#endif
