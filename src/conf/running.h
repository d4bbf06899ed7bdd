/* SPDX-License-Identifier: MIT
 *
 * running: the web servers that run, by their processes: which configuration each was started with,
 * below which root (a container's), and which logs it has open.
 *
 * Anybody can start a process that is called nginx. What it says is bounded, and is the word of the
 * user who runs it (log/owner.h).
 */
#ifndef NG_CONF_RUNNING_H
#define NG_CONF_RUNNING_H

#include "conf/running_server.h"

#include <dirent.h>

#define RUNNING_MAX 64

struct running {
	struct running_server *servers[RUNNING_MAX]; /* owned */
	size_t count;
	size_t dropped; /* beyond these, without their workers */
};

struct running_options {
	const char *proc; /* "/proc" */
	/* Only what runs with this root counts, as --server-root names it; "": all does. */
	const char *root;
};

#define RUNNING_HELD_MAX   (8 * RUNNING_MAX) /* workers may be found before their masters */
#define RUNNING_OTHERS_MAX 4096

/* A process of a server that has no place of its own. */
struct running_other {
	pid_t pid, parent;
	bool is_user;
	bool is_excess; /* it found no place; else a worker */
	const struct conf_server *server;
};

/* A walk through all processes. */
struct running_walk {
	struct running_options options;
	struct running *found;
	DIR *dir;
	unsigned seen; /* entries of it */
	dev_t dev;     /* of the root that is ours, or that was named */
	ino_t ino;
	char mounts[64];                               /* our mount namespace */
	struct running_server *held[RUNNING_HELD_MAX]; /* owned */
	size_t held_count;
	struct running_other others[RUNNING_OTHERS_MAX]; /* whose children are workers, too */
	size_t other_count;
};

/* options are borrowed until the end. 0 or a negative errno; done is right after a failure too. */
int running_walk_init(struct running_walk *w, const struct running_options *options);

/* Looks at `most` processes. True when there are more. */
bool running_walk_step(struct running_walk *w, unsigned most);

/* What the walk has found, for running_free(). NULL: memory was out. */
struct running *running_walk_take(struct running_walk *w);
void running_walk_done(struct running_walk *w);

void running_free(struct running *r);

/* The same servers, started alike, of the same users, with the same roots. */
bool running_is_same(const struct running *a, const struct running *b);

#endif
