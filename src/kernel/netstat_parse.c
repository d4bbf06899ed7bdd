// SPDX-License-Identifier: MIT
#include "kernel/netstat_parse.h"

#include "base/num.h"

/* More than any host counts between two readings, less than a counter of 32 bits falls when it
 * starts anew early in its life. */
#define MOVED_MOST (UINT64_C(1) << 28)

static const struct {
	const char *group, *name;
	size_t field; /* of struct event_tcp_stats */
} counters[] = {
	{"TcpExt", "SyncookiesSent", offsetof(struct event_tcp_stats, cookies_sent)},
	{"TcpExt", "SyncookiesRecv", offsetof(struct event_tcp_stats, cookies_ok)},
	{"TcpExt", "SyncookiesFailed", offsetof(struct event_tcp_stats, cookies_bad)},
	{"TcpExt", "ListenOverflows", offsetof(struct event_tcp_stats, listen_overflows)},
	{"TcpExt", "ListenDrops", offsetof(struct event_tcp_stats, listen_drops)},
	{"TcpExt", "TCPReqQFullDrop", offsetof(struct event_tcp_stats, request_drops)},
	{"Tcp", "OutRsts", offsetof(struct event_tcp_stats, resets_sent)},
	{"Tcp", "RetransSegs", offsetof(struct event_tcp_stats, segments_again)},
};

_Static_assert(ARRAY_LEN(counters) == NETSTAT_COUNTERS, "each counter has a place");

void netstat_clear(struct netstat *n)
{
	for (size_t i = 0; i < NETSTAT_COUNTERS; i++)
		n->at[i] = ABSENT;
}

/* The line at the front of *text, which moves past it; *ret_whole: it ends in a newline. */
static struct str take_line(struct str *text, bool *ret_whole)
{
	const char *newline = text->n ? memchr(text->p, '\n', text->n) : NULL;
	struct str line = {text->p, newline ? (size_t)(newline - text->p) : text->n};
	size_t taken = line.n + (newline ? 1 : 0);

	*ret_whole = newline != NULL;
	*text = (struct str){text->p + taken, text->n - taken};
	return line;
}

/* The word at the front of *line; empty at the end. */
static struct str take_word(struct str *line)
{
	size_t from = 0, to;

	while (from < line->n && line->p[from] == ' ')
		from++;
	for (to = from; to < line->n && line->p[to] != ' ';)
		to++;
	struct str word = {line->p + from, to - from};
	*line = (struct str){line->p + to, line->n - to};
	return word;
}

static void take_counter(struct netstat *n, struct str group, struct str name, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(counters); i++)
		if (str_eq(name, str_of(counters[i].name)) &&
			str_eq(group, str_of(counters[i].group)))
			num_u64(value, &n->at[i]);
}

static void take_pair(struct netstat *n, struct str names, struct str values, bool whole)
{
	struct str group = take_word(&names);

	if (group.n < 2 || !str_eq(group, take_word(&values)))
		return;
	group.n--; /* the colon */
	for (;;) {
		struct str name = take_word(&names), value = take_word(&values);
		/* The last number of a line that is cut off may be cut, too. */
		if (!name.n || !value.n || (!whole && !values.n))
			return;
		take_counter(n, group, name, value);
	}
}

void netstat_parse(struct netstat *n, struct str text)
{
	bool whole;

	while (text.n) {
		struct str names = take_line(&text, &whole);
		struct str values = take_line(&text, &whole);
		take_pair(n, names, values, whole);
	}
}

uint64_t netstat_moved(uint64_t before, uint64_t after)
{
	uint64_t moved = after - before;

	if (after < before && before <= UINT32_MAX)
		moved = (uint32_t)moved;
	return after >= before || moved <= MOVED_MOST ? moved : 0;
}

void netstat_delta(
	const struct netstat *before, const struct netstat *after, struct event_tcp_stats *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
		uint64_t *field = (uint64_t *)(void *)((char *)ret + counters[i].field);
		if (before->at[i] != ABSENT && after->at[i] != ABSENT)
			*field = netstat_moved(before->at[i], after->at[i]);
	}
}
