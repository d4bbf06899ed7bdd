// SPDX-License-Identifier: MIT
#include "action/lists_parts.h"

#include "base/text.h"

#define RANGE_PREFIXES_MAX 256 /* that one range becomes; one of IPv6 can need 254 */

struct finder finder_of(listed_fn *fn, void *ctx, struct listing_read *read, enum way way)
{
	*read = (struct listing_read){0};
	return (struct finder){.fn = fn, .ctx = ctx, .read = read, .way = way};
}

static void set_by(struct finder *f, struct str name)
{
	size_t n = text_sanitise(f->by, sizeof f->by - 1, name);

	f->by[n] = '\0';
}

/* How those who fill firewalls name what is theirs; what follows in the name is the jail's. The
 * names are those of fail2ban's actions, CrowdSec's firewall bouncer, ufw and firewalld. */
static const struct {
	const char *table, *name; /* beginnings; NULL: any */
	enum way way;
	bool has_jail;
} owners[] = {
	{"f2b-table", "addr-set-", WAY_FAIL2BAN, true},
	{"f2b-table", "addr6-set-", WAY_FAIL2BAN, true},
	{"f2b-table", NULL, WAY_FAIL2BAN, false},
	{NULL, "f2b-", WAY_FAIL2BAN, true},
	{NULL, "fail2ban-", WAY_FAIL2BAN, true},
	{"crowdsec", NULL, WAY_CROWDSEC, false},
	{NULL, "crowdsec", WAY_CROWDSEC, false},
	{NULL, "CROWDSEC", WAY_CROWDSEC, false},
	{NULL, "ufw-", WAY_UFW, false},
	{NULL, "ufw6-", WAY_UFW, false},
	{"firewalld", NULL, WAY_FIREWALLD, false},
};

static bool begins(struct str s, const char *with)
{
	return !with || (s.p && str_starts(s, str_of(with)));
}

void find_for(struct finder *f, enum way way, struct str table, struct str name)
{
	f->way = way;
	f->ours = false;
	set_by(f, name);
	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		const char *start = owners[i].name;
		if (!begins(table, owners[i].table) || !begins(name, start))
			continue;
		f->way = owners[i].way;
		if (owners[i].has_jail)
			set_by(f, str_skip(name, strlen(start)));
		else
			f->by[0] = '\0';
		return;
	}
}

/* By their whole names: what only begins like them is somebody else's, and cannot be undone from
 * here. */
void find_for_set(
	struct finder *f, enum way way, struct str family, struct str table, struct str name)
{
	bool of_ipset = way == WAY_IPSET && (str_eq(name, STR_LIT(BLOCK_TABLE "4")) ||
						    str_eq(name, STR_LIT(BLOCK_TABLE "6")));
	bool of_nft = str_eq(family, STR_LIT("inet")) && str_eq(table, STR_LIT(BLOCK_TABLE)) &&
		      (str_eq(name, STR_LIT("block4")) || str_eq(name, STR_LIT("block6")));

	find_for(f, way, table, name);
	f->ours = of_ipset || of_nft;
	if (of_nft)
		f->by[0] = '\0';
}

void find(struct finder *f, const struct prefix *net, uint64_t left_s, uint64_t packets)
{
	if (net->bits <= (addr_is_v4(&net->addr) ? 96 : 0)) {
		f->read->left_out++;
		return;
	}
	const struct listed listed = {.net = *net,
		.way = f->way,
		.by = str_of(f->by),
		.ours = f->ours,
		.left_s = left_s < UINT32_MAX ? (uint32_t)left_s : UINT32_MAX,
		.packets = packets};
	f->read->found++;
	f->fn(f->ctx, &listed);
}

void find_text(struct finder *f, struct str text, uint64_t left_s, uint64_t packets)
{
	const char *dash = text.n ? memchr(text.p, '-', text.n) : NULL;
	struct prefix net;
	struct addr from, to;

	if (dash) {
		struct str first = {text.p, (size_t)(dash - text.p)};
		if (addr_parse(first, &from) == 0 &&
			addr_parse(str_skip(text, first.n + 1), &to) == 0) {
			find_range(f, &from, &to, left_s, packets);
			return;
		}
	} else if (prefix_parse(text, &net) == 0) {
		find(f, &net, left_s, packets);
		return;
	}
	f->read->left_out++;
}

/* The last address of a prefix. */
static struct addr last_of(const struct prefix *p)
{
	struct addr a = p->addr;

	for (unsigned bit = p->bits; bit < ADDR_BITS; bit++)
		a.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return a;
}

/* The address after this one; false behind the last of all. */
static bool step(struct addr *a)
{
	for (int i = 15; i >= 0; i--)
		if (++a->b[i])
			return true;
	return false;
}

/* The widest prefix that begins with an address and does not reach beyond another. */
static struct prefix widest(const struct addr *from, const struct addr *to)
{
	struct prefix p = {*from, ADDR_BITS};
	unsigned least = addr_is_v4(from) ? 96 : 0;

	while (p.bits > least) {
		unsigned bit = p.bits - 1u;
		struct prefix wider = {*from, (uint8_t)bit};
		struct addr last = last_of(&wider);
		if (from->b[bit / 8] & 0x80 >> bit % 8 || addr_compare(&last, to) > 0)
			break;
		p = wider;
	}
	return p;
}

void find_range(struct finder *f, const struct addr *from, const struct addr *to, uint64_t left_s,
	uint64_t packets)
{
	struct addr at = *from;

	if (addr_is_v4(from) != addr_is_v4(to) || addr_compare(from, to) > 0) {
		f->read->left_out++;
		return;
	}
	for (int i = 0; i < RANGE_PREFIXES_MAX; i++) {
		struct prefix p = widest(&at, to);
		find(f, &p, left_s, packets);
		at = last_of(&p);
		if (addr_compare(&at, to) >= 0 || !step(&at))
			return;
	}
	f->read->left_out++;
}

struct str take_word(struct str *line)
{
	while (line->n && *line->p == ' ')
		*line = str_skip(*line, 1);
	if (!line->n)
		return STR_ABSENT;
	bool quoted = *line->p == '"';
	if (quoted)
		*line = str_skip(*line, 1);
	const char *end = memchr(line->p, quoted ? '"' : ' ', line->n);
	struct str word = {line->p, end ? (size_t)(end - line->p) : line->n};
	*line = str_skip(*line, end ? word.n + 1 : word.n);
	return word;
}

bool take_line(struct str *text, struct str *ret_line, bool *ret_whole)
{
	if (!text->n)
		return false;
	const char *end = memchr(text->p, '\n', text->n);
	*ret_whole = end != NULL;
	*ret_line = (struct str){text->p, end ? (size_t)(end - text->p) : text->n};
	*text = str_skip(*text, end ? ret_line->n + 1 : text->n);
	return true;
}
