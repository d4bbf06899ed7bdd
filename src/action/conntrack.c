// SPDX-License-Identifier: MIT
/*
 * Lines as print_tuple and ct_seq_show of the kernel (net/netfilter/nf_conntrack_standalone.c) and
 * nfct_snprintf of libnetfilter_conntrack write them: the protocol, then for each direction "src=",
 * "dst=", "sport=" and "dport=". Other words, known or not, are passed over.
 */
#include "action/conntrack.h"

#include "action/lists_parts.h"
#include "base/num.h"

/* Of one direction. */
struct one_way {
	struct addr src, dst;
	uint16_t sport, dport;
	unsigned has; /* of enum part */
};

enum part {
	PART_SRC = 1,
	PART_DST = 2,
	PART_SPORT = 4,
	PART_DPORT = 8,
	PARTS = 15
};

enum {
	ORIGINAL,
	REPLY,
	DIRECTIONS
};

static const struct {
	struct str name;
	enum part part;
} parts[] = {
	{{"src=", 4}, PART_SRC},
	{{"dst=", 4}, PART_DST},
	{{"sport=", 6}, PART_SPORT},
	{{"dport=", 6}, PART_DPORT},
};

static bool take_port(struct str text, uint16_t *ret)
{
	uint64_t n;

	if (num_u64(text, &n) < 0 || n == 0 || n > UINT16_MAX)
		return false;
	*ret = (uint16_t)n;
	return true;
}

static bool take_part(struct one_way *d, enum part part, struct str value)
{
	switch (part) {
	case PART_SRC:
		return addr_parse(value, &d->src) == 0;
	case PART_DST:
		return addr_parse(value, &d->dst) == 0;
	case PART_SPORT:
		return take_port(value, &d->sport);
	default:
		return take_port(value, &d->dport);
	}
}

/* A part that is there already begins the other direction. False: it is none that makes sense. */
static bool take_pair(struct one_way ways[DIRECTIONS], struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct str value = word;
		struct one_way *d = &ways[ORIGINAL];
		if (!str_take(&value, parts[i].name))
			continue;
		if (d->has & parts[i].part)
			d = &ways[REPLY];
		if (d->has & parts[i].part || !take_part(d, parts[i].part, value))
			return false;
		d->has |= parts[i].part;
	}
	return true;
}

/* "tcp 6 119 TIME_WAIT …", or "ipv4 2 tcp 6 119 TIME_WAIT …": the name before the number; absent
 * when it is no such line. */
static struct str take_protocol(struct str *line)
{
	struct str name = take_word(line), number = take_word(line);
	uint64_t n;

	if (str_eq(name, STR_LIT("ipv4")) || str_eq(name, STR_LIT("ipv6"))) {
		name = take_word(line);
		number = take_word(line);
	}
	return num_u64(number, &n) == 0 ? name : STR_ABSENT;
}

static bool take_ways(struct str line, struct one_way ways[DIRECTIONS])
{
	for (struct str word = take_word(&line); word.p; word = take_word(&line))
		if (!take_pair(ways, word))
			return false;
	return ways[ORIGINAL].has == PARTS && ways[REPLY].has == PARTS;
}

/* "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.", which goes to stderr. */
static bool is_remark(struct str line)
{
	return !line.n || str_starts(line, STR_LIT("conntrack v"));
}

static void read_line(struct str line, conntrack_fn *fn, void *ctx, struct conntrack_read *ret)
{
	struct one_way ways[DIRECTIONS] = {0};
	const struct one_way *original = &ways[ORIGINAL], *reply = &ways[REPLY];

	if (is_remark(line))
		return;
	struct str protocol = take_protocol(&line);
	bool is_tcp = str_eq(protocol, STR_LIT("tcp"));
	if (!protocol.n || (is_tcp && !take_ways(line, ways))) {
		ret->bad++;
		return;
	}
	if (!is_tcp || addr_eq(&original->src, &reply->dst)) {
		ret->others++;
		return;
	}
	const struct conntrack_entry entry = {
		original->src, original->sport, reply->dst, reply->dport, reply->src, reply->sport};
	ret->rewritten++;
	fn(ctx, &entry);
}

void conntrack_parse(struct str text, conntrack_fn *fn, void *ctx, struct conntrack_read *ret)
{
	struct str line;
	bool whole;

	*ret = (struct conntrack_read){0};
	while (take_line(&text, &line, &whole)) {
		if (whole)
			read_line(line, fn, ctx, ret);
		else
			ret->cut = true;
	}
}
