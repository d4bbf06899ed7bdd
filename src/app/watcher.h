/* SPDX-License-Identifier: MIT
 *
 * watcher: the process that watches the kernel. It has what privileges that needs (app/privilege),
 * reads nothing that anybody outside wrote, and hands its events on (record/relay); whoever parses
 * what others wrote, in the process that has the console, needs none of them.
 */
#ifndef NG_APP_WATCHER_H
#define NG_APP_WATCHER_H

#include "base/reason.h"
#include "config/options.h"
#include "event/source.h"
#include "helper/process.h"

struct watcher {
	struct process process;
	struct source *source; /* what it hands on; owned until it is taken. NULL: nothing */
};

/* Spawns it; it begins to open its sources. Before anything is opened, and after the process that
 * looks up (looks_up; 0: none). 0 or a negative errno. w is to be given to watcher_done either way,
 * and must not move before. */
int watcher_spawn(struct watcher *w, const struct options *o, pid_t looks_up);

/* Waits until its sources are open. 0, and there is w->source; or a negative errno, with the reason
 * in words: -ENOTSUP when the source that was asked for does not work here. */
int watcher_await(struct watcher *w, char reason[static 512]);

void watcher_done(struct watcher *w);

static inline bool watcher_is_there(const struct watcher *w)
{
	return w->process.pid > 0;
}

#endif
