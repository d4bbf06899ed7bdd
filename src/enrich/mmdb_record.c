// SPDX-License-Identifier: MIT
#include "enrich/mmdb_record.h"

#include "base/num.h"

#include <errno.h>

#define VALUES_MAX 4096 /* of one record; a city in MaxMind's has about 150 */

enum type {
	TYPE_POINTER = 1,
	TYPE_STRING = 2,
	TYPE_UINT16 = 5,
	TYPE_UINT32 = 6,
	TYPE_MAP = 7,
	TYPE_ARRAY = 11,
	TYPE_CONTAINER = 12,
	TYPE_END = 13,
	TYPE_BOOLEAN = 14,
	TYPE_LAST = 15
};

struct reader {
	struct str data;
	size_t at;   /* the next byte */
	size_t left; /* values that may still be read */
};

struct head {
	unsigned type; /* enum type */
	uint32_t size; /* bytes, pairs or items that follow; of a pointer, where it points */
};

/* `n` bytes, the highest first. */
static int take_number(struct reader *r, size_t n, uint32_t *ret)
{
	uint32_t v = 0;

	if (r->data.n - r->at < n)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | (uint8_t)r->data.p[r->at++];
	*ret = v;
	return 0;
}

static int take_pointer(struct reader *r, uint32_t control, struct head *h)
{
	static const uint32_t base[] = {0, 2048, 526336, 0};
	uint32_t length = control >> 3 & 3, v;

	if (take_number(r, length + 1, &v) < 0)
		return -EBADMSG;
	h->size = (length == 3 ? 0 : (control & 7) << (8 * (length + 1))) + v + base[length];
	return 0;
}

static int take_size(struct reader *r, uint32_t control, struct head *h)
{
	static const uint32_t base[] = {29, 285, 65821};
	uint32_t v;

	h->size = control & 31;
	if (h->size < 29)
		return 0;
	uint32_t length = h->size - 29;
	if (take_number(r, length + 1, &v) < 0)
		return -EBADMSG;
	h->size = v + base[length];
	return 0;
}

static int take_head(struct reader *r, struct head *h)
{
	uint32_t control, more;

	if (r->left == 0 || r->at > r->data.n || take_number(r, 1, &control) < 0)
		return -EBADMSG;
	r->left--;
	h->type = control >> 5;
	if (h->type == TYPE_POINTER)
		return take_pointer(r, control, h);
	if (h->type == 0) {
		if (take_number(r, 1, &more) < 0)
			return -EBADMSG;
		h->type = 7 + more;
	}
	if (h->type > TYPE_LAST || h->type == TYPE_CONTAINER || h->type == TYPE_END)
		return -EBADMSG;
	return take_size(r, control, h);
}

/* How many values a container holds; 0 for what is none. */
static size_t inside(const struct head *h)
{
	return h->type == TYPE_MAP ? 2 * (size_t)h->size : h->type == TYPE_ARRAY ? h->size : 0;
}

/* Goes past what follows the head of a scalar. */
static int skip_bytes(struct reader *r, const struct head *h)
{
	if (h->type == TYPE_POINTER || h->type == TYPE_BOOLEAN)
		return 0; /* its size was its value */
	if (r->data.n - r->at < h->size)
		return -EBADMSG;
	r->at += h->size;
	return 0;
}

/* Goes past all that belongs to the head just read. A count of what is still to come stands for
 * the nesting. */
static int skip(struct reader *r, const struct head *h)
{
	struct head next = *h;
	size_t pending = 0;

	for (;;) {
		size_t held = inside(&next);
		pending += held;
		if (pending > r->left)
			return -EBADMSG;
		if (!held && next.type != TYPE_MAP && next.type != TYPE_ARRAY &&
			skip_bytes(r, &next) < 0)
			return -EBADMSG;
		if (pending-- == 0)
			return 0;
		if (take_head(r, &next) < 0)
			return -EBADMSG;
	}
}

/* Where the walk is, by the keys that led there. */
enum place {
	AT_ROOT,
	AT_COUNTRY,
	AT_REGISTERED,
	AT_TRAITS,
	AT_CITY,
	AT_CITY_NAMES
};

enum field {
	FIELD_NONE,
	FIELD_COUNTRY,
	FIELD_REGISTERED,
	FIELD_CITY,
	FIELD_ORG,
	FIELD_NAME, /* of the AS, if there is one: else of whatever the file is about */
	FIELD_ASN
};

#define KEY(text) text, sizeof text - 1

/* A key's text is a field, its map leads on; AT_ROOT: nowhere. Of several keys of one field the one
 * that stands highest here is taken. */
static const struct step {
	enum place at;
	const char *key;
	size_t key_n;
	enum field field;
	enum place next;
} steps[] = {
	{AT_ROOT, KEY("city"), FIELD_CITY, AT_CITY},
	{AT_ROOT, KEY("country"), FIELD_COUNTRY, AT_COUNTRY},
	{AT_ROOT, KEY("country_code"), FIELD_COUNTRY, AT_ROOT},
	{AT_ROOT, KEY("registered_country"), FIELD_REGISTERED, AT_REGISTERED},
	{AT_ROOT, KEY("traits"), FIELD_NONE, AT_TRAITS},
	{AT_ROOT, KEY("autonomous_system_number"), FIELD_ASN, AT_ROOT},
	{AT_ROOT, KEY("asn"), FIELD_ASN, AT_ROOT},
	{AT_ROOT, KEY("autonomous_system_organization"), FIELD_ORG, AT_ROOT},
	{AT_ROOT, KEY("as_name"), FIELD_ORG, AT_ROOT},
	{AT_ROOT, KEY("organization"), FIELD_ORG, AT_ROOT},
	{AT_ROOT, KEY("org"), FIELD_ORG, AT_ROOT},
	{AT_ROOT, KEY("isp"), FIELD_ORG, AT_ROOT},
	{AT_ROOT, KEY("name"), FIELD_NAME, AT_ROOT},
	{AT_COUNTRY, KEY("iso_code"), FIELD_COUNTRY, AT_ROOT},
	{AT_REGISTERED, KEY("iso_code"), FIELD_REGISTERED, AT_ROOT},
	{AT_TRAITS, KEY("autonomous_system_number"), FIELD_ASN, AT_ROOT},
	{AT_TRAITS, KEY("autonomous_system_organization"), FIELD_ORG, AT_ROOT},
	{AT_TRAITS, KEY("organization"), FIELD_ORG, AT_ROOT},
	{AT_TRAITS, KEY("isp"), FIELD_ORG, AT_ROOT},
	{AT_CITY, KEY("names"), FIELD_NONE, AT_CITY_NAMES},
	{AT_CITY_NAMES, KEY("en"), FIELD_CITY, AT_ROOT},
};

static const struct step *find_step(enum place at, struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (steps[i].at == at && steps[i].key_n == key.n &&
			memcmp(steps[i].key, key.p, key.n) == 0)
			return &steps[i];
	return NULL;
}

/* What has been read so far. */
struct found {
	struct mmdb_record record;
	struct str name;
	const struct step *org; /* where its organization came from */
};

static bool is_code(struct str s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z';
}

/* "AS15169", "15169" (IPinfo). What is no number is none. */
static uint32_t asn_of(struct str s)
{
	uint64_t n = 0;

	if (s.n > 2 && (s.p[0] | 0x20) == 'a' && (s.p[1] | 0x20) == 's')
		s = (struct str){s.p + 2, s.n - 2};
	return num_u64(s, &n) == 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static void keep_text(struct found *f, const struct step *step, struct str text)
{
	struct mmdb_record *record = &f->record;

	switch (step->field) {
	case FIELD_COUNTRY: /* a name in full is no code */
		if (is_code(text))
			record->country = text;
		break;
	case FIELD_REGISTERED:
		if (is_code(text))
			record->registered = text;
		break;
	case FIELD_CITY:
		record->city = text;
		break;
	case FIELD_ORG:
		if (text.n && (!f->org || step < f->org)) {
			record->org = text;
			f->org = step;
		}
		break;
	case FIELD_NAME:
		f->name = text;
		break;
	case FIELD_ASN:
		record->asn = asn_of(text);
		break;
	case FIELD_NONE:
		break;
	}
}

/* The text or the number at r->at, which is gone past. */
static int take_field(
	struct reader *r, const struct head *h, const struct step *step, struct found *f)
{
	size_t at = r->at;
	bool number = h->type == TYPE_UINT32 || h->type == TYPE_UINT16;

	if (skip_bytes(r, h) < 0)
		return -EBADMSG;
	struct str text = {r->data.p + at, h->size};
	if (h->type == TYPE_STRING) {
		keep_text(f, step, text);
	} else if (number && step->field == FIELD_ASN && h->size <= sizeof f->record.asn) {
		struct reader bytes = {text, 0, 0};
		return take_number(&bytes, h->size, &f->record.asn);
	}
	return 0;
}

/* The head of a value, behind a pointer to it if need be. A pointer to a pointer is not allowed.
 * *ret_back is where the walk goes on after a pointer, or 0. */
static int take_value(struct reader *r, struct head *h, size_t *ret_back)
{
	*ret_back = 0;
	if (take_head(r, h) < 0)
		return -EBADMSG;
	if (h->type != TYPE_POINTER)
		return 0;
	*ret_back = r->at;
	r->at = h->size;
	return take_head(r, h) < 0 || h->type == TYPE_POINTER ? -EBADMSG : 0;
}

static int take_key(struct reader *r, struct str *ret)
{
	struct head h;
	size_t back;

	if (take_value(r, &h, &back) < 0 || h.type != TYPE_STRING)
		return -EBADMSG;
	*ret = (struct str){r->data.p + r->at, h.size};
	if (skip_bytes(r, &h) < 0)
		return -EBADMSG;
	if (back)
		r->at = back;
	return 0;
}

/* Each step leads further from the root, so this calls itself three times at most. */
// NOLINTNEXTLINE(misc-no-recursion)
static int read_map(struct reader *r, uint32_t pairs, enum place at, struct found *f)
{
	struct str key;
	struct head h;
	size_t back;

	for (uint32_t i = 0; i < pairs; i++) {
		int err = take_key(r, &key);
		if (err || take_value(r, &h, &back) < 0)
			return -EBADMSG;
		const struct step *step = find_step(at, key);
		if (step && h.type == TYPE_MAP && step->next > at)
			err = read_map(r, h.size, step->next, f);
		else if (step && h.type != TYPE_MAP && h.type != TYPE_ARRAY)
			err = take_field(r, &h, step, f);
		else if (!back) /* what a pointer leads to need not be gone past */
			err = skip(r, &h);
		if (err)
			return err;
		if (back)
			r->at = back;
	}
	return 0;
}

int mmdb_record_read(struct str data, size_t offset, struct mmdb_record *ret)
{
	struct reader r = {data, offset, VALUES_MAX};
	struct found f = {0};
	struct head h;
	size_t back;

	if (take_value(&r, &h, &back) < 0 || h.type != TYPE_MAP)
		return -EBADMSG;
	int err = read_map(&r, h.size, AT_ROOT, &f);
	if (err)
		return err;
	if (!f.record.org.n && f.record.asn)
		f.record.org = f.name;
	*ret = f.record;
	return 0;
}

int mmdb_record_keys(struct str data, size_t offset, mmdb_key_fn *fn, void *ctx)
{
	struct reader r = {data, offset, VALUES_MAX};
	struct head h, value;
	struct str key;
	size_t back;

	if (take_value(&r, &h, &back) < 0 || h.type != TYPE_MAP)
		return -EBADMSG;
	for (uint32_t i = 0; i < h.size; i++) {
		if (take_key(&r, &key) < 0 || take_head(&r, &value) < 0 || skip(&r, &value) < 0)
			return -EBADMSG;
		fn(ctx, key);
	}
	return 0;
}

int mmdb_value_check(struct str data, size_t offset)
{
	struct reader r = {data, offset, VALUES_MAX};
	struct head h;

	return take_head(&r, &h) < 0 ? -EBADMSG : skip(&r, &h);
}
