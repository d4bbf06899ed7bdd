/* SPDX-License-Identifier: MIT
 *
 * looker: who looks up: takes questions (look_wire.h), asks registries and resolvers, and has
 * answers. It alone uses libcurl and c-ares, and reads what they bring. It is run by look_serve in
 * a process of its own, or in this one (look_link.h).
 */
#ifndef NG_ENRICH_LOOKER_H
#define NG_ENRICH_LOOKER_H

#include "base/clock.h"
#include "base/reason.h"
#include "enrich/inquiries.h"
#include "enrich/names.h"

/* Borrowed, for as long as the looker is. */
struct looker_options {
	bool networks, by_name; /* what will be asked: whose network, what an address is called */
	struct inquiries_options inquiries;
	struct names_options names;
	const char *cache_dir; /* where IANA's tables are kept; NULL or "": nowhere */
};

/* The files that it takes from the cache directory: opened while that may be read. */
struct looker_files {
	int tables[LOOK_TABLES]; /* or negative: there is none */
};

void looker_open(const struct looker_options *options, struct looker_files *ret_files);

struct looker;

/* Closes the files. NULL, with the reason and *ret_err, when memory or descriptors are out, or
 * there is no such resolver (-EINVAL). */
struct looker *looker_new(const struct looker_options *options, struct looker_files *files,
	struct reason *reason, int *ret_err);
void looker_free(struct looker *l);

/* Readable when looker_turn has work. */
int looker_fd(const struct looker *l);

/* Milliseconds until it has, all the same; -1: none. */
int looker_wait(const struct looker *l);

/* Takes a packet of n bytes, once it is checked. */
enum look_fault looker_take(struct looker *l, const union look_message *m, size_t n, usec_t now);

/* Goes on as far as it can without waiting. */
void looker_turn(struct looker *l, usec_t now);

/* What is to be told next, which stays so until looker_told. False: nothing. */
bool looker_next(const struct looker *l, union look_message *ret_m);
void looker_told(struct looker *l);

#endif
