/* SPDX-License-Identifier: MIT
 *
 * cell: one value of one row, as screen, text table and JSON record take it.
 */
#ifndef NG_MODEL_CELL_H
#define NG_MODEL_CELL_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"
#include "event/event.h"
#include "model/tally.h"

#include <stdint.h>

enum cell_kind {
	CELL_NONE,           /* not known: blank on screen, absent in JSON */
	CELL_NOT_APPLICABLE, /* cannot be known of this one: a dash on screen, absent in JSON */
	CELL_COUNT,          /* u */
	CELL_TIMES,          /* u: "3x" on screen */
	CELL_BYTES,          /* u */
	CELL_RATE,           /* d, per minute */
	CELL_SHARE,          /* d, of 1 */
	CELL_PERCENT,        /* d, of 1: "0", "<1%", "98%" on screen */
	CELL_SPAN,           /* u, in seconds */
	CELL_MICROS,         /* u, in microseconds */
	CELL_TIME,           /* t */
	CELL_TEXT,           /* text, borrowed */
	CELL_ADDR,           /* addr */
	CELL_PREFIX,         /* prefix */
	CELL_ASN,            /* u: "AS64500" on screen */
	CELL_PULSE,          /* pulse: on a screen that can draw it */
	CELL_CLAIM,          /* claim: "Googlebot", "Googlebot?", "not Googlebot" on screen */
	CELL_PORTS,          /* ports[0..port_n): "443 80 22 +1" on screen */
	CELL_BLOCK,          /* block, now: "nft 12m", "fail2ban sshd" on screen */
	CELL_MEMBERS,        /* map[0..n), and how many: "web1 web7 +12" on screen */
	CELL_NAMES,          /* map[0..n): names alone */
	CELL_MAP             /* map[0..n): names with their counts, zero counts left out */
};

#define CELL_DASH "\u2013" /* the text of CELL_NOT_APPLICABLE */

struct claim; /* model/claims.h */
struct block; /* model/blocks.h */

struct cell_pair {
	const char *name;
	uint64_t count;
};

#define CELL_MAP_MAX       12
#define CELL_PORTS_MAX     16
#define CELL_PORTS_SHOWN   3
#define CELL_MEMBERS_SHOWN 2

struct cell {
	enum cell_kind kind;
	union {
		uint64_t u;
		double d;
		usec_t t;
		struct str text;
		const struct addr *addr;
		const struct prefix *prefix;
		const struct claim *claim;
		struct {
			const struct block *block; /* NULL: a part of the network is blocked */
			usec_t now;
		};
		uint64_t pulse[PULSE_CELLS];
		struct {
			size_t port_n; /* how many there are: of more than have a place, too */
			uint16_t ports[CELL_PORTS_MAX];
		};
		struct {
			size_t n, of; /* of so many, where there is no place for all */
			struct cell_pair map[CELL_MAP_MAX];
		};
	};
};

static inline struct cell cell_of_text(struct str s)
{
	return s.p ? (struct cell){.kind = CELL_TEXT, .text = s} : (struct cell){.kind = CELL_NONE};
}

static inline struct cell cell_of_count(uint64_t u)
{
	return u == ABSENT ? (struct cell){.kind = CELL_NONE}
			   : (struct cell){.kind = CELL_COUNT, .u = u};
}

/* Text of a cell for a screen or table, clean, not padded: "12", "3.4k", "2E 1S", "GET /".
 * Returns its length; buf is NUL-terminated. */
size_t cell_text(const struct cell *cell, char *buf, size_t cap);

#endif
