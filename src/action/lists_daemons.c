// SPDX-License-Identifier: MIT
/* What daemons that ban say of their bans, and the routes that lead nowhere. */
#include "action/json_slices.h"
#include "action/lists_parts.h"

#include "base/text.h"

#define UNCOUNTED UINT64_MAX

/* fail2ban: "[{'sshd': ['203.0.113.9', '2001:db8::9']}, {'web': []}]", as Python prints a list. */

/* The next text in quotes, of either kind; *ret_key: a colon follows it. False at the end. */
static bool next_quoted(struct str *text, struct str *ret, bool *ret_key)
{
	while (text->n && *text->p != '\'' && *text->p != '"')
		*text = str_skip(*text, 1);
	if (!text->n)
		return false;
	char quote = *text->p;
	*text = str_skip(*text, 1);
	const char *end = memchr(text->p, quote, text->n);
	if (!end)
		return false;
	*ret = (struct str){text->p, (size_t)(end - text->p)};
	*text = str_skip(*text, ret->n + 1);
	*ret_key = text->n && *text->p == ':';
	return true;
}

static bool is_whole(struct str text)
{
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' '))
		text.n--;
	return text.n && text.p[text.n - 1] == ']';
}

static bool is_banned_list(struct str text)
{
	return text.n && *text.p == '[';
}

void lists_read_fail2ban(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret)
{
	struct finder f = finder_of(fn, ctx, ret, WAY_FAIL2BAN);
	struct str word;
	struct addr ip;
	bool key, named = false;

	ret->cut = !is_whole(text);
	if (!is_banned_list(text))
		return;
	while (next_quoted(&text, &word, &key)) {
		if (key) {
			f.by[text_sanitise(f.by, sizeof f.by - 1, word)] = '\0';
			named = true;
		} else if (named && addr_parse(word, &ip) == 0) {
			find_text(&f, word, 0, UNCOUNTED);
		} else {
			ret->left_out++;
		}
	}
}

void lists_read_jails(struct str text, jail_fn *fn, void *ctx)
{
	struct str word;
	bool key;

	if (!is_banned_list(text))
		return;
	while (next_quoted(&text, &word, &key))
		if (key)
			fn(ctx, word);
}

/* CrowdSec: alerts, each with its decisions. */

/* "3h59m43.123s", as Go prints a time: seconds; 0 when it is none, or over. */
static uint64_t go_seconds(struct str s)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
	uint64_t sum = 0, n = 0;
	bool fraction = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9') {
			if (!fraction && n < UINT32_MAX)
				n = n * 10 + (uint64_t)(c - '0');
			continue;
		}
		fraction = c == '.';
		for (size_t k = 0; k < ARRAY_LEN(units); k++)
			if (units[k].unit == c)
				sum += n * units[k].seconds;
		if (!fraction)
			n = 0;
	}
	return sum;
}

static void read_decision(struct finder *f, struct str decision)
{
	struct str scope = slices_text(slices_member(decision, "scope"));
	struct str type = slices_text(slices_member(decision, "type"));
	struct str left = slices_text(slices_member(decision, "duration"));

	if (!str_eq(type, STR_LIT("ban")) || (left.n && *left.p == '-'))
		return;
	if (text_contains(scope, STR_LIT("ip")) || text_contains(scope, STR_LIT("range")))
		find_text(f, slices_text(slices_member(decision, "value")), go_seconds(left),
			UNCOUNTED);
	else
		f->read->left_out++;
}

static void read_alert(struct finder *f, struct str alert)
{
	struct str list = slices_member(alert, "decisions");
	struct slices_walk decisions;

	if (!list.p) /* older releases print the decisions alone */
		read_decision(f, alert);
	else if (slices_enter(&decisions, list))
		while (slices_next(&decisions))
			if (!decisions.cut)
				read_decision(f, decisions.value);
}

void lists_read_crowdsec(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret)
{
	struct finder f = finder_of(fn, ctx, ret, WAY_CROWDSEC);
	struct slices_walk alerts;

	if (!slices_enter(&alerts, text)) /* "null": there are none */
		return;
	while (slices_next(&alerts))
		if (!alerts.cut)
			read_alert(&f, alerts.value);
	ret->cut = alerts.cut;
}

/* [{"type":"blackhole","dst":"203.0.113.0/24","flags":[]}] */
void lists_read_routes(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret)
{
	struct finder f = finder_of(fn, ctx, ret, WAY_ROUTE);
	struct slices_walk routes;

	if (!slices_enter(&routes, text))
		return;
	while (slices_next(&routes))
		if (!routes.cut)
			find_text(
				&f, slices_text(slices_member(routes.value, "dst")), 0, UNCOUNTED);
	ret->cut = routes.cut;
}
