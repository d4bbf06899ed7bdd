/* SPDX-License-Identifier: MIT
 *
 * about: one row, be it an address, a network, an AS or a country, as the drill-down and the
 * inspector show it: what is known of it, gathered and kept between frames. What is known of one
 * that has gone stays, as far as it is held here.
 */
#ifndef NG_CONSOLE_ABOUT_H
#define NG_CONSOLE_ABOUT_H

#include "console/gathered.h"
#include "console/members.h"
#include "console/view.h"

/* What the cursor is on. */
enum under_what {
	UNDER_NOTHING,
	UNDER_FIELD,   /* something to filter by */
	UNDER_REQUEST, /* a line of the journal */
	UNDER_MEMBER,  /* an address */
	UNDER_MACHINE  /* one of a fleet */
};

struct under {
	enum under_what what;
	const char *field;
	enum filter_op op;
	char text[COUNTS_TEXT_MAX + 2];
	uint64_t request;
	struct addr ip;
	uint32_t member; /* the machine's number */
};

struct about {
	struct view *view;
	struct subject_key key;
	char name[SUBJECT_NAME_MAX];
	bool seen;  /* the model has had it; else only its name is known */
	bool gone;  /* it is not in the model now */
	bool brief; /* for the inspector: little room */
	bool whole; /* long requests on as many lines as they take */
	bool all_conns;
	struct host host; /* of an address */
	struct log_tally log;
	struct tcp_tally tcp;
	uint32_t ips;
	bool is_private;
	uint32_t id; /* in the model, until the next event; POOL_NONE: gone */
	struct gathered gathered;
	struct members members;
	struct under under; /* set while the sheet is written */
	uint64_t request;   /* that the cursor stays with; 0: none */
};

void about_init(struct about *a, struct view *v);
void about_done(struct about *a);

/* Another row; nothing is known of it yet. */
void about_begin(struct about *a, const struct subject_key *key);

static inline bool about_is_host(const struct about *a)
{
	return a->key.by == GROUP_NONE;
}

/* Once a frame, before it is written: what the model says now. Asks for another frame while there
 * is more to gather. */
void about_look(struct about *a);

/* A view of it for columns: of the model while it is there, else of what was kept. */
struct subject about_subject(const struct about *a);

#endif
