/* SPDX-License-Identifier: MIT
 * Vectors of log lines: what is written, and the request event that it must become, as NDJSON.
 * Single quotes stand for double ones in both. */
#ifndef NG_TESTS_LOG_LINES_H
#define NG_TESTS_LOG_LINES_H

#include "unit.h"

#include "event/json_write.h"
#include "log/formats.h"

#include <stdlib.h>

struct log_vector {
	const char *line;
	const char *want; /* what follows "ts"; NULL: rejected */
};

static inline struct str quoted(const char *text, char *buf, size_t cap)
{
	size_t n = strlen(text);

	assert_true(n < cap);
	for (size_t i = 0; i < n; i++)
		buf[i] = text[i] == '\'' ? '"' : text[i];
	return (struct str){buf, n};
}

/* Reads by one format, or by all when it is NULL. The line is an exact copy on the heap, so that
 * the sanitizers see a byte too many. */
static inline void check_vector(const struct log_format *format, const struct log_vector *v)
{
	static struct log_scratch scratch;
	static const char head[] = "{\"t\":\"request\",\"ts\":1.000000,";
	char buf[8192];
	const struct log_format *hint = NULL;
	struct event e;
	struct jsonw w = {0};
	struct str line = quoted(v->line, buf, sizeof buf);
	char *copy = malloc(line.n + 1);

	memset(&e, 0x5a, sizeof e); /* events are reused: a reader sets every field */
	memcpy(copy, line.p, line.n);
	line.p = copy;
	int err = format ? log_format_parse(format, line, &scratch, &e)
			 : log_parse(line, &hint, &scratch, &e);
	if ((err == 0) != (v->want != NULL))
		fail_msg("%s: %s", v->want ? "rejected" : "accepted", v->line);
	if (err == 0) {
		struct str want = quoted(v->want, buf, sizeof buf);
		assert_int_equal(e.kind, EVENT_REQUEST);
		event_begin(&e, e.kind, USEC_PER_SEC);
		json_put_event(&w, &e);
		struct str got = {w.p + strlen(head), w.n - strlen(head) - 2};
		assert_true(str_starts((struct str){w.p, w.n}, str_of(head)));
		if (!str_eq(got, want))
			fail_msg("%s\n got %.*s\nwant %.*s", v->line, STR_FMT(got), STR_FMT(want));
	}
	jsonw_done(&w);
	free(copy);
}

static inline void check_vectors(
	const struct log_format *format, const struct log_vector *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_vector(format, &v[i]);
}

#endif
