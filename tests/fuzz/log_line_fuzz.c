// SPDX-License-Identifier: MIT
/* Any bytes are a line. */
#include "lines.h"

#include "log/container.h"
#include "log/error_log.h"

#include <errno.h>

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

static void check_web_error(const struct event_web_error *w, struct str line)
{
	check_text(w->path, line);
	check_text(w->vhost, line);
	check_text(w->upstream, line);
	require(!w->log.p);
	require(w->what > WEB_ERROR_NONE && w->what < WEB_ERRORS);
	require(w->logged > 0 && w->logged < USEC_LIMIT);
}

/* As it is read when it is known to be one: no line is rejected. */
static void check_error_log(struct str line)
{
	struct event e;
	int err = log_format_parse(&log_error_log, line, &scratch, &e);

	require(err == 0 || err == -ENOMSG);
	if (err)
		return;
	require(e.kind == EVENT_WEB_ERROR);
	check_web_error(&e.web_error, line);
}

/* As a container's runtime may have written it, twice: pieces are joined. */
static void check_pieces(struct str line)
{
	struct container_pieces pieces = {0};
	struct str whole;
	bool copied;

	for (int i = 0; i < 2; i++) {
		whole = line;
		int err = container_pieces_take(&pieces, &whole, &copied);
		require(err == 0 || err == -EAGAIN || err == -E2BIG);
		require(whole.n <= LOG_LINE_MAX || !copied);
		require(whole.n <= 2 * line.n);
	}
	while (container_pieces_rest(&pieces, &whole))
		require(whole.n <= 2 * line.n);
	container_pieces_done(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str line = {(const char *)data, size};

	check_pieces(line);
	check_error_log(line);
	for (size_t i = 0; i < log_format_count; i++) {
		struct event e, again;
		if (log_format_parse(&log_formats[i], line, &scratch, &e) < 0)
			continue;
		if (e.kind == EVENT_AUTH) {
			check_auth(&e.auth, line);
			continue;
		}
		if (e.kind == EVENT_WEB_ERROR) {
			check_web_error(&e.web_error, line);
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
