// SPDX-License-Identifier: MIT
/* Any bytes are a line. What comes out must be fit for the model: clean, bounded, and borrowed
 * from the line or the scratch and nowhere else. */
#include "base/text.h"
#include "source/log_parse.h"

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

static void check_request(const struct event_request *r, struct str line)
{
	const struct str texts[] = {
		r->method, r->path, r->proto, r->referer, r->agent, r->claims, r->vhost};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		check_text(texts[i], line);
	require(!r->log.p);
	require(r->status == ABSENT || (r->status >= 100 && r->status <= 999));
	require(addr_is_unset(&r->client) || !addr_eq(&r->client, &r->ip));
	require(addr_is_unset(&r->client) || !addr_is_unset(&r->ip));
	require(r->logged >= 0 && r->logged < USEC_LIMIT);
}

static void check_auth(const struct event_auth *a, struct str line)
{
	check_text(a->user, line);
	if (!str_eq(a->method, STR_LIT("too-many"))) /* our own word */
		check_text(a->method, line);
	require(!a->log.p);
	require(a->outcome > AUTH_NONE && a->outcome < AUTH_OUTCOMES);
	require(a->port <= UINT16_MAX);
	require(a->logged >= 0 && a->logged < USEC_LIMIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str line = {(const char *)data, size};

	for (size_t i = 0; i < log_format_count; i++) {
		struct event e, again;
		if (log_format_parse(&log_formats[i], line, &scratch, &e) < 0)
			continue;
		if (e.kind == EVENT_AUTH) {
			check_auth(&e.auth, line);
			continue;
		}
		require(e.kind == EVENT_REQUEST);
		check_request(&e.request, line);
		/* The second reading has the minute in its cache. */
		require(log_format_parse(&log_formats[i], line, &scratch, &again) == 0);
		require(again.request.logged == e.request.logged &&
			again.request.status == e.request.status);
	}
	return 0;
}
