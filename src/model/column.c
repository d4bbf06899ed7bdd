// SPDX-License-Identifier: MIT
#include "model/column.h"

#include "model/column_parts.h"

static struct cell time_cell(usec_t t)
{
	return (struct cell){.kind = CELL_TIME, .t = t};
}

static struct cell ip_cell(const struct model *m, const struct subject *s)
{
	if (s->net)
		return (struct cell){.kind = CELL_PREFIX, .prefix = &s->net->prefix};
	if (s->by == GROUP_AS && subject_asn(m, s))
		return (struct cell){.kind = CELL_ASN, .u = subject_asn(m, s)};
	if (!s->host)
		return cell_of_text(subject_label(m, s));
	return (struct cell){.kind = CELL_ADDR, .addr = &s->host->ip};
}

static struct cell ips_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return cell_of_count(s->ips);
}

static uint64_t ips_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->ips;
}

static struct cell first_seen_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return time_cell(s->host->first_seen);
}

static struct cell last_seen_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return time_cell(s->host->last_seen);
}

#define PLAIN(where, what, member) \
	.part = PART_##where, .kind = CELL_##what, .offset = OFFSET_##where(member)
#define OFFSET_LOG(member) offsetof(struct log_tally, member)
#define OFFSET_TCP(member) offsetof(struct tcp_tally, member)

/* In the order of the JSON record; the screen shows those with a title. The sort key cycles in
 * this order too, but starts with connections and ends with who it is. */
const struct column columns[] = {
	{.id = "trouble",
		.tone = TONE_MARK,
		.scope = FOR_ALL,
		.title = "!",
		.help = "letter of the gravest judgement about it; in the order of trouble: the "
			"gravest first, then by load",
		.width = 1,
		.keep = 254,
		.cell = trouble_cell,
		.key = trouble_row_key},
	{.id = "ip",
		.tone = TONE_NAME,
		.scope = FOR_ALL,
		.title = "Address",
		.help = "address of the peer",
		.width = 15,
		.weight = 1,
		.keep = 255,
		.json = true,
		.ascending = true,
		.kind = CELL_ADDR,
		.cell = ip_cell,
		.compare = subject_compare},
	{.id = "country",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "CC",
		.help = "country, by the GeoIP database, else by the registry",
		.width = 2,
		.keep = 160,
		.json = true,
		.ascending = true,
		.known = knows_countries,
		.kind = CELL_TEXT,
		.cell = country_cell,
		.key = country_key},
	{.id = "city",
		.help = "city, by the GeoIP database",
		.json = true,
		.kind = CELL_TEXT,
		.cell = city_cell},
	{.id = "asn",
		.scope = FOR_HOSTS | FOR_SYSTEMS,
		.help = "number of the autonomous system that announces it",
		.json = true,
		.kind = CELL_COUNT,
		.cell = asn_cell},
	{.id = "org",
		.scope = FOR_HOSTS | FOR_NETS | FOR_SYSTEMS,
		.title = "Organization",
		.help = "whose autonomous system that is, else who the network is registered to",
		.width = 12,
		.weight = 2,
		.most = 30,
		.keep = 140,
		.json = true,
		.ascending = true,
		.known = knows_orgs,
		.kind = CELL_TEXT,
		.cell = org_cell,
		.key = org_key},
	{.id = "net",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "Network",
		.help = "registered network, by RDAP or whois",
		.width = 15,
		.keep = 43,
		.json = true,
		.known = knows_registrations,
		.kind = CELL_TEXT,
		.cell = net_cell},
	{.id = "netname",
		.scope = FOR_HOSTS | FOR_NETS,
		.help = "what that network is called",
		.json = true,
		.kind = CELL_TEXT,
		.cell = netname_cell},
	{.id = "abuse",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "Abuse contact",
		.help = "where to complain about it",
		.width = 20,
		.keep = 41,
		.json = true,
		.known = knows_registrations,
		.kind = CELL_TEXT,
		.cell = abuse_cell},
	{.id = "rdns",
		.title = "Name",
		.help = "name by reverse DNS",
		.width = 15,
		.weight = 1,
		.keep = 42,
		.json = true,
		.known = knows_names,
		.kind = CELL_TEXT,
		.cell = rdns_cell},
	{.id = "crawler",
		.title = "Crawler",
		.help = "crawler that it says it is; ? not verified, not: refuted",
		.width = 13,
		.keep = 125,
		.json = true,
		.known = knows_claims,
		.kind = CELL_CLAIM,
		.cell = crawler_cell,
		.key = crawler_key},
	{.id = "crawler_is",
		.help = "whether it is that crawler: confirmed, refuted or unverified",
		.json = true,
		.kind = CELL_TEXT,
		.cell = crawler_is_cell},
	{.id = "blocked",
		.tone = TONE_INFO,
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "Blocked",
		.help = "what keeps it out of this machine, and for how much longer; part: of the "
			"network, not all",
		.width = 9,
		.most = 20,
		.keep = 145,
		.json = true,
		.known = knows_blocks,
		.kind = CELL_BLOCK,
		.cell = blocked_cell,
		.key = blocked_key},
	{.id = "ips",
		.title = "IPs",
		.help = "addresses in it",
		.width = 4,
		.keep = 210,
		.scope = FOR_GROUPS,
		.right = true,
		.json = true,
		.kind = CELL_COUNT,
		.cell = ips_cell,
		.key = ips_key},
	{.id = "conns",
		.tone = TONE_HELD,
		.scope = FOR_ALL,
		.title = "Conns",
		.help = "TCP connections that are open: in any state but LISTEN, CLOSE and "
			"TIME_WAIT",
		.width = 5,
		.keep = 200,
		.right = true,
		.json = true,
		.kind = CELL_COUNT,
		.cell = conns_cell,
		.key = conns_key},
	{.id = "half_open",
		.tone = TONE_HALF_OPEN,
		.scope = FOR_ALL,
		.title = "Half",
		.help = "half-open connections (SYN_RECV)",
		.width = 4,
		.keep = 195,
		.right = true,
		.json = true,
		.kind = CELL_COUNT,
		.cell = half_open_cell,
		.key = half_open_key},
	{.id = "syn_rate",
		.scope = FOR_ALL,
		.title = "SYN/m",
		.help = "SYNs in the last minute; the address of one that is not answered may be "
			"forged",
		.width = 5,
		.keep = 130,
		.right = true,
		.json = true,
		.known = model_knows_syns,
		PLAIN(TCP, RATE, syn_rate),
		.cell = syn_rate_cell},
	{.id = "quic_rate",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "QUIC/s",
		.help = "QUIC packets a second, over ten seconds; by a sample",
		.width = 6,
		.keep = 128,
		.right = true,
		.json = true,
		.known = model_knows_quic,
		.kind = CELL_COUNT,
		.cell = quic_rate_cell,
		.key = quic_rate_key},
	{.id = "initial_rate",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "Init/s",
		.help = "of these, Initials, which begin a connection; the address of one may be "
			"forged",
		.width = 6,
		.keep = 127,
		.right = true,
		.json = true,
		.known = model_knows_quic,
		.kind = CELL_COUNT,
		.cell = initial_rate_cell,
		.key = initial_rate_key},
	{.id = "held_secs",
		.scope = FOR_ALL,
		.title = "Held",
		.help = "time that its connections were held open, added up",
		.width = 5,
		.keep = 110,
		.right = true,
		.json = true,
		.known = model_knows_conns,
		.kind = CELL_SPAN,
		.cell = held_cell,
		.key = held_key},
	{.id = "requests",
		.scope = FOR_ALL,
		.title = "Reqs",
		.help = "requests logged",
		.width = 5,
		.keep = 190,
		.right = true,
		.json = true,
		PLAIN(LOG, COUNT, requests)},
	{.id = "rate",
		.tone = TONE_BURST,
		.scope = FOR_ALL,
		.title = "Req/m",
		.help = "requests in the last minute",
		.width = 5,
		.keep = 170,
		.right = true,
		PLAIN(LOG, RATE, rate)},
	{.id = "pulse",
		.tone = TONE_PULSE,
		.scope = FOR_ALL,
		.title = "5 min",
		.help = "its requests in the last five minutes, drawn as a line",
		.width = PULSE_CELLS,
		.keep = 105,
		.cell = pulse_cell},
	{.id = "refused",
		.tone = TONE_REFUSED,
		.scope = FOR_ALL,
		.title = "4xx",
		.help = "part of its requests that were answered with 4xx",
		.width = 4,
		.keep = 100,
		.right = true,
		.cell = refused_cell,
		.key = refused_key},
	{.id = "broken",
		.tone = TONE_BROKEN,
		.scope = FOR_ALL,
		.title = "5xx",
		.help = "part of its requests that were answered with 5xx",
		.width = 4,
		.keep = 99,
		.right = true,
		.cell = broken_cell,
		.key = broken_key},
	{.id = "rx",
		.scope = FOR_ALL,
		.title = "In",
		.help = "bytes received from it on the wire",
		.width = 5,
		.keep = 90,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		PLAIN(TCP, BYTES, rx)},
	{.id = "states",
		.tone = TONE_HALF_OPEN,
		.scope = FOR_ALL,
		.title = "State",
		.help = "connections by state: E established, S half-open "
			"(SYN_RECV), O opening (SYN_SENT), C closing, T TIME_WAIT",
		.width = 9,
		.keep = 59,
		.json = true,
		.kind = CELL_MAP,
		.cell = states_cell},
	{.id = "time_wait",
		.scope = FOR_ALL,
		.title = "TW",
		.help = "connections in TIME_WAIT: they are over",
		.width = 4,
		.keep = 49,
		.right = true,
		.json = true,
		.known = model_knows_conns,
		.kind = CELL_COUNT,
		.cell = time_wait_cell,
		.key = time_wait_key},
	{.id = "bytes",
		.scope = FOR_ALL,
		.title = "Bytes",
		.help = "response bytes logged",
		.width = 6,
		.keep = 58,
		.right = true,
		.json = true,
		PLAIN(LOG, BYTES, bytes)},
	{.id = "status",
		.tone = TONE_STATUS,
		.scope = FOR_ALL,
		.title = "Status",
		.help = "responses by status class",
		.width = 14,
		.keep = 57,
		.json = true,
		.kind = CELL_MAP,
		.cell = status_cell},
	{.id = "rtt_us",
		.title = "RTT",
		.help = "round-trip time, smoothed over its connections",
		.width = 5,
		.keep = 54,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.kind = CELL_MICROS,
		.cell = rtt_cell,
		.key = rtt_key},
	{.id = "retrans",
		.scope = FOR_ALL,
		.title = "Resent",
		.help = "part of the segments sent to it that were sent again",
		.width = 6,
		.keep = 52,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.kind = CELL_SHARE,
		.cell = retrans_cell,
		.key = retrans_key},
	{.id = "tx",
		.scope = FOR_ALL,
		.title = "Out",
		.help = "bytes sent to it on the wire",
		.width = 5,
		.keep = 50,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		PLAIN(TCP, BYTES, tx)},
	{.id = "handshakes",
		.scope = FOR_ALL,
		.title = "Shook",
		.help = "inbound handshakes that were seen to complete",
		.width = 5,
		.keep = 46,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.kind = CELL_COUNT,
		.cell = handshakes_cell,
		.key = handshakes_key},
	{.id = "syns",
		.scope = FOR_ALL,
		.title = "SYNs",
		.help = "SYNs seen",
		.width = 5,
		.keep = 44,
		.right = true,
		.json = true,
		.known = model_knows_syns,
		PLAIN(TCP, COUNT, syns)},
	{.id = "last",
		.title = "Last request",
		.help = "method and path of the latest request",
		.width = 14,
		.weight = 3,
		.keep = 180,
		.json = true,
		.kind = CELL_TEXT,
		.cell = last_cell},
	{.id = "quic",
		.help = "HTTP/3, if some request came over it: over QUIC, and no TCP connection",
		.json = true,
		.kind = CELL_TEXT,
		.cell = quic_cell},
	{.id = "proxy",
		.tone = TONE_INFO,
		.title = "Proxy",
		.help = "the peer that its requests come through; edge: a proxy, and how many it "
			"passed on",
		.width = 15,
		.keep = 120,
		.known = model_knows_proxies,
		.cell = proxy_cell,
		.key = forwarded_key},
	{.id = "auth",
		.tone = TONE_WARN,
		.title = "Auth",
		.help = "SSH logins: F failed, A accepted",
		.width = 8,
		.keep = 115,
		.known = model_knows_logins,
		.cell = auth_cell,
		.key = auth_key},
	{.id = "services",
		.title = "Svc",
		.help = "the machine's ports that its connections lead to, the busiest first; "
			"sorted by how many there are",
		.width = 12,
		.keep = 56,
		.json = true,
		.known = model_knows_conns,
		.kind = CELL_PORTS,
		.cell = services_cell,
		.key = services_key},
	{.id = "seen",
		.scope = FOR_HOSTS | FOR_NETS,
		.title = "Hx",
		.help = "runs before this one that saw it, by the history; empty: none did",
		.width = 4,
		.keep = 112,
		.right = true,
		.json = true,
		.known = knows_seen,
		.kind = CELL_TIMES,
		.cell = seen_cell,
		.key = seen_key},
	{.id = "seen_first",
		.scope = FOR_HOSTS | FOR_NETS,
		.help = "when first seen, in any run",
		.json = true,
		.kind = CELL_TIME,
		.cell = seen_first_cell},
	{.id = "via",
		.help = "peer of its latest request",
		.json = true,
		.kind = CELL_ADDR,
		.cell = via_cell},
	{.id = "forwarded",
		.help = "requests that it passed on for others",
		.json = true,
		.kind = CELL_COUNT,
		.cell = forwarded_cell},
	{.id = "clients",
		.help = "addresses whose latest request it passed on",
		.json = true,
		.kind = CELL_COUNT,
		.cell = clients_cell},
	{.id = "auth_failed",
		.help = "SSH logins that failed",
		.json = true,
		.kind = CELL_COUNT,
		.cell = auth_failed_cell},
	{.id = "auth_accepted",
		.help = "SSH logins that were accepted",
		.json = true,
		.kind = CELL_COUNT,
		.cell = auth_accepted_cell},
	{.id = "flags",
		.scope = FOR_HOSTS | FOR_NETS,
		.help = "judgements about it",
		.json = true,
		.kind = CELL_NAMES,
		.cell = flags_cell},
	{.id = "in_flags",
		.help = "judgements about what it is part of",
		.json = true,
		.kind = CELL_NAMES,
		.cell = in_flags_cell},
	{.id = "suspicious",
		.help = "why to look at it first, by rules that honest visitors match too",
		.json = true,
		.kind = CELL_NAMES,
		.cell = suspicious_cell},
	{.id = "first_seen",
		.help = "when first seen",
		.json = true,
		.kind = CELL_TIME,
		.cell = first_seen_cell},
	{.id = "last_seen",
		.help = "when last seen",
		.json = true,
		.kind = CELL_TIME,
		.cell = last_seen_cell},
};

const size_t column_count = ARRAY_LEN(columns);

static const void *plain_at(const struct column *c, const struct subject *s)
{
	return (const char *)(c->part == PART_LOG ? (const void *)s->log : s->tcp) + c->offset;
}

struct cell column_cell(const struct column *c, const struct model *m, const struct subject *s)
{
	if (c->cell)
		return c->cell(m, s);
	if (c->kind == CELL_RATE)
		return (struct cell){
			.kind = CELL_RATE, .d = window_sum(plain_at(c, s), m->now, WINDOW_SPAN)};
	struct cell cell = cell_of_count(*(const uint64_t *)plain_at(c, s));
	if (cell.kind != CELL_NONE)
		cell.kind = c->kind;
	return cell;
}

/* Rates are compared by 256ths of one a minute. */
uint64_t column_key(const struct column *c, const struct model *m, const struct subject *s)
{
	if (c->key)
		return c->key(m, s);
	if (c->part == PART_NONE)
		return 0;
	if (c->kind == CELL_RATE)
		return (uint64_t)(window_sum(plain_at(c, s), m->now, WINDOW_SPAN) * 256);
	uint64_t n = *(const uint64_t *)plain_at(c, s);
	return n == ABSENT ? 0 : n;
}

bool column_speaks_of(const struct column *c, enum group_by by)
{
	return (c->scope ? c->scope : (unsigned)FOR_HOSTS) & 1u << by;
}

bool column_serves(const struct column *c, const struct model *m, enum group_by by)
{
	return column_speaks_of(c, by) && (!c->known || c->known(m));
}

const char *column_title(const struct column *c, enum group_by by)
{
	return c->tone == TONE_NAME && by != GROUP_NONE ? group_title(by) : c->title;
}

bool column_is_trouble(const struct column *c)
{
	return c->key == trouble_row_key;
}

const struct column *column_find(struct str id)
{
	for (size_t i = 0; i < column_count; i++)
		if (str_eq(str_of(columns[i].id), id))
			return &columns[i];
	return NULL;
}
