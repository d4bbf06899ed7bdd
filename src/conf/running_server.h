/* SPDX-License-Identifier: MIT
 *
 * running_server: what is known of one web server that runs, by its process.
 */
#ifndef NG_CONF_RUNNING_SERVER_H
#define NG_CONF_RUNNING_SERVER_H

#include "conf/build.h"
#include "log/owner.h"

#define RUNNING_PATHS_MAX     16
#define RUNNING_ARGUMENTS_MAX 32
#define RUNNING_WORDS_MAX     8192 /* bytes of a command line */

struct running_server {
	const struct conf_server *server;
	pid_t pid, parent;
	uint64_t started;       /* clock ticks after boot: with the pid, which process it is */
	struct log_owner owner; /* who runs it */
	char *process;          /* "/proc/PID"; owned, as root is */
	char *root;             /* "/proc/PID/root" for a container's, else as options say */
	bool is_elsewhere;      /* root is a container's */
	dev_t dev;              /* of its root */
	ino_t ino;
	/* Where its main files may lie, absolute from its root on: those that it was given, all of
	 * which count, or (is_guess) the first that is there. Owned. */
	char *paths[RUNNING_PATHS_MAX];
	size_t path_count;
	bool is_guess;
	char prefix[PATH_MAX]; /* that relative paths start from, or "" */
	bool is_packaged;      /* a distribution's: of /usr/sbin */
	char *words;           /* owned; what arguments borrow */
	struct conf_argument arguments[RUNNING_ARGUMENTS_MAX];
	size_t argument_count;
};

#endif
