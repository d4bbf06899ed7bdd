// SPDX-License-Identifier: MIT
/* Up to the first newline: a format string of any dialect. Then lines in that format. What comes
 * out must be fit for the model: clean, bounded, and borrowed from the line or the scratch. */
#include "base/text.h"
#include "source/log_spec.h"

#include <stdint.h>
#include <stdlib.h>

static struct log_scratch scratch;

static void require(int holds)
{
	if (!holds)
		abort();
}

static int is_within(struct str s, const char *from, size_t n)
{
	return s.p >= from && s.p + s.n <= from + n;
}

static void check_text(struct str s, struct str line)
{
	if (!s.p) {
		require(s.n == 0);
		return;
	}
	require(s.n > 0 && s.n <= EVENT_TEXT_MAX);
	require(is_within(s, line.p, line.n) || is_within(s, scratch.text, sizeof scratch.text));
	require(text_is_clean(s));
}

static void check_line(const struct log_format *f, struct str line)
{
	struct event e;
	const struct event_request *r = &e.request;

	if (log_format_parse(f, line, &scratch, &e) < 0)
		return;
	require(e.kind == EVENT_REQUEST);
	const struct str texts[] = {
		r->method, r->path, r->proto, r->referer, r->agent, r->claims, r->vhost};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		check_text(texts[i], line);
	require(!r->log.p);
	require(r->status == ABSENT || (r->status >= 100 && r->status <= 999));
	require(addr_is_unset(&r->client) || !addr_eq(&r->client, &r->ip));
	require(addr_is_unset(&r->client) || !addr_is_unset(&r->ip));
	require(r->logged >= 0 && r->logged < USEC_LIMIT);
	require(r->port <= UINT16_MAX);
}

static void check_lines(const struct log_format *f, const char *p, const char *end)
{
	const char *newline;

	for (; p <= end; p = newline + 1) {
		newline = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		newline = newline ? newline : end;
		check_line(f, (struct str){p, (size_t)(newline - p)});
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum log_dialect dialects[] = {LOG_DIALECT_GUESS, LOG_DIALECT_NGINX_RAW};
	const char *p = (const char *)data, *end = p + size;
	const char *newline = size ? memchr(p, '\n', size) : NULL;

	for (size_t i = 0; newline && i < ARRAY_LEN(dialects); i++) {
		struct log_format *f = NULL;
		struct str spec = {p, (size_t)(newline - p)};
		char error[LOG_SPEC_ERROR_MAX] = "";
		if (log_spec_new(spec, dialects[i], spec, &f, error) < 0) {
			require(!f && error[0] && text_is_clean(str_of(error)));
			continue;
		}
		require(text_is_clean(str_of(f->name)));
		check_lines(f, newline + 1, end);
		log_spec_free(f);
	}
	return 0;
}
