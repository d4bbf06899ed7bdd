/* SPDX-License-Identifier: MIT
 *
 * filter: which rows, requests and events a view shows. A filter is a few words, all of which must
 * hold; '-' or '!' before a word turns it round:
 *
 *	field:a,b        one of these; the same field again is one more of them (net:a net:b)
 *	field~text       the text occurs; '*' is any text, '^' and '$' are both ends
 *	field=text       nothing but the text
 *	field>60         >, <, >= and <= of numbers; several must all hold
 *	203.0.113.0/24   a bare address or network is net:
 *	text             occurs in address, organization, or in method, path, status, agent, claims
 *	                 or virtual host of a request
 *	"a b"            text with blanks; path:"/a,b" a value with blanks or commas
 *
 * The fields are in filter_field.h. What is no field is an error with its place, never text:
 * "a:b" in quotes is text. Of texts upper and lower case are the same.
 *
 * Some words speak of the address, others of its requests and logins. An address passes the words
 * of the second kind when one of its lines, of the latest FILTER_LOOK_BACK that are still in the
 * journal, passes all of them; turned round, when none does. A line passes a word about the address
 * when its address does.
 *
 * Beside the words, the bounds of its surroundings must hold. A filter borrows nothing but these
 *and may be copied.
 */
#ifndef NG_MODEL_FILTER_H
#define NG_MODEL_FILTER_H

#include "model/filter_bounds.h"
#include "model/filter_field.h"

#define FILTER_TEXT_MAX  512 /* with its NUL */
#define FILTER_WORDS_MAX 16
#define FILTER_ITEMS_MAX 64 /* values in all lists together */
#define FILTER_ERROR_MAX 160
#define FILTER_LOOK_BACK 4096

#define FILTER_OF_SUSPICIOUS "is:suspicious" /* as --suspicious */

/* What an outer room knows. */
struct filter_env {
	/* The i-th flag that there is, with its letter; NULL: no more. Itself NULL: every name is
	 * taken, and no letter. */
	const char *(*flag_at)(size_t i, char *ret_letter);
	int32_t utc_offset; /* seconds east of UTC, for times of day */
	/* What is hidden whatever the words say; NULL: nothing. Borrowed for as long as the filter
	 * is used. */
	const struct filter_bounds *bounds;
	bool has_mark; /* since:mark is taken; of a model without one, it is the beginning */
};

enum filter_since {
	FILTER_AGO,
	FILTER_OF_DAY,
	FILTER_MARK /* the latest that the model knows */
};

enum filter_seen {
	FILTER_SEEN_NEW,
	FILTER_SEEN_KNOWN,
	FILTER_SEEN_FLAGGED,
	FILTER_SEEN_BLOCKED,
	FILTER_SEEN_RUNS, /* a number of them */
	FILTER_SEEN_AGE   /* seconds since it was first seen */
};

/* By enum filter_seen; NULL behind the last that has one. */
extern const char *const filter_seen_names[];

struct filter_item {
	uint16_t at, n; /* its text, in filter.text, without quotes */
	union {
		struct prefix net;
		struct {
			double low, high; /* of numbers, both included */
			uint8_t seen;     /* enum filter_seen: what they are numbers of */
		};
		uint32_t number; /* state, country, AS; of a flag its letter, 0: a name */
		struct {
			usec_t time;   /* since midnight, or ago */
			uint8_t since; /* enum filter_since */
		};
	};
};

struct filter_word {
	const struct filter_field *field; /* static; a bare text's is nameless */
	const struct column *column;      /* static: the field's, or NULL */
	uint16_t at, n;                   /* its place in the text, sign and all */
	uint8_t op;                       /* enum filter_op */
	bool negated;
	uint8_t first, count; /* of its items */
	uint8_t leader;       /* the first word that it is an alternative of; its own number */
};

struct filter {
	char text[FILTER_TEXT_MAX]; /* as typed */
	size_t count;               /* 0: everything passes */
	struct filter_word words[FILTER_WORDS_MAX];
	struct filter_item items[FILTER_ITEMS_MAX];
	size_t item_count;
	struct filter_env env;
};

/* What is wrong, in words, and with which bytes of the text. */
struct filter_error {
	size_t at, n;
	char text[FILTER_ERROR_MAX]; /* clean */
};

/* It lets everything pass. */
static inline bool filter_is_open(const struct filter *f)
{
	return !f->count && !f->env.bounds;
}

/* Compiles text; env: NULL for none. 0; or -EINVAL with *ret_error, and f untouched. */
int filter_compile(struct filter *f, struct str text, const struct filter_env *env,
	struct filter_error *ret_error);

/* Whether each word can speak of such rows or of the addresses in them. 0, or -EINVAL with
 * *ret_error. */
int filter_check(const struct filter *f, enum group_by by, struct filter_error *ret_error);

/* The words that can speak of such a row; the others are passed over. */
bool filter_subject(const struct filter *f, const struct model *m, const struct subject *s);

/* Those others, of an address in a group: the group passes if one of its addresses does. False of
 * filter_asks_members: there are none. */
bool filter_member(
	const struct filter *f, const struct model *m, const struct host *h, enum group_by by);
bool filter_asks_members(const struct filter *f, enum group_by by);

bool filter_host(const struct filter *f, const struct model *m, const struct host *h);
bool filter_request(const struct filter *f, const struct model *m, const struct journal_entry *e);

/* Of requests, logins and connections, as if they were lines; of a connection port: and state: are
 * its own, and it passes no word about requests. Every other kind passes. The model has seen it. */
bool filter_event(const struct filter *f, const struct model *m, const struct event *event);

/* An old line may come to pass, or no longer: some word speaks of what its address does, or of
 * time.
 */
bool filter_moves(const struct filter *f);

static inline struct str filter_item_text(const struct filter *f, const struct filter_item *item)
{
	return (struct str){f->text + item->at, item->n};
}

/* The error's place marked: "at 5, \"rat\": no field …". Returns its length; buf is clean. */
#define FILTER_COMPLAINT_MAX (FILTER_ERROR_MAX + 64)
size_t filter_complaint(
	const struct filter_error *e, struct str text, char buf[static FILTER_COMPLAINT_MAX]);

#endif
