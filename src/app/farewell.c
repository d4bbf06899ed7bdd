// SPDX-License-Identifier: MIT
#include "app/farewell.h"

#include "app/plain_text.h"
#include "app/session.h"
#include "base/text.h"
#include "detect/flag_defs.h"
#include "tui/outlet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define WIDTH_LEAST    20
#define WIDTH_ELSE     80
#define FINDINGS_SHOWN 3
#define ACTS_SHOWN     2
#define PATIENCE       (300 * USEC_PER_MSEC) /* with a terminal that takes nothing */

struct letter {
	char *p;
	size_t n;
	int width, lines;
};

static void put_line(struct letter *l, struct str line)
{
	if (l->lines == FAREWELL_LINES || l->n + line.n + 1 > FAREWELL_MAX)
		return;
	memcpy(l->p + l->n, line.p, line.n);
	l->n += line.n;
	l->p[l->n++] = '\n';
	l->lines++;
}

/* Of it, as much as fits. */
__attribute__((format(printf, 2, 3))) static void say(struct letter *l, const char *format, ...)
{
	char raw[LINE_MAX_BYTES], clean[LINE_MAX_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	struct str line = {clean, text_sanitise(clean, sizeof clean, str_of(raw))};
	if (text_width(line) > l->width) {
		line.n = text_cut(line, l->width - 2).n;
		memcpy(clean + line.n, "..", 2);
		line.n += 2;
	}
	put_line(l, line);
}

/* As it can be pasted into a shell, whole: half a path is none. */
static void say_path(struct letter *l, const char *what, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_./-+,:@%";
	char clean[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 64];
	size_t n = text_sanitise(clean, sizeof clean, str_of(path));
	bool as_is = n == strlen(path) && memcmp(clean, path, n) == 0;
	bool quoted = as_is && strspn(path, plain) != n && !strchr(path, '\'');
	const char *quote = quoted ? "'" : "";

	int made = snprintf(line, sizeof line, "%s%s%.*s%s", what, quote, (int)n, clean, quote);
	if (made > 0 && (size_t)made < sizeof line)
		put_line(l, (struct str){line, (size_t)made});
}

/* "03:13:21", with the day where that is not the day that it is now. */
static const char *time_text(usec_t at, usec_t now, char buf[static 32])
{
	time_t then = (time_t)(at / USEC_PER_SEC), present = (time_t)(now / USEC_PER_SEC);
	struct tm a, b;

	buf[0] = '\0';
	if (!localtime_r(&then, &a) || !localtime_r(&present, &b))
		return buf;
	bool today = a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
	strftime(buf, 32, today ? "%H:%M:%S" : "%d %b %H:%M:%S", &a);
	return buf;
}

static void say_finding(struct letter *l, const struct past_finding *f, usec_t now)
{
	char since[32], until[32] = "", letter = flag_letter(str_of(f->name));

	time_text(f->since, now, since);
	if (f->until)
		time_text(f->until, now, until);
	say(l, "  %c %s%s%s, %s %s%s%s", letter ? letter : ' ', f->name, f->who[0] ? " " : "",
		f->who, f->until ? "from" : "since", since, f->until ? " to " : "", until);
}

static void say_findings(struct letter *l, const struct session *s)
{
	const struct past_finding *top[FINDINGS_SHOWN];
	const struct past_findings *past = &s->recordings.past;
	size_t n = past_findings_top(past, top, FINDINGS_SHOWN);
	uint64_t more = past->n - n + past->more;

	for (size_t i = 0; i < n; i++)
		say_finding(l, top[i], s->model->now);
	if (more)
		say(l, "  and %llu more", (unsigned long long)more);
}

static void say_act(struct letter *l, const struct act *a, usec_t now)
{
	char at[32];

	say(l, "  %s: %s%s%s%s%s%s", time_text(a->ts, now, at), a->what, a->who[0] ? " " : "",
		a->who, a->ok ? "" : ", failed", a->result[0] ? ": " : "", a->result);
}

/* Where recordings are is said anyway. */
static void say_acts(struct letter *l, const struct session *s)
{
	const struct acts *acts = &s->model->acts;
	unsigned said = 0;

	for (uint32_t i = 0; i < acts_kept(acts) && said < ACTS_SHOWN; i++) {
		const struct act *a = acts_latest(acts, i);
		if (strcmp(a->what, "record") == 0)
			continue;
		say_act(l, a, s->model->now);
		said++;
	}
}

/* What all of it came to. */
static const char *outcome(const struct session *s)
{
	const struct machine *machine = model_machine(s->model);

	if (machine->verdict.severity)
		return machine->verdict.text;
	return s->recordings.past.n ? "nothing stands out any more" : "nothing stood out";
}

static void say_watch(struct letter *l, const struct session *s)
{
	char span[16];
	size_t n = text_span(span, (uint64_t)((s->model->now - s->began_at) / USEC_PER_SEC));

	say(l, "nethergaze watched %s for %.*s: %s", s->host[0] ? s->host : "this machine", (int)n,
		span, outcome(s));
}

static void say_recordings(struct letter *l, const struct session *s)
{
	const struct recordings *r = &s->recordings;
	char since[32];
	const char *path = r->full.recorder ? s->options->record : r->late.path;

	if (r->failed[0])
		say(l, "%s", r->failed);
	if (full_record_is_on(&r->full))
		say(l, "recorded from the start:");
	else if (r->late.files)
		say(l, "recorded from %s on%s:", time_text(r->late.from, s->model->now, since),
			r->late.files > 1 ? ", and before that in other files" : "");
	else
		return;
	say_path(l, "  nethergaze --replay ", path);
}

// NOLINTNEXTLINE(readability-non-const-parameter): the letter writes to it
size_t farewell_text(const struct session *s, int width, char buf[static FAREWELL_MAX])
{
	struct letter l = {.p = buf, .width = width < WIDTH_LEAST ? WIDTH_LEAST : width};

	if (s->replay)
		return 0;
	say_watch(&l, s);
	say_findings(&l, s);
	say_acts(&l, s);
	say_recordings(&l, s);
	return l.n;
}

static int terminal_columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col
									   : WIDTH_ELSE;
}

/* The terminal may have stalled: what it does not take is not worth waiting for. */
void farewell_say(const struct session *s)
{
	struct outlet o;
	char *text = malloc(FAREWELL_MAX + 1);

	if (text && outlet_open(&o) == 0) {
		size_t n = plain_text(text, farewell_text(s, terminal_columns(), text)).n;
		text[n] = '\0';
		outlet_put(&o, text);
		outlet_drain_for(&o, PATIENCE);
		outlet_close(&o);
	}
	free(text);
}
