// SPDX-License-Identifier: MIT
#include "app/late_record.h"

#include "record/recorder.h"

#include <errno.h>
#include <stdlib.h>

static void take(struct taker *taker, const struct event *event)
{
	struct late_record *r = (struct late_record *)taker;

	if (r->err)
		return;
	thin_take(&r->thin, event, r->model->conn_made);
	retell_after(&r->retell, event, &r->out.sink);
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
	int got = flight_read(r->flight->flight, &r->out.sink);

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
		.flight = flight,
		.how = COMPRESSION_GZIP};
}

void late_record_done(struct late_record *r)
{
	late_record_end(r);
}

static int open_recorder(void *ctx, const char *path)
{
	struct late_record *r = ctx;
	const struct recorder_options options = {.path = path, .failed = note_failed, .ctx = r};
	int err = 0;

	r->recorder = recorder_new(&options, &err);
	return r->recorder ? 0 : err;
}

static int make_file(struct late_record *r, usec_t now)
{
	const char *end = compression_ending(r->how);

	if (r->dir)
		return own_file_open_in(r->path, r->dir, "nethergaze", end, now, open_recorder, r);
	return own_file_open(r->path, "nethergaze", end, now, open_recorder, r);
}

int late_record_begin(struct late_record *r, usec_t now)
{
	if (r->recorder)
		return 0;
	r->err = 0;
	int err = retell_init(&r->retell, r->model, r->start);
	if (!err)
		err = make_file(r, now);
	if (err) {
		retell_done(&r->retell);
		return err;
	}
	r->files++;
	r->out = taker_sink_to(recorder_taker(r->recorder));
	thin_init(&r->thin, &(struct thin_options){.most = r->moves,
				    .out = &r->out.sink,
				    .waited = retell_late,
				    .ctx = &r->retell});
	r->since = r->from = now;
	r->catching_up = flight_record_since(r->flight) != 0;
	if (r->catching_up) {
		r->from = flight_record_since(r->flight);
		flight_open(r->flight->flight);
		return 0;
	}
	retell_picture(&r->retell, now, &r->out.sink);
	r->taker.kinds = TAKER_ALL;
	return 0;
}

int late_record_end(struct late_record *r)
{
	while (r->catching_up && catch_up(r))
		;
	if (r->recorder && !r->err)
		thin_flush(&r->thin, r->model->now);
	int err = recorder_free(r->recorder);

	thin_done(&r->thin);
	retell_done(&r->retell);
	r->recorder = NULL;
	r->taker.kinds = 0;
	return r->err ? r->err : err;
}

uint64_t late_record_bytes(const struct late_record *r)
{
	return r->recorder ? recorder_bytes(r->recorder) : 0;
}
