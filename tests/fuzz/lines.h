/* SPDX-License-Identifier: MIT
 *
 * lines: what every parser of log lines owes to the model, whatever the line: text that is clean,
 * bounded, and borrowed from the line or the scratch and nowhere else.
 */
#ifndef NG_TESTS_LINES_H
#define NG_TESTS_LINES_H

#include "base/text.h"
#include "log/formats.h"
#include "log/took.h"

#include <stdint.h>
#include <stdlib.h>

static struct log_scratch scratch;

static inline void require(int holds)
{
	if (!holds)
		abort();
}

static inline int is_within(struct str s, const char *from, size_t n)
{
	return s.p >= from && s.p + s.n <= from + n;
}

static inline void check_text(struct str s, struct str line)
{
	if (!s.p) {
		require(s.n == 0);
		return;
	}
	require(s.n > 0 && s.n <= EVENT_TEXT_MAX);
	require(is_within(s, line.p, line.n) || is_within(s, scratch.text, sizeof scratch.text));
	require(text_is_clean(s));
}

static inline void check_request(const struct event_request *r, struct str line)
{
	const struct str texts[] = {
		r->method, r->path, r->proto, r->referer, r->agent, r->claims, r->vhost};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		check_text(texts[i], line);
	require(!r->log.p);
	require(!r->kind.p || (!r->method.p && r->kind.n && r->kind.n < 8));
	require(r->cut <= 1);
	require(r->status == ABSENT || (r->status >= 100 && r->status <= 999));
	require(addr_is_unset(&r->client) || !addr_eq(&r->client, &r->ip));
	require(addr_is_unset(&r->client) || !addr_is_unset(&r->ip));
	require(r->logged >= 0 && r->logged < USEC_LIMIT);
	require(r->port <= UINT16_MAX);
	require(r->took_us == ABSENT || r->took_us <= LOG_TOOK_MAX);
	require(r->upstream_status == ABSENT ||
		(r->upstream_status >= 100 && r->upstream_status <= 999));
}

#endif
