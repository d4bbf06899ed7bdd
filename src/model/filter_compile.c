// SPDX-License-Identifier: MIT
#include "model/filter_parts.h"

#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>

/* Reading goes from left to right once; after an error nothing more is read. */
struct scan {
	struct filter *f;
	struct filter_error *error;
	struct str text;
	size_t at;
	bool failed;
};

#define SHOWN_MAX 40 /* bytes of what was typed, in an error */

static void complain(struct scan *s, size_t from, size_t to, const char *what)
{
	if (s->failed)
		return;
	s->failed = true;
	s->error->at = from;
	s->error->n = to > from ? to - from : 1;
	text_copy(s->error->text, sizeof s->error->text, str_of(what));
}

static struct str slice(const struct scan *s, size_t from, size_t to)
{
	return (struct str){s->text.p + from, to - from};
}

/* Where the word at `from` ends that holds no quotes. */
static size_t blank_after(const struct scan *s, size_t from)
{
	while (from < s->text.n && s->text.p[from] != ' ')
		from++;
	return from;
}

/* The closing quote of the one at `from`; text.n: there is none. */
static size_t closing(const struct scan *s, size_t from)
{
	const char *quote = memchr(s->text.p + from + 1, '"', s->text.n - from - 1);

	return quote ? (size_t)(quote - s->text.p) : s->text.n;
}

static bool is_quote(const struct scan *s, size_t at)
{
	return at < s->text.n && s->text.p[at] == '"';
}

static bool is_name(char c)
{
	char l = (char)(c | 0x20);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static struct filter_item *add_item(struct scan *s, struct filter_word *w, size_t from, size_t to)
{
	if (s->f->item_count == FILTER_ITEMS_MAX) {
		complain(s, from, to, "at most 64 values");
		return NULL;
	}
	struct filter_item *item = &s->f->items[s->f->item_count++];
	item->at = (uint16_t)from;
	item->n = (uint16_t)(to - from);
	w->count++;
	return item;
}

static void bad_value(
	struct scan *s, const struct filter_field *field, size_t from, size_t to, const char *why)
{
	char text[FILTER_ERROR_MAX];

	snprintf(text, sizeof text, "%s: takes %s", field->names[0], field->takes);
	complain(s, from, to, why[0] ? why : text);
}

static void parse_value(struct scan *s, struct filter_word *w, size_t from, size_t to)
{
	struct filter_item *item = add_item(s, w, from, to), read;
	char buf[FILTER_ERROR_MAX];
	struct str text = slice(s, from, to);
	const char *why = "";

	if (!item)
		return;
	read = *item;
	if (w->op >= FILTER_MORE)
		why = filter_bound(w->field, text, &read) ? NULL : "";
	else
		why = filter_value(w->field, &s->f->env, text, &read, buf);
	*item = read;
	if (why)
		bad_value(s, w->field, from, to, why);
}

/* One value of a list. Leaves `at` behind it. */
static void parse_item(struct scan *s, struct filter_word *w)
{
	size_t from = s->at, to = from;

	if (is_quote(s, from)) {
		to = closing(s, from);
		if (to == s->text.n)
			complain(s, from, to, "no closing quote");
		else
			parse_value(s, w, from + 1, to);
		s->at = to < s->text.n ? to + 1 : to;
		return;
	}
	while (to < s->text.n && s->text.p[to] != ' ' && s->text.p[to] != ',')
		to++;
	parse_value(s, w, from, to);
	s->at = to;
}

static void parse_items(struct scan *s, struct filter_word *w)
{
	size_t from = s->at;

	parse_item(s, w);
	while (!s->failed && s->at < s->text.n && s->text.p[s->at] == ',') {
		s->at++;
		parse_item(s, w);
	}
	if (s->failed)
		return;
	if (s->at < s->text.n && s->text.p[s->at] != ' ')
		complain(s, s->at, blank_after(s, s->at), "a blank or a comma goes here");
	else if (w->op >= FILTER_MORE && w->count > 1)
		complain(s, from, s->at, "> and < take one number");
}

static void bad_field(struct scan *s, size_t from, size_t to, size_t end)
{
	struct str name = text_clip(slice(s, from, to), SHOWN_MAX);
	struct nearest near;
	char text[FILTER_ERROR_MAX], hint[2 * NEAREST_MAX] = "in quotes it is text";
	const char *other = NULL;

	nearest_init(&near, name);
	for (size_t i = 0; i < filter_field_count; i++)
		for (size_t k = 0; k < FILTER_NAMES && filter_fields[i].names[k]; k++)
			nearest_offer(&near, str_of(filter_fields[i].names[k]));
	for (size_t i = 0; i < filter_field_count && !other; i++) {
		struct str first = str_of(filter_fields[i].names[0]);
		if (first.n > name.n && name.n > 1 &&
			text_contains((struct str){first.p, name.n}, name) &&
			strcmp(first.p, near.name) != 0)
			other = first.p;
	}
	if (near.name[0] || other)
		snprintf(hint, sizeof hint, "%s%s%s?", near.name, near.name[0] && other ? ", " : "",
			other ? other : "");
	snprintf(text, sizeof text, "no field \"%.*s\"; %s", STR_FMT(name), hint);
	complain(s, from, to, text);
	s->at = end;
}

/* Says which operators the field takes: "path takes : = ~". */
static void bad_op(struct scan *s, const struct filter_field *field, size_t from, size_t to)
{
	char text[FILTER_ERROR_MAX];
	int n = snprintf(text, sizeof text, "%s takes", field->names[0]);

	for (int op = 0; op < FILTER_OPS; op++)
		if (field->ops >> op & 1)
			n += snprintf(text + n, sizeof text - (size_t)n, " %s",
				filter_op_text((enum filter_op)op));
	snprintf(text + n, sizeof text - (size_t)n, ", not %.*s", STR_FMT(slice(s, from, to)));
	complain(s, from, to, text);
}

/* "fe80:", "dead:beef": the beginning of an IPv6 address, if it is no field; "http://…". */
static bool is_no_field(struct str word, size_t name)
{
	size_t hex = 0;

	if (word.n > name + 2 && memcmp(word.p + name, "://", 3) == 0)
		return true;
	while (hex < word.n && (word.p[hex] == ':' || (is_name(word.p[hex]) && word.p[hex] != '_' &&
							      (word.p[hex] | 0x20) <= 'f')))
		hex++;
	return hex == word.n && name <= 4 && name < word.n && word.p[name] == ':';
}

/* A word whose field and operator are read. False: it is none. */
static bool parse_field(struct scan *s, struct filter_word *w)
{
	size_t from = s->at, to = from, end = blank_after(s, from), op_n;
	enum filter_op op;

	while (to < end && is_name(s->text.p[to]))
		to++;
	if (to == from || (s->text.p[from] >= '0' && s->text.p[from] <= '9') ||
		!filter_op_find(slice(s, to, end), &op, &op_n))
		return false;
	const struct filter_field *field = filter_field_find(slice(s, from, to));
	if (!field && is_no_field(slice(s, from, end), to - from))
		return false;
	if (!field) {
		bad_field(s, from, to, end);
		return true;
	}
	w->field = field;
	w->column = column_find(str_of(field->column));
	w->op = (uint8_t)op;
	s->at = to + op_n;
	if (field->ops >> op & 1)
		parse_items(s, w);
	else
		bad_op(s, field, to, s->at);
	return true;
}

/* A path may look like a network, but no network begins with a slash. */
static bool parse_bare_net(struct scan *s, struct filter_word *w)
{
	size_t from = s->at, end = blank_after(s, from);
	struct prefix net;

	if (prefix_parse(slice(s, from, end), &net) < 0)
		return false;
	w->field = filter_field_find(STR_LIT("net"));
	struct filter_item *item = add_item(s, w, from, end);
	if (item)
		item->net = net;
	s->at = end;
	return true;
}

static void parse_text(struct scan *s, struct filter_word *w)
{
	size_t from = s->at, end = blank_after(s, from);

	w->field = &filter_bare;
	if (is_quote(s, from) && closing(s, from) < s->text.n && closing(s, from) > from + 1) {
		end = closing(s, from);
		add_item(s, w, from + 1, end);
		s->at = end + 1;
		return;
	}
	add_item(s, w, from, end);
	s->at = end;
}

/* Alternatives are words of one field that are told alike; comparisons must all hold, and so must
 * texts. */
static uint8_t leader_of(const struct filter *f, size_t own)
{
	const struct filter_word *w = &f->words[own];

	if (w->field != &filter_bare && w->op < FILTER_MORE)
		for (size_t i = 0; i < own; i++)
			if (f->words[i].field == w->field && f->words[i].negated == w->negated &&
				f->words[i].op < FILTER_MORE)
				return (uint8_t)i;
	return (uint8_t)own;
}

static void parse_word(struct scan *s)
{
	size_t from = s->at, end = blank_after(s, from);
	char sign = s->text.p[from];

	if (s->f->count == FILTER_WORDS_MAX) {
		complain(s, from, end, "at most 16 words");
		return;
	}
	struct filter_word *w = &s->f->words[s->f->count];
	*w = (struct filter_word){.at = (uint16_t)from, .first = (uint8_t)s->f->item_count};
	w->negated = (sign == '!' || sign == '-') && end > from + 1;
	s->at += w->negated;
	if (!parse_bare_net(s, w) && !parse_field(s, w))
		parse_text(s, w);
	w->n = (uint16_t)(s->at - from);
	if (!s->failed)
		w->leader = leader_of(s->f, s->f->count++);
}

int filter_compile(struct filter *f, struct str text, const struct filter_env *env,
	struct filter_error *ret_error)
{
	struct filter fresh = {.env = env ? *env : (struct filter_env){0}};
	struct scan s = {&fresh, ret_error, text, 0, false};

	if (text.n >= sizeof fresh.text)
		complain(&s, sizeof fresh.text - 1, text.n, "the filter is too long");
	else if (!text_is_clean(text)) /* it is shown wherever it holds */
		complain(&s, 0, text.n, "there are characters in it that cannot be shown");
	while (!s.failed && s.at < text.n)
		if (text.p[s.at] == ' ')
			s.at++;
		else
			parse_word(&s);
	if (s.failed)
		return -EINVAL;
	text_copy(fresh.text, sizeof fresh.text, text);
	*f = fresh;
	return 0;
}

int filter_check(const struct filter *f, enum group_by by, struct filter_error *ret_error)
{
	static const char *const rows[GROUPS] = {
		"addresses", "networks", "systems", "countries", "machines"};

	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		if (filter_field_scope(w->field) & (FOR_HOSTS | 1u << by))
			continue;
		ret_error->at = w->at;
		ret_error->n = w->n;
		snprintf(ret_error->text, sizeof ret_error->text, "%s says nothing of %s",
			w->field->names[0], rows[by]);
		return -EINVAL;
	}
	return 0;
}

bool filter_moves(const struct filter *f)
{
	const unsigned moving = 1u << FILTER_STATE | 1u << FILTER_PORT | 1u << FILTER_NUMBER |
				1u << FILTER_FLAG | 1u << FILTER_SEEN | 1u << FILTER_SINCE |
				1u << FILTER_MARKED | 1u << FILTER_BLOCKED | 1u << FILTER_MACHINE;

	for (size_t i = 0; i < f->count; i++)
		if (moving >> f->words[i].field->kind & 1)
			return true;
	return false;
}

size_t filter_complaint(
	const struct filter_error *e, struct str text, char buf[static FILTER_COMPLAINT_MAX])
{
	struct str word = {text.p + e->at, 0};
	char shown[SHOWN_MAX];

	if (e->at < text.n)
		word.n = e->n < text.n - e->at ? e->n : text.n - e->at;
	size_t n = text_sanitise(shown, sizeof shown, text_clip(word, SHOWN_MAX));
	int len = n ? snprintf(buf, FILTER_COMPLAINT_MAX, "at %zu, \"%.*s\": %s", e->at + 1, (int)n,
			      shown, e->text)
		    : snprintf(buf, FILTER_COMPLAINT_MAX, "at %zu: %s", e->at + 1, e->text);
	return len < FILTER_COMPLAINT_MAX ? (size_t)len : FILTER_COMPLAINT_MAX - 1;
}
