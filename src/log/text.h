/* SPDX-License-Identifier: MIT
 *
 * text: the text fields of a log line, made fit for an event: decoded, clean, bounded.
 */
#ifndef NG_LOG_TEXT_H
#define NG_LOG_TEXT_H

#include "log/format.h"
#include "log/quote.h"

#include <stdbool.h>

/* True when every byte is printable ASCII and none a backslash: any slice of such a line is
 * clean and needs no decoding. One pass over the whole line is cheaper than one per field. */
bool log_text_is_plain(struct str line);

/* Cuts clean text to EVENT_TEXT_MAX, at a character's edge. */
struct str log_text_clip(struct str clean);

/* How the bytes of a field were written. */
enum log_escape {
	LOG_PLAIN,    /* it lies in a line that is plain: nothing to do */
	LOG_SLASHED,  /* with \xNN, \", \\, \n …: nginx, Apache, lighttpd */
	LOG_HASHED,   /* with #NN: HAProxy */
	LOG_LITERAL,  /* escapes nothing */
	LOG_FLEETING, /* the same, but it does not last as long as the line: always copied */
};

/* The field that a server wrote as raw, decoded, clean and clipped; absent when raw is empty.
 * Borrows raw when nothing had to change, else scratch; a line has room for LOG_TEXTS_MAX changed
 * fields, a further one is absent. */
struct str log_text_field(struct log_scratch *scratch, enum log_escape how, struct str raw);

/* Where a path came without what follows the "?" and that stands elsewhere, with it or without the
 * "?": both as one, of fields as above. In scratch, or path where nothing is to be added. */
struct str log_text_with_query(struct log_scratch *scratch, struct str path, struct str query);

static inline struct str log_text_as(
	struct log_scratch *scratch, enum log_escape how, struct str raw)
{
	if (raw.n == 0)
		return STR_ABSENT;
	if (how == LOG_PLAIN && raw.n <= EVENT_TEXT_MAX)
		return raw;
	return log_text_field(scratch, how, raw);
}

/* The first quote at or after p that no backslash escapes, or NULL. */
static inline const char *log_text_quote(const char *p, const char *end)
{
	while ((p = quote_or_slash(p, end)) < end) {
		if (*p == '"')
			return p;
		p += end - p > 1 ? 2 : 1;
	}
	return NULL;
}

#endif
