/* SPDX-License-Identifier: MIT
 *
 * journal: the latest requests and logins of everybody, in one ring of bytes of fixed size. Each
 * entry knows the one before it and the one before it of the same host, and where the next begins
 * follows from its size: walks in both directions allocate nothing. The oldest entries go first, a
 * segment at a time: to make room never means to read what is thrown away.
 *
 * A position is a number that only grows; 0 is "none". A position whose entry is gone reads as
 * NULL, so holding an old one is harmless.
 */
#ifndef NG_MODEL_JOURNAL_H
#define NG_MODEL_JOURNAL_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"
#include "event/event.h"

/* An entry's texts, in the order in which they follow it. */
enum journal_text {
	JOURNAL_METHOD, /* or the kind of what was not HTTP */
	JOURNAL_PATH,
	JOURNAL_PROTO,
	JOURNAL_REFERER,
	JOURNAL_AGENT,
	JOURNAL_CLAIMS,
	JOURNAL_VHOST,
	JOURNAL_TEXTS,
	/* A login has two. */
	JOURNAL_WAY = JOURNAL_METHOD, /* "password", "publickey", … */
	JOURNAL_USER = JOURNAL_PATH
};

struct journal_entry {
	uint64_t before;      /* the entry before this one, or 0 */
	uint64_t before_host; /* the same host's entry before this one, or 0 */
	usec_t ts;            /* the line's own time, else when it was read */
	union {
		uint64_t bytes; /* of a request's response; or ABSENT */
		uint64_t times; /* how often a login's line came; ABSENT: once */
	};
	struct addr ip; /* that it counts for; may be unset */
	uint8_t kind;   /* EVENT_REQUEST or EVENT_AUTH */
	uint8_t via_n;  /* 0, or the bytes of a peer's address */
	union {
		uint16_t status;  /* of a request; 0: none */
		uint16_t outcome; /* of a login: enum auth_outcome */
	};
	uint16_t text_n[JOURNAL_TEXTS];
	uint16_t log; /* which log said it: its number at the machine plus one; 0: not known */
	bool cut;     /* a request's line ended within a text */
	char text[];
};

struct journal {
	unsigned char *ring;
	size_t cap;          /* whole segments, a power of two */
	uint32_t *counts;    /* entries in each segment */
	uint64_t head, tail; /* positions: next to write, oldest kept */
	uint64_t newest;     /* the latest entry, or 0 */
	uint64_t most;       /* entries that are kept; 0: as many as there is room for */
	uint64_t count;      /* entries kept now */
};

/* cap is rounded up to a power of two. 0 or -ENOMEM. */
int journal_init(struct journal *j, size_t cap, uint64_t most);
void journal_done(struct journal *j);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int journal_copy(struct journal *to, const struct journal *from);

/* Adds a request or a line of SSH; log is its entry.log, before_host the host's latest position or
 * 0. Returns its position. */
uint64_t journal_add(
	struct journal *j, const struct event *event, uint16_t log, uint64_t before_host);

/* The entry at a position, or NULL when it is gone. Good until the next journal_add. */
const struct journal_entry *journal_at(const struct journal *j, uint64_t position);

/* The oldest entry that is kept; the one after an entry that is kept. 0 when there is none. */
uint64_t journal_oldest(const struct journal *j);
uint64_t journal_after(const struct journal *j, uint64_t position);

static inline bool journal_is_request(const struct journal_entry *e)
{
	return e->kind == EVENT_REQUEST;
}

/* The peer that a request came through when that was another; false: it came itself, or nobody
 * knows. */
bool journal_via(const struct journal_entry *e, struct addr *ret_peer);

struct str journal_text(const struct journal_entry *e, enum journal_text which);

static inline struct str journal_method(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_METHOD);
}

static inline struct str journal_path(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_PATH);
}

static inline struct str journal_user(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_USER);
}

static inline struct str journal_proto(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_PROTO);
}

static inline struct str journal_referer(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_REFERER);
}

static inline struct str journal_agent(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_AGENT);
}

static inline struct str journal_claims(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_CLAIMS);
}

static inline struct str journal_vhost(const struct journal_entry *e)
{
	return journal_text(e, JOURNAL_VHOST);
}

#endif
