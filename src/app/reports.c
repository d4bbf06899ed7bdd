// SPDX-License-Identifier: MIT
#include "app/reports.h"

#include "action/ways.h"
#include "app/own_file.h"
#include "app/progress.h"
#include "base/file.h"
#include "base/text.h"
#include "output/abuse.h"
#include "output/report_writers.h"
#include "tui/clipboard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE      (4 * USEC_PER_MSEC)
#define SAID_MAX_N 256
#define BLOCK_FOR  3600 /* seconds, in commands of a report */

/* The file that --report names. */

int reports_check(const struct options *o, char reason[static 512])
{
	char dir[OWN_FILE_PATH_MAX];
	struct stat st;

	if (!o->report)
		return 0;
	const char *why = NULL, *name = file_split(o->report, dir, sizeof dir);
	if (!name || report_format_of(name) == REPORT_FORMATS)
		why = "the name tells the format; expected FILE.html, FILE.md or FILE.json";
	else if (access(dir, W_OK | X_OK) < 0)
		why = strerror(errno);
	else if (lstat(o->report, &st) == 0 && !S_ISREG(st.st_mode))
		why = "not a regular file";
	if (why)
		snprintf(reason, 512, "--report %.300s: %s", o->report, why);
	return why ? -EINVAL : 0;
}

/* The name of what is replayed, without where it lies. */
static const char *recording_of(const struct session *s)
{
	const char *path = s->options->demo ? "demo" : s->options->replay;
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash && slash[1] ? slash + 1 : path; /* a directory's may end in one */
}

/* The recommended way, and that for clients who come through a proxy. Where a report is read, other
 * firewalls may be in use: the block preview has those of the machine. */
static bool way_at(void *ctx, const struct prefix *p, size_t i, struct report_way *ret)
{
	static const enum way ways[] = {WAY_NFT, WAY_NGINX};
	struct block_text text;
	char why[BLOCK_WHY_MAX];

	(void)ctx;
	if (i >= ARRAY_LEN(ways))
		return false;
	const struct block_plan plan = {
		.way = ways[i], .prefixes = p, .count = 1, .seconds = BLOCK_FOR};
	*ret = (struct report_way){.name = block_ways[ways[i]].title};
	if (block_text(&plan, &text, why) < 0)
		return true;
	text_copy(ret->command, sizeof ret->command, str_of(text.command));
	text_copy(ret->undo, sizeof ret->undo, str_of(text.undo));
	return true;
}

static struct report_ask ask_of(const struct session *s)
{
	static const struct report_ways ways = {.at = way_at};

	return (struct report_ask){.m = s->model,
		.detect = s->detect,
		.filter = filter_is_open(&s->filter) ? NULL : &s->filter,
		.ways = &ways,
		.version = NG_VERSION,
		.recording = recording_of(s),
		.made = clock_now(),
		.show_private = s->show_private,
		.redact = s->options->redact};
}

int reports_at_end(const struct session *s)
{
	const struct report_ask ask = ask_of(s);
	struct report_work *work = report_work_new(&ask);
	char dir[OWN_FILE_PATH_MAX], *text = NULL;
	const char *name = file_split(s->options->report, dir, sizeof dir);
	int err = work ? 0 : -ENOMEM;
	struct progress progress;
	size_t n = 0;

	progress_begin(&progress, true);
	while (work && report_work(work))
		progress_show(&progress, "report", report_part(work), "");
	progress_end(&progress);
	if (!err)
		err = report_write(report_of(work), report_format_of(name), &text, &n);
	if (!err)
		err = file_replace(dir, name, text, n, 0600);
	free(text);
	report_work_free(work);
	return err;
}

/* From the console. */

static void say_failed(struct console *c, const char *what, const char *path, int err)
{
	char said[SAID_MAX_N], clean[160];
	size_t n = text_sanitise(clean, sizeof clean, str_of(path));

	snprintf(said, sizeof said, "cannot write %s: %s%s%.*s", what, strerror(-err),
		n ? ": " : "", (int)n, clean);
	console_say(c, true, said);
}

void reports_drop(struct reports *r)
{
	report_work_free(r->work);
	r->work = NULL;
}

void reports_begin(struct reports *r, const struct session *s, struct console *c)
{
	struct report_ask ask = ask_of(s);

	reports_drop(r);
	r->of = console_shown(c);
	if (r->of.filter)
		r->filter = *r->of.filter;
	ask.m = r->of.m;
	ask.detect = r->of.detect;
	ask.filter = r->of.filter ? &r->filter : NULL;
	ask.show_private = r->of.show_private;
	r->work = report_work_new(&ask);
	if (!r->work)
		say_failed(c, "the report", "", -ENOMEM);
}

/* A fact of a live run; a replay keeps to those of its recording. */
static void put_act(struct session *s, const char *who, const char *path)
{
	struct event e = event_make(EVENT_ACT, clock_now());
	char clean[OWN_FILE_PATH_MAX];

	if (s->replay)
		return;
	e.act.what = STR_LIT("report");
	e.act.who = str_of(who);
	e.act.result = (struct str){clean, text_sanitise(clean, sizeof clean, str_of(path))};
	e.act.ok = true;
	event_put(&s->hub.sink, &e);
}

/* more: what else has come of it; "" for nothing. */
static void say_written(struct console *c, const char *what, const char *path, const char *more)
{
	char said[SAID_MAX_N + CLIPBOARD_SAID_MAX], clean[SAID_MAX_N];
	size_t n = text_sanitise(clean, sizeof clean - 32, str_of(path));

	snprintf(said, sizeof said, "%s: %.*s%s%s", what, (int)n, clean, more[0] ? "; " : "", more);
	console_say(c, false, said);
}

static void finish(struct reports *r, struct session *s, struct console *c)
{
	char path[OWN_FILE_PATH_MAX] = "", *text = NULL;
	size_t n = 0;
	int err = report_write(report_of(r->work), REPORT_HTML, &text, &n);

	reports_drop(r);
	if (!err)
		err = own_file_write(path, "nethergaze-report", ".html", clock_now(), text, n);
	free(text);
	if (err) {
		say_failed(c, "the report", path, err);
		return;
	}
	say_written(c, "report", path, "");
	put_act(s, NULL, path);
}

static bool is_same(const struct console_shown *a, const struct console_shown *b)
{
	return a->m == b->m && a->detect == b->detect && a->frozen_at == b->frozen_at;
}

bool reports_poll(struct reports *r, struct session *s, struct console *c)
{
	if (!r->work)
		return false;
	const struct console_shown now = console_shown(c);
	if (!is_same(&now, &r->of))
		reports_begin(r, s, c); /* what it was of may be gone */
	usec_t until = clock_usec(CLOCK_MONOTONIC) + SLICE;
	bool more = r->work != NULL;
	while (more && clock_usec(CLOCK_MONOTONIC) < until)
		more = report_work(r->work);
	if (r->work && !more)
		finish(r, s, c);
	return more;
}

/* Of an incident. */

int reports_incident(struct reports *r, const struct session *s, const char *recording)
{
	const char *slash = strrchr(recording, '/'), *name = slash ? slash + 1 : recording;
	size_t n = (size_t)(name - recording) + strcspn(name, ".");
	struct report_ask ask = ask_of(s);

	reports_drop(r);
	if (n + sizeof ".html" > sizeof r->path)
		return -ENAMETOOLONG;
	text_copy(r->recording, sizeof r->recording, str_of(name));
	snprintf(r->path, sizeof r->path, "%.*s.html", (int)n, recording);
	ask.recording = r->recording;
	r->work = report_work_new(&ask);
	return r->work ? 0 : -ENOMEM;
}

static int write_incident(struct reports *r)
{
	char dir[OWN_FILE_PATH_MAX], *text = NULL;
	const char *name = file_split(r->path, dir, sizeof dir);
	size_t n = 0;
	int err = report_write(report_of(r->work), REPORT_HTML, &text, &n);

	if (!err)
		err = file_replace(dir, name, text, n, 0600);
	free(text);
	return err;
}

int reports_incident_poll(struct reports *r, char path[static OWN_FILE_PATH_MAX])
{
	usec_t until = clock_usec(CLOCK_MONOTONIC) + SLICE;
	bool more = true;

	path[0] = '\0';
	while (more && clock_usec(CLOCK_MONOTONIC) < until)
		more = report_work(r->work);
	if (more)
		return 1;
	int err = write_incident(r);
	text_copy(path, OWN_FILE_PATH_MAX, str_of(r->path));
	reports_drop(r);
	return err;
}

void reports_abuse(struct session *s, struct console *c, const struct prefix *about)
{
	char path[OWN_FILE_PATH_MAX] = "", who[PREFIX_TEXT_MAX], copied[CLIPBOARD_SAID_MAX];
	char *text = NULL;
	size_t n = 0;
	int err = abuse_write(console_shown(c).m, about, NG_VERSION, &text, &n);

	if (!err)
		err = own_file_write(path, "nethergaze-abuse", ".txt", clock_now(), text, n);
	if (err) {
		say_failed(c, "to the abuse desk", path, err);
	} else {
		clipboard_copy((struct str){text, n}, copied);
		say_written(c, "abuse letter", path, copied);
		prefix_format(about, who);
		put_act(s, who, path);
	}
	free(text);
}
