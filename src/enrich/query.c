// SPDX-License-Identifier: MIT
#include "enrich/query.h"

#include "base/text.h"
#include "enrich/rdap.h"

#include <errno.h>
#include <stdio.h>

#define REFUSED_REST (10 * 60 * USEC_PER_SEC) /* of a whois server, which never says how long */
#define PATIENCE     (5 * USEC_PER_SEC) /* a server that wants to rest longer is passed over */

/* What goes wrong is told in the order in which it happened. */
static void add_why(struct lookup_query *i, const char *who, const char *what)
{
	size_t n = strlen(i->why);
	char piece[LOOKUP_QUERY_WHY_MAX + 8];

	snprintf(piece, sizeof piece, "%s%.76s: %.80s", n ? "; " : "", who, what);
	text_copy(i->why + n, sizeof i->why - n, str_of(piece));
}

/* "rdap.example:443" without the port that everybody knows. */
static const char *name_of(const struct lookup_query *i, char buf[static UPSTREAM_NAME_MAX])
{
	const char *usual = i->is_whois ? ":43" : ":443";
	size_t n = i->server ? strlen(i->server->name) : 0, m = strlen(usual);

	if (n > m && strcmp(i->server->name + n - m, usual) == 0)
		n -= m;
	text_copy(buf, UPSTREAM_NAME_MAX, (struct str){i->server ? i->server->name : "", n});
	return buf;
}

static void begin_whois(struct inquirer *q, struct lookup_query *i, usec_t now);

/* This way leads no further: whois after RDAP, and then nothing. */
static void fail_step(struct inquirer *q, struct lookup_query *i, const char *what, usec_t now)
{
	char name[UPSTREAM_NAME_MAX];

	add_why(i, name_of(i, name), what);
	if (!i->is_whois)
		begin_whois(q, i, now);
	else
		i->state = LOOKUP_QUERY_FAILED;
}

/* Aims at a server. */
static void go_to(
	struct inquirer *q, struct lookup_query *i, const char *host, unsigned port, usec_t now)
{
	i->server = upstreams_get(&q->servers, host, port, now);
	if (i->server)
		i->state = LOOKUP_QUERY_WAITING;
	else
		fail_step(q, i, "too many servers at once", now);
}

static void go_to_url(struct inquirer *q, struct lookup_query *i, const char *url, usec_t now)
{
	char host[256];
	unsigned port;
	bool trusted = rdap_services_trust(&q->services, url);

	/* With a bootstrap of the user's own, only what it names. */
	if ((q->services.own && !trusted) ||
		fetch_origin(url, trusted, host, sizeof host, &port) < 0) {
		fail_step(q, i, "it leads where look-ups may not go", now);
		return;
	}
	text_copy(i->where, sizeof i->where, str_of(url));
	go_to(q, i, host, port, now);
}

/* A server of the user's own is the only one; it may refer to another of its ports. */
static bool is_own_host(const struct inquirer *q, const char *host)
{
	char own[256];
	unsigned port;

	return fetch_server(q->whois_server, true, own, sizeof own, &port) == 0 &&
	       strcmp(own, host) == 0;
}

static void go_to_whois(struct inquirer *q, struct lookup_query *i, const char *server, usec_t now)
{
	char host[256];
	unsigned port;

	if (fetch_server(server, q->own_whois, host, sizeof host, &port) < 0 ||
		(q->own_whois && !is_own_host(q, host))) {
		fail_step(q, i, "it refers to where look-ups may not go", now);
		return;
	}
	text_copy(i->where, sizeof i->where, str_of(server));
	go_to(q, i, host, port, now);
}

static void begin_whois(struct inquirer *q, struct lookup_query *i, usec_t now)
{
	/* Who keeps questions to servers of their own has not named this one. */
	if (q->services.own && !q->own_whois) {
		if (!i->why[0])
			text_copy(i->why, sizeof i->why,
				STR_LIT("whois.rdap_bootstrap names no server for it, or cannot be "
					"read"));
		i->state = LOOKUP_QUERY_FAILED;
		return;
	}
	i->is_whois = true;
	i->hops = 0;
	i->server = NULL;
	go_to_whois(q, i, q->whois_server, now);
}

void lookup_query_begin(struct inquirer *q, struct lookup_query *i, usec_t now)
{
	const char *base = rdap_services_find(&q->services, &i->ip);
	char url[RDAP_URL_MAX];

	if (!base && rdap_services_are_coming(&q->services, &i->ip))
		return;
	i->is_whois = false;
	i->hops = 0;
	i->why[0] = '\0';
	if (base && rdap_url(base, &i->ip, url) == 0)
		go_to_url(q, i, url, now);
	else
		begin_whois(q, i, now);
}

/* Who referred on may have said enough. */
static void settle_for_less(struct lookup_query *i)
{
	if ((i->state == LOOKUP_QUERY_FAILED || i->state == LOOKUP_QUERY_UNKNOWN) &&
		network_info_says_something(&i->info))
		i->state = LOOKUP_QUERY_FOUND;
}

static int start(struct inquirer *q, struct lookup_query *i)
{
	struct fetch_request r = {.url = i->where, .context = i};
	char query[WHOIS_QUERY_MAX];

	if (i->is_whois) {
		r.trusted = q->own_whois;
		r.body_max = WHOIS_ANSWER_MAX;
		whois_query(i->where, &i->ip, query);
		return fetch_whois(q->fetch, i->where, query, &r);
	}
	r.trusted = rdap_services_trust(&q->services, i->where);
	r.body_max = RDAP_ANSWER_MAX;
	return fetch_start(q->fetch, &r);
}

bool lookup_query_start(struct inquirer *q, struct lookup_query *i, usec_t now)
{
	usec_t wait = upstream_wait(i->server, now);

	if (wait > PATIENCE) {
		fail_step(q, i,
			i->server->refusal ? i->server->refusal
					   : "it did not answer the last times",
			now);
		settle_for_less(i);
		return false;
	}
	if (wait > 0)
		return false;
	int err = start(q, i);
	if (err == -EBUSY)
		return false;
	if (err) {
		fail_step(q, i, err == -EPERM ? "it may not be asked" : "out of memory", now);
		settle_for_less(i);
		return false;
	}
	upstream_begin(i->server, now);
	q->counts.asked[i->is_whois]++;
	i->state = LOOKUP_QUERY_RUNNING;
	return true;
}

/* Results. */

static void fail_server(struct inquirer *q, struct lookup_query *i, const char *what, usec_t now)
{
	q->counts.failed[i->is_whois]++;
	upstream_failed(i->server, now);
	fail_step(q, i, what, now);
}

static void end(
	struct inquirer *q, struct lookup_query *i, enum lookup_query_state state, usec_t now)
{
	q->counts.answered[i->is_whois]++;
	upstream_answered(i->server, now);
	i->state = state;
}

static void take_redirect(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now)
{
	upstream_answered(i->server, now);
	if (!r->redirect[0] || ++i->hops > REDIRECTS_MOST) {
		q->counts.failed[0]++;
		fail_step(
			q, i, r->redirect[0] ? "too many redirects" : "a redirect to nowhere", now);
		return;
	}
	go_to_url(q, i, r->redirect, now);
}

static bool is_json(const char *type)
{
	return !type || text_contains(str_of(type), STR_LIT("json"));
}

static void take_document(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now)
{
	const char *error;

	if (!is_json(r->type)) {
		fail_server(q, i, "the answer is no JSON", now);
		return;
	}
	int err = rdap_read(r->body, &i->ip, &i->info, &error);
	if (err == -EINVAL) {
		fail_server(q, i, error, now);
		return;
	}
	end(q, i, LOOKUP_QUERY_FOUND, now);
	if (err) /* it does not know this one; whois may */
		fail_step(q, i, error, now);
}

static void take_rdap(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now)
{
	char text[64], name[UPSTREAM_NAME_MAX];

	if (r->err) {
		fail_server(q, i, r->error, now);
	} else if (r->status == 200) {
		take_document(q, i, r, now);
	} else if (r->status == 404) {
		add_why(i, name_of(i, name), "no such network");
		end(q, i, LOOKUP_QUERY_UNKNOWN, now);
	} else if (r->status >= 300 && r->status < 400) {
		take_redirect(q, i, r, now);
	} else if (r->status == 403 || r->status == 429 || r->status == 503) {
		bool denied = r->status == 403;
		const char *refusal = denied ? "access denied" : "rate-limited";
		usec_t rest = denied && !r->retry_after ? REFUSED_REST : r->retry_after;
		q->counts.failed[0]++;
		upstream_rest(i->server, rest, refusal, now);
		snprintf(text, sizeof text, "HTTP %ld, %s", r->status, refusal);
		fail_step(q, i, text, now);
	} else {
		snprintf(text, sizeof text, "HTTP %ld", r->status);
		fail_server(q, i, text, now);
	}
}

/* It is not asked again for a while, and what it did not say is not known: nothing of it is
 * cached. */
static void take_refusal(
	struct inquirer *q, struct lookup_query *i, const char *refusal, usec_t now)
{
	q->counts.failed[1]++;
	upstream_rest(i->server, REFUSED_REST, refusal, now);
	fail_step(q, i, refusal, now);
}

/* A server may be slow to close, or endless; what it has said counts. */
static void take_whois(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now)
{
	struct whois_answer answer;
	char name[UPSTREAM_NAME_MAX];

	whois_read(r->body, &i->ip, &answer);
	if (answer.refer[0] && strcmp(answer.refer, i->where) != 0 && !r->err) {
		end(q, i, LOOKUP_QUERY_NEW, now);
		if (answer.found)
			i->info = answer.info;
		if (++i->hops > REFERRALS_MOST)
			fail_step(q, i, "too many referrals", now);
		else
			go_to_whois(q, i, answer.refer, now);
	} else if (answer.found) {
		i->info = answer.info;
		end(q, i, LOOKUP_QUERY_FOUND, now);
	} else if (answer.refusal) {
		take_refusal(q, i, answer.refusal, now);
	} else if (r->err) {
		fail_server(q, i, r->error, now);
	} else if (!r->body.n) {
		fail_server(q, i, "an empty answer", now);
	} else {
		add_why(i, name_of(i, name), "no such network");
		end(q, i, LOOKUP_QUERY_UNKNOWN, now);
	}
}

void lookup_query_take(
	struct inquirer *q, struct lookup_query *i, const struct fetch_result *r, usec_t now)
{
	if (i->is_whois)
		take_whois(q, i, r, now);
	else
		take_rdap(q, i, r, now);
	settle_for_less(i);
}
