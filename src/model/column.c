// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

/* Cells. */

static struct cell count_cell(uint64_t u)
{
	return u == ABSENT ? (struct cell){.kind = CELL_NONE}
			   : (struct cell){.kind = CELL_COUNT, .u = u};
}

static struct cell conn_count(const struct model *m, uint64_t u)
{
	return count_cell(model_knows_conns(m) ? u : ABSENT);
}

static struct cell text_cell(struct str s)
{
	return s.p ? (struct cell){.kind = CELL_TEXT, .text = s} : (struct cell){.kind = CELL_NONE};
}

static struct cell time_cell(usec_t t)
{
	return (struct cell){.kind = CELL_TIME, .t = t};
}

static struct cell ip_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return (struct cell){.kind = CELL_ADDR, .addr = &h->ip};
}

static struct cell conns_cell(const struct model *m, const struct host *h)
{
	if (model_knows_conns(m) && model_is_remote(m, h))
		return (struct cell){.kind = CELL_NOT_APPLICABLE};
	return conn_count(m, h->conns);
}

static struct cell states_cell(const struct model *m, const struct host *h)
{
	/* The order of a glance: what works, what is opening, what is closing. */
	static const uint8_t order[] = {TCP_ESTABLISHED, TCP_SYN_RECV, TCP_SYN_SENT, TCP_CLOSE_WAIT,
		TCP_LAST_ACK, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING, TCP_TIME_WAIT};
	struct cell cell = conn_count(m, 0);

	if (cell.kind == CELL_NONE || model_is_remote(m, h))
		return (struct cell){.kind = CELL_NONE};
	cell = (struct cell){.kind = CELL_MAP};
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (h->states[order[i]])
			cell.map[cell.n++] =
				(struct cell_pair){tcp_state_name(order[i]), h->states[order[i]]};
	return cell;
}

static struct cell half_open_cell(const struct model *m, const struct host *h)
{
	return conn_count(m, model_is_remote(m, h) ? ABSENT : host_half_open(h));
}

static struct cell syns_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return count_cell(h->syns);
}

static struct cell syn_rate_cell(const struct model *m, const struct host *h)
{
	if (h->syns == ABSENT)
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_RATE, .d = window_sum(&h->syn_rate, m->now, WINDOW_SPAN)};
}

static struct cell handshakes_cell(const struct model *m, const struct host *h)
{
	bool known = model_knows_handshakes(m) && !model_is_remote(m, h);

	return count_cell(known ? h->handshakes : ABSENT);
}

static uint64_t held_seconds(const struct model *m, const struct host *h)
{
	return host_held(h, m->now) / USEC_PER_SEC;
}

static struct cell held_cell(const struct model *m, const struct host *h)
{
	if (!model_knows_conns(m) || model_is_remote(m, h))
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_SPAN, .u = held_seconds(m, h)};
}

static struct cell wire_cell(uint64_t bytes)
{
	return bytes == ABSENT ? (struct cell){.kind = CELL_NONE}
			       : (struct cell){.kind = CELL_BYTES, .u = bytes};
}

static struct cell rx_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return wire_cell(h->rx);
}

static struct cell tx_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return wire_cell(h->tx);
}

static struct cell rtt_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return h->rtt_us ? (struct cell){.kind = CELL_MICROS, .u = h->rtt_us}
			 : (struct cell){.kind = CELL_NONE};
}

static bool knows_retrans(const struct host *h)
{
	return h->segs != ABSENT && h->segs > 0 && h->retrans != ABSENT;
}

static double retrans_share(const struct host *h)
{
	/* More were sent again than sent: the two were read at different times. */
	return h->retrans < h->segs ? (double)h->retrans / (double)h->segs : 1;
}

static struct cell retrans_cell(const struct model *m, const struct host *h)
{
	(void)m;
	if (!knows_retrans(h))
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_SHARE, .d = retrans_share(h)};
}

static struct cell requests_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return count_cell(h->requests);
}

static struct cell rate_cell(const struct model *m, const struct host *h)
{
	return (struct cell){.kind = CELL_RATE, .d = window_sum(&h->rate, m->now, WINDOW_SPAN)};
}

static struct cell bytes_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return (struct cell){.kind = CELL_BYTES, .u = h->bytes};
}

static struct cell status_cell(const struct model *m, const struct host *h)
{
	static const char *const names[STATUS_CLASSES] = {
		"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
	struct cell cell = {.kind = CELL_MAP};

	(void)m;
	for (unsigned i = 1; i <= STATUS_CLASSES; i++) {
		unsigned class = i % STATUS_CLASSES; /* "other" comes last */
		if (h->status[class])
			cell.map[cell.n++] = (struct cell_pair){names[class], h->status[class]};
	}
	return cell;
}

static struct cell last_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return text_cell(host_last(h));
}

static struct cell first_seen_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return time_cell(h->first_seen);
}

static struct cell last_seen_cell(const struct model *m, const struct host *h)
{
	(void)m;
	return time_cell(h->last_seen);
}

/* Sort keys. */

static uint64_t conns_key(const struct model *m, const struct host *h)
{
	(void)m;
	return h->conns;
}

static uint64_t half_open_key(const struct model *m, const struct host *h)
{
	(void)m;
	return host_half_open(h);
}

static uint64_t requests_key(const struct model *m, const struct host *h)
{
	(void)m;
	return h->requests;
}

static uint64_t rate_key(const struct model *m, const struct host *h)
{
	return (uint64_t)(window_sum(&h->rate, m->now, WINDOW_SPAN) * 256);
}

static uint64_t bytes_key(const struct model *m, const struct host *h)
{
	(void)m;
	return h->bytes;
}

static uint64_t syn_rate_key(const struct model *m, const struct host *h)
{
	return (uint64_t)(window_sum(&h->syn_rate, m->now, WINDOW_SPAN) * 256);
}

static uint64_t known_or_zero(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static uint64_t syns_key(const struct model *m, const struct host *h)
{
	(void)m;
	return known_or_zero(h->syns);
}

static uint64_t handshakes_key(const struct model *m, const struct host *h)
{
	(void)m;
	return h->handshakes;
}

static uint64_t held_key(const struct model *m, const struct host *h)
{
	return host_held(h, m->now);
}

static uint64_t rx_key(const struct model *m, const struct host *h)
{
	(void)m;
	return known_or_zero(h->rx);
}

static uint64_t tx_key(const struct model *m, const struct host *h)
{
	(void)m;
	return known_or_zero(h->tx);
}

static uint64_t rtt_key(const struct model *m, const struct host *h)
{
	(void)m;
	return h->rtt_us;
}

static uint64_t retrans_key(const struct model *m, const struct host *h)
{
	(void)m;
	return knows_retrans(h) ? (uint64_t)(retrans_share(h) * (1 << 20)) : 0;
}

static int ip_compare(const struct host *a, const struct host *b)
{
	return addr_compare(&a->ip, &b->ip);
}

/* In the order of the JSON record; the screen shows those with a title. The sort key cycles in
 * this order too, but starts with connections and ends with who it is. */
const struct column columns[] = {
	{.id = "ip",
		.title = "IP",
		.help = "address of the peer",
		.width = 15,
		.weight = 1,
		.keep = 255,
		.json = true,
		.ascending = true,
		.cell = ip_cell,
		.compare = ip_compare},
	{.id = "country",
		.title = "CC",
		.help = "country, by the GeoIP database, else by the registry",
		.width = 2,
		.keep = 160,
		.json = true,
		.ascending = true,
		.known = knows_countries,
		.cell = country_cell,
		.key = country_key},
	{.id = "city", .help = "city, by the GeoIP database", .json = true, .cell = city_cell},
	{.id = "asn",
		.help = "number of the autonomous system that announces it",
		.json = true,
		.cell = asn_cell},
	{.id = "org",
		.title = "Organization",
		.help = "whose autonomous system that is, else who the network is registered to",
		.width = 18,
		.weight = 2,
		.keep = 140,
		.json = true,
		.ascending = true,
		.known = knows_orgs,
		.cell = org_cell,
		.key = org_key},
	{.id = "net",
		.title = "Network",
		.help = "registered network, by RDAP or whois",
		.width = 15,
		.keep = 43,
		.json = true,
		.known = knows_registrations,
		.cell = net_cell},
	{.id = "netname",
		.help = "what that network is called",
		.json = true,
		.cell = netname_cell},
	{.id = "abuse",
		.title = "Abuse contact",
		.help = "where to complain about it",
		.width = 20,
		.keep = 41,
		.json = true,
		.known = knows_registrations,
		.cell = abuse_cell},
	{.id = "rdns",
		.title = "Name",
		.help = "name by reverse DNS",
		.width = 15,
		.weight = 1,
		.keep = 42,
		.json = true,
		.known = knows_names,
		.cell = rdns_cell},
	{.id = "conns",
		.title = "Conns",
		.help = "TCP connections in any state but LISTEN and CLOSE",
		.width = 5,
		.keep = 200,
		.right = true,
		.json = true,
		.cell = conns_cell,
		.key = conns_key},
	{.id = "states",
		.title = "State",
		.help = "connections by state: E established, S half-open "
			"(SYN_RECV), O opening (SYN_SENT), C closing, T TIME_WAIT",
		.width = 9,
		.keep = 150,
		.json = true,
		.cell = states_cell},
	{.id = "half_open",
		.title = "Half",
		.help = "half-open connections (SYN_RECV)",
		.width = 5,
		.keep = 95, /* the states tell it too */
		.right = true,
		.json = true,
		.cell = half_open_cell,
		.key = half_open_key},
	{.id = "requests",
		.title = "Reqs",
		.help = "requests logged",
		.width = 6,
		.keep = 190,
		.right = true,
		.json = true,
		.cell = requests_cell,
		.key = requests_key},
	{.id = "rate",
		.title = "Req/m",
		.help = "requests in the last minute",
		.width = 6,
		.keep = 110,
		.right = true,
		.cell = rate_cell,
		.key = rate_key},
	{.id = "bytes",
		.title = "Bytes",
		.help = "response bytes logged",
		.width = 6,
		.keep = 100,
		.right = true,
		.json = true,
		.cell = bytes_cell,
		.key = bytes_key},
	{.id = "status",
		.title = "Status",
		.help = "responses by status class",
		.width = 14,
		.keep = 60,
		.json = true,
		.cell = status_cell},
	{.id = "syn_rate",
		.title = "SYN/m",
		.help = "SYNs in the last minute; the address of one that is not answered may be "
			"forged",
		.width = 5,
		.keep = 65,
		.right = true,
		.json = true,
		.known = model_knows_syns,
		.cell = syn_rate_cell,
		.key = syn_rate_key},
	{.id = "held_secs",
		.title = "Held",
		.help = "time that its connections were held open, added up",
		.width = 5,
		.keep = 56,
		.right = true,
		.json = true,
		.known = model_knows_conns,
		.cell = held_cell,
		.key = held_key},
	{.id = "rtt_us",
		.title = "RTT",
		.help = "round-trip time, smoothed over its connections",
		.width = 5,
		.keep = 54,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.cell = rtt_cell,
		.key = rtt_key},
	{.id = "retrans",
		.title = "Resent",
		.help = "part of the segments sent to it that were sent again",
		.width = 6,
		.keep = 52,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.cell = retrans_cell,
		.key = retrans_key},
	{.id = "tx",
		.title = "Out",
		.help = "bytes sent to it on the wire",
		.width = 5,
		.keep = 50,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.cell = tx_cell,
		.key = tx_key},
	{.id = "rx",
		.title = "In",
		.help = "bytes received from it on the wire",
		.width = 5,
		.keep = 48,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.cell = rx_cell,
		.key = rx_key},
	{.id = "handshakes",
		.title = "Shook",
		.help = "inbound handshakes that were seen to complete",
		.width = 5,
		.keep = 46,
		.right = true,
		.json = true,
		.known = model_knows_handshakes,
		.cell = handshakes_cell,
		.key = handshakes_key},
	{.id = "syns",
		.title = "SYNs",
		.help = "SYNs seen",
		.width = 5,
		.keep = 44,
		.right = true,
		.json = true,
		.known = model_knows_syns,
		.cell = syns_cell,
		.key = syns_key},
	{.id = "last",
		.title = "Last request",
		.help = "method and path of the latest request",
		.width = 16,
		.weight = 3,
		.keep = 180,
		.json = true,
		.cell = last_cell},
	{.id = "proxy",
		.title = "Proxy",
		.help = "the peer that its requests come through; edge: a proxy, and how many it "
			"passed on",
		.width = 15,
		.keep = 120,
		.known = model_knows_proxies,
		.cell = proxy_cell,
		.key = forwarded_key},
	{.id = "auth",
		.title = "Auth",
		.help = "SSH logins: F failed, A accepted",
		.width = 8,
		.keep = 115,
		.known = model_knows_logins,
		.cell = auth_cell,
		.key = auth_key},
	{.id = "via", .help = "peer of its latest request", .json = true, .cell = via_cell},
	{.id = "forwarded",
		.help = "requests that it passed on for others",
		.json = true,
		.cell = forwarded_cell},
	{.id = "clients",
		.help = "addresses whose latest request it passed on",
		.json = true,
		.cell = clients_cell},
	{.id = "auth_failed",
		.help = "SSH logins that failed",
		.json = true,
		.cell = auth_failed_cell},
	{.id = "auth_accepted",
		.help = "SSH logins that were accepted",
		.json = true,
		.cell = auth_accepted_cell},
	{.id = "first_seen", .help = "when first seen", .json = true, .cell = first_seen_cell},
	{.id = "last_seen", .help = "when last seen", .json = true, .cell = last_seen_cell},
};

const size_t column_count = ARRAY_LEN(columns);

const struct column *column_find(struct str id)
{
	for (size_t i = 0; i < column_count; i++)
		if (str_eq(str_of(columns[i].id), id))
			return &columns[i];
	return NULL;
}

static bool sortable(const struct model *m, const struct column *c)
{
	return c->title && (c->key || c->compare) && (!c->known || c->known(m));
}

const struct column *column_sort_next(const struct model *m, const struct column *current)
{
	/* From NULL the walk begins after who it is, so that connections are the first. */
	size_t at = (size_t)((current ? current : column_find(STR_LIT("org"))) - columns);

	do
		at = (at + 1) % column_count;
	while (!sortable(m, &columns[at]));
	return &columns[at];
}
