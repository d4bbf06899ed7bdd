// SPDX-License-Identifier: MIT
#include "app/metrics_feed.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void print(struct metrics_feed *f, FILE *out, enum metrics_format format,
	const struct metrics_self *account)
{
	struct metrics_self self = *account;

	self.began = f->began;
	self.cpu = clock_usec(CLOCK_PROCESS_CPUTIME_ID);
	self.failed += f->failed + f->file.failed;
	metrics_print(out, &(struct metrics_ask){.m = *f->model,
				   .show_private = *f->show_private,
				   .format = format,
				   .version = NG_VERSION,
				   .self = &self});
}

static void render(
	void *ctx, FILE *out, enum metrics_format format, const struct metrics_self *account)
{
	print(ctx, out, format, account);
}

/* Anybody who can connect can read, without a password and in the clear. */
static void note_openness(struct metrics_feed *f, const char *where)
{
	char clean[64];
	size_t n = text_sanitise(clean, sizeof clean, str_of(where));

	snprintf(f->open_to, sizeof f->open_to,
		"--metrics %.*s: whoever reaches this port can read the metrics, without a "
		"password or TLS",
		(int)n, clean);
}

static int open_server(struct metrics_feed *f, const struct options *o, char reason[static 512])
{
	struct metrics_place place;
	int err = metrics_place_parse(str_of(o->metrics_listen), &place);

	if (!err)
		f->server = metrics_server_new(&place, render, f, &err);
	if (err)
		snprintf(reason, 512, "--metrics %.64s: %s%s", o->metrics_listen, strerror(-err),
			err == -EADDRINUSE ? "; expected a port that nobody listens on" : "");
	else if (!place.is_loopback)
		note_openness(f, o->metrics_listen);
	return err;
}

void metrics_feed_of(struct metrics_feed *f, struct model *const *model, const bool *show_private)
{
	f->model = model;
	f->show_private = show_private;
}

int metrics_feed_init(struct metrics_feed *f, const struct options *o, char reason[static 512])
{
	struct reason why;

	*f = (struct metrics_feed){.interval = o->metrics_interval, .began = clock_now()};
	int err = metrics_file_init(&f->file, o, &why);
	if (err)
		snprintf(reason, 512, "--metrics-file %.64s: %.400s", o->metrics_file, why.text);
	if (!err && o->metrics_listen)
		err = open_server(f, o, reason);
	return err;
}

void metrics_feed_done(struct metrics_feed *f)
{
	metrics_server_free(f->server);
	f->server = NULL;
	metrics_file_done(&f->file);
}

int metrics_feed_watch(struct metrics_feed *f, struct loop *loop)
{
	return f->server ? metrics_server_watch(f->server, loop) : 0;
}

static void write_file(struct metrics_feed *f)
{
	static const struct metrics_self none;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (out)
		print(f, out, METRICS_TEXT, f->server ? metrics_server_account(f->server) : &none);
	if (out && fclose(out) == 0)
		metrics_file_put(&f->file, text, n);
	else
		f->failed++;
	free(text);
}

void metrics_feed_poll(struct metrics_feed *f)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	if (f->server)
		metrics_server_poll(f->server, now);
	if (!metrics_file_is_on(&f->file) || now < f->next)
		return;
	f->next = now + f->interval;
	write_file(f);
}

void metrics_feed_finish(struct metrics_feed *f)
{
	if (!metrics_file_is_on(&f->file))
		return;
	write_file(f);
	metrics_file_settle(&f->file);
}
