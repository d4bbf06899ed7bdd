/* SPDX-License-Identifier: MIT
 *
 * journal: follows systemd's journal: units whose programs log to it or to stdout, and the SSH
 * server. Puts an event for each entry, as log/tail.h does for each line, and a log event for each
 * unit's state and counters. Entries become lines as syslog would have had them, and are read by
 * the same formats (log/feed.h).
 *
 * The files are not opened by base/opener.h but by libsystemd, or by journalctl: only journald and
 * these know how entries lie in several files, what is compressed, and what comes next when files
 * are rotated. On this machine the directories are root's. Below a root, which is a container's to
 * fill, the opener opens each file, and the library is handed the descriptors; a file that is cut
 * off while it is mapped costs its entries (base/fault.h).
 */
#ifndef NG_LOG_JOURNAL_H
#define NG_LOG_JOURNAL_H

#include "event/source.h"
#include "log/journal_options.h"

/* NULL when memory is out or there is no descriptor; *ret_err says which. That there is no journal,
 * or no means to read it, is no error: it is reported by events and tried again. options is
 * borrowed for as long as the source lives. */
struct source *log_journal_new(const struct log_journal_options *options, int *ret_err);

/* Other formats take the place of options->others, of which nothing is borrowed any more. */
struct log_format;
void log_journal_change(struct source *s, struct log_format *const *others, size_t other_count);

/* Without the library journalctl is asked, once there is somebody to ask. Before the first poll, or
 * never: then the logs say what is missing. */
void log_journal_set_ask(struct source *s, journal_ask_fn *ask, void *ctx);

#endif
