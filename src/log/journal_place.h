/* SPDX-License-Identifier: MIT
 *
 * journal_place: whether there is a journal, and whether it can be read. The library does not say:
 * it passes over files that it may not open, and over directories that are not there.
 *
 * Files: journald.conf(5), "Storage=", and systemd-journald.service(8), "FILES".
 */
#ifndef NG_LOG_JOURNAL_PLACE_H
#define NG_LOG_JOURNAL_PLACE_H

#include "event/event.h"
#include "log/journal_options.h"

#include <limits.h>
#include <stdbool.h>

#define JOURNAL_DIRS_MAX  2
#define JOURNAL_FILES_MAX 512 /* that are opened one by one */
#define JOURNAL_WHY_MAX   96

/* The directories of a place, as they are called from here. Returns how many. */
size_t journal_place_dirs(
	const struct journal_place *place, char ret[static JOURNAL_DIRS_MAX][PATH_MAX]);

/* LOG_READING; or LOG_MISSING, LOG_DENIED, LOG_UNREADABLE, with what is missing and what to do in
 * words. */
enum log_state journal_place_look(
	const struct journal_place *place, char ret_why[static JOURNAL_WHY_MAX]);

/* True when its files are to be opened one by one, as base/opener.h has it: below a root the
 * library would follow links out of it; and what another process may open, the library may not. */
bool journal_place_is_opened(const struct journal_place *place);

/* Such files. */
struct journal_files {
	int fds[JOURNAL_FILES_MAX];
	unsigned n;
	uint64_t mark; /* of their names, numbers and directories: another when they change */
};

/* Opens what may be read; only the mark, without open. */
void journal_files_open(const struct journal_place *place, bool open, struct journal_files *ret);
void journal_files_close(struct journal_files *f);

#endif
