/* SPDX-License-Identifier: MIT
 *
 * addr: an IP address in the one form the program uses. IPv4 is held IPv4-mapped
 * (RFC 4291, 2.5.5.2), so "::ffff:203.0.113.5" and "203.0.113.5" are the same sixteen bytes
 * and join without a special case; text shows the dotted form.
 * All zero (the unspecified address) means "unknown".
 */
#ifndef NG_BASE_ADDR_H
#define NG_BASE_ADDR_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ADDR_TEXT_MAX   46 /* INET6_ADDRSTRLEN, with its NUL */
#define PREFIX_TEXT_MAX (ADDR_TEXT_MAX + 4)

struct addr {
	uint8_t b[16];
};

#define ADDR_BITS 128 /* of a prefix that is one address, IPv4 or not */

/* A network: the first `bits` (0..128, IPv4 counted from 96) of `addr`; the rest is zero. */
struct prefix {
	struct addr addr;
	uint8_t bits;
};

static inline bool addr_eq(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static inline bool addr_is_v4(const struct addr *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(a->b, mapped, sizeof mapped) == 0;
}

static inline bool addr_is_unset(const struct addr *a)
{
	static const struct addr zero;
	return addr_eq(a, &zero);
}

struct addr addr_from_v4(const uint8_t b[4]);
struct addr addr_from_v6(const uint8_t b[16]);

/* Text without brackets or port. A zone ("%eth0") is cut off. Returns 0, or -EINVAL with
 * *ret_addr untouched. Strict: no leading zeros, no short forms ("127.1"). */
int addr_parse(struct str text, struct addr *ret_addr);

/* Canonical text (RFC 5952) into buf, NUL-terminated; returns its length. */
size_t addr_format(const struct addr *a, char buf[static ADDR_TEXT_MAX]);

/* Keyed by a per-process secret, so that a sender cannot aim at one hash chain. */
uint64_t addr_hash(const struct addr *a);

/* Orders numerically, every IPv4 address before every IPv6 one. */
int addr_compare(const struct addr *a, const struct addr *b);

/* 127/8 and ::1. */
bool addr_is_loopback(const struct addr *a);

/* Loopback, private, link-local, unique-local and unspecified addresses (RFC 1122, 1918, 3927,
 * 4193, 4291): such as stand beside a server. */
bool addr_is_local(const struct addr *a);

/* These, and the documentation's (RFC 3849, 5737; 240/4 reserved). 100.64/10 and multicast are not:
 * operators want to see those. */
bool addr_is_private(const struct addr *a);

/* An address that a registry gave to somebody: none of IANA's special-purpose registries (RFC 6890
 * and what was added to them since), multicast, or outside of 2000::/3. Only these may be asked
 * about. */
bool addr_is_global(const struct addr *a);

/* How an IPv4 address can be within an IPv6 one. */
enum addr_carrier {
	ADDR_NOT_CARRIED,
	ADDR_NAT64, /* 64:ff9b::/96 (RFC 6052, 2.1) */
	ADDR_6TO4,  /* 2002::/16 (RFC 3056, 2) */
	ADDR_TEREDO /* 2001::/32: the client's, inverted (RFC 4380, 4) */
};

/* The address that is meant: the one within, or the address itself. */
enum addr_carrier addr_within(const struct addr *a, struct addr *ret_within);

/* "NAT64", "6to4", "Teredo"; NULL for none. */
const char *addr_carrier_name(enum addr_carrier carrier);

/* "a.b.c.d", "a.b.c.d/24", "2001:db8::/32". Host bits are cleared. Returns 0 or -EINVAL. */
int prefix_parse(struct str text, struct prefix *ret_prefix);
size_t prefix_format(const struct prefix *p, char buf[static PREFIX_TEXT_MAX]);

/* The network of `a` with so many bits (of an IPv4 address: 0..32). */
struct prefix prefix_of(const struct addr *a, unsigned bits);
bool prefix_contains(const struct prefix *p, const struct addr *a);

#endif
