/* SPDX-License-Identifier: MIT
 *
 * set_parts: what the files of the set share.
 */
#ifndef NG_LOG_SET_PARTS_H
#define NG_LOG_SET_PARTS_H

#include "log/set.h"

#include <sys/stat.h>

/* Units of work, see log/pace.h. */
#define WORK_OPEN  32 /* the walk, its checks, the first bytes */
#define WORK_BELOW 4  /* more than a look, below a root */
#define WORK_NAMES 4  /* names of a directory in one unit */
#define WORK_FILES 64 /* files in memory in one unit */

/* Names (set_names.c). */

/* The name of this path, or NULL. */
struct log_name *set_name_find(const struct log_set *set, const char *path);

/* The same, made when new; NULL when there is no room or memory. Of two inputs that lead to the
 * same path the first has the word. */
struct log_name *set_name_get(struct log_set *set, const char *path, const struct log_input *input);

/* Soon to be looked at. */
void set_name_mark(struct log_set *set, struct log_name *name);
struct log_name *set_name_take_marked(struct log_set *set);

/* States of its log, and touches it if that is news. note as in log_stream_set_state. */
void set_name_state(
	struct log_set *set, struct log_name *name, enum log_state state, const char *note);
void set_name_error(struct log_set *set, struct log_name *name, int err);

/* Names all inputs. */
void set_names_begin(struct log_set *set);

/* Expands the globs, and makes way for what is written: goes on with the expansion that is under
 * way, or begins another, for so many units or one input more. True: it has come to its end. */
bool set_names_match(struct log_set *set, usec_t now, uint64_t units);

/* What expansions have cost, in units. */
static inline uint64_t set_matching_cost(const struct log_set *set)
{
	return set->work.listed / WORK_NAMES + set->work.looks;
}

/* There are other inputs: the next expansion lets go of what none of them asks for. */
void set_names_change(struct log_set *set);

/* A file of this path has come: is it one of ours? */
void set_names_consider(struct log_set *set, const char *path);

void set_names_done(struct log_set *set);

/* Files (set_files.c). */

/* Looks at what lies at the name's path now. */
void set_look(struct log_set *set, struct log_name *name, usec_t now);

/* Follows what was renamed. */
void set_adopt_renamed(struct log_set *set, usec_t now);

struct log_file *set_file_of_watch(const struct log_set *set, int wd);
void set_file_unwatched(struct log_set *set, struct log_file *f); /* by the kernel */
void set_detach(struct log_set *set, struct log_file *f, usec_t now);

/* What it begins with, for set_take_copy, is brought up to date. */
void set_file_begins(struct log_set *set, struct log_file *f);

/* Puts a new file among the others. False, and it is freed, when out of memory or room. */
bool set_file_add(struct log_set *set, struct log_file *f);

/* What lies at a path (set_open.c). */

/* stat(2), below the root if the path is. 0 or a negative errno. */
int set_stat(struct log_set *set, const char *path, struct stat *ret);

/* Opens what is at path, which is no stdin, for this name. As log_file_open. */
int set_open(struct log_set *set, const char *path, struct log_name *name, struct log_file **ret);

/* Whether the file at path was made after then. False also if its file system does not know. */
bool set_is_born_since(const struct log_set *set, const char *path, usec_t then);

/* Copies (set_copies.c). */

/* Whether f, just opened under a name that a glob has found, is a copy of a log that is followed;
 * then it is taken, or freed, and the name knows. */
bool set_take_copy(struct log_set *set, struct log_name *name, struct log_file *f, usec_t now);

/* Of a name that is a copy, and there: whether it still is one. */
bool set_is_still_copy(
	struct log_set *set, struct log_name *name, const struct stat *st, usec_t now);

#endif
