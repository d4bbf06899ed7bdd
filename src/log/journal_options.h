/* SPDX-License-Identifier: MIT
 *
 * journal_options: which entries of the journal are read, as which logs, and from where.
 */
#ifndef NG_LOG_JOURNAL_OPTIONS_H
#define NG_LOG_JOURNAL_OPTIONS_H

#include "base/clock.h"
#include "log/format.h"
#include "log/journal_lib.h"
#include "log/journal_record.h"

#define JOURNAL_INPUTS_MAX  16
#define JOURNAL_MATCHES_MAX 8 /* of one input */

/* A value that a field has. */
struct journal_match {
	enum journal_field field;
	char value[JOURNAL_FIELD_MAX];
};

/* A log: the entries for which one of the matches is true. An entry goes to the first input that
 * has it. */
struct journal_input {
	char label[JOURNAL_FIELD_MAX]; /* the log's name */
	struct journal_match matches[JOURNAL_MATCHES_MAX];
	size_t match_count;
	const struct log_format *format; /* NULL: detected line by line */
	/* What a program says of itself is believed only if it ran as root: any user can call
	 * himself sshd. */
	bool only_root;
	bool from_end; /* whatever the others do */
};

/* Where the journal's files are. Both NULL: this machine's, in the usual places. */
struct journal_place {
	const char *root; /* of a container or the like: the usual places below it, out of which
			   * nothing leads */
	const char *dir;  /* this directory instead; of a higher rank than root */
};

/* What journalctl is asked for. */
enum journal_ask {
	JOURNAL_ASK_ALL, /* entries since a time, up to the last that is there; then it ends */
	JOURNAL_ASK_ON   /* entries since a time, and those that come; or, with 0, only these */
};

/* Called once, at the earliest when the question has been asked: fd is a pipe's reading end, which
 * does not wait and belongs to the one who is called; or a negative errno, -ENOENT when there is no
 * journalctl. */
typedef void journal_given_fn(void *ctx, int fd);

/* Has journalctl run for these options' inputs and place, since: in seconds since the epoch. 0, or
 * a negative errno: given is not called. */
typedef int journal_ask_fn(
	void *ctx, enum journal_ask what, uint32_t since, journal_given_fn *given, void *given_ctx);

struct trusted_proxies;

/* All pointers are borrowed for as long as the source lives. */
struct log_journal_options {
	const struct journal_input *inputs;
	size_t input_count;
	struct journal_place place;
	const struct journal_lib *lib; /* NULL: it cannot be loaded; journalctl is asked */
	const char *lib_missing;       /* why, in words */
	bool from_start;               /* else what is written from now on */
	/* As of log_tail_options. */
	const struct trusted_proxies *trusted;
	struct log_format *const *others;
	size_t other_count;
};

#endif
