/* SPDX-License-Identifier: MIT
 *
 * doing: what a run does besides looking, and those who do it: the helpers, who looks addresses up,
 * who carries what is published, who watches the kernel, the operator's hooks, blocks, and the
 * watch over what is blocked.
 */
#ifndef NG_APP_DOING_H
#define NG_APP_DOING_H

#include "app/block_watch.h"
#include "app/blocker.h"
#include "app/carrying.h"
#include "app/conntrack_watch.h"
#include "app/file_opener.h"
#include "app/fleet_ssh.h"
#include "app/guard_files.h"
#include "app/hands.h"
#include "app/hooks.h"
#include "app/journal_ask.h"
#include "app/look_ups.h"
#include "app/session.h"
#include "app/watcher.h"

struct doing {
	struct hands hands;
	bool has_split; /* this process has given up what others keep (privilege_is_split) */
	struct look_ups look_ups;
	struct carrying carrying[CARRYING_KINDS];
	struct ssh_calls ssh; /* of a hub */
	struct watcher watcher;
	struct file_opener opener;
	struct guard_peers ssh_peers;
	struct hooks hooks;
	struct blocker_hands blocker;
	struct block_watch *blocks;        /* owned; NULL: nothing is listed */
	struct conntrack_watch *conntrack; /* owned; NULL: nobody asks for that table */
	uint32_t vnstat;                   /* the runner's number of bandwidth_job */
	struct journal_asker journal;
};

/* Spawns the helpers: they have nothing of what is opened later, and nothing of it is in their
 * memory. 0 or a negative errno. d must be given to doing_done either way, and not move before. */
int doing_init(struct doing *d, const struct options *o);
void doing_done(struct doing *d);

/* What the console is to know of it. */
void doing_show(struct doing *d, struct console_options *ret_options);

/* A run begins, with a console or headless (NULL): the loop watches the helpers, and events go to
 * the session's hub. 0 or a negative errno. */
int doing_begin(struct doing *d, struct session *s, struct loop *loop, struct console *console);

/* The run is over, what it tells is not: takes how the last blocks went (blocker.h). */
void doing_settle(struct doing *d);

void doing_end(struct doing *d);

/* The console is gone, or about to go. */
void doing_forget_console(struct doing *d);

/* Does what the operator asks for; false when it is nothing to be done here. */
bool doing_obey(struct doing *d, const struct model *m, const struct command *command);

#endif
