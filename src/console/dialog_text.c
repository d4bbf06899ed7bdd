// SPDX-License-Identifier: MIT
#include "console/dialog_text.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>

/* In the order of the original's dialog, and what it had not. */
const struct dialog_field dialog_fields[DIALOG_FIELDS] = {
	{"State", "state", "syn_recv, established, time_wait, ..."},
	{"Status", "status", "404, 4xx, 400-499, 4xx,5xx"},
	{"Rate, requests/min", "rate", ">60"},
	{"IP or network", "net", "203.0.113.0/24,198.51.100.7"},
	{"Country", "country", "BR,VN"},
	{"Path", "path", "/wp-login"},
	{"Agent", "ua", "curl"},
	{"Virtual host", "vhost", "shop.example"},
	{"Flag", "flag", "any, syn-flood, scanner, ..."},
	{"Anything else", NULL, "text, -word, conns>50, since:5m"},
};

static void append(char text[static FILTER_TEXT_MAX], struct str s)
{
	size_t n = strlen(text);
	int w = snprintf(text + n, FILTER_TEXT_MAX - n, "%s%.*s", n ? " " : "", STR_FMT(s));

	if (w < 0 || (size_t)w >= FILTER_TEXT_MAX - n)
		text[n] = '\0';
}

static int number_of(const struct filter_word *w)
{
	for (int i = 0; i < DIALOG_FIELDS; i++)
		if (dialog_fields[i].field &&
			w->field == filter_field_find(str_of(dialog_fields[i].field)))
			return i;
	return DIALOG_FIELDS - 1;
}

/* The operator that a field's text begins with. ':' is left off there: what begins with one is a
 * value, like ::1. */
static bool takes_op(struct str s, enum filter_op *ret_op, size_t *ret_n)
{
	return filter_op_find(s, ret_op, ret_n) && *ret_op != FILTER_IS;
}

/* The word without its field and, when that is ':', its operator. An address has no field before
 * it, though there may be colons in it. False of a value that would be read as an operator. */
static bool values_of(const struct filter *f, const struct filter_word *w, struct str *ret)
{
	const struct str whole = {f->text + w->at, w->n};
	enum filter_op op = FILTER_IS, other;
	size_t name = 0, n = 0, ignored;

	*ret = whole;
	while (name < whole.n && !filter_op_find(str_skip(whole, name), &op, &n))
		name++;
	if (filter_field_find((struct str){whole.p, name}) != w->field)
		return true;
	*ret = str_skip(whole, op == FILTER_IS ? name + n : name);
	return op != FILTER_IS || !takes_op(*ret, &other, &ignored);
}

void dialog_read(struct dialog_values *ret, const struct filter *f)
{
	*ret = (struct dialog_values){0};
	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		int at = number_of(w);
		bool fits = dialog_fields[at].field && !w->negated && !ret->at[at][0];
		struct str whole = {f->text + w->at, w->n}, values;
		if (fits && values_of(f, w, &values))
			append(ret->at[at], values);
		else
			append(ret->at[DIALOG_FIELDS - 1], whole);
	}
}

static struct str trimmed(struct str s)
{
	while (s.n && s.p[0] == ' ')
		s = str_skip(s, 1);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

static bool has(struct str s, char c)
{
	return s.p && s.n && memchr(s.p, c, s.n);
}

/* A value with blanks is one value, in quotes. */
static int put_field(char text[static FILTER_TEXT_MAX], const struct dialog_field *d, struct str s)
{
	char word[FILTER_TEXT_MAX];
	enum filter_op op;
	size_t n = 0;
	bool has_op = takes_op(s, &op, &n);
	struct str value = str_skip(s, has_op ? n : 0);
	bool quoted = has(value, ' ') && !has(value, '"');

	if (!s.n)
		return 0;
	int w = snprintf(word, sizeof word, "%s%s%s%.*s%s", d->field,
		has_op ? filter_op_text(op) : ":", quoted ? "\"" : "", STR_FMT(value),
		quoted ? "\"" : "");
	if (w < 0 || (size_t)w >= sizeof word || strlen(text) + (size_t)w + 2 > FILTER_TEXT_MAX)
		return -ENOSPC;
	append(text, str_of(word));
	return 0;
}

int dialog_write(const struct dialog_values *v, char ret_text[static FILTER_TEXT_MAX])
{
	char text[FILTER_TEXT_MAX] = "";

	for (int i = 0; i < DIALOG_FIELDS; i++) {
		struct str s = trimmed(str_of(v->at[i]));
		if (dialog_fields[i].field && put_field(text, &dialog_fields[i], s) < 0)
			return -ENOSPC;
		if (!dialog_fields[i].field && s.n) {
			if (strlen(text) + s.n + 2 > FILTER_TEXT_MAX)
				return -ENOSPC;
			append(text, s);
		}
	}
	memcpy(ret_text, text, sizeof text);
	return 0;
}
