/* SPDX-License-Identifier: MIT
 *
 * store: the directory of a recorder that runs all year: its segments (segments.h), and in
 * `incidents` what findings have had recorded, with their reports. All of it together is bounded.
 *
 * Whoever has it open has it alone (flock(2)). What is deleted are files with names that this
 * program gives, that belong to who runs it, have one name and are no symlinks; others are left
 * alone, and are not counted.
 */
#ifndef NG_RECORD_STORE_H
#define NG_RECORD_STORE_H

#include "record/outflow.h"

#include <stdbool.h>

#define STORE_STEM      "nethergaze"
#define STORE_INCIDENTS "incidents" /* the directory in it */
#define STORE_FILES_MAX 4000        /* segments; and incidents */
#define STORE_WHY_MAX   256

struct store;

struct store_sums {
	uint64_t segments, incidents; /* how many */
	uint64_t bytes;               /* of both, and of what lies beside them */
	uint64_t deleted;             /* files, since it was opened */
};

/* Makes what is missing of the path. A segment that was written when an earlier
 * run ended without closing it gets its number. most: bytes that all may have, but for what is
 * being written; 0: any. NULL with a negative errno and with the reason in words: -EWOULDBLOCK when
 * another recorder has it. */
struct store *store_open(
	const char *path, uint64_t most, int *ret_err, char why[static STORE_WHY_MAX]);
void store_close(struct store *s); /* accepts NULL */

/* The segment that is written, so compressed; and the directory of what findings record. Good as
 * long as s is. */
const char *store_segment(struct store *s, enum compression how);
const char *store_incidents(const struct store *s);

/* Bytes after which a segment, or an incident's file, is to end: what was asked for (0: any), or
 * less where that would be too large a part of all. */
uint64_t store_file_size(const struct store *s, uint64_t asked);

/* Deletes the oldest until all of it is within its bound: incidents where they have more than half,
 * then segments, then incidents. The two files that may be being written are left alone: `segment`
 * that store_segment gave, and the path `incident`; "" for none. */
void store_prune(struct store *s, const char *incident);

/* As of the latest pruning. */
struct store_sums store_sums(const struct store *s);

/* The directory is still where it was. */
bool store_is_there(const struct store *s);

/* So many bytes could be written (statvfs(3)). */
bool store_has_room(const struct store *s, uint64_t bytes);

#endif
