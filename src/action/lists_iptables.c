// SPDX-License-Identifier: MIT
/* iptables-save(8) and ipset(8): rules, and the sets that they name. */
#include "action/lists_parts.h"

#include "base/num.h"

#define UNCOUNTED UINT64_MAX

/* A rule, as far as it says whom it keeps out. */
struct rule {
	struct str chain, source, set, comment, target;
	uint64_t packets;
	bool appends;   /* "-A" */
	bool negated;   /* "! -s" */
	bool lets_some; /* a match that lets some of its packets through, or that nobody here knows
			 */
};

/* Matches that make a rule no less a block. */
static bool is_plain_match(struct str name)
{
	static const char *const plain[] = {"tcp", "udp", "multiport", "comment", "set",
		"conntrack", "state", "icmp", "icmp6", "addrtype"};

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (str_eq(name, str_of(plain[i])))
			return true;
	return false;
}

static void take_set(struct rule *r, struct str *line)
{
	struct str name = take_word(line), direction = take_word(line);

	if (str_eq(direction, STR_LIT("src")))
		r->set = name;
	else
		r->lets_some = true;
}

/* An option and its value. */
static void take_option(struct rule *r, struct str option, struct str *line)
{
	if (str_eq(option, STR_LIT("-A"))) {
		r->appends = true;
		r->chain = take_word(line);
	} else if (str_eq(option, STR_LIT("-s"))) {
		r->source = take_word(line);
	} else if (str_eq(option, STR_LIT("-j"))) {
		r->target = take_word(line);
	} else if (str_eq(option, STR_LIT("-m"))) {
		r->lets_some |= !is_plain_match(take_word(line));
	} else if (str_eq(option, STR_LIT("--match-set"))) {
		take_set(r, line);
	} else if (str_eq(option, STR_LIT("--comment"))) {
		r->comment = take_word(line);
	} else if (str_eq(option, STR_LIT("!"))) {
		r->negated = true;
	}
}

/* "[12:720] -A INPUT …" */
static uint64_t take_packets(struct str *line)
{
	uint64_t packets = UNCOUNTED;

	if (!str_take(line, STR_LIT("[")))
		return UNCOUNTED;
	const char *colon = memchr(line->p, ':', line->n);
	if (!colon || num_u64((struct str){line->p, (size_t)(colon - line->p)}, &packets) < 0)
		packets = UNCOUNTED;
	take_word(line);
	return packets;
}

static struct rule read_rule(struct str line)
{
	struct rule r = {.packets = take_packets(&line)};

	for (struct str word = take_word(&line); word.p; word = take_word(&line))
		take_option(&r, word, &line);
	return r;
}

static bool drops(const struct rule *r)
{
	static const char *const targets[] = {"DROP", "REJECT", "TARPIT"};

	if (!r->appends || r->negated || r->lets_some || str_eq(r->chain, STR_LIT("OUTPUT")) ||
		str_eq(r->chain, STR_LIT("POSTROUTING")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(targets); i++)
		if (str_eq(r->target, str_of(targets[i])))
			return true;
	return false;
}

static void add_set(struct lists_sets *sets, struct str name, struct listing_read *read)
{
	if (!name.n || name.n >= LISTS_SET_MAX || memchr(name.p, 0, name.n))
		return;
	for (uint32_t i = 0; i < sets->n; i++)
		if (str_eq(str_of(sets->names[i]), name))
			return;
	if (sets->n == LISTS_SETS_MAX) {
		read->left_out++;
		return;
	}
	memcpy(sets->names[sets->n], name.p, name.n);
	sets->names[sets->n++][name.n] = '\0';
}

void lists_read_iptables(struct str text, struct lists_sets *sets, listed_fn *fn, void *ctx,
	struct listing_read *ret)
{
	struct finder f = finder_of(fn, ctx, ret, WAY_IPTABLES);
	struct str line;
	bool whole = true;

	while (take_line(&text, &line, &whole)) {
		if (!whole || !line.n || (*line.p != '[' && *line.p != '-'))
			continue;
		struct rule r = read_rule(line);
		if (!drops(&r))
			continue;
		if (r.set.p)
			add_set(sets, r.set, ret);
		if (!r.source.p)
			continue;
		find_for(&f, WAY_IPTABLES, STR_ABSENT, r.chain);
		f.ours = str_eq(r.comment, STR_LIT(BLOCK_TABLE));
		find_text(&f, r.source, 0, r.packets);
	}
	ret->cut = !whole;
}

/* ipset. */

static bool is_wanted(const struct lists_sets *sets, struct str name)
{
	for (uint32_t i = 0; i < sets->n; i++)
		if (str_eq(str_of(sets->names[i]), name))
			return true;
	return false;
}

/* "add NAME 203.0.113.0/24 timeout 3599 packets 3 bytes 180" */
static void read_entry(struct finder *f, struct str net, struct str line)
{
	uint64_t left = 0, packets = UNCOUNTED;

	for (struct str word = take_word(&line); word.p; word = take_word(&line)) {
		if (str_eq(word, STR_LIT("timeout")))
			num_u64(take_word(&line), &left);
		else if (str_eq(word, STR_LIT("packets")))
			num_u64(take_word(&line), &packets);
		else if (str_eq(word, STR_LIT("comment")))
			take_word(&line);
		else if (str_eq(word, STR_LIT("nomatch")))
			return; /* an exception, which is let in */
	}
	find_text(f, net, left, packets);
}

void lists_read_ipset(struct str text, const struct lists_sets *sets, listed_fn *fn, void *ctx,
	struct listing_read *ret)
{
	struct finder f = finder_of(fn, ctx, ret, WAY_IPSET);
	struct str line;
	bool whole = true;

	while (take_line(&text, &line, &whole)) {
		if (!whole || !str_eq(take_word(&line), STR_LIT("add")))
			continue;
		struct str name = take_word(&line), net = take_word(&line);
		if (!net.p || !is_wanted(sets, name))
			continue;
		find_for_set(&f, WAY_IPSET, STR_ABSENT, STR_ABSENT, name);
		read_entry(&f, net, line);
	}
	ret->cut = !whole;
}
