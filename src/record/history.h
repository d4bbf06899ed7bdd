/* SPDX-License-Identifier: MIT
 *
 * history: the database of earlier runs (history_db.h) behind a thread of its own, so that a disk
 * that is slow, full or gone costs the history and nothing else. The thread alone opens, uses and
 * closes the database; what goes to it and what comes back goes through rings (base/ring.h), and
 * nobody ever waits for it but at the end, for a bounded time.
 *
 * All functions here are for the one thread that made it.
 */
#ifndef NG_RECORD_HISTORY_H
#define NG_RECORD_HISTORY_H

#include "record/history_db.h"

#define HISTORY_UPDATES 8192u /* that wait to be written */
#define HISTORY_ASKED   4096u /* that wait to be answered */
#define HISTORY_SAID    1024u /* answers that wait to be taken */

#define HISTORY_NOTE_MAX 400

struct history;

enum history_state {
	HISTORY_STARTING,
	HISTORY_READY,
	HISTORY_BUSY,    /* somebody else writes: tried again soon */
	HISTORY_FULL,    /* the disk takes no more: tried again, less and less often */
	HISTORY_FAILING, /* the disk has errors: the same */
	HISTORY_OFF      /* it cannot be used; for good */
};

struct history_status {
	uint8_t state; /* enum history_state */
	uint64_t rows, bytes;
	uint64_t answered;           /* questions of which something was known */
	uint64_t failed;             /* times that the disk or the file was at fault */
	char note[HISTORY_NOTE_MAX]; /* what is wrong, or was done about it; clean; "": nothing */
};

/* What the thread says. */
struct history_said {
	enum {
		HISTORY_ANSWER, /* a question is answered */
		HISTORY_STATUS
	} what;
	bool known; /* of an answer: the record is set, not only its `of` */
	union {
		struct history_record record;
		struct history_status status;
	};
};

struct history_options {
	const char *path; /* absolute; copied */
	bool is_usual;    /* see struct history_db_options */
	uint64_t max_rows;
	usec_t max_age;
};

/* Makes the directory when it is missing, as the caller's own; opens nothing yet. NULL with
 * *ret_err. */
struct history *history_new(const struct history_options *options, int *ret_err);

/* Starts the thread, which has the privileges of the caller now. 0 or a negative errno. */
int history_start(struct history *h);

/* Readable when the thread has said something; history_take makes it unreadable. */
int history_fd(const struct history *h);

/* Ask, or add. False: there is no room now; later there will be. What is put is seen by the thread
 * after the next history_wake. */
bool history_ask(struct history *h, const struct prefix *of);
bool history_add(struct history *h, const struct history_update *update);
void history_wake(struct history *h);

/* The next thing that the thread has said. False: nothing more now. */
bool history_take(struct history *h, struct history_said *ret_said);

/* How much waits to be written. */
uint32_t history_waiting(const struct history *h);

/* Has all that waits written, for at most so long, and frees it. NULL is none. A thread that hangs
 * is left to itself, with what it needs. Returns how many updates were not written, as far as is
 * known. */
uint64_t history_end(struct history *h, usec_t patience);

#endif
