// SPDX-License-Identifier: MIT
#include "output/stream.h"

#include "event/json_write.h"
#include "output/ecs.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH    (64u << 10)
#define PATIENCE 100 /* ms between two looks at must_end while the reader sleeps */

/* Waits until stdout takes something. 0, or -ECANCELED when the run is to end. */
static int await_stdout(const struct stream *s)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	while (poll(&p, 1, PATIENCE) == 0)
		if (s->must_end(s->ctx))
			return -ECANCELED;
	return 0;
}

/* A pipe that poll(2) calls writable has room for PIPE_BUF bytes; more could block. */
static size_t stdout_chunk(void)
{
	struct stat st;
	bool waits = fstat(STDOUT_FILENO, &st) < 0 || S_ISFIFO(st.st_mode) ||
		     S_ISSOCK(st.st_mode) || isatty(STDOUT_FILENO);

	return waits ? PIPE_BUF : SIZE_MAX;
}

/* Each record under its other names; what waits is that then. */
static void rename_all(struct stream *s)
{
	struct jsonw renamed = s->ecs_text;
	struct str rest = {s->text.p, s->text.n};

	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) + 1 : rest.n;
		ecs_put(&renamed, (struct str){rest.p, n});
		rest = str_skip(rest, n);
	}
	renamed.failed |= s->text.failed;
	s->ecs_text = s->text;
	s->text = renamed;
	jsonw_clear(&s->ecs_text);
}

static bool takes_now(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&p, 1, 0) != 0;
}

/* What is written goes; the rest waits, unless it cannot be. */
static void keep_rest(struct stream *s, size_t written)
{
	if (!s->most || s->err || written == s->text.n) {
		s->cut = false;
		jsonw_clear(&s->text);
		return;
	}
	if (written)
		s->cut = s->text.p[written - 1] != '\n';
	s->text.n -= written;
	memmove(s->text.p, s->text.p + written, s->text.n);
}

void stream_flush(struct stream *s)
{
	size_t at = 0;

	if (s->ecs)
		rename_all(s);
	size_t chunk = s->text.n ? stdout_chunk() : 0;
	while (at < s->text.n && !s->err) {
		size_t left = s->text.n - at;
		if (s->most && !takes_now())
			break;
		s->err = await_stdout(s);
		if (s->err)
			break;
		ssize_t n = write(STDOUT_FILENO, s->text.p + at, left < chunk ? left : chunk);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			s->err = -errno;
	}
	keep_rest(s, at);
}

/* Where the record that begins at `at` ends. */
static size_t end_of(const struct stream *s, size_t at)
{
	const char *end = memchr(s->text.p + at, '\n', s->text.n - at);

	return end ? (size_t)(end - s->text.p) + 1 : s->text.n;
}

/* A set goes as a whole: its parts say nothing without it. */
static bool is_part(const struct stream *s, size_t at)
{
	struct str rest = {s->text.p + at, s->text.n - at};

	return str_starts(rest, STR_LIT("{\"t\":\"share\"")) ||
	       str_starts(rest, STR_LIT("{\"t\":\"herd\""));
}

static void drop_oldest(struct stream *s)
{
	size_t from = s->cut ? end_of(s, 0) : 0, to = from;

	while (to < s->text.n && s->text.n - (to - from) > s->most) {
		to = end_of(s, to);
		s->dropped++;
		while (to < s->text.n && is_part(s, to))
			to = end_of(s, to);
	}
	memmove(s->text.p + from, s->text.p + to, s->text.n - to);
	s->text.n -= to - from;
}

void stream_put(struct stream *s, struct str records)
{
	jsonw_raw(&s->text, records);
	if (s->most && s->text.n > s->most)
		drop_oldest(s);
	else if (!s->most && s->text.n >= BATCH)
		stream_flush(s);
}

int stream_end(struct stream *s)
{
	s->most = 0;
	stream_flush(s);
	return s->err;
}

/* The stream is a view: it leaves out what the console would not show. The recording is whole. */
static bool is_hidden(const struct stream *s, const struct event *event)
{
	const struct addr *ip = event_address(event);

	if (ip && !s->show_private && model_hides(s->model, ip))
		return true;
	return s->filter && !filter_event(s->filter, s->model, event);
}

/* A recording that is streamed may be older than the schema, or begin in the middle. */
static void name_schema(struct stream *s, const struct event *event)
{
	char text[32];

	if (s->begun || s->text.failed)
		return;
	s->begun = true;
	if (event->kind == EVENT_START && event->start.schema)
		return;
	s->text.n -= strlen("}\n");
	snprintf(text, sizeof text, ",\"schema\":%d}\n", EVENT_SCHEMA);
	jsonw_raw(&s->text, str_of(text));
}

static void stream_take(struct taker *taker, const struct event *event)
{
	struct stream *s = (struct stream *)taker;

	if (is_hidden(s, event))
		return;
	json_put_event(&s->text, event);
	name_schema(s, event);
	if (s->text.n >= BATCH)
		stream_flush(s);
}

static void flush(struct taker *taker)
{
	stream_flush((struct stream *)taker);
}

static void restart(struct taker *taker, const struct model *model)
{
	((struct stream *)taker)->model = model;
}

void stream_init(
	struct stream *s, const struct model *model, bool (*must_end)(void *ctx), void *ctx)
{
	*s = (struct stream){
		.taker = {.name = "stream",
			.kinds = TAKER_ALL,
			.take = stream_take,
			.flush = flush,
			.restart = restart},
		.model = model,
		.must_end = must_end,
		.ctx = ctx,
	};
}

void stream_done(struct stream *s)
{
	jsonw_done(&s->text);
	jsonw_done(&s->ecs_text);
}
