/* SPDX-License-Identifier: MIT
 *
 * cache: answers about networks, in memory and in one file, "registrations.ndjson": a
 * registration event a line, as a recording has them. An answer serves every address of its
 * network. What is new is added at the file's end, under a lock that is never waited for; of
 * several lines about a network the latest answer counts. At the end, and when it has grown too
 * long, the file is replaced whole (rename(2)). Whoever is killed costs a line at most, and of two
 * consoles neither undoes the other's work: each takes in what the other has added, in slices,
 * unless all that it holds is fresher.
 *
 * Bounded in entries and bytes; the answer that was used longest ago goes first. What is read
 * from the file is judged like a recording: whatever is odd is left out.
 */
#ifndef NG_ENRICH_CACHE_H
#define NG_ENRICH_CACHE_H

#include "event/event.h"

#define CACHE_ENTRIES   16384u
#define CACHE_BYTES_MAX (8u << 20)  /* of the lines */
#define CACHE_FILE_MAX  (16u << 20) /* of the file; of a longer one the end is read */
#define CACHE_LINE_MAX  2048u

struct cache;

struct cache_options {
	const char *dir;  /* made when missing, for its owner alone; NULL: memory alone */
	usec_t ttl;       /* how long an answer holds */
	usec_t short_ttl; /* the same of one that says nothing (its note is set) */
};

/* NULL when memory is out. A file that cannot be read is as good as none. */
struct cache *cache_new(const struct cache_options *options, usec_t now);
void cache_free(struct cache *c);

/* The answer that holds for an address, of the smallest network. *ret_event borrows until the
 * next call. */
bool cache_find(struct cache *c, const struct addr *ip, usec_t now, struct event *ret_event);

/* Takes a registration event in; e->ts is when it was answered. */
void cache_put(struct cache *c, const struct event *e);

/* Why the directory cannot be used: a negative errno; or 0. */
int cache_error(const struct cache *c);
uint32_t cache_count(const struct cache *c);

/* True when there is something to save. */
bool cache_is_dirty(const struct cache *c);

/* Brings the file up to date: a few milliseconds, but for each 8 MiB of news. `last`: the program
 * ends; waits a moment for another console's lock, and until the disk has it. 0; -EAGAIN: another
 * has the lock, try later; or another negative errno. */
int cache_save(struct cache *c, usec_t now, bool last);

#endif
