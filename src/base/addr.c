// SPDX-License-Identifier: MIT
#include "base/addr.h"

#include "base/hash.h"
#include "base/num.h"

#include <arpa/inet.h>
#include <errno.h>

#define V4_OFFSET 12 /* of the IPv4 address in its mapped form */

struct addr addr_from_v4(const uint8_t b[4])
{
	struct addr a = {.b = {[10] = 0xff, [11] = 0xff}};

	memcpy(a.b + V4_OFFSET, b, 4);
	return a;
}

struct addr addr_from_v6(const uint8_t b[16])
{
	struct addr a;

	memcpy(a.b, b, 16);
	return a;
}

/* Access logs name an IPv4 address on nearly every line, so this path is by hand. */
static bool parse_v4(struct str text, uint8_t out[4])
{
	size_t at = 0;

	if (text.n > 15)
		return false;
	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t start = at;
		for (; at < text.n && (unsigned char)(text.p[at] - '0') < 10; at++)
			value = value * 10 + (unsigned)(text.p[at] - '0');
		size_t digits = at - start;
		if (digits == 0 || digits > 3 || value > 255 ||
			(digits > 1 && text.p[start] == '0'))
			return false;
		out[part] = (uint8_t)value;
		if (part < 3 && (at == text.n || text.p[at++] != '.'))
			return false;
	}
	return at == text.n;
}

int addr_parse(struct str text, struct addr *ret_addr)
{
	char buf[ADDR_TEXT_MAX];
	uint8_t v4[4], v6[16];

	if (parse_v4(text, v4)) {
		*ret_addr = addr_from_v4(v4);
		return 0;
	}
	const char *zone = text.n ? memchr(text.p, '%', text.n) : NULL;
	if (zone)
		text.n = (size_t)(zone - text.p);
	if (text.n == 0 || text.n >= sizeof buf || memchr(text.p, '\0', text.n))
		return -EINVAL;
	memcpy(buf, text.p, text.n);
	buf[text.n] = '\0';
	if (inet_pton(AF_INET6, buf, v6) != 1)
		return -EINVAL;
	*ret_addr = addr_from_v6(v6);
	return 0;
}

static size_t format_v4(const uint8_t b[4], char *buf)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		n += num_put(buf + n, b[i]);
		buf[n++] = '.';
	}
	buf[--n] = '\0';
	return n;
}

size_t addr_format(const struct addr *a, char buf[static ADDR_TEXT_MAX])
{
	if (addr_is_v4(a))
		return format_v4(a->b + V4_OFFSET, buf);
	/* glibc's inet_ntop writes the RFC 5952 form. */
	inet_ntop(AF_INET6, a->b, buf, ADDR_TEXT_MAX);
	return strlen(buf);
}

uint64_t addr_hash(const struct addr *a)
{
	uint64_t w[2];

	memcpy(w, a->b, sizeof w);
	return hash_two(w[0], w[1]);
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	bool a4 = addr_is_v4(a), b4 = addr_is_v4(b);

	if (a4 != b4)
		return a4 ? -1 : 1;
	return memcmp(a, b, sizeof *a);
}

/* One row a network. IPv4 rows are in mapped form, their bits counted from 96. */
#define V4(a, b, c, d, bits)                                          \
	{                                                             \
		{{[10] = 0xff, [11] = 0xff, a, b, c, d}}, 96 + (bits) \
	}
static const struct prefix local_v4[] = {
	V4(0, 0, 0, 0, 8),      /* RFC 1122: this network */
	V4(10, 0, 0, 0, 8),     /* RFC 1918 */
	V4(127, 0, 0, 0, 8),    /* RFC 1122: loopback */
	V4(169, 254, 0, 0, 16), /* RFC 3927: link-local */
	V4(172, 16, 0, 0, 12),  /* RFC 1918 */
	V4(192, 168, 0, 0, 16), /* RFC 1918 */
};

static const struct prefix unused_v4[] = {
	V4(192, 0, 2, 0, 24), /* RFC 5737: documentation */
	V4(198, 51, 100, 0, 24), V4(203, 0, 113, 0, 24),
	V4(240, 0, 0, 0, 4), /* RFC 1112: reserved, and the broadcast address */
};

/* What the registries have beyond the private ones. */
static const struct prefix special_v4[] = {
	V4(100, 64, 0, 0, 10),   /* RFC 6598: shared by the customers of a carrier */
	V4(192, 0, 0, 0, 24),    /* RFC 6890: protocols */
	V4(192, 31, 196, 0, 24), /* RFC 7535: AS112 */
	V4(192, 52, 193, 0, 24), /* RFC 7450: AMT */
	V4(192, 88, 99, 0, 24),  /* RFC 7526: relays of 6to4 */
	V4(192, 175, 48, 0, 24), /* RFC 7534: AS112 */
	V4(198, 18, 0, 0, 15),   /* RFC 2544: benchmarks */
	V4(224, 0, 0, 0, 4),     /* RFC 5771: multicast */
};
#undef V4

static const struct prefix local_v6[] = {
	{{{0}}, 127},         /* :: and ::1 */
	{{{0xfc}}, 7},        /* RFC 4193: unique-local */
	{{{0xfe, 0x80}}, 10}, /* RFC 4291: link-local */
};

static const struct prefix unused_v6[] = {
	{{{0x20, 0x01, 0x0d, 0xb8}}, 32}, /* RFC 3849: documentation */
};

static const struct prefix special_v6[] = {
	{{{0x20, 0x01}}, 23},                   /* RFC 2928: protocols, Teredo, ORCHID */
	{{{0x20, 0x02}}, 16},                   /* RFC 3056: 6to4 */
	{{{0x26, 0x20, 0x00, 0x4f, 0x80}}, 48}, /* RFC 7534: AS112 */
	{{{0x3f, 0xff}}, 20},                   /* RFC 9637: documentation */
};
/* All that is given out lies in it; loopback, NAT64, discard, SRv6, multicast do not. */
static const struct prefix global_v6 = {{{0x20}}, 3};

static bool is_in(const struct prefix *p, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (prefix_contains(&p[i], a))
			return true;
	return false;
}

bool addr_is_loopback(const struct addr *a)
{
	static const struct addr one = {{[15] = 1}};

	return addr_is_v4(a) ? a->b[12] == 127 : addr_eq(a, &one);
}

bool addr_is_local(const struct addr *a)
{
	return addr_is_v4(a) ? is_in(local_v4, ARRAY_LEN(local_v4), a)
			     : is_in(local_v6, ARRAY_LEN(local_v6), a);
}

bool addr_is_private(const struct addr *a)
{
	return addr_is_local(a) || (addr_is_v4(a) ? is_in(unused_v4, ARRAY_LEN(unused_v4), a)
						  : is_in(unused_v6, ARRAY_LEN(unused_v6), a));
}

bool addr_is_global(const struct addr *a)
{
	if (addr_is_private(a))
		return false;
	if (addr_is_v4(a))
		return !is_in(special_v4, ARRAY_LEN(special_v4), a);
	return prefix_contains(&global_v6, a) && !is_in(special_v6, ARRAY_LEN(special_v6), a);
}

static void clear_host_bits(struct prefix *p)
{
	unsigned whole = p->bits / 8;

	if (whole == sizeof p->addr.b)
		return;
	p->addr.b[whole] &= (uint8_t)(0xff00 >> (p->bits % 8));
	memset(p->addr.b + whole + 1, 0, sizeof p->addr.b - whole - 1);
}

int prefix_parse(struct str text, struct prefix *ret_prefix)
{
	const char *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
	struct str head = {text.p, slash ? (size_t)(slash - text.p) : text.n};
	struct prefix p;
	uint64_t bits;

	if (addr_parse(head, &p.addr) < 0)
		return -EINVAL;
	uint64_t base = addr_is_v4(&p.addr) && !memchr(head.p, ':', head.n) ? 96 : 0;
	if (!slash)
		bits = 128 - base;
	else if (num_u64((struct str){slash + 1, text.n - head.n - 1}, &bits) < 0 ||
		 bits > 128 - base)
		return -EINVAL;
	p.bits = (uint8_t)(base + bits);
	clear_host_bits(&p);
	*ret_prefix = p;
	return 0;
}

size_t prefix_format(const struct prefix *p, char buf[static PREFIX_TEXT_MAX])
{
	size_t n = addr_format(&p->addr, buf);
	bool v4 = addr_is_v4(&p->addr) && p->bits >= 96;

	buf[n++] = '/';
	n += num_put(buf + n, v4 ? p->bits - 96u : p->bits);
	buf[n] = '\0';
	return n;
}

struct prefix prefix_of(const struct addr *a, unsigned bits)
{
	struct prefix p = {*a, (uint8_t)(addr_is_v4(a) ? 96 + bits : bits)};

	clear_host_bits(&p);
	return p;
}

bool prefix_contains(const struct prefix *p, const struct addr *a)
{
	unsigned whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(p->addr.b, a->b, whole) != 0)
		return false;
	return rest == 0 || ((p->addr.b[whole] ^ a->b[whole]) & (0xff00 >> rest) & 0xff) == 0;
}

/* Where each has the four bytes. The rest of a NAT64 address is zero by its prefix. */
static const struct carrier {
	const char *name;
	struct prefix net;
	uint8_t at, inverted;
} carriers[] = {
	[ADDR_NAT64] = {"NAT64", {{{0, 0x64, 0xff, 0x9b}}, 96}, 12, 0},
	[ADDR_6TO4] = {"6to4", {{{0x20, 0x02}}, 16}, 2, 0},
	[ADDR_TEREDO] = {"Teredo", {{{0x20, 0x01}}, 32}, 12, 0xff},
};

enum addr_carrier addr_within(const struct addr *a, struct addr *ret_within)
{
	uint8_t v4[4];

	*ret_within = *a;
	for (size_t i = ADDR_NAT64; i < ARRAY_LEN(carriers); i++) {
		const struct carrier *c = &carriers[i];
		if (!prefix_contains(&c->net, a))
			continue;
		for (size_t k = 0; k < sizeof v4; k++)
			v4[k] = a->b[c->at + k] ^ c->inverted;
		*ret_within = addr_from_v4(v4);
		return (enum addr_carrier)i;
	}
	return ADDR_NOT_CARRIED;
}

const char *addr_carrier_name(enum addr_carrier carrier)
{
	return carriers[carrier].name;
}
