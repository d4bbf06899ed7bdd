/* SPDX-License-Identifier: MIT
 *
 * stream: NDJSON to stdout, one record an event, for as long as somebody reads; the first record
 * carries "schema", whatever it is. Also carries what else is printed there, so that no reader that
 * sleeps can keep the program from ending.
 */
#ifndef NG_OUTPUT_STREAM_H
#define NG_OUTPUT_STREAM_H

#include "base/jsonw.h"
#include "event/taker.h"
#include "model/filter.h"

struct stream {
	struct taker taker;          /* first; of the hub when events are to be streamed */
	struct jsonw text;           /* waiting to be written; others may add to it */
	const struct model *model;   /* borrowed: which addresses are hidden */
	bool show_private;           /* events of private addresses, too */
	const struct filter *filter; /* borrowed; NULL: everything passes */
	bool ecs;                    /* records go out under the names of ECS */
	struct jsonw ecs_text;       /* as what waits is then */
	bool begun;                  /* the first record, which names the schema, is made */
	uint64_t most;    /* bytes that may wait for a reader who sleeps: beyond, the oldest records
			   * go; 0: the reader is waited for */
	uint64_t dropped; /* records that went so */
	bool cut;         /* the first of what waits is the rest of one that is partly written */
	int err;          /* why nothing more is written: -EPIPE, -ENOSPC, …; 0: all well */
	bool (*must_end)(void *ctx); /* asked while a reader takes nothing */
	void *ctx;
};

/* The model has seen each event before the stream takes it. must_end: true when the run is to end,
 * reader or not. */
void stream_init(
	struct stream *s, const struct model *model, bool (*must_end)(void *ctx), void *ctx);
void stream_done(struct stream *s);

/* Adds records of the caller's, and sees to it that not too much waits. */
void stream_put(struct stream *s, struct str records);

/* Writes what waits: whole records, or other text. A reader that takes nothing is waited for until
 * must_end, or (`most`) is written to another time; err is -ECANCELED then. After an error, what
 * waits is thrown away. */
void stream_flush(struct stream *s);

/* Waits for its reader until all is written, or must_end. 0, or err. */
int stream_end(struct stream *s);

#endif
