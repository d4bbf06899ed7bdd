// SPDX-License-Identifier: MIT
/* Who was there most, and what was asked for most. */
#include "output/report_parts.h"

#include "detect/detect.h"
#include "model/column.h"
#include "model/group.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	ROW_WHO,
	ROW_WHOSE,
	ROW_FLAGS,
	ROW_IPS,
	ROW_OPEN,
	ROW_HALF,
	ROW_REQUESTS,
	ROW_4XX,
	ROW_5XX,
	ROW_BYTES,
	ROW_COLUMNS
};

#define ROW_TITLES(who)                                                                 \
	{"who", who}, {"whose", "whose"}, {"flags", "findings"}, {"ips", "addresses"},  \
		{"open", "open"}, {"half_open", "half-open"}, {"requests", "requests"}, \
		{"answers_4xx", "4xx"}, {"answers_5xx", "5xx"},                         \
	{                                                                               \
		"bytes", "sent (logged)"                                                \
	}

static const struct report_column row_columns[GROUPS][ROW_COLUMNS] = {
	[GROUP_NONE] = {ROW_TITLES("address")},
	[GROUP_NET] = {ROW_TITLES("network")},
	[GROUP_AS] = {ROW_TITLES("system")},
	[GROUP_COUNTRY] = {ROW_TITLES("country")},
	[GROUP_MACHINE] = {ROW_TITLES("machine")},
};

/* "BR, AS64500 Example" */
static struct report_value whose(
	struct report_work *w, const struct listing_row *row, const struct subject *s)
{
	const struct model *m = w->ask.m;
	const struct host *h = s->host                              ? s->host
			       : row->member != POOL_NONE && s->net ? model_host(m, row->member)
								    : NULL;
	char text[160], asn[16] = "";
	size_t n = 0;

	if (s->by == GROUP_AS)
		return report_say(&w->b, subject_system(m, s));
	if (!h)
		return (struct report_value){0};
	struct str country = row->mixed_country ? STR_ABSENT : geo_country(h);
	struct str org = row->mixed_system ? STR_ABSENT : geo_org(&m->geo, h);
	if (geo_asn(&m->geo, h) && !row->mixed_system)
		snprintf(asn, sizeof asn, "AS%" PRIu32, geo_asn(&m->geo, h));
	n = (size_t)snprintf(text, sizeof text, "%.*s%s%s%s%.*s", STR_FMT(country),
		country.n && (asn[0] || org.n) ? ", " : "", asn, asn[0] && org.n ? " " : "",
		(int)(org.n < 100 ? org.n : 100), org.p);
	return report_say(&w->b, (struct str){text, n < sizeof text ? n : sizeof text - 1});
}

static struct report_value flags_value(struct report_work *w, const struct subject *s)
{
	const struct flag *flags[8];
	char text[8 * (FLAG_NAME_MAX + 2)] = "";
	size_t n = 0, used = 0;

	if (s->host)
		n = flags_of_addr(&w->ask.m->flags, &s->host->ip, false, flags, ARRAY_LEN(flags));
	else if (s->net)
		n = flags_of_prefix(&w->ask.m->flags, &s->net->prefix, flags, ARRAY_LEN(flags));
	for (size_t i = 0; i < n; i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again |= strcmp(flags[k]->name, flags[i]->name) == 0;
		if (!again)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
				used ? ", " : "", flags[i]->name);
	}
	return report_say(&w->b, (struct str){text, used});
}

static void put_subject(
	struct report_work *w, struct report_table *t, const struct listing_row *listed)
{
	const struct model *m = w->ask.m;
	struct subject s = subject_at(m, listed->by, listed->id);
	bool conns = model_knows_conns(m);
	struct report_value *row = report_row(&w->b, t);
	char name[SUBJECT_NAME_MAX];

	if (!row)
		return;
	row[ROW_WHO] = report_name(&w->b, (struct str){name, subject_name(m, &s, name)});
	row[ROW_WHOSE] = whose(w, listed, &s);
	row[ROW_FLAGS] = flags_value(w, &s);
	row[ROW_IPS] = report_count(s.ips);
	row[ROW_OPEN] = report_count(conns ? tcp_tally_open(s.tcp) : ABSENT);
	row[ROW_HALF] = report_count(conns ? tcp_tally_half_open(s.tcp) : ABSENT);
	row[ROW_REQUESTS] = report_count(s.log->requests);
	row[ROW_4XX] = report_count(s.log->status[4]);
	row[ROW_5XX] = report_count(s.log->status[5]);
	row[ROW_BYTES] = report_bytes(s.log->bytes);
}

/* By trouble: those that are flagged first, then by load. */
static bool put_rows(struct report_work *w, enum group_by by, const char *of)
{
	const struct listing_query q = {
		.by = by, .show_private = w->ask.show_private, .filter = w->ask.filter};
	uint32_t n;

	if (!w->begun)
		listing_begin(&w->listing, w->ask.m, &q);
	if (listing_work(&w->listing, w->ask.m, REPORT_LISTED))
		return true;
	n = listing_count(&w->listing);
	struct report_table *t =
		report_table(&w->b, row_columns[by], ROW_COLUMNS, "There are none.");
	for (uint32_t i = 0; i < n && i < REPORT_ROWS_MAX; i++) {
		struct listing_row row;
		if (listing_at(&w->listing, w->ask.m, i, &row))
			put_subject(w, t, &row);
	}
	if (n > REPORT_ROWS_MAX)
		report_paragraph(&w->b,
			"%u of %" PRIu32 " %s: those with findings first, then by load.",
			REPORT_ROWS_MAX, n, of);
	return false;
}

bool report_addresses(struct report_work *w)
{
	return put_rows(w, GROUP_NONE, "addresses, or networks where many are alike");
}

bool report_networks(struct report_work *w)
{
	return put_rows(w, GROUP_NET, "networks");
}

static bool is_placed(const struct report_work *w, bool told, const char *what)
{
	if (!told)
		report_paragraph(&((struct report_work *)w)->b,
			"Not known: no GeoIP database told the %s of an address.", what);
	return told;
}

bool report_systems(struct report_work *w)
{
	return is_placed(w, w->ask.m->geo.system_told, "autonomous system") &&
	       put_rows(w, GROUP_AS, "systems");
}

bool report_countries(struct report_work *w)
{
	return is_placed(w, w->ask.m->geo.country_told, "country") &&
	       put_rows(w, GROUP_COUNTRY, "countries");
}

/* What was asked for, in five minutes. */

enum {
	HERD_WHAT,
	HERD_RATE,
	HERD_REQUESTS,
	HERD_SOURCES,
	HERD_4XX,
	HERD_5XX,
	HERD_COLUMNS
};

#define HERD_TITLES(what)                                                       \
	{what, what}, {"per_min", "a minute"}, {"five_min", "in five minutes"}, \
		{"sources", "addresses"}, {"answers_4xx", "4xx"},               \
	{                                                                       \
		"answers_5xx", "5xx"                                            \
	}

static const struct report_column path_columns[] = {HERD_TITLES("path")};
static const struct report_column agent_columns[] = {HERD_TITLES("agent")};

static void put_herd(struct report_work *w, struct report_table *t, const struct herds *herds,
	const struct herd *herd, bool agent)
{
	usec_t now = w->ask.m->now;
	struct report_value *row = report_row(&w->b, t);
	struct herd_five five;

	if (!row)
		return;
	herd_five(herd, now, &five);
	row[HERD_WHAT] =
		agent ? report_agent(&w->b, herd_text(herd)) : report_name(&w->b, herd_text(herd));
	row[HERD_RATE] = report_rate(herd_per_minute(herds, herd, now));
	row[HERD_REQUESTS] = report_count(five.requests);
	row[HERD_SOURCES] = report_count((uint64_t)(five.sources + 0.5));
	row[HERD_4XX] = report_count(five.client_errors);
	row[HERD_5XX] = report_count(five.server_errors);
}

static bool put_herds(
	struct report_work *w, enum herd_kind kind, const struct report_column *titles)
{
	const struct herds *herds = w->ask.detect ? detect_herds(w->ask.detect, kind) : NULL;
	const struct herd *top[REPORT_ROWS_MAX];

	if (!herds) {
		report_paragraph(&w->b, "Not counted: this run did not judge.");
		return false;
	}
	size_t n = herds_top(
		herds, w->ask.m->now, HERD_MINUTES * 60 * USEC_PER_SEC, top, REPORT_ROWS_MAX);
	struct report_table *t = report_table(
		&w->b, titles, HERD_COLUMNS, "No request came in the last five minutes.");
	for (size_t i = 0; i < n; i++)
		put_herd(w, t, herds, top[i], kind == HERD_AGENTS);
	return false;
}

bool report_paths(struct report_work *w)
{
	return put_herds(w, HERD_PATHS, path_columns);
}

bool report_agents(struct report_work *w)
{
	return put_herds(w, HERD_AGENTS, agent_columns);
}
