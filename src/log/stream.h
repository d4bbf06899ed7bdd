/* SPDX-License-Identifier: MIT
 *
 * stream: one log as the lines of it are read, whatever carries them (a file, a pipe, a journal):
 * what it is called, its formats, what became of its lines, and what was reported last.
 */
#ifndef NG_LOG_STREAM_H
#define NG_LOG_STREAM_H

#include "event/event.h"
#include "log/account.h"
#include "log/container.h"
#include "log/format.h"
#include "log/w3c.h"

#define LOG_LABEL_MAX 512
#define LOG_NOTE_MAX  96

/* What was said of an account. */
struct log_reported {
	uint64_t lines, rejected, skipped, rotated, missed;
	uint64_t lag; /* bytes */
	usec_t at;
};

/* Formats and buffered are borrowed, for as long as the stream is used. */
struct log_stream {
	char *label; /* owned; clean, for events */
	size_t label_n;
	const struct log_format *format; /* the only one; NULL: configured or detected */
	/* The one in the configuration of the server that writes it, tried first; or NULL. */
	const struct log_format *configured;
	const struct log_format *hint; /* the one that fitted last, or NULL */
	bool errors;                   /* see struct event_log */
	const char *buffered;          /* the server holds lines back: how many; or NULL */
	struct container_pieces pieces;
	struct w3c w3c;
	uint32_t vain; /* lines that no format of the configuration reads; see feed.c */
	struct log_account account;
	enum log_state state;
	char note[LOG_NOTE_MAX];
	struct log_reported reported;
	bool is_state_reported;
};

/* The label is made of name. There is nothing to report yet. 0 or -ENOMEM; done is right after a
 * failure, too. */
int log_stream_init(struct log_stream *s, const char *name);
void log_stream_done(struct log_stream *s);

/* Sets what is wrong with the log, or (LOG_READING, NULL) that all is well; the next report is due
 * at once when that is news. note is copied, and cut. */
void log_stream_set_state(struct log_stream *s, enum log_state state, const char *note);

/* The same for an error (negative errno) met when it was opened. */
void log_stream_set_error(struct log_stream *s, int err);

/* True when nothing has changed since the last report. */
bool log_stream_is_reported(const struct log_stream *s);

/* Remembers that all of it was reported, with so many bytes not read yet. */
void log_stream_reported(struct log_stream *s, usec_t now, uint64_t lag);

/* True when a report is due: changes of state at once, counters once a second, or, with `all`, as
 * soon as they have changed. */
bool log_stream_is_due(const struct log_stream *s, usec_t now, bool all);

#endif
