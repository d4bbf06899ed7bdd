// SPDX-License-Identifier: MIT
#include "event/json_read.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_MAX 4  /* a record is an object with at most an array or an object inside */
#define TEXTS_MAX 10 /* text fields of one record */

struct record_reader {
	struct json_tokener *tokener;
	struct json_object *held;              /* the record that the last event borrows from */
	char texts[TEXTS_MAX][EVENT_TEXT_MAX]; /* text that had to be cleaned or joined */
	size_t texts_used;
};

struct record_reader *record_reader_new(void)
{
	struct record_reader *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!r->tokener) {
		free(r);
		return NULL;
	}
	return r;
}

void record_reader_free(struct record_reader *r)
{
	if (!r)
		return;
	json_object_put(r->held);
	json_tokener_free(r->tokener);
	free(r);
}

static struct str json_text(struct json_object *o)
{
	return (struct str){json_object_get_string(o), (size_t)json_object_get_string_len(o)};
}

/* A recording may have been written by anybody: what it says is cleaned like all else. */
static int read_text(struct record_reader *r, struct json_object *o, struct str *ret)
{
	if (!json_object_is_type(o, json_type_string))
		return -EINVAL;
	struct str s = json_text(o);
	if (s.n <= EVENT_TEXT_MAX && text_is_clean(s)) {
		*ret = s;
		return 0;
	}
	if (r->texts_used == TEXTS_MAX)
		return -EINVAL;
	char *buf = r->texts[r->texts_used++];
	*ret = (struct str){buf, text_sanitise(buf, EVENT_TEXT_MAX, s)};
	return 0;
}

static int read_list(struct record_reader *r, struct json_object *o, char between, struct str *ret)
{
	if (!json_object_is_type(o, json_type_array) || r->texts_used == TEXTS_MAX)
		return -EINVAL;
	char *buf = r->texts[r->texts_used++];
	size_t n = 0;
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		struct json_object *item = json_object_array_get_idx(o, i);
		if (!json_object_is_type(item, json_type_string) || n + 1 >= EVENT_TEXT_MAX)
			return -EINVAL;
		if (n)
			buf[n++] = between;
		n += text_sanitise(buf + n, EVENT_TEXT_MAX - n, json_text(item));
	}
	*ret = (struct str){buf, n};
	return 0;
}

static bool is_number_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && n <= NUMBER_NAME_MAX && !name[n];
}

/* What is no count, or has a name that none of ours has, is passed over. */
static int read_numbers(struct record_reader *r, struct json_object *o, struct str *ret)
{
	if (!json_object_is_type(o, json_type_object) || r->texts_used == TEXTS_MAX)
		return -EINVAL;
	char *buf = r->texts[r->texts_used++];
	size_t n = 0;
	json_object_object_foreach(o, name, value)
	{
		if (!json_object_is_type(value, json_type_int) || !is_number_name(name) ||
			json_object_get_int64(value) < 0)
			continue;
		int took = snprintf(buf + n, EVENT_TEXT_MAX - n, "%s%s=%" PRIu64, n ? " " : "",
			name, json_object_get_uint64(value));
		if ((size_t)took >= EVENT_TEXT_MAX - n)
			return -EINVAL;
		n += (size_t)took;
	}
	*ret = (struct str){buf, n};
	return 0;
}

static int read_number(struct json_object *o, uint64_t max, uint64_t *ret)
{
	if (!json_object_is_type(o, json_type_int))
		return -EINVAL;
	if (json_object_get_int64(o) < 0)
		return -EINVAL;
	uint64_t v = json_object_get_uint64(o);
	if (v > max)
		return -EINVAL;
	*ret = v;
	return 0;
}

static int read_usec(struct json_object *o, usec_t *ret)
{
	if (!json_object_is_type(o, json_type_double) && !json_object_is_type(o, json_type_int))
		return -EINVAL;
	double usec = json_object_get_double(o) * 1e6;
	if (!(usec >= 1 && usec < (double)USEC_LIMIT))
		return -EINVAL;
	*ret = (usec_t)llround(usec);
	return 0;
}

static int read_name(struct json_object *o, const struct name_table *names, uint8_t *ret)
{
	if (!json_object_is_type(o, json_type_string))
		return -EINVAL;
	*ret = enum_value(names, json_text(o));
	return *ret ? 0 : -EINVAL;
}

/* Names that a later version may have added are passed over. */
static int read_bits(struct json_object *o, const struct name_table *names, uint32_t *ret)
{
	*ret = 0;
	if (!json_object_is_type(o, json_type_array))
		return -EINVAL;
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		struct json_object *item = json_object_array_get_idx(o, i);
		if (!json_object_is_type(item, json_type_string))
			return -EINVAL;
		for (unsigned bit = 0; bit < names->n; bit++)
			if (str_eq(json_text(item), str_of(enum_name(names, bit))))
				*ret |= 1u << bit;
	}
	return 0;
}

static int read_value(
	struct record_reader *r, struct json_object *o, const struct event_field *f, void *at)
{
	uint64_t v = 0;
	int err;

	switch (f->type) {
	case FIELD_STR:
		return read_text(r, o, at);
	case FIELD_WORDS:
		return read_list(r, o, ' ', at);
	case FIELD_LINES:
		return read_list(r, o, '\n', at);
	case FIELD_NUMBERS:
		return read_numbers(r, o, at);
	case FIELD_ADDR:
		return json_object_is_type(o, json_type_string) ? addr_parse(json_text(o), at)
								: -EINVAL;
	case FIELD_PREFIX:
		return json_object_is_type(o, json_type_string) ? prefix_parse(json_text(o), at)
								: -EINVAL;
	case FIELD_U16:
		err = read_number(o, UINT16_MAX, &v);
		*(uint16_t *)at = (uint16_t)v;
		return err;
	case FIELD_U32:
		err = read_number(o, UINT32_MAX, &v);
		*(uint32_t *)at = (uint32_t)v;
		return err;
	case FIELD_U64:
		return read_number(o, INT64_MAX, at);
	case FIELD_USEC:
		return read_usec(o, at);
	case FIELD_BOOL:
	case FIELD_FLAG:
		*(uint8_t *)at = (uint8_t)json_object_get_boolean(o);
		return json_object_is_type(o, json_type_boolean) ? 0 : -EINVAL;
	case FIELD_ENUM:
		return read_name(o, f->names, at);
	case FIELD_BITS:
		return read_bits(o, f->names, at);
	}
	return -EINVAL;
}

static int read_fields(struct record_reader *r, struct event *event, const char **ret_error)
{
	const struct event_kind_info *kind = &event_kinds[event->kind];

	for (size_t i = 0; i < kind->count; i++) {
		const struct event_field *f = &kind->fields[i];
		struct json_object *o;
		int err = json_object_object_get_ex(r->held, f->name, &o)
				  ? read_value(r, o, f, (char *)event + f->offset)
				  : (f->required ? -ENOENT : 0);
		if (err) {
			*ret_error = f->name;
			return -EINVAL;
		}
	}
	return 0;
}

/* Recordings of 0.2.0 say which probes are attached, not what can be seen by them. */
static void derive_capabilities(struct event_source *source)
{
	if (source->sees || !source->source.n || str_eq(source->source, STR_LIT("none")))
		return;
	source->sees = CAN_SEE_CONNS;
	if (str_eq(source->source, STR_LIT("ebpf")))
		source->sees |= CAN_SEE_HANDSHAKES;
	if (source->probes.n && memmem(source->probes.p, source->probes.n, "tcp_conn_request", 16))
		source->sees |= CAN_SEE_SYN_SOURCES;
}

/* Views know an address of the machine itself by this note; 0.2.0 worded it otherwise. */
static void renew_note(struct event_registration *registration)
{
	if (str_eq(registration->note, STR_LIT("this host's own, nobody is asked")))
		registration->note = STR_LIT(REGISTRATION_OWN);
}

static int read_kind(struct json_object *record, enum event_kind *ret_kind)
{
	struct json_object *t;

	if (!json_object_object_get_ex(record, "t", &t) ||
		!json_object_is_type(t, json_type_string))
		return -EINVAL;
	struct str name = json_text(t);
	for (unsigned k = EVENT_NONE + 1; k < EVENT_KINDS; k++) {
		if (str_eq(name, str_of(event_kinds[k].name))) {
			*ret_kind = (enum event_kind)k;
			return 1;
		}
	}
	/* What is derived from events is derived anew. */
	static const char *const derived[] = {"host", "group", "summary", "top", "since"};
	for (size_t i = 0; i < ARRAY_LEN(derived); i++)
		if (str_eq(name, str_of(derived[i])))
			return 0;
	return -EINVAL;
}

static size_t take_digits(struct str *s, size_t most, usec_t *ret_n)
{
	size_t n = 0;

	for (*ret_n = 0; n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*ret_n = *ret_n * 10 + (s->p[n] - '0');
	*s = str_skip(*s, n);
	return n;
}

static enum event_kind take_kind(struct str *s)
{
	const char *quote = s->n ? memchr(s->p, '"', s->n < 32 ? s->n : 32) : NULL;
	struct str name = {s->p, quote ? (size_t)(quote - s->p) : 0};

	*s = str_skip(*s, name.n);
	for (unsigned k = EVENT_NONE + 1; k < EVENT_KINDS && name.n; k++)
		if (str_eq(name, str_of(event_kinds[k].name)))
			return (enum event_kind)k;
	return EVENT_NONE;
}

bool record_peek(struct str line, enum event_kind *ret_kind, usec_t *ret_ts)
{
	usec_t seconds, part;

	if (!str_take(&line, STR_LIT("{\"t\":\"")))
		return false;
	enum event_kind kind = take_kind(&line);
	if (!kind || !str_take(&line, STR_LIT("\",\"ts\":")) || !take_digits(&line, 10, &seconds) ||
		!str_take(&line, STR_LIT(".")) || take_digits(&line, 6, &part) != 6 || !line.n ||
		(line.p[0] != ',' && line.p[0] != '}'))
		return false;
	*ret_kind = kind;
	*ret_ts = seconds * USEC_PER_SEC + part;
	return *ret_ts > 0 && *ret_ts < USEC_LIMIT;
}

int record_read(
	struct record_reader *r, struct str line, struct event *ret_event, const char **ret_error)
{
	enum event_kind kind = EVENT_NONE;
	struct json_object *o;
	usec_t ts;

	json_object_put(r->held);
	json_tokener_reset(r->tokener);
	r->held = json_tokener_parse_ex(r->tokener, line.p, (int)line.n);
	r->texts_used = 0;
	*ret_error = "not a JSON object";
	if (!json_object_is_type(r->held, json_type_object))
		return -EINVAL;
	*ret_error = "t";
	int got = read_kind(r->held, &kind);
	if (got <= 0)
		return got;
	*ret_error = "ts";
	if (!json_object_object_get_ex(r->held, "ts", &o) || read_usec(o, &ts) < 0)
		return -EINVAL;
	struct event event = event_make(kind, ts);
	*ret_error = "member";
	if (json_object_object_get_ex(r->held, "member", &o)) {
		uint64_t member;
		if (read_number(o, EVENT_MACHINES_MAX, &member) < 0)
			return -EINVAL;
		event.machine = (uint32_t)member;
	}
	if (read_fields(r, &event, ret_error) < 0)
		return -EINVAL;
	if (kind == EVENT_SOURCE)
		derive_capabilities(&event.source);
	if (kind == EVENT_REGISTRATION)
		renew_note(&event.registration);
	*ret_event = event;
	return 1;
}
