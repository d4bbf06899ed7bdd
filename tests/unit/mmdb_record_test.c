// SPDX-License-Identifier: MIT
/* Records of a MaxMind DB, whole and damaged. */
#include "unit.h"

#include "enrich/mmdb_record.h"

#include <errno.h>

struct bytes {
	uint8_t b[16384];
	size_t n;
};

static void put(struct bytes *o, uint8_t b)
{
	o->b[o->n++] = b;
}

static void put_string(struct bytes *o, const char *text)
{
	size_t n = strlen(text);

	assert_true(n < 285);
	put(o, (uint8_t)(2 << 5 | (n < 29 ? n : 29)));
	if (n >= 29)
		put(o, (uint8_t)(n - 29));
	memcpy(o->b + o->n, text, n);
	o->n += n;
}

static void put_map(struct bytes *o, unsigned pairs)
{
	put(o, (uint8_t)(7 << 5 | pairs));
}

static void put_uint32(struct bytes *o, uint32_t v)
{
	put(o, 6 << 5 | 4);
	for (int i = 3; i >= 0; i--)
		put(o, (uint8_t)(v >> (8 * i)));
}

static void put_pointer(struct bytes *o, unsigned to)
{
	put(o, (uint8_t)(1 << 5 | to >> 8));
	put(o, (uint8_t)to);
}

static void put_pair(struct bytes *o, const char *key, const char *value)
{
	put_string(o, key);
	put_string(o, value);
}

/* From a copy of its own, so that ASan sees a byte read beyond it. */
static int read_at(const struct bytes *o, size_t n, size_t offset, struct mmdb_record *ret)
{
	static char *copy;

	free(copy);
	copy = malloc(n ? n : 1);
	assert_non_null(copy);
	memcpy(copy, o->b, n);
	return mmdb_record_read((struct str){copy, n}, offset, ret);
}

static void put_flat(struct bytes *o)
{
	put_map(o, 5);
	put_pair(o, "city", "Recife");
	put_pair(o, "country_code", "BR");
	put_string(o, "latitude");
	put(o, 0 << 5 | 4); /* float: type 15 */
	put(o, 15 - 7);
	o->n += 4;
	put_string(o, "autonomous_system_number");
	put_uint32(o, 64500);
	put_pair(o, "autonomous_system_organization", "Example");
}

static void put_nested(struct bytes *o)
{
	put_map(o, 4);
	put_string(o, "city");
	put_map(o, 2);
	put_string(o, "geoname_id");
	put_uint32(o, 1);
	put_string(o, "names");
	put_map(o, 2);
	put_pair(o, "de", "Stadt");
	put_pair(o, "en", "Recife");
	put_string(o, "country");
	put_map(o, 2);
	put_pair(o, "iso_code", "BR");
	put_string(o, "names");
	put_map(o, 1);
	put_pair(o, "en", "Brazil");
	put_string(o, "registered_country");
	put_map(o, 1);
	put_pair(o, "iso_code", "PT");
	put_string(o, "subdivisions");
	put(o, 1); /* an array of one: type 11 */
	put(o, 11 - 7);
	put_map(o, 1);
	put_pair(o, "iso_code", "PE");
}

static void flat(void **state)
{
	struct bytes o = {0};
	struct mmdb_record r;

	(void)state;
	put_flat(&o);
	assert_int_equal(read_at(&o, o.n, 0, &r), 0);
	assert_str(r.country, "BR");
	assert_str(r.city, "Recife");
	assert_str(r.org, "Example");
	assert_int_equal(r.asn, 64500);
}

static void nested(void **state)
{
	struct bytes o = {0};
	struct mmdb_record r;

	(void)state;
	put_nested(&o);
	assert_int_equal(read_at(&o, o.n, 0, &r), 0);
	assert_str(r.country, "BR");
	assert_str(r.city, "Recife");
	assert_null(r.org.p);
	assert_int_equal(r.asn, 0);
}

/* Writers hold a text once and point to it; keys, too. */
static void pointers(void **state)
{
	struct bytes o = {0};
	struct mmdb_record r;

	(void)state;
	put_string(&o, "country_code");
	size_t value = o.n;
	put_string(&o, "BR");
	size_t record = o.n;
	put_map(&o, 2);
	put_pointer(&o, 0);
	put_pointer(&o, (unsigned)value);
	put_pair(&o, "city", "Recife");
	size_t to_record = o.n;
	put_pointer(&o, (unsigned)record);
	assert_int_equal(read_at(&o, o.n, record, &r), 0);
	assert_str(r.country, "BR");
	assert_str(r.city, "Recife");
	assert_int_equal(read_at(&o, o.n, to_record, &r), 0);
	assert_str(r.city, "Recife");
}

static void what_is_refused(void **state)
{
	struct mmdb_record r;
	struct bytes o = {0};

	(void)state;
	put_pointer(&o, 0); /* to itself */
	assert_int_equal(read_at(&o, o.n, 0, &r), -EBADMSG);
	o.n = 0;
	put_string(&o, "no map");
	assert_int_equal(read_at(&o, o.n, 0, &r), -EBADMSG);
	o.n = 0;
	put_map(&o, 1);
	put_uint32(&o, 1); /* a key that is no text */
	put_string(&o, "x");
	assert_int_equal(read_at(&o, o.n, 0, &r), -EBADMSG);
	o.n = 0;
	put(&o, 7 << 5 | 31); /* a map of sixteen million */
	o.n += 3;
	assert_int_equal(read_at(&o, o.n, 0, &r), -EBADMSG);
	assert_int_equal(read_at(&o, o.n, 99, &r), -EBADMSG);
	assert_int_equal(read_at(&o, 0, 0, &r), -EBADMSG);
}

/* libmaxminddb would call itself for each of these. */
static void depth_is_bounded(void **state)
{
	struct mmdb_record r;
	struct bytes o = {0};

	(void)state;
	put_map(&o, 1);
	put_string(&o, "location");
	size_t value = o.n;
	for (int i = 0; i < 8000; i++) { /* arrays of one */
		put(&o, 1);
		put(&o, 11 - 7);
	}
	put_uint32(&o, 1);
	assert_int_equal(read_at(&o, o.n, 0, &r), -EBADMSG);
	assert_int_equal(mmdb_value_check((struct str){(char *)o.b, o.n}, value), -EBADMSG);
}

/* A value of another type than expected says nothing, and hurts nothing. */
static void odd_types(void **state)
{
	struct mmdb_record r;
	struct bytes o = {0};

	(void)state;
	put_map(&o, 4);
	put_string(&o, "country_code");
	put_uint32(&o, 55);
	put_pair(&o, "autonomous_system_number", "64500x");
	put_pair(&o, "country", "Brazil");
	put_string(&o, "as_name");
	put_uint32(&o, 7);
	assert_int_equal(read_at(&o, o.n, 0, &r), 0);
	assert_null(r.country.p);
	assert_null(r.org.p);
	assert_int_equal(r.asn, 0);
}

static void asn_as_text(void **state)
{
	static const struct {
		const char *text;
		uint32_t want;
	} cases[] = {{"AS15169", 15169}, {"as1", 1}, {"64500", 64500}, {"AS4294967295", UINT32_MAX},
		{"AS4294967296", 0}, {"AS", 0}, {"", 0}, {"AS-1", 0}, {"AS1.10", 0}, {"ASAS1", 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct mmdb_record r;
		struct bytes o = {0};
		put_map(&o, 2);
		put_pair(&o, "name", "Example");
		put_pair(&o, "asn", cases[i].text);
		assert_int_equal(read_at(&o, o.n, 0, &r), 0);
		assert_int_equal(r.asn, cases[i].want);
		/* A name is the AS's only where there is one. */
		assert_int_equal(r.org.n, cases[i].want ? 7 : 0);
	}
}

/* Of several keys for one fact the better is taken, in whichever order they stand. */
static void the_better_key_wins(void **state)
{
	struct mmdb_record r;

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct bytes o = {0};
		put_map(&o, 3);
		put_pair(&o, turn ? "isp" : "autonomous_system_organization", turn ? "I" : "A");
		put_pair(&o, turn ? "autonomous_system_organization" : "isp", turn ? "A" : "I");
		put_pair(&o, "organization", "O");
		assert_int_equal(read_at(&o, o.n, 0, &r), 0);
		assert_str(r.org, "A");
	}
}

static void cut_anywhere(void **state)
{
	struct bytes flat_one = {0}, nested_one = {0};
	struct mmdb_record r;

	(void)state;
	put_flat(&flat_one);
	put_nested(&nested_one);
	for (size_t n = 0; n < flat_one.n; n++)
		assert_int_equal(read_at(&flat_one, n, 0, &r), -EBADMSG);
	for (size_t n = 0; n < nested_one.n; n++)
		assert_int_equal(read_at(&nested_one, n, 0, &r), -EBADMSG);
}

static void flipped_anywhere(void **state)
{
	struct bytes o = {0};
	struct mmdb_record r;

	(void)state;
	put_nested(&o);
	for (size_t bit = 0; bit < o.n * 8; bit++) {
		o.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		int err = read_at(&o, o.n, 0, &r);
		assert_true(err == 0 || err == -EBADMSG);
		o.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flat),
		cmocka_unit_test(nested),
		cmocka_unit_test(pointers),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(odd_types),
		cmocka_unit_test(asn_as_text),
		cmocka_unit_test(the_better_key_wins),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(flipped_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
