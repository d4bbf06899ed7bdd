// SPDX-License-Identifier: MIT
#include "model/filter_field.h"

#include "base/text.h"

#define OP(op)   (1u << FILTER_##op)
#define LISTED   (OP(IS) | OP(EQUAL))
#define TEXTUAL  (LISTED | OP(LIKE))
#define ORDERED  (LISTED | OP(MORE) | OP(LESS) | OP(AT_LEAST) | OP(AT_MOST))
#define COUNTING .kind = FILTER_NUMBER, .ops = ORDERED

/* In the order of help and docs/filter.md. */
const struct filter_field filter_fields[] = {
	{{"net", "ip", "cidr"}, FILTER_NET, LISTED, .scope = FOR_HOSTS | FOR_NETS,
		.takes = "an address or a network such as 203.0.113.0/24",
		.help = "the address lies in the network"},
	{{"country", "cc"}, FILTER_COUNTRY, LISTED, .scope = FOR_HOSTS | FOR_NETS | FOR_COUNTRIES,
		.takes = "two letters such as BR", .help = "where it is"},
	{{"asn", "as"}, FILTER_ASN, LISTED, .scope = FOR_HOSTS | FOR_SYSTEMS,
		.takes = "a number such as 64500", .help = "the autonomous system it belongs to"},
	{{"org"}, FILTER_WORDS, TEXTUAL, .column = "org",
		.takes = "a part of an organization's name", .help = "whose network it is"},
	{{"city"}, FILTER_WORDS, TEXTUAL, .column = "city", .takes = "a part of a city's name",
		.help = "the city, by the GeoIP database"},
	{{"rdns", "name"}, FILTER_WORDS, TEXTUAL, .column = "rdns", .takes = "a part of a name",
		.help = "the name by reverse DNS"},
	{{"netname"}, FILTER_WORDS, TEXTUAL, .column = "netname", .takes = "a part of a name",
		.help = "what the registry calls its network"},
	{{"state"}, FILTER_STATE, LISTED, .scope = FOR_ALL,
		.takes = "a TCP state such as SYN_RECV or ESTABLISHED",
		.help = "some connection is in the state"},
	{{"port"}, FILTER_PORT, LISTED, .scope = FOR_HOSTS, .takes = "443 or 8000-8999",
		.help = "some connection is to this local port"},
	{{"flag"}, FILTER_FLAG, LISTED, .scope = FOR_HOSTS | FOR_NETS,
		.takes = "a flag such as syn-flood, its letter, or any",
		.help = "it is judged so, itself or as a part of a network"},
	{{"crawler"}, FILTER_CRAWLER, LISTED, .scope = FOR_HOSTS,
		.takes = "a crawler's name, confirmed, refuted, unverified or any",
		.help = "the crawler that it says it is, or what came of checking"},
	{{"blocked"}, FILTER_BLOCKED, LISTED, .scope = FOR_HOSTS | FOR_NETS,
		.takes = "yes, no, part, ours, a way such as nft, or a set's or jail's name",
		.help = "whether, and by what, it is kept out of this machine"},
	{{"machine"}, FILTER_MACHINE, TEXTUAL, .scope = FOR_HOSTS | FOR_NETS | FOR_MACHINES,
		.takes = "a part of a machine's name",
		.help = "a machine of the fleet that it has to do with"},
	{{"since"}, FILTER_SINCE, OP(IS), .scope = FOR_HOSTS,
		.takes = "a time ago such as 5m or 1h30m, a time of day such as 03:10, or mark",
		.help = "seen, or logged, since then"},

	{{"is"}, FILTER_MARKED, OP(IS), .scope = FOR_HOSTS, .takes = "suspicious",
		.help = "it has a flag, is part of what has one, or looks suspicious"},

	{{"seen"}, FILTER_SEEN, ORDERED, .column = "seen",
		.takes = "new, known, flagged, blocked, runs such as 3, or a time such as 12d",
		.help = "what the history says: nothing yet, runs before this one, first seen so "
			"long ago"},

	{{"status"}, FILTER_STATUS, ORDERED, .scope = FOR_HOSTS, .takes = "404, 4xx or 400-499",
		.help = "a request's status"},
	{{"path"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_PATH, .scope = FOR_HOSTS,
		.takes = "a part of a path", .help = "a request's path, with its query"},
	{{"ua", "agent"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_AGENT, .scope = FOR_HOSTS,
		.takes = "a part of an agent", .help = "a request's agent"},
	{{"vhost", "host"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_VHOST,
		.scope = FOR_HOSTS, .takes = "a part of a host's name",
		.help = "the virtual host that was asked for"},
	{{"referer", "referrer"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_REFERER,
		.scope = FOR_HOSTS, .takes = "a part of a URL", .help = "a request's referer"},
	{{"method"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_METHOD, .scope = FOR_HOSTS,
		.takes = "a method such as POST", .help = "a request's method"},
	{{"proto"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_PROTO, .scope = FOR_HOSTS,
		.takes = "a protocol such as HTTP/1.0", .help = "a request's protocol"},
	{{"user"}, FILTER_LINE_TEXT, TEXTUAL, .line_text = FILTER_USER, .scope = FOR_HOSTS,
		.takes = "a part of a user's name", .help = "the user of an SSH login"},

	{{"rate"}, COUNTING, .column = "rate", .takes = "a number such as 60",
		.help = "requests in the last minute"},
	{{"reqs", "requests"}, COUNTING, .column = "requests", .takes = "a number such as 100",
		.help = "requests logged"},
	{{"conns"}, COUNTING, .column = "conns", .takes = "a number such as 50",
		.help = "connections that are open"},
	{{"half", "half_open"}, COUNTING, .column = "half_open", .takes = "a number such as 10",
		.help = "half-open connections"},
	{{"time_wait"}, COUNTING, .column = "time_wait", .takes = "a number such as 100",
		.help = "connections in TIME_WAIT, which are over"},
	{{"refused", "4xx"}, COUNTING, FILTER_SHARE, .column = "refused",
		.takes = "a share such as 50%", .help = "part of its requests answered with 4xx"},
	{{"broken", "5xx"}, COUNTING, FILTER_SHARE, .column = "broken",
		.takes = "a share such as 50%", .help = "part of its requests answered with 5xx"},
	{{"services", "svc"}, COUNTING, .column = "services", .takes = "a number such as 3",
		.help = "how many of the machine's ports its connections lead to"},
	{{"bytes"}, COUNTING, FILTER_BYTES, .column = "bytes", .takes = "bytes such as 500k or 1M",
		.help = "response bytes logged"},
	{{"rtt", "rtt_us"}, COUNTING, FILTER_MICROS, .column = "rtt_us",
		.takes = "a time such as 300us, 80ms or 1s; milliseconds without a unit",
		.help = "round-trip time"},
	{{"held", "held_secs"}, COUNTING, FILTER_SECONDS, .column = "held_secs",
		.takes = "a time such as 30s, 5m or 1h; seconds without a unit",
		.help = "time that its connections were held open, added up"},
	{{"rx"}, COUNTING, FILTER_BYTES, .column = "rx", .takes = "bytes such as 500k or 1M",
		.help = "bytes received from it on the wire"},
	{{"tx"}, COUNTING, FILTER_BYTES, .column = "tx", .takes = "bytes such as 500k or 1M",
		.help = "bytes sent to it on the wire"},
	{{"syns"}, COUNTING, .column = "syns", .takes = "a number such as 100",
		.help = "SYNs seen"},
	{{"syn_rate"}, COUNTING, .column = "syn_rate", .takes = "a number such as 60",
		.help = "SYNs in the last minute"},
	{{"quic_rate"}, COUNTING, .column = "quic_rate", .takes = "a number such as 500",
		.help = "QUIC packets a second"},
	{{"initial_rate"}, COUNTING, .column = "initial_rate", .takes = "a number such as 50",
		.help = "QUIC Initials a second"},
	{{"handshakes"}, COUNTING, .column = "handshakes", .takes = "a number such as 10",
		.help = "inbound handshakes that were seen to complete"},
	{{"retrans"}, COUNTING, FILTER_SHARE, .column = "retrans", .takes = "a share such as 5%",
		.help = "part of the segments sent to it that were sent again"},
	{{"forwarded"}, COUNTING, .column = "forwarded", .takes = "a number such as 10",
		.help = "requests that it passed on for others"},
	{{"clients"}, COUNTING, .column = "clients", .takes = "a number such as 10",
		.help = "addresses whose latest request it passed on"},
	{{"auth_failed"}, COUNTING, .column = "auth_failed", .takes = "a number such as 5",
		.help = "SSH logins that failed"},
	{{"auth_accepted"}, COUNTING, .column = "auth_accepted", .takes = "a number such as 1",
		.help = "SSH logins that were accepted"},
	{{"said"}, COUNTING, FILTER_SECONDS, .column = "said",
		.takes = "a time such as 30s or 5m; seconds without a unit",
		.help = "time since a machine of the fleet was last heard of"},
	{{"out"}, COUNTING, FILTER_BYTES, .column = "out", .takes = "bytes such as 500k or 1M",
		.help = "bytes a second that a machine of the fleet sends"},
	{{"ips"}, COUNTING, .column = "ips", .takes = "a number such as 4",
		.help = "addresses in a group"},
};

const size_t filter_field_count = ARRAY_LEN(filter_fields);

/* The longer ones first. */
static const struct {
	const char *text;
	enum filter_op op;
} ops[] = {
	{">=", FILTER_AT_LEAST},
	{"<=", FILTER_AT_MOST},
	{":", FILTER_IS},
	{"=", FILTER_EQUAL},
	{"~", FILTER_LIKE},
	{">", FILTER_MORE},
	{"<", FILTER_LESS},
};

static bool is_called(const char *name, struct str text)
{
	return name && strlen(name) == text.n && text_contains(str_of(name), text);
}

const struct filter_field *filter_field_find(struct str name)
{
	for (size_t i = 0; i < filter_field_count; i++)
		for (size_t k = 0; k < FILTER_NAMES; k++)
			if (is_called(filter_fields[i].names[k], name))
				return &filter_fields[i];
	return NULL;
}

unsigned filter_field_scope(const struct filter_field *f)
{
	if (!f->column)
		return f->scope;
	const struct column *c = column_find(str_of(f->column));
	return c->scope ? c->scope : (unsigned)FOR_HOSTS;
}

const char *filter_op_text(enum filter_op op)
{
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (ops[i].op == op)
			return ops[i].text;
	return "";
}

bool filter_op_find(struct str s, enum filter_op *ret_op, size_t *ret_n)
{
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (str_starts(s, str_of(ops[i].text))) {
			*ret_op = ops[i].op;
			*ret_n = strlen(ops[i].text);
			return true;
		}
	return false;
}
