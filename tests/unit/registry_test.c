// SPDX-License-Identifier: MIT
#include "unit.h"

#include "model/registry.h"

static struct prefix net_of(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

struct named {
	struct prefix_item at;
	char *text; /* owned */
};

static unsigned dropped;

static void drop(void *item)
{
	free(((struct named *)item)->text);
	dropped++;
}

static void put(struct prefixes *t, const char *net)
{
	struct prefix p = net_of(net);
	struct named *n = prefixes_set(t, &p);

	assert_non_null(n);
	free(n->text);
	n->text = strdup(net);
}

static void expect(const struct prefixes *t, const char *ip, unsigned bits, const char *want)
{
	struct addr a = ip_of(ip);
	const struct named *n = prefixes_match(t, &a, bits);

	assert_string_equal(n ? n->text : "none", want);
}

static void longest_prefix_wins(void **state)
{
	struct prefixes t;

	(void)state;
	assert_int_equal(prefixes_init(&t, sizeof(struct named), 16, drop), 0);
	put(&t, "8.0.0.0/8");
	put(&t, "8.8.8.0/24");
	put(&t, "8.8.8.8/32");
	put(&t, "2a00::/12");
	expect(&t, "8.8.8.8", 128, "8.8.8.8/32");
	expect(&t, "8.8.8.8", 127, "8.8.8.0/24");
	expect(&t, "8.8.8.9", 128, "8.8.8.0/24");
	expect(&t, "8.9.8.9", 128, "8.0.0.0/8");
	expect(&t, "9.9.8.9", 128, "none");
	expect(&t, "8.8.8.8", 100, "none");
	expect(&t, "2a0f::1", 128, "2a00::/12");
	expect(&t, "2b00::1", 128, "none");
	prefixes_done(&t);
}

static void the_oldest_goes(void **state)
{
	struct prefixes t;
	struct addr a = ip_of("8.0.1.1");

	(void)state;
	dropped = 0;
	assert_int_equal(prefixes_init(&t, sizeof(struct named), 3, drop), 0);
	put(&t, "8.0.1.0/24");
	put(&t, "8.0.2.0/24");
	put(&t, "8.0.3.0/24");
	prefixes_touch(&t, prefixes_match(&t, &a, 128));
	put(&t, "8.0.4.0/24");
	expect(&t, "8.0.2.1", 128, "none");
	expect(&t, "8.0.1.1", 128, "8.0.1.0/24");
	assert_int_equal(dropped, 1);
	assert_string_equal(((struct named *)prefixes_oldest(&t))->text, "8.0.3.0/24");
	for (unsigned i = 0; i < 1000; i++) {
		char text[32];
		snprintf(text, sizeof text, "9.%u.0.0/%u", i % 256, 16 + i % 3);
		put(&t, text);
	}
	assert_int_equal(t.pool.live, 3);
	prefixes_done(&t);
	assert_int_equal(dropped, 1004);
}

static void tell_at(
	struct registry *r, const char *net, const char *name, const char *note, usec_t now)
{
	struct event_registration e = {
		.net = net_of(net), .name = str_of(name), .note = str_of(note)};

	registry_apply(r, &e, now);
}

static void tell(struct registry *r, const char *net, const char *name, const char *note)
{
	tell_at(r, net, name, note, 5);
}

static void a_failure_hides_nothing_known(void **state)
{
	struct registry r;
	struct addr a = ip_of("8.8.8.8");

	(void)state;
	assert_int_equal(registry_init(&r), 0);
	assert_null(registry_find(&r, &a));
	tell(&r, "8.8.8.0/24", NULL, "timed out");
	assert_non_null(registry_find(&r, &a));
	assert_string_equal(registry_find(&r, &a)->note, "timed out");
	tell(&r, "8.8.0.0/22", NULL, "far away");
	assert_string_equal(registry_find(&r, &a)->note, "timed out");
	tell(&r, "8.0.0.0/9", "WIDE", NULL);
	assert_string_equal(registry_find(&r, &a)->name, "WIDE");
	tell(&r, "8.8.8.0/24", "NARROW", NULL);
	assert_string_equal(registry_find(&r, &a)->name, "NARROW");
	tell(&r, "8.8.8.0/24", NULL, "timed out");
	assert_string_equal(registry_find(&r, &a)->name, "NARROW");
	registry_done(&r);
}

static void who_cannot_be_asked_is_left_alone(void **state)
{
	const usec_t ttl = 10, late = 2 * REGISTRY_AGAIN;
	struct registry r;
	struct addr a = ip_of("8.8.8.8");

	(void)state;
	assert_int_equal(registry_init(&r), 0);
	assert_true(registry_is_due(&r, &a, 5, ttl));
	tell_at(&r, "8.8.8.0/24", NULL, "timed out", 5);
	assert_false(registry_is_due(&r, &a, 5 + REGISTRY_AGAIN, ttl));
	assert_true(registry_is_due(&r, &a, 6 + REGISTRY_AGAIN, ttl));
	/* A note of exactly that network, which does not show. */
	tell_at(&r, "8.8.8.0/24", "OLD", NULL, 10);
	assert_false(registry_is_due(&r, &a, 20, ttl));
	assert_true(registry_is_due(&r, &a, 21, ttl));
	tell_at(&r, "8.8.8.0/24", NULL, "timed out", 21);
	assert_string_equal(registry_find(&r, &a)->name, "OLD");
	assert_false(registry_is_due(&r, &a, 22, ttl));
	assert_true(registry_is_due(&r, &a, late, ttl));
	/* A note of the block around it. */
	tell_at(&r, "8.8.8.8/32", "SMALL", NULL, late);
	tell_at(&r, "8.8.8.0/24", NULL, "timed out", late + 11);
	assert_false(registry_is_due(&r, &a, late + 12, ttl));
	assert_true(registry_is_due(&r, &a, late + late, ttl));
	/* An answer about a wider network. */
	tell_at(&r, "8.8.0.0/16", "WIDE", NULL, late + late);
	assert_false(registry_is_due(&r, &a, late + late + 1, ttl));
	registry_done(&r);
}

static void addresses_have_names(void **state)
{
	struct registry r;
	struct addr a = ip_of("8.8.8.8"), b = ip_of("8.8.8.9");
	struct event_rdns e = {.ip = a, .name = STR_LIT("dns.example"), .confirmed = 1};

	(void)state;
	assert_int_equal(registry_init(&r), 0);
	registry_apply_name(&r, &e, 7);
	assert_non_null(registry_find_name(&r, &a));
	assert_string_equal(registry_find_name(&r, &a)->name, "dns.example");
	assert_true(registry_find_name(&r, &a)->confirmed);
	assert_null(registry_find_name(&r, &b));
	/* That nobody answers is not that there is no name, and takes no name back. */
	e.note = STR_LIT("nobody answered");
	registry_apply_name(&r, &e, 8);
	assert_string_equal(registry_find_name(&r, &a)->name, "dns.example");
	e.ip = b;
	e.name = STR_ABSENT;
	registry_apply_name(&r, &e, 8);
	assert_int_equal(registry_find_name(&r, &b)->told, 0);
	assert_false(registry_name_is_due(&r, &b, 9, 3600 * USEC_PER_SEC));
	assert_true(registry_name_is_due(&r, &b, 9 + REGISTRY_AGAIN, 3600 * USEC_PER_SEC));
	registry_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_prefix_wins),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(a_failure_hides_nothing_known),
		cmocka_unit_test(who_cannot_be_asked_is_left_alone),
		cmocka_unit_test(addresses_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
