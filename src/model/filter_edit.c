// SPDX-License-Identifier: MIT
#include "model/filter_edit.h"

#include "base/text.h"

#include <errno.h>

#define VALUE_MAX 200 /* bytes of a value; a longer one is named by its beginning */

struct out {
	char *text;
	size_t n;
	bool full;
};

static void put(struct out *o, struct str s)
{
	o->full |= s.n >= FILTER_TEXT_MAX - o->n;
	if (o->full)
		return;
	if (s.n)
		memcpy(o->text + o->n, s.p, s.n);
	o->n += s.n;
	o->text[o->n] = '\0';
}

static void put_char(struct out *o, char c)
{
	put(o, (struct str){&c, 1});
}

static bool has(struct str s, char c)
{
	return s.n && memchr(s.p, c, s.n);
}

/* In quotes where it has to be. */
static void put_value(struct out *o, struct str value)
{
	bool quoted = has(value, ' ') || has(value, ',');

	if (quoted)
		put_char(o, '"');
	put(o, value);
	if (quoted)
		put_char(o, '"');
}

/* A text that cannot be named as it is: '*' for each quote, open at the end if it was cut. */
static void put_pattern(struct out *o, struct str value)
{
	struct str held = text_clip(value, VALUE_MAX);

	put(o, STR_LIT("~\"^"));
	for (size_t i = 0; i < held.n; i++)
		put_char(o, held.p[i] == '"' ? '*' : held.p[i]);
	put(o, held.n == value.n ? STR_LIT("$\"") : STR_LIT("\""));
}

static void put_target(struct out *o, const struct filter_target *target, bool negated)
{
	const struct filter_field *field = filter_field_find(str_of(target->field));
	bool likes = field && field->ops >> FILTER_LIKE & 1;

	if (o->n)
		put_char(o, ' ');
	if (negated)
		put_char(o, '-');
	put(o, str_of(target->field));
	if (likes && (has(target->value, '"') || target->value.n > VALUE_MAX)) {
		put_pattern(o, target->value);
		return;
	}
	put(o, str_of(filter_op_text(target->op)));
	if (field && field->kind == FILTER_NET) /* several stay several */
		put(o, target->value);
	else
		put_value(o, target->value);
}

/* The word gives way to a new one: it has named what else to show, or the same not to show. */
static bool gives_way(const struct filter *f, const struct filter_word *w,
	const struct filter_field *field, struct str value, bool negated)
{
	if (w->field != field || w->op >= FILTER_MORE)
		return false;
	if (!w->negated)
		return !negated;
	return w->count == 1 && str_eq(filter_item_text(f, &f->items[w->first]), value);
}

/* A text that begins with a quote which nothing closes: no other may come behind it. */
static bool has_open_quote(const struct filter *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct filter_word *w = &f->words[i];
		const struct filter_item *item = &f->items[w->first];
		if (w->field->kind == FILTER_TEXT && item->n && f->text[item->at] == '"')
			return true;
	}
	return false;
}

static void put_word(struct out *o, const struct filter *f, const struct filter_word *w)
{
	if (o->n)
		put_char(o, ' ');
	put(o, (struct str){f->text + w->at, w->n});
}

int filter_narrow(const struct filter *f, const struct filter_target *target, bool negated,
	char ret_text[static FILTER_TEXT_MAX])
{
	const struct filter_field *field = filter_field_find(str_of(target->field));
	bool ahead = has_open_quote(f);
	char text[FILTER_TEXT_MAX] = "";
	struct out o = {text, 0, false};

	if (ahead)
		put_target(&o, target, negated);
	for (size_t i = 0; i < f->count; i++)
		if (!gives_way(f, &f->words[i], field, target->value, negated))
			put_word(&o, f, &f->words[i]);
	if (!ahead)
		put_target(&o, target, negated);
	if (o.full)
		return -ENOSPC;
	memcpy(ret_text, text, o.n + 1);
	return 0;
}

bool filter_target_of(const struct model *m, const struct subject *s,
	char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	struct str name = {buf, subject_name(m, s, buf)};

	switch (s->by) {
	case GROUP_NONE:
		*ret_target = (struct filter_target){"ip", FILTER_IS, name};
		return true;
	case GROUP_NET:
		*ret_target = (struct filter_target){"net", FILTER_IS, name};
		return true;
	case GROUP_AS:
		if (subject_asn(m, s))
			*ret_target = (struct filter_target){"asn", FILTER_IS, name};
		else
			*ret_target = (struct filter_target){"org", FILTER_EQUAL, name};
		return subject_asn(m, s) || subject_system(m, s).p;
	case GROUP_COUNTRY:
		*ret_target = (struct filter_target){"country", FILTER_IS, name};
		return subject_country(s).p;
	case GROUP_MACHINE:
		*ret_target = (struct filter_target){"machine", FILTER_EQUAL, name};
		return true;
	default:
		return false;
	}
}
