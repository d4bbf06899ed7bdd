// SPDX-License-Identifier: MIT
#include "app/daemon.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 600
#define LINES_MOST     60 /* a minute: what is more is counted */
#define STATUS_EVERY   (10 * USEC_PER_SEC)
#define WARNING        4 /* syslog(3), as sd-daemon(3) has them at the beginning of a line */
#define NOTICE         5

/* What was written to stderr. Whoever reads it may be slow: nothing waits. */

static bool may_say(struct daemon *d)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);
	struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (now - d->counted > 60 * USEC_PER_SEC) {
		d->counted = now;
		d->lines = 0;
	}
	if (d->lines < LINES_MOST && poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT)
		return true;
	d->dropped++;
	return false;
}

static void put_line(const struct daemon *d, int level, struct str text)
{
	char line[LINE_MAX_BYTES + 16];
	int n = d->notify.fd >= 0
			? snprintf(line, sizeof line, "<%d>%.*s\n", level, STR_FMT(text))
			: snprintf(line, sizeof line, "nethergaze: %.*s\n", STR_FMT(text));

	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nobody reads it */
}

__attribute__((format(printf, 3, 4))) static void say(
	struct daemon *d, int level, const char *format, ...)
{
	char raw[LINE_MAX_BYTES], clean[LINE_MAX_BYTES - 32];
	va_list args;

	if (!d->on || !may_say(d))
		return;
	va_start(args, format);
	vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	d->lines++;
	put_line(d, level, (struct str){clean, text_sanitise(clean, sizeof clean, str_of(raw))});
	if (!d->dropped)
		return;
	int n = snprintf(raw, sizeof raw, "%u more lines were left out", d->dropped);
	d->dropped = 0;
	put_line(d, NOTICE, (struct str){raw, (size_t)n});
}

/* What is said again and again of the same finding is said once here. */
static void say_flag(struct daemon *d, const struct event_flag *e)
{
	const char *of = e->who.n ? " of " : "";
	bool begins = d->session->recordings.past.attacks != d->attacks;

	d->attacks = d->session->recordings.past.attacks;
	if (begins)
		say(d, WARNING, "%.*s%s%.*s: %.*s", STR_FMT(e->flag), of, STR_FMT(e->who),
			STR_FMT(e->evidence));
	else if (!e->on && !e->cause.n && e->severity >= SEVERITY_ATTACK)
		say(d, NOTICE, "%.*s%s%.*s is over", STR_FMT(e->flag), of, STR_FMT(e->who));
}

/* What is recorded is noted, too. */
static void say_act(struct daemon *d, const struct event_act *e)
{
	if (str_eq(e->what, STR_LIT("hook")))
		say(d, e->ok ? NOTICE : WARNING, "hook: %.*s: %.*s", STR_FMT(e->command),
			STR_FMT(e->result));
}

static void take(struct taker *taker, const struct event *event)
{
	struct daemon *d = (struct daemon *)taker;

	if (event->kind == EVENT_FLAG)
		say_flag(d, &event->flag);
	else if (event->kind == EVENT_ACT)
		say_act(d, &event->act);
	else
		say(d, NOTICE, "%.*s", STR_FMT(event->note.text));
}

/* Its whole life. */

int daemon_init(struct daemon *d, bool on)
{
	*d = (struct daemon){.on = on,
		.notify = {.fd = -1},
		.taker = {.name = "daemon",
			.kinds = TAKER_KIND(EVENT_FLAG) | TAKER_KIND(EVENT_NOTE) |
				 TAKER_KIND(EVENT_ACT),
			.take = take}};
	return on ? notify_open(&d->notify) : 0;
}

void daemon_done(struct daemon *d)
{
	reports_drop(&d->reports);
	notify_close(&d->notify);
}

int daemon_begin(struct daemon *d, struct session *s)
{
	if (!d->on)
		return 0;
	d->session = s;
	int err = hub_join(&s->hub, &d->taker);
	if (err)
		return err;
	if (s->options->record)
		say(d, NOTICE, "recording to %s", s->options->record);
	else
		say(d, NOTICE, "watching: nothing is recorded");
	notify_ready(&d->notify);
	return 0;
}

static void tell_status(struct daemon *d)
{
	const struct recordings *r = &d->session->recordings;
	const struct store_record *stored = &r->stored;
	const char *attack = past_findings_hold(&r->past, SEVERITY_ATTACK) ? "; under attack" : "";
	char text[NOTIFY_STATUS_MAX], bytes[8] = "";

	if (!d->session->options->record) {
		snprintf(text, sizeof text, "watching%s", attack);
		notify_status(&d->notify, text);
		return;
	}
	if (!stored->store) {
		snprintf(text, sizeof text, "not recording: %.200s", stored->why);
		notify_status(&d->notify, text);
		return;
	}
	struct store_sums sums = store_sums(stored->store);
	text_bytes(bytes, sums.bytes);
	snprintf(text, sizeof text,
		"recording: %sB in %" PRIu64 " file%s and %" PRIu64 " incident%s%s", bytes,
		sums.segments, sums.segments == 1 ? "" : "s", sums.incidents,
		sums.incidents == 1 ? "" : "s", attack);
	notify_status(&d->notify, text);
}

static void begin_report(struct daemon *d)
{
	const char *path = d->session->recordings.late.path;
	int err = reports_incident(&d->reports, d->session, path);

	if (err)
		say(d, WARNING, "no report of %s: %s", path, strerror(-err));
}

/* True while there is more. */
static bool go_on_with_report(struct daemon *d)
{
	char path[OWN_FILE_PATH_MAX];
	int got = reports_incident_poll(&d->reports, path);

	if (got < 0)
		say(d, WARNING, "no report: %s: %s", strerror(-got), path);
	else if (!got && path[0])
		say(d, NOTICE, "report: %s", path);
	return got > 0;
}

bool daemon_poll(struct daemon *d, usec_t now)
{
	if (!d->on)
		return false;
	notify_alive(&d->notify, now);
	if (!d->told || now - d->told > STATUS_EVERY) {
		d->told = now;
		tell_status(d);
	}
	if (!d->reports.work && recordings_ended(&d->session->recordings))
		begin_report(d);
	return d->reports.work && go_on_with_report(d);
}

void daemon_reload(struct daemon *d)
{
	char said[RECORDINGS_SAID];

	notify_reloading(&d->notify);
	recordings_reopen(&d->session->recordings, clock_now());
	session_refresh(d->session, said);
	say(d, NOTICE, "SIGHUP: %s%s", d->session->options->record ? "a new file; " : "", said);
	d->told = 0;
	notify_ready(&d->notify);
}

void daemon_stop(struct daemon *d)
{
	if (d->on)
		notify_stopping(&d->notify);
}

void daemon_finish(struct daemon *d)
{
	if (!d->on)
		return;
	if (!d->reports.work && recordings_ended(&d->session->recordings))
		begin_report(d);
	while (d->reports.work && go_on_with_report(d))
		;
}
