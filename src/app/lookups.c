// SPDX-License-Identifier: MIT
#include "app/lookups.h"

#include "app/own_dirs.h"
#include "detect/crawlers.h"
#include "enrich/lookup.h"
#include "enrich/rdns.h"

#include <errno.h>
#include <stdio.h>

#define LOOK_EVERY  (250 * USEC_PER_MSEC)
#define SCAN_MOST   (2 * USEC_PER_SEC) /* between two scans, however long one takes */
#define SCAN_SHARE  100                /* a scan may take one part in so many of the time */
#define NAME_HOLDS  (3600 * USEC_PER_SEC)
#define SCAN_ROWS   256 /* many may be of one network, which is asked about once */
#define RECALL_ROWS 8192
#define CLAIMS_LOOK 1024 /* claims looked at in one look */
#define NAMES_KEPT  4    /* questions that claims leave to the others */

int lookups_open(struct lookups *l, const struct look_ups *look_ups, const struct options *o,
	char reason[static 512])
{
	struct look_link *link = look_ups ? look_ups->link : NULL;
	char dir[1024];

	*l = (struct lookups){.ttl = o->whois_cache_ttl};
	if (!link)
		return 0;
	if (look_ups->refused.text[0]) {
		snprintf(reason, 512, "--rdns: %s%s%.300s", o->rdns_server ? o->rdns_server : "",
			o->rdns_server ? ": " : "", look_ups->refused.text);
		return -EINVAL;
	}
	l->link = look_link_source(link);
	if (o->whois_enabled)
		l->lookup = lookup_new(&(struct lookup_options){.link = link,
			.cache_dir = own_dirs_cache(o, dir),
			.cache_ttl = o->whois_cache_ttl});
	if (o->rdns_enabled)
		l->rdns = rdns_new(link);
	if ((l->lookup || !o->whois_enabled) && (l->rdns || !o->rdns_enabled))
		return 0;
	snprintf(reason, 512, "look-ups: %s", strerror(ENOMEM));
	return -ENOMEM;
}

void lookups_done(struct lookups *l)
{
	rows_done(&l->rows);
}

static bool needs_registration(
	const struct lookups *l, const struct model *m, const struct addr *ip)
{
	return registry_is_due(&m->registry, ip, m->now, l->ttl);
}

static bool needs_name(const struct model *m, const struct addr *ip)
{
	return registry_name_is_due(&m->registry, ip, m->now, NAME_HOLDS);
}

static void want(struct lookups *l, const struct model *m, const struct addr *ip, enum want how)
{
	struct addr within;

	addr_within(ip, &within);
	if (l->lookup && (how == WANT_NOW || needs_registration(l, m, &within)))
		lookup_want(l->lookup, &within, how);
	if (l->rdns && rdns_room(l->rdns) && (how == WANT_NOW || needs_name(m, ip)))
		rdns_want(l->rdns, ip);
}

/* The orders by which a scan goes, in turn. Flagged addresses will come before them. */
static bool next_query(
	struct lookups *l, const struct model *m, struct console *console, struct query *ret_query)
{
	static const char *const orders[] = {NULL, "conns", NULL, "rate", NULL, "syn_rate"};
	const char *order = orders[l->turn++ % ARRAY_LEN(orders)];

	*ret_query = (struct query){.limit = SCAN_ROWS};
	if (order)
		ret_query->sort = column_find(str_of(order));
	else if (console)
		console_query(console, ret_query);
	if (ret_query->limit > SCAN_ROWS)
		ret_query->limit = SCAN_ROWS;
	return !ret_query->sort || !ret_query->sort->known || ret_query->sort->known(m);
}

static void scan(struct lookups *l, const struct model *m, struct console *console)
{
	struct query q;

	if (!next_query(l, m, console, &q) || query_run(m, &q, &l->rows) < 0)
		return;
	for (uint32_t i = 0; i < l->rows.n; i++)
		want(l, m, &model_host(m, l->rows.ids[i])->ip, WANT_SOME);
}

/* Whoever says that it is a crawler is asked about before others, in turn. They leave some room:
 * anybody can say so. */
static void ask_claimants(struct lookups *l, const struct model *m)
{
	uint32_t left = m->claims.pool.live < CLAIMS_LOOK ? m->claims.pool.live : CLAIMS_LOOK;

	for (; left > 0 && rdns_room(l->rdns) > NAMES_KEPT; left--) {
		uint32_t id = claims_next(&m->claims, l->claim);
		if (id == POOL_NONE)
			id = claims_next(&m->claims, 0);
		const struct claim *claim = claims_at(&m->claims, id);
		l->claim = id + 1;
		if (crawlers_need_name(claim) && needs_name(m, &claim->ip))
			rdns_want(l->rdns, &claim->ip);
	}
}

static bool has_room(const struct lookups *l)
{
	return (l->lookup && lookup_room(l->lookup) > 0) || (l->rdns && rdns_room(l->rdns) > 0);
}

void lookups_ask(struct lookups *l, const struct model *m, const struct addr *ip)
{
	want(l, m, ip, WANT_NOW);
}

void lookups_feed(struct lookups *l, const struct model *m, struct console *console, usec_t now)
{
	struct addr ip;

	if (!l->lookup && !l->rdns)
		return;
	if (now < l->next_look)
		return;
	l->next_look = now + LOOK_EVERY;
	if (console && console_selected(console, &ip))
		want(l, m, &ip, WANT_NEXT);
	if (l->rdns)
		ask_claimants(l, m);
	if (now < l->next_scan || m->version == l->scanned || !has_room(l))
		return;
	usec_t start = clock_usec(CLOCK_MONOTONIC);
	l->scanned = m->version;
	scan(l, m, console);
	usec_t pause = (clock_usec(CLOCK_MONOTONIC) - start) * SCAN_SHARE;
	l->next_scan = now + (pause < SCAN_MOST ? pause : SCAN_MOST);
}

void lookups_recall(struct lookups *l, const struct model *m, usec_t now, struct event_sink *sink)
{
	struct query q = {.limit = RECALL_ROWS};

	if (!l->lookup || query_run(m, &q, &l->rows) < 0)
		return;
	for (uint32_t i = 0; i < l->rows.n; i++) {
		/* An event may move hosts, but not while none is made. */
		struct addr ip = model_host(m, l->rows.ids[i])->ip;
		if (needs_registration(l, m, &ip))
			lookup_recall(l->lookup, &ip, now, sink);
	}
}
