// SPDX-License-Identifier: MIT
#include "unit.h"

#include "detect/zoom.h"

#include <math.h>

static struct zoom z;
static struct zoom_found found;
static uint64_t seed;

static int set_up(void **state)
{
	(void)state;
	seed = 4;
	return zoom_init(&z, ZOOM_LEAVES);
}

static int tear_down(void **state)
{
	(void)state;
	zoom_done(&z);
	return 0;
}

static uint32_t step(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 32);
}

static struct prefix prefix_from(const char *text)
{
	struct prefix p = {{{0}}, 0};

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

static void add(const char *text, uint64_t bad, uint64_t good)
{
	struct prefix p = prefix_from(text);

	assert_true(zoom_add(&z, &p, bad, good));
}

static void add_v4(uint32_t ip, uint64_t bad, uint64_t good)
{
	uint8_t b[4] = {(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip};
	struct addr a = addr_from_v4(b);
	struct prefix p = prefix_of(&a, 32);

	assert_true(zoom_add(&z, &p, bad, good));
}

/* n different addresses of a network. */
static void add_some(const char *net, unsigned n, uint64_t bad)
{
	struct prefix p = prefix_from(net);
	unsigned host_bits = 128u - p.bits, wants = n;
	uint32_t base = (uint32_t)p.addr.b[12] << 24 | (uint32_t)p.addr.b[13] << 16 |
			(uint32_t)p.addr.b[14] << 8 | p.addr.b[15];
	uint32_t stride = (1u << host_bits) / n, at = step() % stride;

	for (; wants > 0; wants--, at += stride)
		add_v4(base | at, bad, 0);
}

static void add_noise(unsigned n, uint64_t bad)
{
	while (n-- > 0)
		add_v4((1u << 24) + step() % 0xde000000u, bad, 0);
}

static void assert_found(const char *want, double least, double most)
{
	char got[1024] = "", text[PREFIX_TEXT_MAX];

	zoom_find(&z, &found);
	for (uint32_t i = 0; i < found.count; i++) {
		prefix_format(&found.at[i].prefix, text);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", text);
	}
	if (strcmp(got, want) != 0)
		fail_msg("got \"%s\" with %g, expected \"%s\"", got, found.coverage, want);
	if (found.coverage < least || found.coverage > most)
		fail_msg("%s: coverage %g", got, found.coverage);
	assert_true(found.is_all_over == (found.coverage < 0.5 && z.total > 0));
	zoom_clear(&z);
}

static void nothing_and_nobody_bad(void **state)
{
	(void)state;
	assert_found("", 0, 0);
	add("203.0.113.5", 0, 10);
	assert_found("", 0, 0);
	assert_false(found.is_all_over);
}

static void two_networks(void **state)
{
	(void)state;
	add_some("203.0.113.0/24", 15, 8);
	add_some("198.51.100.0/24", 15, 8);
	assert_found("198.51.100.0/24 203.0.113.0/24", 1, 1);
}

static void a_wide_network_that_is_filled(void **state)
{
	(void)state;
	add_some("100.64.8.0/22", 200, 2);
	assert_found("100.64.8.0/22", 1, 1);
	add_some("47.88.0.0/16", 300, 1);
	assert_found("47.88.0.0/16", 1, 1);
	add_some("203.0.112.0/24", 60, 1);
	add_some("203.0.113.0/24", 60, 1);
	assert_found("203.0.112.0/23", 1, 1);
}

static void one_address_and_noise(void **state)
{
	(void)state;
	add_noise(60, 1);
	add("203.0.113.5", 300, 0);
	assert_found("203.0.113.5/32", 0.83, 0.84);
}

static void busy_addresses_stay_addresses(void **state)
{
	(void)state;
	add("203.0.113.17", 50, 0);
	add("203.0.113.130", 51, 0);
	add("203.0.113.201", 52, 0);
	assert_found("203.0.113.201/32 203.0.113.130/32 203.0.113.17/32", 1, 1);
}

static void networks_stand_out_of_noise(void **state)
{
	(void)state;
	add_noise(200, 1);
	add_some("203.0.113.0/24", 40, 4);
	add_some("198.51.100.0/24", 40, 4);
	add_some("45.9.20.0/24", 40, 4);
	assert_found("45.9.20.0/24 198.51.100.0/24 203.0.113.0/24", 0.70, 0.73);
}

static void random_sources_are_all_over(void **state)
{
	static const uint8_t first[] = {24, 66, 73, 81, 86, 92, 109, 151, 178, 186, 189, 201};

	(void)state;
	add_noise(1000, 1);
	assert_found("", 0, 0);
	assert_true(found.is_all_over);
	for (int i = 0; i < 2000; i++) /* a residential botnet: the large access networks */
		add_v4((uint32_t)first[step() % sizeof first] << 24 | (step() & 0xffffff), 1, 0);
	assert_found("", 0, 0);
	for (int i = 0; i < 4000; i++) /* made-up sources */
		add_v4(step(), 1, 0);
	assert_found("", 0, 0);
}

static void good_visitors_are_spared(void **state)
{
	(void)state;
	add_some("203.0.113.0/25", 40, 4);
	add_some("198.51.100.0/24", 40, 4);
	add("203.0.113.200", 0, 200);
	add("203.0.113.201", 0, 200);
	assert_found("198.51.100.0/24 203.0.113.0/25", 1, 1);
	add_some("203.0.113.0/25", 40, 4);
	assert_found("203.0.113.0/24", 1, 1); /* nobody good in it: the whole is easier to say */
	add("203.0.113.5", 100, 300);
	add("203.0.113.6", 100, 0);
	assert_found("203.0.113.6/32", 0.5, 0.5);
}

static void widened_prefixes_become_one(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		add_v4(0xcb007100u + i, 10, 0);      /* a /29 */
		add_v4(0xcb007180u + i, 10, 0);      /* another one */
		add_v4(0xc6336400u + 32 * i, 20, 0); /* and a /24 elsewhere */
	}
	assert_found("198.51.100.0/24 203.0.113.0/24", 1, 1);
}

static void v6_networks(void **state)
{
	struct prefix p = prefix_from("2001:db8:5:7::/64");

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct prefix one = {p.addr, 128};
		for (int at = 8; at < 16; at++)
			one.addr.b[at] = (uint8_t)step();
		assert_true(zoom_add(&z, &one, 1, 0));
	}
	assert_found("2001:db8:5:7::/64", 1, 1);
	for (int site = 0xa1; site <= 0xa3; site++) { /* 20 subscribers of each of three sites */
		for (int i = 0; i < 20; i++) {
			p = prefix_from("2001:db8::/64");
			p.addr.b[5] = (uint8_t)site;
			p.addr.b[6] = (uint8_t)step();
			p.addr.b[7] = (uint8_t)step();
			assert_true(zoom_add(&z, &p, 3, 0));
		}
	}
	assert_found("2001:db8:a0::/46", 1, 1);
	for (int i = 0; i < 200; i++) { /* all of 2000::/3 */
		p = prefix_from("2000::/64");
		for (int at = 1; at < 8; at++)
			p.addr.b[at] = (uint8_t)step();
		assert_true(zoom_add(&z, &p, 1, 0));
	}
	assert_found("", 0, 0);
}

static void both_families_at_once(void **state)
{
	(void)state;
	add_some("203.0.113.0/24", 50, 2);
	add("2001:db8:5:7::1", 60, 0);
	add("2001:db8:5:7::2", 60, 0);
	add("2001:db8:9::/48", 0, 3);
	assert_found("2001:db8:5:7::/64 203.0.113.0/24", 1, 1);
}

/* Networks as leaves: their addresses are not known, and they may lie in one another. */
static void networks_as_leaves(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 200; i++) {
		char text[32];
		snprintf(text, sizeof text, "47.88.%u.0/24", i);
		add(text, 5, 0);
	}
	add("47.88.0.0/16", 50, 0);
	add_noise(300, 1);
	assert_found("47.88.0.0/16", 0.75, 0.85);
	add("10.0.0.0/8", 1000, 0); /* wider than anything that may be said */
	assert_found("", 0, 0);
	add("203.0.113.0/24", 10, 0);
	add("203.0.113.0/24", 5, 0);
	add("203.0.113.7", 1, 0);
	assert_found("203.0.113.0/24", 1, 1);
}

static void what_is_left_out_counts(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ZOOM_LEAVES; i++)
		add_v4(0xcb007100u + i % 4, 1, 0);
	struct prefix p = prefix_from("198.51.100.1");
	assert_false(zoom_add(&z, &p, ZOOM_LEAVES * 3, 0));
	assert_found("203.0.113.0/24", 0.25, 0.25);
	assert_true(found.is_all_over);
}

static void weights_do_not_overflow(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ZOOM_LEAVES; i++)
		add_v4(0xcb007100u + (i & 0xff), UINT64_MAX, i & 0xff ? 0 : 1);
	zoom_find(&z, &found);
	assert_true(isfinite(found.coverage) && found.coverage > 0.99 && found.coverage <= 1);
	zoom_clear(&z);
	add("203.0.113.1", UINT64_MAX, UINT64_MAX);
	add("203.0.113.2", 1, UINT64_MAX);
	assert_found("", 0, 0);
}

/* As deep as a tree can be: leaves that part at every length. */
static void deep_trees(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits <= 64; bits++) {
		struct prefix p = prefix_from("::/0");
		for (unsigned i = 0; i < bits; i++)
			p.addr.b[i / 8] |= (uint8_t)(0x80 >> (i % 8));
		p.bits = (uint8_t)bits;
		assert_true(zoom_add(&z, &p, 1, 0));
		p.bits = 64;
		assert_true(zoom_add(&z, &p, 1, 1));
	}
	for (unsigned bits = 0; bits <= 32; bits++) {
		uint32_t ip = bits ? UINT32_MAX << (32 - bits) : 0;
		add_v4(ip, 1, 0);
		add_v4(~ip, 1, 0);
	}
	zoom_find(&z, &found);
	assert_true(found.count <= ZOOM_PREFIXES && found.wanted <= 50);
	zoom_clear(&z);
}

/* Brute force. Each set of leaves that a prefix holds is worth what the longest such prefix is;
 * the best choice of sets that do not meet is found set by set, without any tree. */
enum {
	FEW = 12
};

static struct {
	uint32_t ip[FEW];
	double bad[FEW], good[FEW];
	unsigned n;
} few;

static double worth(unsigned set, unsigned bits, double total)
{
	double bad = 0, good = 0, used = 0, nets = 0, thin = 0;
	uint32_t seen[FEW];
	unsigned n = 0;

	for (unsigned i = 0; i < few.n; i++) {
		if (!(set >> i & 1))
			continue;
		bad += few.bad[i];
		good += few.good[i];
		if (few.bad[i] <= 0)
			continue;
		used++;
		bool known = false;
		for (unsigned k = 0; k < n; k++)
			known |= seen[k] == few.ip[i] >> 8;
		if (!known)
			seen[n++] = few.ip[i] >> 8;
	}
	nets = n;
	if (bits < 12 || used <= 0)
		return 0;
	double room = bits >= 24 ? pow(2, 32 - bits) / used : pow(2, 24 - bits) / nets;
	if (bits < 24)
		thin = fmax(0, log2(256 * nets / used) - 5.5);
	return bad - good - 0.02 * total * (1 + 0.35 * (log2(room) + 2 * thin));
}

static double brute_force(void)
{
	static double best_of[1 << FEW], best[1 << FEW];
	double total = 0;

	memset(best_of, 0, sizeof best_of);
	for (unsigned i = 0; i < few.n; i++)
		total += few.bad[i];
	for (unsigned i = 0; i < few.n; i++) {
		for (unsigned bits = 12; bits <= 32; bits++) {
			unsigned set = 0;
			for (unsigned k = 0; k < few.n; k++)
				set |= (unsigned)((few.ip[i] ^ few.ip[k]) >> (32 - bits) == 0) << k;
			best_of[set] = fmax(0, worth(set, bits, total)); /* the longest is last */
		}
	}
	for (unsigned set = 1; set < 1u << few.n; set++) {
		unsigned lowest = set & -set;
		best[set] = best[set & ~lowest];
		for (unsigned part = set; part; part = (part - 1) & set)
			if (part & lowest)
				best[set] = fmax(best[set], best_of[part] + best[set & ~part]);
	}
	return best[(1u << few.n) - 1];
}

static void is_as_good_as_brute_force(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		unsigned near = 1 + step() % 20; /* how many of the low bits differ */
		few.n = 1 + step() % (round % 20 ? 9 : FEW);
		for (unsigned i = 0; i < few.n; i++) {
			bool again = true;
			while (again) {
				few.ip[i] = 0xcb007100u ^ (step() & ((1u << near) - 1)) ^ i;
				again = false;
				for (unsigned k = 0; k < i; k++)
					again |= few.ip[k] == few.ip[i];
			}
			few.bad[i] = step() % 3 ? step() % 100 : 0;
			few.good[i] = step() % 4 ? 0 : step() % 20;
			add_v4(few.ip[i], (uint64_t)few.bad[i], (uint64_t)few.good[i]);
		}
		zoom_find(&z, &found);
		double want = brute_force();
		if (fabs(found.value - want) > 1e-9 * (1 + want))
			fail_msg("round %d: %.12g, expected %.12g", round, found.value, want);
		zoom_clear(&z);
	}
}

/* Order does not matter, and what is found is sound: sorted, disjoint, with the weights of its
 * leaves. */
static void found_things_are_sound(void **state)
{
	static struct prefix leaves[3000];

	(void)state;
	for (int round = 0; round < 30; round++) {
		uint32_t n = 1 + step() % 3000;
		struct zoom_found other;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t ip = step() >> step() % 24;
			uint8_t b[4] = {203, (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip};
			struct addr a = addr_from_v4(b);
			leaves[i] = prefix_of(&a, 32);
			zoom_add(&z, &leaves[i], 1, 0);
		}
		zoom_find(&z, &found);
		zoom_clear(&z);
		for (uint32_t i = n; i-- > 0;)
			zoom_add(&z, &leaves[i], 1, 0);
		zoom_find(&z, &other);
		zoom_clear(&z);
		assert_memory_equal(&found, &other, sizeof found);
		for (uint32_t k = 0; k < found.count; k++) {
			double bad = 0;
			for (uint32_t i = 0; i < n; i++)
				bad += prefix_contains(&found.at[k].prefix, &leaves[i].addr);
			assert_true(bad == found.at[k].bad);
			assert_true(k == 0 || found.at[k - 1].bad >= bad);
			for (uint32_t o = 0; o < k; o++)
				assert_false(prefix_contains(
					&found.at[o].prefix, &found.at[k].prefix.addr));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_and_nobody_bad),
		cmocka_unit_test(two_networks),
		cmocka_unit_test(a_wide_network_that_is_filled),
		cmocka_unit_test(one_address_and_noise),
		cmocka_unit_test(busy_addresses_stay_addresses),
		cmocka_unit_test(networks_stand_out_of_noise),
		cmocka_unit_test(random_sources_are_all_over),
		cmocka_unit_test(good_visitors_are_spared),
		cmocka_unit_test(widened_prefixes_become_one),
		cmocka_unit_test(v6_networks),
		cmocka_unit_test(both_families_at_once),
		cmocka_unit_test(networks_as_leaves),
		cmocka_unit_test(what_is_left_out_counts),
		cmocka_unit_test(weights_do_not_overflow),
		cmocka_unit_test(deep_trees),
		cmocka_unit_test(is_as_good_as_brute_force),
		cmocka_unit_test(found_things_are_sound),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
