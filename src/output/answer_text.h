/* SPDX-License-Identifier: MIT
 *
 * answer_text: what a machine of a fleet answers to a question, as lines to be read: of itself, of
 * an address or a network, of a path. Pure, bounded (ANSWER_LINES_MAX bytes, so many entries of the
 * journal and hosts looked at), and clean: all of it is text that the model has.
 */
#ifndef NG_OUTPUT_ANSWER_TEXT_H
#define NG_OUTPUT_ANSWER_TEXT_H

#include "output/record_set.h"

#define ANSWER_LINES_MAX (EVENT_TEXT_MAX - 192) /* an event's text, with room to spare */

struct answer {
	/* Borrowed. */
	const struct model *m;
	const struct detect *detect;  /* NULL: nothing is judged */
	const struct record_set *set; /* who was heaviest lately */
	const struct set_head *head;  /* with SET_HASH and SET_NONE, no path, agent or request is
				       * told */
	bool cut;                     /* there was more than fits */
	size_t n;
	char lines[ANSWER_LINES_MAX]; /* separated by newlines, not terminated */
};

/* Each adds what it knows; none adds nothing when there is nothing to say. */
void answer_machine(struct answer *a);
void answer_prefix(struct answer *a, const struct prefix *of);
void answer_path(struct answer *a, struct str path);

/* Flags, the gravest first: of all, or about a prefix (answer_judged.c). */
void answer_flags(struct answer *a, const struct prefix *of);

/* The latest requests of an address, a network, a path (answer_requests.c): told, and which paths
 * and agents they are of. Nothing unless all may be told. */
void answer_requests_of(struct answer *a, const struct prefix *of);
void answer_requests_for(struct answer *a, struct str path);

/* A line, as printf has it. */
__attribute__((format(printf, 2, 3))) void answer_line(struct answer *a, const char *format, ...);

#endif
