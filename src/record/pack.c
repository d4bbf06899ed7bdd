// SPDX-License-Identifier: MIT
#include "record/pack.h"

#include <errno.h>

#define V4_BYTES   4
#define TEXT_LEAST 8 /* bytes of a text that is remembered */

_Static_assert((PACK_TEXTS & (PACK_TEXTS - 1)) == 0, "a power of two");

/* Small numbers of either sign are small. */
static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* Writing. */

static unsigned char *put_number(unsigned char *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (unsigned char)(v | 0x80);
		v >>= 7;
	}
	*p++ = (unsigned char)v;
	return p;
}

static unsigned char *put_addr(unsigned char *p, const struct addr *a)
{
	bool v4 = addr_is_v4(a);
	size_t n = v4 ? V4_BYTES : sizeof a->b;

	*p++ = (unsigned char)n;
	memcpy(p, a->b + sizeof a->b - n, n);
	return p + n;
}

/* Where a text is remembered. By its length, ends and middle: of texts that differ elsewhere, the
 * later one takes the place. Nobody gains by having them collide but a few bytes of memory. */
static struct str *place_of(struct pack_state *state, const char *s, size_t n)
{
	uint64_t first, middle, last;

	memcpy(&first, s, 8);
	memcpy(&middle, s + (n - 8) / 2, 8);
	memcpy(&last, s + n - 8, 8);
	uint64_t mix = (first ^ n) * UINT64_C(0x9e3779b97f4a7c15);
	mix = (mix ^ middle ^ mix >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	mix = (mix ^ last ^ mix >> 32) * UINT64_C(0x94d049bb133111eb);
	return &state->texts[mix >> 32 & (PACK_TEXTS - 1)];
}

/* An even number and so many bytes; or an odd one, and the place of the same text. */
static unsigned char *put_text(unsigned char *p, const struct str *s, struct pack_state *state)
{
	struct str *known = s->n >= TEXT_LEAST ? place_of(state, s->p, s->n) : NULL;

	if (known && str_eq(*known, *s))
		return put_number(p, (uint64_t)(known - state->texts) << 1 | 1);
	p = put_number(p, s->n << 1);
	if (s->n)
		memcpy(p, s->p, s->n);
	if (known)
		*known = (struct str){(const char *)p, s->n};
	return p + s->n;
}

static bool is_absent(const struct event_field *f, const void *at)
{
	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_NUMBERS:
		return !((const struct str *)at)->p;
	case FIELD_ADDR:
		return addr_is_unset(at);
	case FIELD_U32:
	case FIELD_BITS:
		return !*(const uint32_t *)at;
	case FIELD_U64:
		return *(const uint64_t *)at == ABSENT;
	case FIELD_USEC:
		return !*(const usec_t *)at;
	case FIELD_FLAG:
	case FIELD_BOOL:
	case FIELD_ENUM:
		return !*(const uint8_t *)at;
	case FIELD_U16:
	case FIELD_PREFIX:
		return false;
	}
	return true;
}

static unsigned char *put_field(
	unsigned char *p, const struct event_field *f, const void *at, struct pack_state *state)
{
	const struct prefix *prefix = at;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_NUMBERS:
		return put_text(p, at, state);
	case FIELD_ADDR:
		return put_addr(p, at);
	case FIELD_PREFIX:
		*p++ = prefix->bits;
		return put_addr(p, &prefix->addr);
	case FIELD_U16:
		return put_number(p, *(const uint16_t *)at);
	case FIELD_U32:
	case FIELD_BITS:
		return put_number(p, *(const uint32_t *)at);
	case FIELD_U64:
		return put_number(p, *(const uint64_t *)at);
	case FIELD_USEC:
		return put_number(p, zigzag(*(const usec_t *)at - state->last));
	case FIELD_FLAG:
	case FIELD_BOOL:
	case FIELD_ENUM:
		*p++ = *(const uint8_t *)at;
		return p;
	}
	return p;
}

static size_t text_bytes(const struct event_field *f, const void *at)
{
	return field_is_text(f) ? ((const struct str *)at)->n : 0;
}

uint64_t pack_fields(const struct event *event, size_t *ret_bound)
{
	const struct event_kind_info *info = &event_kinds[event->kind];
	size_t bound = 1 + 3 * PACK_NUMBER_MAX;
	uint64_t fields = 0;

	for (size_t i = 0; i < info->count; i++) {
		const struct event_field *f = &info->fields[i];
		const void *at = (const char *)event + f->offset;
		if (is_absent(f, at))
			continue;
		fields |= UINT64_C(1) << i;
		bound += sizeof(struct prefix) + 1 + text_bytes(f, at);
	}
	*ret_bound = bound;
	return fields;
}

size_t pack_event(
	unsigned char *buf, const struct event *event, uint64_t fields, struct pack_state *state)
{
	const struct event_field *of_kind = event_kinds[event->kind].fields;
	unsigned char *p = buf;

	*p++ = (unsigned char)event->kind;
	p = put_number(p, zigzag(event->ts - state->last));
	p = put_number(p, event->machine);
	p = put_number(p, fields);
	state->last = event->ts;
	for (uint64_t left = fields; left; left &= left - 1) {
		const struct event_field *f = &of_kind[__builtin_ctzll(left)];
		p = put_field(p, f, (const char *)event + f->offset, state);
	}
	return (size_t)(p - buf);
}

/* Reading. Each advances *p, or returns false. */

struct reader {
	const unsigned char *p, *end;
	struct pack_state *state;
};

static bool get_byte(struct reader *r, uint8_t *ret)
{
	if (r->p == r->end)
		return false;
	*ret = *r->p++;
	return true;
}

static bool get_number(struct reader *r, uint64_t *ret)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && r->p < r->end; shift += 7) {
		unsigned char c = *r->p++;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			*ret = v;
			return true;
		}
	}
	return false;
}

static bool get_below(struct reader *r, uint64_t most, uint64_t *ret)
{
	return get_number(r, ret) && *ret <= most;
}

static bool get_addr(struct reader *r, struct addr *ret)
{
	uint8_t n;

	if (!get_byte(r, &n) || (n != V4_BYTES && n != sizeof ret->b) ||
		(size_t)(r->end - r->p) < n)
		return false;
	*ret = n == V4_BYTES ? addr_from_v4(r->p) : addr_from_v6(r->p);
	r->p += n;
	return true;
}

static bool get_text(struct reader *r, struct str *ret)
{
	uint64_t n;

	if (!get_number(r, &n))
		return false;
	if (n & 1) {
		*ret = n >> 1 < PACK_TEXTS ? r->state->texts[n >> 1] : STR_ABSENT;
		return ret->p;
	}
	n >>= 1;
	if (n > (uint64_t)(r->end - r->p))
		return false;
	*ret = (struct str){(const char *)r->p, (size_t)n};
	if (n >= TEXT_LEAST)
		*place_of(r->state, ret->p, ret->n) = *ret;
	r->p += n;
	return true;
}

static bool get_field(struct reader *r, const struct event_field *f, void *at, usec_t ts)
{
	struct prefix *prefix = at;
	uint64_t v;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_NUMBERS:
		return get_text(r, at);
	case FIELD_ADDR:
		return get_addr(r, at);
	case FIELD_PREFIX:
		return get_byte(r, &prefix->bits) && prefix->bits <= ADDR_BITS &&
		       get_addr(r, &prefix->addr);
	case FIELD_U16:
		return get_below(r, UINT16_MAX, &v) && (*(uint16_t *)at = (uint16_t)v, true);
	case FIELD_U32:
	case FIELD_BITS:
		return get_below(r, UINT32_MAX, &v) && (*(uint32_t *)at = (uint32_t)v, true);
	case FIELD_U64:
		return get_number(r, at);
	case FIELD_USEC:
		return get_number(r, &v) &&
		       (*(usec_t *)at = (usec_t)((uint64_t)ts + (uint64_t)unzigzag(v)), true);
	case FIELD_FLAG:
	case FIELD_BOOL:
	case FIELD_ENUM:
		return get_byte(r, at);
	}
	return false;
}

static bool get_event(struct reader *r, struct event *ret)
{
	uint64_t ts, machine, fields;
	uint8_t kind;

	if (!get_byte(r, &kind) || kind == EVENT_NONE || kind >= EVENT_KINDS ||
		!get_number(r, &ts) || !get_below(r, UINT32_MAX, &machine) ||
		!get_number(r, &fields))
		return false;
	const struct event_kind_info *info = &event_kinds[kind];
	if (info->count < PACK_FIELDS_MAX && fields >> info->count)
		return false;
	r->state->last = (usec_t)((uint64_t)r->state->last + (uint64_t)unzigzag(ts));
	*ret = event_make((enum event_kind)kind, r->state->last);
	ret->machine = (uint32_t)machine;
	for (uint64_t left = fields; left; left &= left - 1) {
		const struct event_field *f = &info->fields[__builtin_ctzll(left)];
		if (!get_field(r, f, (char *)ret + f->offset, ret->ts))
			return false;
	}
	return true;
}

int unpack_event(const unsigned char **p, const unsigned char *end, struct pack_state *state,
	struct event *ret_event)
{
	struct reader r = {*p, end, state};
	struct event e;

	if (!get_event(&r, &e))
		return -EINVAL;
	*p = r.p;
	*ret_event = e;
	return 0;
}
