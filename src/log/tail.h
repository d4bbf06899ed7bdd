/* SPDX-License-Identifier: MIT
 *
 * tail: follows logs and puts an event for each line and a log event for each
 * file's state and counters (at most once a tick and file, when something changed).
 */
#ifndef NG_LOG_TAIL_H
#define NG_LOG_TAIL_H

#include "event/source.h"
#include "log/tail_options.h"

/* NULL when memory or inotify is out; *ret_err says which. Missing and unreadable files are no
 * error: they are reported by events and tried again. */
struct source *log_tail_new(const struct log_tail_options *options, int *ret_err);

/* What it has cost to find out which logs there are, since the start; see log/set.h. */
struct log_work;
const struct log_work *log_tail_work(const struct source *s);

/* Other options take the place of those that it has: inputs, look_up and others (log_set_change()
 * says how); the rest stays. 0 or -ENOMEM, and nothing has changed. */
int log_tail_change(struct source *tail, const struct log_tail_options *options);

#endif
