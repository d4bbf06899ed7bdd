/* SPDX-License-Identifier: MIT
 *
 * block_watch: knows what this machine keeps out. It has each helper list it, one list after the
 * other, every ten seconds or, where that is costly, less often; compares with what it has told;
 * and puts a block event for each difference. What a list that was cut does not show is not over:
 * it ends by its time, or when a whole list lacks it.
 */
#ifndef NG_APP_BLOCK_WATCH_H
#define NG_APP_BLOCK_WATCH_H

#include "app/block_jobs.h"
#include "app/hands.h"
#include "event/taker.h"

struct block_watch;

/* NULL when memory is out, or there are too many jobs. Its jobs join the hands (borrowed), which
 * must not have been spawned. */
struct block_watch *block_watch_new(struct hands *hands);
void block_watch_free(struct block_watch *w);

/* To join the hub, once; its sink (borrowed) is where events go. */
struct taker *block_watch_taker(struct block_watch *w, struct event_sink *sink);

/* Something was blocked or unblocked from here: what is listed next is ours, and now. */
void block_watch_hurry(struct block_watch *w);

/* The jails that fail2ban has, by its last list: separated by blanks; "". Borrowed, until the next
 * event. */
const char *block_watch_jails(const struct block_watch *w);

#endif
