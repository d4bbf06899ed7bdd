// SPDX-License-Identifier: MIT
#include "record/pack.h"

#include <errno.h>

#define V4_BYTES 4

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

static unsigned char *put_text(unsigned char *p, const struct str *s)
{
	p = put_number(p, s->n);
	if (s->n)
		memcpy(p, s->p, s->n);
	return p + s->n;
}

static bool is_absent(const struct event_field *f, const void *at)
{
	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
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
	unsigned char *p, const struct event_field *f, const void *at, usec_t ts)
{
	const struct prefix *prefix = at;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
		return put_text(p, at);
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
		return put_number(p, zigzag(*(const usec_t *)at - ts));
	case FIELD_FLAG:
	case FIELD_BOOL:
	case FIELD_ENUM:
		*p++ = *(const uint8_t *)at;
		return p;
	}
	return p;
}

size_t pack_bound(const struct event *event)
{
	const struct event_kind_info *info = &event_kinds[event->kind];
	size_t n = 1 + 3 * PACK_NUMBER_MAX;

	for (size_t i = 0; i < info->count; i++) {
		const struct event_field *f = &info->fields[i];
		n += sizeof(struct prefix) + 1;
		if (f->type == FIELD_STR || f->type == FIELD_WORDS || f->type == FIELD_LINES)
			n += ((const struct str *)(const void *)((const char *)event + f->offset))
				     ->n;
	}
	return n;
}

size_t pack_event(unsigned char *buf, const struct event *event, usec_t *last)
{
	const struct event_kind_info *info = &event_kinds[event->kind];
	unsigned char *p = buf;
	uint64_t present = 0;

	for (size_t i = 0; i < info->count; i++)
		if (!is_absent(&info->fields[i], (const char *)event + info->fields[i].offset))
			present |= UINT64_C(1) << i;
	*p++ = (unsigned char)event->kind;
	p = put_number(p, zigzag(event->ts - *last));
	p = put_number(p, event->machine);
	p = put_number(p, present);
	for (size_t i = 0; i < info->count; i++)
		if (present >> i & 1)
			p = put_field(p, &info->fields[i],
				(const char *)event + info->fields[i].offset, event->ts);
	*last = event->ts;
	return (size_t)(p - buf);
}

/* Reading. Each advances *p, or returns false. */

struct reader {
	const unsigned char *p, *end;
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

	if (!get_number(r, &n) || n > (uint64_t)(r->end - r->p))
		return false;
	*ret = (struct str){(const char *)r->p, (size_t)n};
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

static bool get_event(struct reader *r, usec_t last, struct event *ret)
{
	uint64_t ts, machine, present;
	uint8_t kind;

	if (!get_byte(r, &kind) || kind == EVENT_NONE || kind >= EVENT_KINDS ||
		!get_number(r, &ts) || !get_below(r, UINT32_MAX, &machine) ||
		!get_number(r, &present))
		return false;
	const struct event_kind_info *info = &event_kinds[kind];
	if (info->count < PACK_FIELDS_MAX && present >> info->count)
		return false;
	*ret = event_make((enum event_kind)kind, (usec_t)((uint64_t)last + (uint64_t)unzigzag(ts)));
	ret->machine = (uint32_t)machine;
	for (size_t i = 0; i < info->count; i++)
		if (present >> i & 1 && !get_field(r, &info->fields[i],
						(char *)ret + info->fields[i].offset, ret->ts))
			return false;
	return true;
}

int unpack_event(
	const unsigned char **p, const unsigned char *end, usec_t *last, struct event *ret_event)
{
	struct reader r = {*p, end};
	struct event e;

	if (!get_event(&r, *last, &e))
		return -EINVAL;
	*p = r.p;
	*last = e.ts;
	*ret_event = e;
	return 0;
}
