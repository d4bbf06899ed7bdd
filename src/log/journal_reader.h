/* SPDX-License-Identifier: MIT
 *
 * journal_reader: what hands out the journal's entries, one after the other: libsystemd
 * (journal_read.c), or journalctl at the other end of a pipe (journal_pipe.c). Inside the source
 * (log/journal.h).
 */
#ifndef NG_LOG_JOURNAL_READER_H
#define NG_LOG_JOURNAL_READER_H

#include "log/account.h"
#include "log/journal_options.h"
#include "log/journal_place.h"

struct journal_reader;

struct journal_reader_ops {
	const char *name; /* as the log's format is shown: "libsystemd" */

	/* Opens what is not open yet, and takes in that files have come or gone. 0; -EAGAIN: it is
	 * being opened; another negative errno: it is closed, and why says why in words. The next
	 * look tries again, from where it was. */
	int (*look)(struct journal_reader *r, usec_t now);

	/* The next entry: 1, with *ret, whose message lives until the next call. 0 when there is
	 * none for now. A negative errno as of look; -EBADMSG: only this one cannot be read, or is
	 * no news. */
	int (*next)(struct journal_reader *r, struct journal_record *ret);

	void (*free)(struct journal_reader *r);
};

/* Embedded in each kind. */
struct journal_reader {
	const struct journal_reader_ops *ops;
	const struct log_journal_options *options; /* borrowed */
	struct log_account *account; /* borrowed; of what is passed over and is no entry */
	int epoll;                   /* borrowed; what wakes the source is added to it */
	bool from_start;
	bool caught_up; /* what was there at the start has been handed out */
	bool lag;       /* there may be more at once */
	uint64_t lost;  /* entries that were removed before they were read, or that broke */
	uint64_t turns; /* times that files have come or gone */
	char why[JOURNAL_WHY_MAX];
};

/* NULL when memory is out. Of options, the library must be there. */
struct journal_reader *journal_read_new(const struct log_journal_options *options);

/* When the last entry of the inputs was written; 0: there is none. A negative errno when the
 * journal cannot be opened. */
int journal_read_last(const struct log_journal_options *options, usec_t *ret);

/* NULL when memory is out. It asks once it has been given somebody to ask. */
struct journal_reader *journal_pipe_new(const struct log_journal_options *options);
void journal_pipe_ask(struct journal_reader *r, journal_ask_fn *fn, void *ctx);

#endif
