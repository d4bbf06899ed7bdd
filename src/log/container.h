/* SPDX-License-Identifier: MIT
 *
 * container: undoes what container runtimes, and the journal, do to a program's lines. docker's
 * json-file driver makes an object of each; Kubernetes' runtimes (CRI) write time, stream and a tag
 * before it. Both cut lines of more than 16 KiB into pieces, which are joined here: for each stream
 * by itself, as those of stdout and stderr may lie between each other.
 */
#ifndef NG_LOG_CONTAINER_H
#define NG_LOG_CONTAINER_H

#include "base/str.h"

/* One per log; all zero at first. */
struct container_pieces {
	struct container_piece {
		char *text; /* owned */
		size_t n, cap;
		bool is_open; /* more is to come */
		bool is_cut;  /* it is longer than LOG_LINE_MAX, or was given up */
	} streams[2];
};

void container_pieces_done(struct container_pieces *p);

/* Takes a line of a log. 0: *line is what the program wrote, and lies in the line or, with
 * *ret_copied, in p until the next call. -EAGAIN: it is a piece, and more must come. -E2BIG: it is
 * too long; *line is its beginning. */
int container_pieces_take(struct container_pieces *p, struct str *line, bool *ret_copied);

/* Bytes that they hold. */
size_t container_pieces_held(const struct container_pieces *p);

/* Gives back what holds no piece. */
void container_pieces_trim(struct container_pieces *p);

/* Gives all back: a line that has begun counts as one that is too long. Returns its bytes. */
size_t container_pieces_give_up(struct container_pieces *p);

/* A line whose end is missing, when no more will come; false when there is none. */
bool container_pieces_rest(struct container_pieces *p, struct str *ret_line);

#endif
