// SPDX-License-Identifier: MIT
#include "console/blind.h"

#include "console/nav.h"
#include "console/seat.h"

#include "base/text.h"
#include "base/wrap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LOGS_SAID 4 /* of more, the rest is on the page of inputs */

enum log_trouble {
	TROUBLE_NONE, /* requests are seen, and hidden */
	TROUBLE_SILENT,
	TROUBLE_OTHER, /* what it says is no requests */
	TROUBLE_FORMAT,
	TROUBLE_MISSING,
	TROUBLE_UNREADABLE,
	TROUBLE_DENIED,
	TROUBLES
};

/* What helps, a step each; what is in two steps is what the second line of a step is for. */
#define STEPS 3
static const char *const steps[TROUBLES][STEPS] = {
	[TROUBLE_SILENT] = {"see whether it is the one that the server writes now: a request of "
			    "your own shows it",
		"or name the right one:  nethergaze --log-path FILE"},
	[TROUBLE_OTHER] = {"name the access log instead:  nethergaze --log-path FILE"},
	[TROUBLE_FORMAT] = {"give the server's own format:  nethergaze --log-format FORMAT, its "
			    "log_format (nginx) or LogFormat (Apache)"},
	[TROUBLE_MISSING] = {NULL, "or name a log:  nethergaze --log-path FILE",
		"or see what this machine offers:  nethergaze --doctor"},
	[TROUBLE_UNREADABLE] = {"name another:  nethergaze --log-path FILE"},
	[TROUBLE_DENIED] = {"run nethergaze as root, or as a member of the group that owns the log "
			    "(ls -l says which; often adm)"},
};

/* How a server is told to write a log, by what its configuration's path has in it. */
static const struct {
	const char *of, *where, *what, *then;
} writers[] = {
	{"nginx", "in the http or server block of",
		"access_log /var/log/nginx/access.log combined;",
		"nginx -t && systemctl reload nginx"},
	{"apache", "in the virtual host of", "CustomLog /var/log/apache2/access.log combined",
		"apachectl configtest && systemctl reload apache2"},
	{"httpd", "in the virtual host of", "CustomLog /var/log/httpd/access_log combined",
		"apachectl configtest && systemctl reload httpd"},
	{"caddy", "in the site's block of", "log { output file /var/log/caddy/access.log }",
		"systemctl reload caddy"},
	{"lighttpd", "in", "accesslog.filename = \"/var/log/lighttpd/access.log\"",
		"systemctl reload lighttpd"},
};

struct words {
	struct area area;
	int y;
};

static void say(struct words *w, int indent, unsigned style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void say(struct words *w, int indent, unsigned style, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct str rest = str_of(text);
	do {
		struct str line = wrap_next(&rest, w->area.w - indent, WRAP_LONG_CUT);
		screen_text(w->area, w->y++, indent, style, line);
	} while (rest.n);
}

static enum log_trouble trouble_of(const struct model_log *log)
{
	switch (log->state) {
	case LOG_DENIED:
		return TROUBLE_DENIED;
	case LOG_MISSING:
		return TROUBLE_MISSING;
	case LOG_UNREADABLE:
		return TROUBLE_UNREADABLE;
	default:
		break;
	}
	if (!log->lines)
		return TROUBLE_SILENT;
	if (log->rejected == log->lines)
		return TROUBLE_FORMAT;
	return log->rejected + log->ignored == log->lines ? TROUBLE_OTHER : TROUBLE_NONE;
}

static const char *found_of(
	const struct model_log *log, enum log_trouble trouble, char buf[static 512])
{
	static const char *const said[TROUBLES] = {
		[TROUBLE_SILENT] = "not a line since the start",
		[TROUBLE_MISSING] = "no such file; it is read as soon as there is one",
		[TROUBLE_DENIED] = "permission denied",
		[TROUBLE_UNREADABLE] = "unreadable",
	};
	const char *more = "";

	if (trouble == TROUBLE_SILENT && log->buffered[0])
		more = ", and the server holds lines back (buffer)";
	if (trouble == TROUBLE_UNREADABLE && log->note[0])
		snprintf(buf, 512, "%s", log->note);
	else if (said[trouble])
		snprintf(buf, 512, "%s%s", said[trouble], more);
	else
		snprintf(buf, 512, "%" PRIu64 " line%s, %" PRIu64 " in no known format%s%s",
			log->lines, log->lines == 1 ? "" : "s", log->rejected,
			log->sample[0] ? ", the last: " : "", log->sample);
	return buf;
}

/* One line each, and returns the gravest. */
static enum log_trouble say_logs(const struct view *v, struct words *w)
{
	const struct machine *machine = model_machine(v->m);
	enum log_trouble gravest = TROUBLE_NONE;
	uint32_t said = 0;

	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		enum log_trouble trouble = trouble_of(log);
		char found[512];
		if (!model_log_has_requests(log))
			continue;
		if (trouble > gravest)
			gravest = trouble;
		if (said++ < LOGS_SAID)
			say(w, 2, trouble > TROUBLE_OTHER ? STYLE_WARN : STYLE_PLAIN, "%s: %s",
				log->name, found_of(log, trouble, found));
	}
	if (said > LOGS_SAID)
		say(w, 2, STYLE_DIM, "and %u more", said - LOGS_SAID);
	return said ? gravest : TROUBLE_MISSING;
}

static uint32_t access_logs(const struct machine *machine, bool readable)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < machine->log_count; i++)
		n += model_log_has_requests(&machine->logs[i]) &&
		     (!readable || !model_log_is_bad(&machine->logs[i]));
	return n;
}

bool blind_to_requests(const struct view *v)
{
	return !access_logs(model_machine(v->m), true);
}

static void say_headline(const struct view *v, struct words *w)
{
	char span[16];

	text_span(span, (uint64_t)(v->m->now - v->m->started) / USEC_PER_SEC);
	if (!blind_to_requests(v))
		say(w, 0, STYLE_PLAIN, "No request has been logged in %s of watching.", span);
	else
		say(w, 0, STYLE_WARN, "No access log is read: requests are missing here.");
}

/* The paths' column: as wide as they are, and no wider than leaves room for what was found. */
static int path_width(const struct view *v, int w)
{
	int most = text_width(STR_LIT("Looked for logs in")), widest = w * 6 / 10;

	for (size_t i = 0; i < v->looked_count; i++) {
		int width = text_width(str_of(v->looked[i].path));
		most = width > most ? width : most;
	}
	return most < widest ? most : widest;
}

static void say_looked(const struct view *v, struct words *w)
{
	int path = path_width(v, w->area.w);

	if (!v->looked_count)
		return;
	screen_text(w->area, w->y, 0, STYLE_DIM, STR_LIT("Looked for logs in"));
	screen_text(w->area, w->y++, path + 2, STYLE_DIM, STR_LIT("found"));
	for (size_t i = 0; i < v->looked_count; i++) {
		struct str name = str_of(v->looked[i].path);
		screen_cut(w->area, w->y, 0, path, STYLE_PLAIN, name);
		say(w, path + 2, STYLE_PLAIN, "%s", v->looked[i].found);
	}
}

static void key_of(const struct view *v, enum action action, char key[static KEY_NAME_MAX])
{
	bindings_names(&v->bindings, action, nav_where(v), 1, key, KEY_NAME_MAX);
}

/* True: there are some, of private addresses. */
static bool say_hidden(
	const struct view *v, struct words *w, uint64_t n, const char *one, const char *many)
{
	char key[KEY_NAME_MAX];

	if (v->show_private || !n)
		return false;
	key_of(v, ACT_PRIVATE, key);
	say(w, 0, STYLE_PLAIN, "%" PRIu64 " %s hidden: %s shows %s", n, n == 1 ? one : many, key,
		n == 1 ? "it" : "them");
	return true;
}

/* "1. in the server block of FILE: …", of the first server whose configuration was found. */
static bool say_writer(const struct view *v, struct words *w)
{
	for (size_t i = 0; v->looked && i < v->looked_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(writers); k++) {
			if (!strstr(v->looked[i].path, writers[k].of) ||
				strcmp(v->looked[i].found, "No such file or directory") == 0)
				continue;
			say(w, 2, STYLE_PLAIN, "1. %s %s:", writers[k].where, v->looked[i].path);
			say(w, 7, STYLE_BOLD, "%s", writers[k].what);
			say(w, 5, STYLE_PLAIN, "then  %s", writers[k].then);
			return true;
		}
	return false;
}

static void say_steps(const struct view *v, struct words *w, enum log_trouble trouble)
{
	unsigned n = 0;

	if (trouble == TROUBLE_NONE)
		return;
	w->y++;
	say(w, 0, STYLE_DIM, "To see requests");
	n += trouble == TROUBLE_MISSING && say_writer(v, w);
	for (size_t i = 0; i < STEPS; i++) {
		const char *step = steps[trouble][i];
		if (!step)
			continue;
		/* What comes first is no alternative. */
		step += !n && strncmp(step, "or ", 3) == 0 ? 3 : 0;
		say(w, 2, STYLE_PLAIN, "%u. %s", ++n, step);
	}
}

/* What stands in the place of a log at a hub. */
static void say_fleet(const struct view *v, struct words *w)
{
	const struct member *m = seat_member(v);
	char ask[KEY_NAME_MAX], open[KEY_NAME_MAX], back[KEY_NAME_MAX];

	key_of(v, ACT_ASK, ask);
	key_of(v, ACT_OPEN, open);
	key_of(v, ACT_FILTER_DROP, back);
	say(w, 0, STYLE_PLAIN, "No log comes here: machines send sums, and lines when asked.");
	if (m)
		say(w, 0, STYLE_PLAIN,
			"%s on a row asks %s for its requests and connections; %s leads "
			"back to all machines.",
			ask, m->name, back);
	else
		say(w, 0, STYLE_PLAIN,
			"%s on a machine: its rows, as if you sat there. On an address, %s asks "
			"the "
			"machine that has most of it.",
			open, ask);
}

void blind_draw_requests(const struct view *v, struct area a)
{
	struct words w = {.area = a};
	const struct totals *hidden = &model_machine(v->m)->totals[1];
	char key[KEY_NAME_MAX], demo[KEY_NAME_MAX];

	if (seat_fleet(v)) {
		say_fleet(v, &w);
		return;
	}
	if (v->filter.count) {
		say(&w, 0, STYLE_DIM, "no request passes the filter");
		return;
	}
	if (say_hidden(v, &w, hidden->log.requests, "request is from a private address and",
		    "requests are from private addresses and"))
		return;
	say_headline(v, &w);
	enum log_trouble gravest = say_logs(v, &w);
	if (v->replaying)
		return;
	if (gravest >= TROUBLE_MISSING)
		say_looked(v, &w);
	say_steps(v, &w, gravest);
	key_of(v, ACT_INPUTS, key);
	w.y++;
	key_of(v, ACT_DEMO, demo);
	say(&w, 0, STYLE_DIM, "%s shows all inputs, %s plays an incident to look round", key, demo);
}

void blind_draw_addresses(const struct view *v, struct area a)
{
	struct words w = {.area = a};
	const struct totals *hidden = &model_machine(v->m)->totals[1];

	if (v->rows_by == GROUP_MACHINE)
		say(&w, 0, STYLE_DIM,
			v->filter.count ? "no machine passes the filter"
					: "no machine has said anything yet");
	else if (v->filter.count)
		say(&w, 0, STYLE_DIM, "no address passes the filter");
	else if (seat_member(v))
		say(&w, 0, STYLE_DIM, "%s has told of no address yet", seat_member(v)->name);
	else if (!say_hidden(v, &w, hidden->tcp.conns, "connection is from a private address and",
			 "connections are from private addresses and") &&
		 !say_hidden(v, &w, hidden->ips, "private address is", "private addresses are"))
		say(&w, 0, STYLE_DIM, "no addresses yet");
}
