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

void stream_flush(struct stream *s)
{
	size_t at = 0;

	if (s->ecs)
		rename_all(s);
	size_t chunk = s->text.n ? stdout_chunk() : 0;
	while (at < s->text.n && !s->err) {
		size_t left = s->text.n - at;
		s->err = await_stdout(s);
		if (s->err)
			break;
		ssize_t n = write(STDOUT_FILENO, s->text.p + at, left < chunk ? left : chunk);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			s->err = -errno;
	}
	jsonw_clear(&s->text);
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
