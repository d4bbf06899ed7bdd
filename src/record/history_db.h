/* SPDX-License-Identifier: MIT
 *
 * history_db: what earlier runs saw of addresses and networks, in one SQLite database. Runs add
 * what they counted, so that nothing is counted twice, and ask what was known before them.
 *
 * Of each address and each /24 or /48, one row: when first and last seen, in how many runs, the
 * requests, bytes and handshakes of all of them, how often each flag named it and something blocked
 * it. Bounded in rows, in bytes, and in age; what was seen longest ago goes first.
 *
 * All calls may wait for the disk: history.h has a thread for them. What a file says that somebody
 * else made is bounded and sanitised; what can make SQLite run anything of the file's is off
 * (sqlite.org/security.html).
 */
#ifndef NG_RECORD_HISTORY_DB_H
#define NG_RECORD_HISTORY_DB_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/reason.h"
#include "base/str.h"

#define HISTORY_SCHEMA    1 /* PRAGMA user_version */
#define HISTORY_FLAG_MAX  24
#define HISTORY_FLAGS_MAX 8   /* different ones that are told of one row, the most frequent first */
#define HISTORY_WORDS_MAX 160 /* bytes of them as words: "scanner×3 syn-flood×1" */

enum history_what {
	HISTORY_SEEN,
	HISTORY_FLAGGED, /* by a flag that began at `last` */
	HISTORY_BLOCKED  /* since `last` */
};

/* What a run adds. That a flag began, or a block, counts once, however often it is told. */
struct history_update {
	struct prefix of;
	uint8_t what; /* enum history_what */
	usec_t first, last;
	uint64_t requests, bytes, handshakes; /* more than were told before */
	char flag[HISTORY_FLAG_MAX];
};

/* What is known of an address or a network. */
struct history_record {
	struct prefix of;
	usec_t first, last; /* to the second; this run's included */
	uint64_t runs;      /* before this one */
	uint64_t requests, bytes, handshakes, flagged, blocked;
	char flags[HISTORY_WORDS_MAX]; /* clean; "" for none */
};

struct history_db;

struct history_db_options {
	const char *path; /* of the file; its directory must be there */
	bool is_usual;    /* nobody named it: whatever is there instead may be moved aside */
	uint64_t max_rows;
	usec_t max_age;
};

/* Opens the file, or makes it, and begins a run. A damaged one is moved aside first, never deleted:
 * `why` says so then, and is empty otherwise. 0; or with the reason in `why` -EAGAIN: somebody else
 * holds it, try again; -EBADMSG: it is damaged and could not be moved; -EPROTO: it is no history,
 * or one of a newer version; or another negative errno. */
int history_db_open(const struct history_db_options *options, usec_t now,
	struct history_db **ret_db, struct reason *why);

/* What --doctor says of it. */
struct history_look {
	uint64_t rows, bytes, runs;
	bool has_more; /* there may be more rows than that */
};

/* Looks at it, and changes nothing. 0, -ENOENT when there is none yet, or another negative errno
 * with the reason in `why`. */
int history_db_look(const char *path, struct history_look *ret_look, struct reason *why);

/* The same as history_db_open, of a copy of these bytes, in memory: for tests. */
int history_db_open_bytes(const void *bytes, size_t n, const struct history_db_options *options,
	usec_t now, struct history_db **ret_db, struct reason *why);
void history_db_close(struct history_db *db);

/* Moves the file of these options aside. 0 with the new name in `why`, or a negative errno. */
int history_db_move_aside(const struct history_db_options *options, usec_t now, struct reason *why);

/* What follows may fail with -EAGAIN (somebody else writes), -ENOSPC (the disk is full), -EBADMSG
 * (the file is damaged), -EIO or another negative errno; history_db_why has it in words. */

/* Adds all of them, or none. */
int history_db_add(struct history_db *db, const struct history_update *updates, size_t n);

/* 1; 0: nothing is known, and *ret_record untouched. */
int history_db_find(
	struct history_db *db, const struct prefix *of, struct history_record *ret_record);

/* Takes out at most `most` rows that are too old, or above what is kept. Returns how many. */
int history_db_prune(struct history_db *db, usec_t now, uint32_t most);

/* There is more than is kept, of rows or of bytes: pruning comes before adding. */
bool history_db_is_over(const struct history_db *db);

const char *history_db_why(const struct history_db *db);

/* Addresses and networks; bytes of the file with what is not yet moved into it. */
uint64_t history_db_rows(const struct history_db *db);
uint64_t history_db_bytes(const struct history_db *db);

#endif
