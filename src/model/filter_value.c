// SPDX-License-Identifier: MIT
#include "model/filter_parts.h"

#include "base/nearest.h"
#include "base/num.h"
#include "base/text.h"

#include <stdio.h>

#define DAY_SECONDS 86400

const struct filter_field filter_bare = {
	.kind = FILTER_TEXT, .ops = 1u << FILTER_IS, .scope = FOR_HOSTS, .takes = "text"};

const char *const filter_seen_names[] = {[FILTER_SEEN_NEW] = "new",
	[FILTER_SEEN_KNOWN] = "known",
	[FILTER_SEEN_FLAGGED] = "flagged",
	[FILTER_SEEN_BLOCKED] = "blocked",
	[FILTER_SEEN_RUNS] = NULL};

/* A unit and how many of the field's own it is. */
struct unit {
	const char *name;
	double times;
};

static const struct unit counts[] = {{"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {NULL, 1}};
static const struct unit bytes[] = {{"k", 1 << 10}, {"kb", 1 << 10}, {"m", 1 << 20},
	{"mb", 1 << 20}, {"g", 1 << 30}, {"gb", 1 << 30}, {"b", 1}, {NULL, 1}};
static const struct unit micros[] = {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {NULL, 1e3}};
static const struct unit seconds[] = {
	{"s", 1}, {"m", 60}, {"h", 3600}, {"d", DAY_SECONDS}, {NULL, 1}};
static const struct unit shares[] = {{"%", 0.01}, {NULL, 1}};

static const struct unit *const units[] = {[FILTER_COUNT] = counts,
	[FILTER_BYTES] = bytes,
	[FILTER_MICROS] = micros,
	[FILTER_SECONDS] = seconds,
	[FILTER_SHARE] = shares};

static bool is_figure(char c)
{
	return (c >= '0' && c <= '9') || c == '.';
}

/* "5k": takes a figure and its unit off the front of s. */
static bool take_figure(const struct unit *unit, struct str *s, double *ret)
{
	struct str figure = {s->p, 0}, name;
	double d;

	while (figure.n < s->n && is_figure(s->p[figure.n]))
		figure.n++;
	name = (struct str){s->p + figure.n, 0};
	while (figure.n + name.n < s->n && !is_figure(name.p[name.n]))
		name.n++;
	if (num_double(figure, &d) < 0)
		return false;
	for (; unit->name ? strlen(unit->name) != name.n || !text_contains(str_of(unit->name), name)
			  : name.n > 0;
		unit++)
		if (!unit->name)
			return false;
	*ret = d * unit->times;
	*s = (struct str){name.p + name.n, s->n - figure.n - name.n};
	return true;
}

/* Times may have several parts: "1h30m". */
static bool take_sum(const struct unit *unit, struct str s, double *ret)
{
	double sum = 0, part;

	do {
		if (!take_figure(unit, &s, &part))
			return false;
		sum += part;
	} while (s.n && unit == seconds);
	*ret = sum;
	return s.n == 0;
}

static bool read_number(const struct filter_field *field, struct str text, double *ret)
{
	uint64_t whole;

	if (field->kind == FILTER_NUMBER)
		return take_sum(units[field->unit], text, ret);
	if (num_u64(text, &whole) < 0)
		return false;
	*ret = (double)whole;
	return true;
}

/* "3": runs; "12d": how long ago. */
static bool parse_seen_bound(struct str s, struct filter_item *item)
{
	uint64_t runs;

	item->seen = num_u64(s, &runs) == 0 ? FILTER_SEEN_RUNS : FILTER_SEEN_AGE;
	if (item->seen == FILTER_SEEN_AGE)
		return take_sum(seconds, s, &item->low);
	item->low = (double)runs;
	return true;
}

bool filter_bound(const struct filter_field *field, struct str text, struct filter_item *item)
{
	return field->kind == FILTER_SEEN ? parse_seen_bound(text, item)
					  : read_number(field, text, &item->low);
}

/* "404", "400-499" */
static bool parse_range(const struct filter_field *field, struct str s, struct filter_item *item)
{
	const char *dash = s.n ? memchr(s.p, '-', s.n) : NULL;
	struct str low = {s.p, dash ? (size_t)(dash - s.p) : s.n};
	struct str high = dash ? (struct str){dash + 1, s.n - low.n - 1} : low;

	return read_number(field, low, &item->low) && read_number(field, high, &item->high) &&
	       item->low <= item->high;
}

static bool parse_status(const struct filter_field *field, struct str s, struct filter_item *item)
{
	if (s.n == 3 && s.p[0] >= '1' && s.p[0] <= '9' && (s.p[1] | 0x20) == 'x' &&
		(s.p[2] | 0x20) == 'x') {
		item->low = (s.p[0] - '0') * 100;
		item->high = item->low + 99;
		return true;
	}
	return parse_range(field, s, item) && item->high <= 999;
}

static bool parse_port(const struct filter_field *field, struct str s, struct filter_item *item)
{
	return parse_range(field, s, item) && item->high <= UINT16_MAX;
}

static struct str upper(struct str s, char *buf, size_t cap)
{
	size_t n = s.n < cap ? s.n : cap;

	for (size_t i = 0; i < n; i++)
		buf[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 0x20) : s.p[i];
	return (struct str){buf, n};
}

static bool parse_state(const struct filter_field *field, struct str s, struct filter_item *item)
{
	char buf[16];

	(void)field;
	item->number = s.n <= sizeof buf ? tcp_state_from_name(upper(s, buf, sizeof buf)) : 0;
	return item->number != 0;
}

static bool parse_country(const struct filter_field *field, struct str s, struct filter_item *item)
{
	char buf[2];
	int country = s.n == sizeof buf ? country_number(upper(s, buf, sizeof buf)) : -1;

	(void)field;
	item->number = (uint32_t)country;
	return country >= 0;
}

/* "64500", "AS64500" */
static bool parse_asn(const struct filter_field *field, struct str s, struct filter_item *item)
{
	uint64_t asn;

	(void)field;
	if (s.n > 2 && (s.p[0] | 0x20) == 'a' && (s.p[1] | 0x20) == 's')
		s = (struct str){s.p + 2, s.n - 2};
	if (num_u64(s, &asn) < 0 || asn == 0 || asn > UINT32_MAX)
		return false;
	item->number = (uint32_t)asn;
	return true;
}

static bool parse_net(const struct filter_field *field, struct str s, struct filter_item *item)
{
	(void)field;
	return prefix_parse(s, &item->net) == 0;
}

static bool parse_text(const struct filter_field *field, struct str s, struct filter_item *item)
{
	(void)field;
	(void)item;
	return s.n > 0;
}

/* "03:10", "03:10:30" */
static bool parse_clock(struct str s, usec_t *ret)
{
	static const uint64_t limits[] = {24, 60, 60};
	uint64_t sum = 0, n;
	size_t parts = 0;

	for (; parts < ARRAY_LEN(limits); parts++) {
		const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
		struct str part = {s.p, colon ? (size_t)(colon - s.p) : s.n};
		if (part.n > 2 || num_u64(part, &n) < 0 || n >= limits[parts])
			return false;
		sum = sum * 60 + n;
		if (!colon)
			break;
		s = (struct str){colon + 1, s.n - part.n - 1};
	}
	*ret = (usec_t)(parts == 1 ? sum * 60 : sum) * USEC_PER_SEC;
	return parts == 1 || parts == 2;
}

static bool parse_since(const struct filter_field *field, struct str s, struct filter_item *item)
{
	double ago;

	(void)field;
	item->since = FILTER_MARK;
	if (str_eq(s, STR_LIT("mark")))
		return true;
	if (parse_clock(s, &item->time)) {
		item->since = FILTER_OF_DAY;
		return true;
	}
	if (!take_sum(seconds, s, &ago) || ago > 365.0 * DAY_SECONDS)
		return false;
	item->time = (usec_t)(ago * (double)USEC_PER_SEC);
	item->since = FILTER_AGO;
	return true;
}

static bool parse_marked(const struct filter_field *field, struct str s, struct filter_item *item)
{
	(void)field;
	(void)item;
	return str_eq(s, STR_LIT("suspicious"));
}

static bool parse_seen(const struct filter_field *field, struct str s, struct filter_item *item)
{
	for (item->seen = 0; filter_seen_names[item->seen]; item->seen++)
		if (str_eq(s, str_of(filter_seen_names[item->seen])))
			return true;
	item->seen = FILTER_SEEN_RUNS;
	return parse_range(field, s, item);
}

static bool (*const parsers[])(
	const struct filter_field *field, struct str s, struct filter_item *item) = {
	[FILTER_TEXT] = parse_text,
	[FILTER_NET] = parse_net,
	[FILTER_COUNTRY] = parse_country,
	[FILTER_ASN] = parse_asn,
	[FILTER_STATE] = parse_state,
	[FILTER_PORT] = parse_port,
	[FILTER_NUMBER] = parse_range,
	[FILTER_WORDS] = parse_text,
	[FILTER_CRAWLER] = parse_text,
	[FILTER_BLOCKED] = parse_text,
	[FILTER_MACHINE] = parse_text,
	[FILTER_FLAG] = parse_text,
	[FILTER_SINCE] = parse_since,
	[FILTER_MARKED] = parse_marked,
	[FILTER_SEEN] = parse_seen,
	[FILTER_STATUS] = parse_status,
	[FILTER_LINE_TEXT] = parse_text,
};

/* A letter, "any", or the name of a flag that there is. */
static const char *check_flag(const struct filter_env *env, struct str s, struct filter_item *item,
	char why[static FILTER_ERROR_MAX])
{
	struct nearest near;
	const char *name;
	char letter;

	item->number = 0;
	if (!env->flag_at || str_eq(s, STR_LIT("any")))
		return NULL;
	nearest_init(&near, s);
	for (size_t i = 0; (name = env->flag_at(i, &letter)); i++) {
		if (s.n == 1 && (s.p[0] & ~0x20) == letter)
			item->number = (uint8_t)letter;
		if (item->number || str_eq(str_of(name), s))
			return NULL;
		nearest_offer(&near, str_of(name));
	}
	if (!near.name[0])
		return "";
	snprintf(why, FILTER_ERROR_MAX, "no such flag; %s?", near.name);
	return why;
}

const char *filter_value(const struct filter_field *field, const struct filter_env *env,
	struct str text, struct filter_item *ret_item, char why[static FILTER_ERROR_MAX])
{
	if (field->kind == FILTER_SINCE && !env->has_mark && str_eq(text, STR_LIT("mark")))
		return "since: there is no mark yet";
	if (!parsers[field->kind](field, text, ret_item))
		return "";
	return field->kind == FILTER_FLAG ? check_flag(env, text, ret_item, why) : NULL;
}
