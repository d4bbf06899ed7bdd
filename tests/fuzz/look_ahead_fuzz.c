// SPDX-License-Identifier: MIT
/* Any bytes are a recording that is looked through: what is found lies in order. */
#include "base/text.h"
#include "event/json_read.h"
#include "event/json_write.h"
#include "record/look_ahead.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct str bytes;

static void require(int holds)
{
	if (!holds)
		abort();
}

static int open_bytes(void)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	require(write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void check(const struct overview *o)
{
	require(o->whole && o->begin <= o->end && o->width > 0);
	require(o->moment_count <= OVERVIEW_MOMENTS);
	for (uint32_t i = 0; i < o->moment_count; i++) {
		require(text_is_clean(str_of(o->moments[i].name)));
		require(!i || o->moments[i - 1].at <= o->moments[i].at);
		overview_before(o, o->moments[i].at);
		overview_after(o, o->moments[i].at);
	}
	if (o->end)
		overview_between(o, o->begin, o->end);
}

static void look_through(usec_t duration)
{
	char reason[SOURCE_REASON_MAX] = "";
	struct look_ahead *l = look_ahead_new("fuzz", open_bytes, duration, reason);

	if (!l) {
		require(reason[0] != '\0');
		return;
	}
	while (look_ahead_poll(l))
		;
	check(look_ahead_overview(l));
	look_ahead_free(l);
}

/* Of any line, peeking is harmless; of one that was written here, it says what reading does. */
static void peek(struct record_reader *r, struct str line)
{
	enum event_kind kind = EVENT_NONE;
	struct jsonw w = {0};
	const char *error;
	struct event e;
	usec_t at;

	if (record_peek(line, &kind, &at))
		require(kind > EVENT_NONE && kind < EVENT_KINDS && at > 0 && at < USEC_LIMIT);
	if (record_read(r, line, &e, &error) != 1)
		return;
	json_put_event(&w, &e);
	require(record_peek((struct str){w.p, w.n - 1}, &kind, &at));
	require(kind == e.kind && at == e.ts);
	jsonw_done(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_reader *r = record_reader_new();

	require(r != NULL);
	bytes = (struct str){(const char *)data, size};
	for (struct str rest = bytes; rest.n;) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		peek(r, (struct str){rest.p, n});
		rest = str_skip(rest, n + !!end);
	}
	record_reader_free(r);
	look_through(0);
	look_through(USEC_PER_SEC);
	return 0;
}
