/* SPDX-License-Identifier: MIT
 *
 * recording: recorded events (NDJSON; plain, gzip or zstd), read from their beginning in slices:
 * of a file, or of all files of a directory (series.h), one after the other by the times that they
 * begin.
 *
 * A file that goes on where the one before has ended begins with a picture of what was known then:
 * that is passed over, and the files are read as if they had never been cut. Any other begins anew:
 * another run, one with a gap before it.
 */
#ifndef NG_RECORD_RECORDING_H
#define NG_RECORD_RECORDING_H

#include "event/overview.h"
#include "event/source.h"
#include "record/series.h"

struct inflow;
struct record_reader;

/* What the first record of a file says. */
struct recording_start {
	usec_t at;
	uint64_t seed;    /* by which a run is known; ABSENT */
	uint64_t picture; /* records that follow it and tell what was known; ABSENT */
};

struct recording {
	struct inflow *in; /* of the file that is read */
	struct record_reader *reader;
	char *line;
	bool cut;      /* in the middle of an over-long line */
	uint64_t bad;  /* records that could not be read; the caller takes note and clears it */
	uint64_t size; /* bytes of all files */
	usec_t begin;  /* of the first event */
	usec_t end;    /* of the last, as an index or the tail of a plain file says; 0: not known */

	bool anew; /* a file has begun that does not go on where the one before has ended; the
		    * caller takes note and clears it */
	struct series series; /* its dir: -1: a single file */
	size_t at;            /* which of them is read */
	struct recording_start start;
	usec_t last;   /* of the events of this file so far */
	uint64_t skip; /* lines that are still to be passed over */
};

/* 0; or a negative errno with the reason in words, when the file cannot be opened or its first line
 * is not a record, or when no file of a directory is a recording. r must be given to recording_done
 * either way. Reading blocks: only regular files are taken. open: gives a descriptor of it that is
 * r's from then on, or a negative errno, where path is no more than what it is called; NULL: path
 * names a file. */
int recording_init(struct recording *r, const char *path, int (*open)(void),
	char reason[static SOURCE_REASON_MAX]);
void recording_done(struct recording *r);

/* The next line, unread, without its newline; good until the next call. Returns as recording_next
 * does. recording_parse reads it: 1, an event that borrows from r; 0, a record that is none; below
 * 0, neither. */
int recording_next_line(struct recording *r, size_t *budget, struct str *ret_line);
int recording_parse(struct recording *r, struct str line, struct event *ret_event);

/* The next event; it borrows from r until the next call. 1; 0 when *budget, the bytes that may
 * still be read, is spent; -EPIPE at the end, which a damaged file has earlier. */
int recording_next(struct recording *r, size_t *budget, struct event *ret_event);

/* Of its size, what has been read. */
uint64_t recording_read(const struct recording *r);

/* Back to the first line of the file that has this moment. 0 or a negative errno. */
int recording_go(struct recording *r, usec_t at);

/* When the file that has this moment begins; and whether going there is shorter than reading on. */
usec_t recording_begin_of(const struct recording *r, usec_t at);
bool recording_is_far(const struct recording *r, usec_t at);

/* What the index of the file that is read says of it; false when there is none that is of use.
 * recording_skip goes on with the next file, as this one ends then; false: there is none. */
bool recording_overview(const struct recording *r, struct overview *ret);
bool recording_skip(struct recording *r, usec_t end);

#endif
