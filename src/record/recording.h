/* SPDX-License-Identifier: MIT
 *
 * recording: a file of recorded events (NDJSON, gzip or plain), read from its beginning in slices.
 */
#ifndef NG_RECORD_RECORDING_H
#define NG_RECORD_RECORDING_H

#include "event/source.h"

struct record_reader;

struct recording {
	void *file; /* gzFile; reads plain files, too */
	struct record_reader *reader;
	char *line;
	bool cut;      /* in the middle of an over-long line */
	uint64_t bad;  /* records that could not be read; the caller takes note and clears it */
	uint64_t size; /* bytes of the file */
	usec_t begin;  /* of the first event */
	usec_t end;    /* of the last, as the tail of a plain file says; 0: not known */
};

/* 0; or a negative errno with the reason in words, when the file cannot be opened or its first line
 * is not a record. r must be given to recording_done either way. Reading blocks: only a regular
 * file is taken. open: gives a descriptor of it that is r's from then on, or a negative errno,
 * where path is no more than what it is called; NULL: path names a file. */
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

/* Back to the first line. 0 or a negative errno. */
int recording_rewind(struct recording *r);

#endif
