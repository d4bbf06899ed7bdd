// SPDX-License-Identifier: MIT
#include "app/explain.h"

#include "app/logs.h"
#include "base/text.h"
#include "event/json_write.h"
#include "log/feed.h"
#include "log/formats.h"
#include "log/trusted_proxies.h"

#include <json-c/json.h>
#include <stdlib.h>

#define NAME_WIDTH 16

struct explanation {
	struct event_sink sink; /* first */
	FILE *out;
	const struct log_stream *stream;
	size_t events;
};

static const char *format_name(const struct log_stream *s)
{
	const struct log_format *f = s->format ? s->format : s->hint;

	return f ? f->name : "an unknown format";
}

static void print_fields(FILE *out, struct str record)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o =
		tokener ? json_tokener_parse_ex(tokener, record.p, (int)record.n) : NULL;

	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value)
		{
			if (strcmp(key, "t") == 0 || strcmp(key, "ts") == 0 ||
				strcmp(key, "log") == 0)
				continue;
			fprintf(out, "  %-*s %s\n", NAME_WIDTH, key, json_object_get_string(value));
		}
	}
	json_object_put(o);
	json_tokener_free(tokener);
}

static void take(struct event_sink *sink, const struct event *event)
{
	struct explanation *x = (struct explanation *)sink;
	struct jsonw w = {0};

	if (event->kind == EVENT_LOG)
		return;
	x->events++;
	fprintf(x->out, "%s, read as %s:\n",
		event->kind == EVENT_AUTH        ? "a login"
		: event->kind == EVENT_WEB_ERROR ? "a line of an error log"
						 : "a request",
		format_name(x->stream));
	json_put_event(&w, event);
	if (!w.failed)
		print_fields(x->out, (struct str){w.p, w.n});
	jsonw_done(&w);
}

static bool conclude(const struct explanation *x, FILE *out)
{
	const struct log_account *a = &x->stream->account;

	if (x->events)
		return true;
	if (a->ignored)
		fprintf(out, "in the format %s, but neither a request nor a login: not counted\n",
			format_name(x->stream));
	else if (a->rejected)
		fputs("rejected: in no format that is known, nor in one of the web servers' "
		      "configuration.\n--log-format can spell it out, as it stands in that "
		      "configuration.\n",
			out);
	else
		fputs("an empty line, or a piece of a longer one: nothing to read\n", out);
	return a->ignored > 0;
}

bool explain_line(FILE *out, const struct options *o)
{
	struct logs_plan plan;
	struct log_stream *stream = calloc(1, sizeof *stream);
	struct log_feed *feed = calloc(1, sizeof *feed);
	bool read = false;

	if (stream && feed && log_stream_init(stream, "-") == 0 && logs_plan_init(&plan, o) == 0) {
		struct explanation x = {.sink = {.put = take}, .out = out, .stream = stream};
		stream->format = plan.format;
		feed->others = plan.others;
		feed->other_count = plan.other_count;
		log_feed_begin(feed, clock_now(), &x.sink);
		log_feed_line(feed, stream, str_of(o->explain));
		log_feed_end(feed, stream);
		log_feed_flush(feed);
		read = conclude(&x, out);
		logs_plan_done(&plan);
	} else {
		fputs("out of memory\n", out);
	}
	if (stream)
		log_stream_done(stream);
	free(feed);
	free(stream);
	return read;
}

void explain_formats(FILE *out)
{
	for (size_t i = 0; i < log_format_count; i++)
		fprintf(out, "%s: %s\n  %s\n", log_formats[i].name, log_formats[i].help,
			log_formats[i].sample);
	fputs("Read as well: W3C logs that name their fields (#Fields, of IIS and CloudFront), "
	      "what "
	      "containers and\nsyslog put before a line, and any format string as --log-format "
	      "or a server's configuration has it.\n",
		out);
}
