/* SPDX-License-Identifier: MIT
 *
 * flags: the judgements that hold now, as flag events brought them. The model does not judge; it
 * keeps what was judged where views find it: by address, by prefix, and the gravest first.
 */
#ifndef NG_MODEL_FLAGS_H
#define NG_MODEL_FLAGS_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"

#define FLAGS_MAX         4096 /* that hold at once; further ones are counted */
#define FLAG_NAME_MAX     24
#define FLAG_WHO_MAX      192
#define FLAG_TEXT_MAX     256
#define FLAG_PREFIXES_MAX 8

#define FLAG_LENGTHS (ADDR_BITS + 1) /* of prefixes */

struct flag {
	char name[FLAG_NAME_MAX], cause[FLAG_NAME_MAX];
	uint8_t scope;    /* enum flag_scope */
	uint8_t severity; /* enum severity */
	uint8_t prefix_count;
	uint8_t listed;     /* of its prefixes, those that are in flags.groups; bits */
	char letter;        /* of its family; '\0': it has none */
	usec_t since, said; /* when it began, and was last said with these figures */
	uint64_t value;
	struct prefix prefixes[FLAG_PREFIXES_MAX]; /* who is meant; none: nobody can be named so */
	uint64_t hash;                             /* of name, scope, who and machine */
	uint32_t machine;                          /* whose word it is, as of events */
	char who[FLAG_WHO_MAX], evidence[FLAG_TEXT_MAX], disproof[FLAG_TEXT_MAX];
};

struct flags {
	struct pool pool;   /* struct flag */
	struct index index; /* by hash */
	struct index hosts; /* of SCOPE_HOST, by address */
	/* Of flags of wider scope, by prefix: id * FLAG_PREFIXES_MAX + which. Each length that
	 * occurs costs a look-up, however many flags hold. */
	struct index groups;
	uint32_t lengths[FLAG_LENGTHS]; /* how many of each there are */
	uint64_t lost;                  /* for which there was no room */
	/* The letter of a flag's family, '\0' for none; NULL: nobody knows. */
	char (*letter)(struct str name);
};

/* Of name, scope and who, as a flag keeps them, and of the machine that says so (event.machine):
 * what it is found by. */
uint64_t flag_hash(const struct event_flag *said, uint32_t machine);

/* 0 or -ENOMEM. */
int flags_init(struct flags *f);
void flags_done(struct flags *f);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int flags_copy(struct flags *to, const struct flags *from);

/* Who is meant. `who` says it of a host alone: of a path or an agent it is what clients wrote.
 * Returns how many. */
uint8_t flag_prefixes(const struct event_flag *said, struct prefix ret[static FLAG_PREFIXES_MAX]);

/* Takes in that one began, changed, or is over. False when there is no room. */
bool flags_apply(struct flags *f, const struct event_flag *said, uint32_t machine, usec_t now);

static inline const struct flag *flags_at(const struct flags *f, uint32_t id)
{
	return pool_at(&f->pool, id);
}

/* for (id = flags_next(f, 0); id != POOL_NONE; id = flags_next(f, id + 1)) */
static inline uint32_t flags_next(const struct flags *f, uint32_t from)
{
	return pool_next(&f->pool, from);
}

/* The flags of an address itself, or with `around` those whose prefixes hold it: at most `most`,
 * the gravest first. Returns how many. */
size_t flags_of_addr(const struct flags *f, const struct addr *a, bool around,
	const struct flag **ret, size_t most);

/* Calls back with each flag of wider scope that has a prefix which holds this one whole; `exactly`:
 * which is this one. A flag with several such prefixes comes as often. */
typedef void flag_fn(void *ctx, const struct flag *flag, bool exactly);
void flags_around(const struct flags *f, const struct prefix *p, flag_fn *fn, void *ctx);

/* Calls back with each flag of this very address. */
void flags_of_host(const struct flags *f, const struct addr *a, flag_fn *fn, void *ctx);

/* Those that name this very network, or lie within it. */
size_t flags_of_prefix(
	const struct flags *f, const struct prefix *p, const struct flag **ret, size_t most);

/* All, the gravest first and of these the oldest; those that another explains come last. */
size_t flags_top(const struct flags *f, const struct flag **ret, size_t most);

#endif
