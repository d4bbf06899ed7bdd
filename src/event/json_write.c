// SPDX-License-Identifier: MIT
#include "event/json_write.h"

#include "base/num.h"

static void put_list(struct jsonw *w, struct str list, char between)
{
	jsonw_open(w, '[');
	for (size_t at = 0; at < list.n;) {
		const char *next = memchr(list.p + at, between, list.n - at);
		size_t end = next ? (size_t)(next - list.p) : list.n;
		if (end > at)
			jsonw_str(w, (struct str){list.p + at, end - at});
		at = end + 1;
	}
	jsonw_close(w, ']');
}

void json_put_words(struct jsonw *w, struct str words)
{
	put_list(w, words, ' ');
}

void json_put_lines(struct jsonw *w, struct str lines)
{
	put_list(w, lines, '\n');
}

void json_put_addr(struct jsonw *w, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	jsonw_str(w, (struct str){buf, addr_format(a, buf)});
}

void json_put_prefix(struct jsonw *w, const struct prefix *p)
{
	char buf[PREFIX_TEXT_MAX];

	jsonw_str(w, (struct str){buf, prefix_format(p, buf)});
}

void json_put_number(struct jsonw *w, const char *key, uint64_t v, uint64_t absent)
{
	if (v == absent)
		return;
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

/* The text up to the next `end`, which is skipped; the rest stays. */
static struct str take_up_to(struct str *s, char end)
{
	const char *at = s->n ? memchr(s->p, end, s->n) : NULL;
	struct str part = {s->p, at ? (size_t)(at - s->p) : s->n};

	*s = str_skip(*s, at ? part.n + 1 : part.n);
	return part;
}

void json_put_numbers(struct jsonw *w, struct str words)
{
	uint64_t v;

	jsonw_open(w, '{');
	while (words.n) {
		struct str number = take_up_to(&words, ' '), name = take_up_to(&number, '=');
		if (!name.n || name.n > NUMBER_NAME_MAX || num_u64(number, &v) < 0)
			continue;
		char key[NUMBER_NAME_MAX + 1];
		memcpy(key, name.p, name.n);
		key[name.n] = '\0';
		json_put_number(w, key, v, ABSENT);
	}
	jsonw_close(w, '}');
}

static void put_name(struct jsonw *w, const char *key, const char *name)
{
	if (!name)
		return;
	jsonw_key(w, key);
	jsonw_str(w, str_of(name));
}

static void put_text(struct jsonw *w, const struct event_field *f, struct str s)
{
	if (!s.p)
		return;
	jsonw_key(w, f->name);
	if (f->type == FIELD_WORDS)
		json_put_words(w, s);
	else if (f->type == FIELD_LINES)
		json_put_lines(w, s);
	else if (f->type == FIELD_NUMBERS)
		json_put_numbers(w, s);
	else
		jsonw_str(w, s);
}

static void put_bits(struct jsonw *w, const struct event_field *f, uint32_t bits)
{
	if (!bits)
		return;
	jsonw_key(w, f->name);
	jsonw_open(w, '[');
	for (unsigned i = 0; i < f->names->n; i++)
		if (bits & 1u << i)
			jsonw_str(w, str_of(enum_name(f->names, i)));
	jsonw_close(w, ']');
}

static void put_field(struct jsonw *w, const struct event *event, const struct event_field *f)
{
	const void *at = (const char *)event + f->offset;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_NUMBERS:
		put_text(w, f, *(const struct str *)at);
		break;
	case FIELD_ADDR:
		if (!addr_is_unset(at)) {
			jsonw_key(w, f->name);
			json_put_addr(w, at);
		}
		break;
	case FIELD_PREFIX:
		jsonw_key(w, f->name);
		json_put_prefix(w, at);
		break;
	case FIELD_U16:
		json_put_number(w, f->name, *(const uint16_t *)at, ABSENT);
		break;
	case FIELD_U32:
		json_put_number(w, f->name, *(const uint32_t *)at, 0);
		break;
	case FIELD_U64:
		json_put_number(w, f->name, *(const uint64_t *)at, ABSENT);
		break;
	case FIELD_USEC:
		if (*(const usec_t *)at) {
			jsonw_key(w, f->name);
			jsonw_usec(w, *(const usec_t *)at);
		}
		break;
	case FIELD_FLAG:
		if (!*(const uint8_t *)at)
			break;
		/* fall through */
	case FIELD_BOOL:
		jsonw_key(w, f->name);
		jsonw_bool(w, *(const uint8_t *)at);
		break;
	case FIELD_ENUM:
		put_name(w, f->name, enum_name(f->names, *(const uint8_t *)at));
		break;
	case FIELD_BITS:
		put_bits(w, f, *(const uint32_t *)at);
		break;
	}
}

void json_open_record(struct jsonw *w, const char *kind)
{
	jsonw_open(w, '{');
	jsonw_key(w, "t");
	jsonw_str(w, str_of(kind));
}

void json_close_record(struct jsonw *w)
{
	jsonw_close(w, '}');
	jsonw_newline(w);
}

void json_put_event(struct jsonw *w, const struct event *event)
{
	const struct event_kind_info *kind = &event_kinds[event->kind];

	if (!kind->name)
		return;
	json_open_record(w, kind->name);
	jsonw_key(w, "ts");
	jsonw_usec(w, event->ts);
	json_put_number(w, "member", event->machine, 0);
	for (size_t i = 0; i < kind->count; i++)
		put_field(w, event, &kind->fields[i]);
	json_close_record(w);
}
