/* SPDX-License-Identifier: MIT
 *
 * history_parts: what the files that make up the history's database share. Nobody else includes it.
 */
#ifndef NG_RECORD_HISTORY_PARTS_H
#define NG_RECORD_HISTORY_PARTS_H

#include "record/history_db.h"

#include <limits.h>
#include <sqlite3.h>

#define HISTORY_KEY_MAX 17

enum history_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_TOUCH,
	SQL_TOUCH_HOUR,
	SQL_INSERT,
	SQL_FLAG,
	SQL_BLOCK,
	SQL_FIND,
	SQL_FIND_FLAGS,
	SQL_OLDEST,
	SQL_FORGET,
	SQL_FORGET_FLAGS,
	SQL_PAGES,
	SQL_FREE_PAGES,
	HISTORY_STATEMENTS
};

struct history_db {
	sqlite3 *sqlite;
	sqlite3_stmt *statements[HISTORY_STATEMENTS];
	int64_t run; /* the number of this one, above those of all before it */
	int64_t rows;
	bool has_more;                /* than were counted, perhaps */
	uint64_t max_rows, max_pages; /* to be kept; SQLite's own limit is above it */
	bool is_large;                /* more pages than that are in use */
	usec_t max_age;
	uint32_t looks;      /* that SQLite has asked so far whether a call takes too long */
	char path[PATH_MAX]; /* "" in memory */
	char why[160];       /* the last failure, clean */
};

/* history_open.c: the errno (negative) of a result of SQLite; its words go to db->why. */
int history_failed(struct history_db *db, int result);

/* history_open.c: counts the rows, up to some more than are kept. 0 or a negative errno. */
int history_count(struct history_db *db);

/* history_rows.c: compiles all statements. 0 or a negative errno. */
int history_prepare(struct history_db *db);

/* history_rows.c: sets db->is_large. 0 or a negative errno. */
int history_measure(struct history_db *db);

#endif
