/* SPDX-License-Identifier: MIT
 *
 * file: the files of a server's configuration, read within bounds and below a root.
 */
#ifndef NG_CONF_FILE_H
#define NG_CONF_FILE_H

#include "base/str.h"
#include "conf/stamps.h"
#include "log/owner.h"

#include <stdbool.h>

#define CONF_FILE_MAX  (1u << 20)  /* bytes of one file */
#define CONF_TOTAL_MAX (64u << 20) /* of all files of a server */
#define CONF_FILES_MAX 16384
#define CONF_NAMES_MAX 262144 /* in directories that globs lead to */
#define CONF_DEPTH_MAX 8      /* files that include each other */
#define CONF_GLOBS_MAX 16384
#define CONF_WILD_MAX  3 /* directories of a glob that are patterns themselves */
#define CONF_USER_PART 8 /* what a user's word, or a container's, may cost is this part of it */

/* What one server's configuration may still cost. */
struct conf_budget {
	const char *root; /* before every path; "": none. NULL: no file is read (for fuzzing) */
	struct log_owner owner;     /* whose word the configuration is */
	struct conf_stamps *stamps; /* notes what was looked at; or NULL */
	size_t bytes, files, globs, names;
	unsigned wild; /* CONF_WILD_MAX, or fewer */
	size_t part;   /* of the logs that there is room for: one in so many */
	unsigned depth;
};

void conf_budget_init(struct conf_budget *b, const char *root, struct conf_stamps *stamps);

/* To what a user's word may cost, or a container's. */
void conf_budget_cut(struct conf_budget *b);

/* Reads a regular file, by the rules of base/opener.h. *ret_text is NUL-terminated behind its end
 * and for free(). 0; -E2BIG when the budget is spent, -ELOOP when it is included too deep, or
 * another negative errno. */
int conf_file_read(struct conf_budget *b, const char *path, struct str *ret_text, char **ret_buf);

/* False also when no file may be looked at. */
bool conf_file_is_there(const struct conf_budget *b, const char *path);

/* Calls take for each file that the path or glob matches, sorted, without the root; in a directory
 * for each file when `whole` says so, as Apache's Include does. Returns the number of matches, or
 * -E2BIG. */
int conf_file_expand(struct conf_budget *b, const char *pattern, bool whole,
	void (*take)(void *context, const char *path), void *context);

#endif
