/* SPDX-License-Identifier: MIT
 *
 * journal: the latest requests of everybody, in one ring of bytes of fixed size. Each entry
 * knows the one before it and the one before it of the same host, so the log panel and the
 * drill-down are walks backwards that allocate nothing. The oldest entries go first, a segment
 * at a time: to make room never means to read what is thrown away.
 *
 * A position is a number that only grows; 0 is "none". A position whose entry is gone reads as
 * NULL, so holding an old one is harmless.
 */
#ifndef NG_MODEL_JOURNAL_H
#define NG_MODEL_JOURNAL_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/event.h"

struct journal_entry {
	uint64_t before;      /* the entry before this one, or 0 */
	uint64_t before_host; /* the same host's entry before this one, or 0 */
	usec_t ts;            /* the line's own time, else when it was read */
	uint64_t bytes;       /* or ABSENT */
	struct addr ip;       /* may be unset */
	uint32_t size;        /* of the whole entry, padding included */
	uint16_t status;      /* 0: none */
	uint16_t method_n, path_n, proto_n, referer_n, agent_n; /* text follows in this order */
	char text[];
};

struct journal {
	unsigned char *ring;
	size_t cap;          /* whole segments, a power of two */
	uint32_t *counts;    /* entries in each segment */
	uint64_t head, tail; /* positions: next to write, oldest kept */
	uint64_t newest;     /* the latest entry, or 0 */
	uint64_t count;      /* entries kept now */
};

/* cap is rounded up to a power of two. 0 or -ENOMEM. */
int journal_init(struct journal *j, size_t cap);
void journal_done(struct journal *j);

/* Adds a request; before_host is the host's latest position or 0. Returns its position. */
uint64_t journal_add(struct journal *j, const struct event *event, uint64_t before_host);

/* The entry at a position, or NULL when it is gone. Good until the next journal_add. */
const struct journal_entry *journal_at(const struct journal *j, uint64_t position);

struct str journal_method(const struct journal_entry *e);
struct str journal_path(const struct journal_entry *e);
struct str journal_proto(const struct journal_entry *e);
struct str journal_referer(const struct journal_entry *e);
struct str journal_agent(const struct journal_entry *e);

#endif
