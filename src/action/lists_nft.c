// SPDX-License-Identifier: MIT
/*
 * nft's JSON (libnftables-json(5)), in two passes: first the rules, which say by which sets packets
 * are dropped, then the sets. Text that ends before the rules does not hide what is in sets that
 * are known by the name of their table.
 */
#include "action/json_slices.h"
#include "action/lists_parts.h"

#define UNCOUNTED UINT64_MAX
#define SETS_MAX  128
#define OUT_MAX   32 /* chains of what this machine sends */

/* What names a set or a chain; slices of the text. */
struct name {
	struct str family, table, name;
};

struct reader {
	struct finder f;
	struct name sets[SETS_MAX];
	uint32_t set_n;
	struct name out[OUT_MAX];
	uint32_t out_n;
};

/* What a rule says of whom it keeps out. */
struct rule {
	struct str source; /* a value: text, {"prefix": …}, {"set": […]}, {"range": […]} */
	uint64_t packets;
	bool drops, lets_some;
};

static struct str member_text(struct str object, const char *key)
{
	return slices_text(slices_member(object, key));
}

static struct name read_name(struct str object, const char *key)
{
	return (struct name){member_text(object, "family"), member_text(object, "table"),
		member_text(object, key)};
}

static bool name_eq(const struct name *a, const struct name *b)
{
	return str_eq(a->family, b->family) && str_eq(a->table, b->table) &&
	       str_eq(a->name, b->name);
}

static bool is_listed(const struct name *names, uint32_t n, const struct name *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (name_eq(&names[i], name))
			return true;
	return false;
}

/* Rules. */

static struct str saddr(struct str match)
{
	struct str payload = slices_member(slices_member(match, "left"), "payload");

	if (!str_eq(member_text(payload, "field"), STR_LIT("saddr")))
		return STR_ABSENT;
	struct str op = member_text(match, "op");
	return str_eq(op, STR_LIT("==")) || str_eq(op, STR_LIT("in"))
		       ? slices_member(match, "right")
		       : STR_ABSENT;
}

static bool is_reject(struct str xt)
{
	return str_eq(member_text(xt, "type"), STR_LIT("target")) &&
	       str_eq(member_text(xt, "name"), STR_LIT("REJECT"));
}

/* A match by a module of iptables is not said any closer: iptables-save does. */
static bool is_target(struct str xt)
{
	return str_eq(member_text(xt, "type"), STR_LIT("target"));
}

static void take_statement(struct rule *r, const struct slices_walk *w)
{
	static const char *const some[] = {
		"limit", "meter", "quota", "ct count", "set", "map", "jump", "goto"};

	if (slices_key_is(w, "match")) {
		struct str source = saddr(w->value);
		if (source.p)
			r->source = source;
	} else if (slices_key_is(w, "counter")) {
		slices_number(slices_member(w->value, "packets"), &r->packets);
	} else if (slices_key_is(w, "drop") || slices_key_is(w, "reject")) {
		r->drops = true;
	} else if (slices_key_is(w, "xt")) {
		r->drops |= is_reject(w->value);
		r->lets_some |= !is_target(w->value);
	}
	for (size_t i = 0; i < ARRAY_LEN(some); i++)
		r->lets_some |= slices_key_is(w, some[i]);
}

static struct rule read_rule(struct str expr)
{
	struct rule r = {.packets = UNCOUNTED};
	struct slices_walk statements, statement;

	if (!slices_enter(&statements, expr))
		return r;
	while (slices_next(&statements))
		if (slices_enter(&statement, statements.value) && slices_next(&statement))
			take_statement(&r, &statement);
	r.lets_some |= statements.cut;
	return r;
}

static void add_set(struct reader *r, struct name *set)
{
	if (is_listed(r->sets, r->set_n, set))
		return;
	if (r->set_n < SETS_MAX)
		r->sets[r->set_n++] = *set;
	else
		r->f.read->left_out++;
}

/* iptables' own tables: its rules are said as iptables-save says them. */
static bool is_of_iptables(const struct name *n)
{
	return (str_eq(n->family, STR_LIT("ip")) || str_eq(n->family, STR_LIT("ip6"))) &&
	       (str_eq(n->table, STR_LIT("filter")) || str_eq(n->table, STR_LIT("raw")) ||
		       str_eq(n->table, STR_LIT("mangle")));
}

/* Elements. */

static void read_prefix(struct finder *f, struct str value, uint64_t left, uint64_t packets)
{
	struct str addr = member_text(value, "addr");
	struct prefix net;
	struct addr a;
	uint64_t bits;

	if (addr_parse(addr, &a) < 0 || !slices_number(slices_member(value, "len"), &bits) ||
		bits > (addr_is_v4(&a) ? 32 : 128)) {
		f->read->left_out++;
		return;
	}
	net = prefix_of(&a, (unsigned)bits);
	find(f, &net, left, packets);
}

static void read_range(struct finder *f, struct str value, uint64_t left, uint64_t packets)
{
	struct addr ends[2];
	struct slices_walk w;
	size_t n = 0;

	if (slices_enter(&w, value))
		while (n < ARRAY_LEN(ends) && slices_next(&w) &&
			addr_parse(slices_text(w.value), &ends[n]) == 0)
			n++;
	if (n == ARRAY_LEN(ends))
		find_range(f, &ends[0], &ends[1], left, packets);
	else
		f->read->left_out++;
}

/* A text, {"prefix": …} or {"range": …}. */
static void read_value(struct finder *f, struct str value, uint64_t left, uint64_t packets)
{
	struct str text = slices_text(value);
	struct str prefix = slices_member(value, "prefix"), range = slices_member(value, "range");

	if (text.p)
		find_text(f, text, left, packets);
	else if (prefix.p)
		read_prefix(f, prefix, left, packets);
	else if (range.p)
		read_range(f, range, left, packets);
	else
		f->read->left_out++;
}

/* The same, or {"elem": {"val": …, "expires": …, "counter": …}}. Two elements that belong together
 * as one prefix expire together. */
static void read_element(struct finder *f, struct str element)
{
	struct str elem = slices_member(element, "elem");
	uint64_t left = 0, packets = UNCOUNTED;

	if (!elem.p) {
		read_value(f, element, 0, UNCOUNTED);
		return;
	}
	slices_number(slices_member(elem, "expires"), &left);
	slices_number(slices_member(slices_member(elem, "counter"), "packets"), &packets);
	read_value(f, slices_member(elem, "val"), left, packets);
}

static void read_elements(struct finder *f, struct str array)
{
	struct slices_walk w;

	if (!slices_enter(&w, array))
		return;
	while (slices_next(&w))
		if (!w.cut)
			read_element(f, w.value);
}

/* Whom a rule names itself: one address, prefix or range, or a set without a name. */
static void read_source(struct reader *r, const struct rule *rule, struct name *chain)
{
	struct str text = slices_text(rule->source), set = slices_member(rule->source, "set");

	if (text.n && *text.p == '@') {
		struct name of = {chain->family, chain->table, str_skip(text, 1)};
		add_set(r, &of);
		return;
	}
	find_for(&r->f, is_of_iptables(chain) ? WAY_IPTABLES : WAY_NFT, chain->table, chain->name);
	if (set.p)
		read_elements(&r->f, set);
	else
		read_value(&r->f, rule->source, 0, rule->packets);
}

/* Objects. */

static void take_chain(struct reader *r, struct str chain)
{
	struct str hook = member_text(chain, "hook");
	bool out = str_eq(hook, STR_LIT("output")) || str_eq(hook, STR_LIT("postrouting"));

	if (out && r->out_n < OUT_MAX)
		r->out[r->out_n++] = read_name(chain, "name");
}

static void take_rule(struct reader *r, struct str text)
{
	struct name chain = read_name(text, "chain");
	struct rule rule = read_rule(slices_member(text, "expr"));

	if (rule.drops && !rule.lets_some && rule.source.p && !is_listed(r->out, r->out_n, &chain))
		read_source(r, &rule, &chain);
}

/* Its rules may have been cut off. */
static bool is_known_to_drop(const struct name *set)
{
	return str_eq(set->table, STR_LIT(BLOCK_TABLE)) ||
	       str_eq(set->table, STR_LIT("f2b-table")) ||
	       str_starts(set->table, STR_LIT("crowdsec"));
}

static void take_set(struct reader *r, struct str text)
{
	struct name set = {0};
	struct str type = STR_ABSENT, elem = STR_ABSENT;
	struct slices_walk w;

	/* One walk: elem can be most of the text. */
	if (!slices_enter(&w, text))
		return;
	while (slices_next(&w)) {
		if (slices_key_is(&w, "family"))
			set.family = slices_text(w.value);
		else if (slices_key_is(&w, "table"))
			set.table = slices_text(w.value);
		else if (slices_key_is(&w, "name"))
			set.name = slices_text(w.value);
		else if (slices_key_is(&w, "type"))
			type = slices_text(w.value);
		else if (slices_key_is(&w, "elem"))
			elem = w.value;
	}
	if (!elem.p || !(is_listed(r->sets, r->set_n, &set) || is_known_to_drop(&set)))
		return;
	if (!str_eq(type, STR_LIT("ipv4_addr")) && !str_eq(type, STR_LIT("ipv6_addr"))) {
		r->f.read->left_out++;
		return;
	}
	find_for_set(&r->f, WAY_NFT, set.family, set.table, set.name);
	read_elements(&r->f, elem);
}

/* Calls back with each object, {"set": …} being one. True when the text was cut. */
static bool each_object(struct str text, void (*take)(struct reader *r, const struct slices_walk *),
	struct reader *r)
{
	struct slices_walk top, items, item;

	if (!slices_enter(&top, text) || !slices_next(&top) || !slices_key_is(&top, "nftables") ||
		!slices_enter(&items, top.value))
		return text.n > 0;
	while (slices_next(&items))
		if (slices_enter(&item, items.value) && slices_next(&item))
			take(r, &item);
	return items.cut;
}

static void first_pass(struct reader *r, const struct slices_walk *object)
{
	if (slices_key_is(object, "chain") && !object->cut)
		take_chain(r, object->value);
	else if (slices_key_is(object, "rule") && !object->cut)
		take_rule(r, object->value);
}

static void second_pass(struct reader *r, const struct slices_walk *object)
{
	if (slices_key_is(object, "set"))
		take_set(r, object->value);
}

void lists_read_nft(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret)
{
	struct reader r = {.set_n = 0};

	r.f = finder_of(fn, ctx, ret, WAY_NFT);
	ret->cut = each_object(text, first_pass, &r);
	each_object(text, second_pass, &r);
}
