// SPDX-License-Identifier: MIT
#include "log/feed.h"

#include "base/text.h"
#include "log/format_string.h"
#include "log/formats.h"

#include <errno.h>

#define VAIN_MOST  256 /* lines of a log that were tried in vain; then, one in VAIN_EVERY is */
#define VAIN_EVERY 64

void log_feed_begin(struct log_feed *feed, usec_t now, struct event_sink *sink)
{
	feed->sink = sink;
	feed->now = now;
	feed->ahead = clock_account().ahead;
}

void log_feed_flush(struct log_feed *feed)
{
	event_prefetch(feed->sink, feed->batch, feed->batch_n);
	for (size_t i = 0; i < feed->batch_n; i++)
		event_put(feed->sink, &feed->batch[i]);
	feed->batch_n = 0;
}

static bool is_blank(struct str line)
{
	return line.n == 0 || (line.n == 1 && line.p[0] == '\r');
}

/* A line that is in no format that comes with the program, and of whose log no configuration says
 * anything: it may come from one that does, by way of a pipe or a rotation. */
static int parse_others(
	struct log_feed *feed, struct log_stream *stream, struct str line, struct event *event)
{
	size_t n = feed->other_count < LOG_OTHERS_MAX ? feed->other_count : LOG_OTHERS_MAX;

	/* A log that none of them has ever read is asked of now and then. */
	if (stream->vain >= VAIN_MOST && stream->vain++ % VAIN_EVERY)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		const struct log_format *f = feed->others[i];
		if (!format_string_is_access(f) ||
			log_format_parse(f, line, &feed->scratch, event) < 0 ||
			addr_is_unset(&event->request.ip))
			continue;
		stream->hint = f;
		stream->vain = 0;
		return 0;
	}
	stream->vain += n > 0 && stream->vain < VAIN_MOST;
	return -EINVAL;
}

static int parse_line(
	struct log_feed *feed, struct log_stream *stream, struct str line, struct event *event)
{
	if (stream->format)
		return log_format_parse(stream->format, line, &feed->scratch, event);
	if (w3c_take_directive(&stream->w3c, line))
		return -ENOMSG;
	if (stream->w3c.n && w3c_parse(&stream->w3c, line, &feed->scratch, event) == 0) {
		stream->hint = &log_w3c;
		return 0;
	}
	/* The configuration may be younger than the line, or than the server. */
	if (stream->configured && stream->configured != stream->hint) {
		int err = log_format_parse(stream->configured, line, &feed->scratch, event);
		if (err != -EINVAL) {
			stream->hint = stream->configured;
			return err;
		}
	}
	int err = log_parse(line, &stream->hint, &feed->scratch, event);
	return err == -EINVAL ? parse_others(feed, stream, line, event) : err;
}

static struct str *log_of(struct event *event)
{
	if (event->kind == EVENT_AUTH)
		return &event->auth.log;
	return event->kind == EVENT_WEB_ERROR ? &event->web_error.log : &event->request.log;
}

/* Lines are dated by the machine's clock, which need not be where events' time is. */
static void date_line(const struct log_feed *feed, struct event *event)
{
	usec_t *logged = event->kind == EVENT_AUTH        ? &event->auth.logged
			 : event->kind == EVENT_WEB_ERROR ? &event->web_error.logged
							  : &event->request.logged;

	if (!*logged)
		return;
	*logged += feed->ahead;
	/* Written while the clock was somewhere else. */
	if (*logged > feed->now)
		*logged = feed->now;
}

/* A line as a program wrote it. A fleeting one is overwritten by the next. */
static void take_whole(
	struct log_feed *feed, struct log_stream *stream, struct str line, bool fleeting)
{
	struct event *event = &feed->batch[feed->batch_n];

	if (is_blank(line))
		return;
	stream->account.lines++;
	int err = parse_line(feed, stream, line, event);
	if (err == -ENOMSG) {
		stream->account.ignored++;
		return;
	}
	if (err) {
		log_account_reject(&stream->account, line);
		return;
	}
	if (feed->trusted && feed->trusted->count && event->kind == EVENT_REQUEST)
		trusted_proxies_name_client(feed->trusted, &event->request);
	event_begin(event, event->kind, feed->now);
	if (feed->ahead)
		date_line(feed, event);
	*log_of(event) = (struct str){stream->label, stream->label_n};
	feed->batch_n++;
	/* Decoded text lies in the scratch, which the next line takes over. */
	if (feed->batch_n == LOG_FEED_BATCH || feed->scratch.used > 0 || fleeting)
		log_feed_flush(feed);
}

void log_feed_line(struct log_feed *feed, struct log_stream *stream, struct str line)
{
	bool copied;
	int err = container_pieces_take(&stream->pieces, &line, &copied);

	if (err == -EAGAIN)
		return;
	if (!err) {
		take_whole(feed, stream, line, copied);
		return;
	}
	stream->account.lines++;
	log_account_reject(&stream->account, line);
}

void log_feed_end(struct log_feed *feed, struct log_stream *stream)
{
	struct str line;

	while (container_pieces_rest(&stream->pieces, &line))
		take_whole(feed, stream, line, true);
}

void log_feed_report(struct log_feed *feed, struct log_stream *stream, uint64_t lag)
{
	const struct log_account *account = &stream->account;
	const struct log_format *format = stream->format ? stream->format : stream->hint;
	struct event e = event_make(EVENT_LOG, feed->now);
	char sample[LOG_SAMPLE_MAX * 2];

	e.log.log = (struct str){stream->label, stream->label_n};
	e.log.state = (uint8_t)stream->state;
	e.log.lines = account->lines;
	e.log.rejected = account->rejected;
	e.log.ignored = account->ignored;
	e.log.skipped = account->skipped;
	e.log.rotated = account->rotated;
	e.log.missed = account->missed ? account->missed : ABSENT;
	e.log.lag = lag;
	if (account->rejected > 0) {
		e.log.sample.p = sample;
		e.log.sample.n = text_sanitise(
			sample, LOG_SAMPLE_MAX, (struct str){account->sample, account->sample_n});
	}
	if (stream->note[0])
		e.log.note = str_of(stream->note);
	e.log.format = str_of(format ? format->name : NULL);
	e.log.buffered = str_of(stream->buffered);
	e.log.errors = stream->errors;
	event_put(feed->sink, &e);
	log_stream_reported(stream, feed->now, lag);
}
