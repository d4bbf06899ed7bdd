// SPDX-License-Identifier: MIT
#include "app/late_record.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "record/recorder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DIR_MAX   (LATE_RECORD_PATH_MAX - 64)
#define TRIES_MAX 9 /* files of one second */

/* The sink of what it begins with. */
struct recorder_sink {
	struct event_sink sink; /* first */
	struct taker *to;
};

static void put(struct event_sink *sink, const struct event *event)
{
	struct taker *to = ((struct recorder_sink *)sink)->to;

	to->take(to, event);
}

static struct recorder_sink sink_of(const struct late_record *r)
{
	return (struct recorder_sink){{.put = put}, recorder_taker(r->recorder)};
}

static void take(struct taker *taker, const struct event *event)
{
	struct late_record *r = (struct late_record *)taker;

	if (r->err)
		return;
	struct recorder_sink sink = sink_of(r);
	sink.to->take(sink.to, event);
	retell_after(&r->retell, event, &sink.sink);
}

static void note_failed(void *ctx, int err)
{
	((struct late_record *)ctx)->err = err;
}

/* What comes while the last minutes are written is kept with them, so that it is written in its
 * turn; at their end, between two events, the recording takes them itself. True when there is more
 * to write. */
static bool catch_up(struct late_record *r)
{
	struct recorder_sink sink = sink_of(r);
	int got = flight_read(r->flight->flight, &sink.sink);

	if (got > 0 && !r->err)
		return true;
	if (got > 0)
		flight_close(r->flight->flight);
	else if (got < 0 && !r->err)
		r->err = got;
	r->catching_up = false;
	r->taker.kinds = TAKER_ALL;
	retell_forget(&r->retell);
	return false;
}

static bool poll(struct taker *taker, usec_t now)
{
	struct late_record *r = (struct late_record *)taker;

	(void)now;
	return r->catching_up && catch_up(r);
}

void late_record_init(struct late_record *r, const struct model *model,
	const struct event_start *start, struct flight_record *flight)
{
	*r = (struct late_record){.taker = {.name = "late recorder", .take = take, .poll = poll},
		.model = model,
		.start = start,
		.flight = flight};
}

void late_record_done(struct late_record *r)
{
	late_record_end(r);
}

static bool make_state_dir(char buf[static DIR_MAX])
{
	return state_dir(buf, DIR_MAX) && file_make_dirs(buf, 0700) == 0;
}

/* A file that is there already, whoever made it, is left alone. */
static int open_in(struct late_record *r, const char *dir, const char *stem)
{
	const struct recorder_options options = {.path = r->path, .failed = note_failed, .ctx = r};
	int err = -EEXIST;

	for (int i = 1; i <= TRIES_MAX && err == -EEXIST; i++) {
		char again[8] = "";
		if (i > 1)
			snprintf(again, sizeof again, "-%d", i);
		snprintf(r->path, sizeof r->path, "%s/%s%s.ndjson.gz", dir, stem, again);
		r->recorder = recorder_new(&options, &err);
	}
	return r->recorder ? 0 : err;
}

static int open_file(struct late_record *r, usec_t now)
{
	time_t second = (time_t)(now / USEC_PER_SEC);
	char dir[DIR_MAX], stem[40] = "";
	struct tm tm;

	if (localtime_r(&second, &tm))
		strftime(stem, sizeof stem, "nethergaze-%Y%m%d-%H%M%S", &tm);
	if (!getcwd(dir, sizeof dir))
		strcpy(dir, ".");
	int err = open_in(r, dir, stem);
	if (!err || !make_state_dir(dir))
		return err;
	return open_in(r, dir, stem);
}

int late_record_begin(struct late_record *r, usec_t now)
{
	if (r->recorder)
		return 0;
	r->err = 0;
	int err = retell_init(&r->retell, r->model, r->start);
	if (!err)
		err = open_file(r, now);
	if (err) {
		retell_done(&r->retell);
		return err;
	}
	r->files++;
	r->since = r->from = now;
	r->catching_up = flight_record_since(r->flight) != 0;
	if (r->catching_up) {
		r->from = flight_record_since(r->flight);
		flight_open(r->flight->flight);
		return 0;
	}
	struct recorder_sink sink = sink_of(r);
	retell_picture(&r->retell, now, &sink.sink);
	r->taker.kinds = TAKER_ALL;
	return 0;
}

int late_record_end(struct late_record *r)
{
	while (r->catching_up && catch_up(r))
		;
	int err = recorder_free(r->recorder);

	retell_done(&r->retell);
	r->recorder = NULL;
	r->taker.kinds = 0;
	return r->err ? r->err : err;
}

uint64_t late_record_bytes(const struct late_record *r)
{
	return r->recorder ? recorder_bytes(r->recorder) : 0;
}
