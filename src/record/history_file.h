/* SPDX-License-Identifier: MIT
 *
 * history_file: the history's file as a file: whose it is, what it looks like from outside, and how
 * a damaged one makes place. Links are not followed, and the file and its directory must be ours
 * alone: a database can be made to do harm.
 */
#ifndef NG_RECORD_HISTORY_FILE_H
#define NG_RECORD_HISTORY_FILE_H

#include "base/clock.h"
#include "base/reason.h"
#include "base/str.h"

#include <limits.h>
#include <stdbool.h>

#define HISTORY_APPLICATION_ID 0x6e676831 /* "ngh1", PRAGMA application_id */

enum history_file {
	HISTORY_FILE_EMPTY, /* new */
	HISTORY_FILE_OURS,
	HISTORY_FILE_OTHERS, /* SQLite's, but another program's */
	HISTORY_FILE_ODD     /* anything else */
};

/* All return 0, or a negative errno with the reason in `why`. */

/* The path without links in its directory, where only its owner may write. SQLite follows none at
 * all (SQLITE_OPEN_NOFOLLOW). */
int history_file_find(const char *path, char real[static PATH_MAX], struct reason *why);

/* Looks at the file's owner, kind and first bytes; `make`: makes it when it is missing, and gives
 * a new one or one of ours the mode 0600. No lock may be held in it: closing the file loses it. */
int history_file_look(const char *path, bool make, enum history_file *ret_what, struct reason *why);

/* The same of what SQLite opens beside it by itself. */
int history_file_check_beside(const char *path, struct reason *why);

/* Renames it, and what lies beside it, to "….damaged-YYYYMMDD"; `why` has the new name then. */
int history_file_move_aside(const char *path, usec_t now, struct reason *why);

#endif
