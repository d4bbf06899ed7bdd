// SPDX-License-Identifier: MIT
/* Any bytes are a line of a recording. What comes out must be fit for the model: it goes through
 * one, is written as NDJSON, and that must read as the same again. */
#include "base/text.h"
#include "event/json_read.h"
#include "event/json_write.h"
#include "model/model.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_texts(const struct event *e)
{
	const struct event_kind_info *kind = &event_kinds[e->kind];

	for (size_t i = 0; i < kind->count; i++) {
		const struct event_field *f = &kind->fields[i];
		if (f->type != FIELD_STR && f->type != FIELD_WORDS && f->type != FIELD_LINES)
			continue;
		struct str s;
		memcpy(&s, (const char *)e + f->offset, sizeof s);
		require(s.n <= EVENT_TEXT_MAX && (s.p || s.n == 0));
		require(!s.p || f->type == FIELD_LINES || text_is_clean(s));
	}
}

/* Writing what was read and reading that gives the same text again. */
static void check_round_trip(const struct event *e, struct record_reader *second)
{
	struct jsonw w = {0}, again = {0};
	struct event read;
	const char *error;

	json_put_event(&w, e);
	require(w.n > 0 && w.p[w.n - 1] == '\n' && !memchr(w.p, '\n', w.n - 1));
	if (record_read(second, (struct str){w.p, w.n - 1}, &read, &error) == 1) {
		require(read.kind == e->kind);
		json_put_event(&again, &read);
		require(again.n == w.n && memcmp(again.p, w.p, w.n) == 0);
	}
	jsonw_done(&w);
	jsonw_done(&again);
}

static void read_lines(struct str text, struct record_reader *r, struct record_reader *second)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	/* Small tables, so that a short input fills them. */
	limits.hosts = limits.conns = limits.closed = limits.idle_networks = 4;
	limits.owners = limits.netns = limits.places = 4;
	limits.journal_bytes = 1u << 16;
	struct model *m = model_new(&limits);
	require(m != NULL);
	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n), *error = NULL;
		struct str line = {text.p, newline ? (size_t)(newline - text.p) : text.n};
		struct event e;
		int got = record_read(r, line, &e, &error);
		if (got == 1) {
			check_texts(&e);
			model_apply(m, &e);
			check_round_trip(&e, second);
		}
		require(got >= 0 || error);
		text.p += line.n + !!newline;
		text.n -= line.n + !!newline;
	}
	model_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_reader *r = record_reader_new(), *second = record_reader_new();

	require(r && second);
	read_lines((struct str){(const char *)data, size}, r, second);
	record_reader_free(r);
	record_reader_free(second);
	return 0;
}
