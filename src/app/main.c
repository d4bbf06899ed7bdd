// SPDX-License-Identifier: MIT
#include "app/block_watch.h"
#include "app/daemon.h"
#include "app/doctor.h"
#include "app/explain.h"
#include "app/farewell.h"
#include "app/fleet_options.h"
#include "app/geoip_update.h"
#include "app/hub_setup.h"
#include "app/key_options.h"
#include "app/loop.h"
#include "app/option_setup.h"
#include "app/own_dirs.h"
#include "app/plain_text.h"
#include "app/privilege.h"
#include "app/run.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/exit_code.h"
#include "config/options.h"
#include "console/console.h"
#include "output/ndjson.h"
#include "output/schema.h"
#include "output/since.h"
#include "output/table.h"
#include "output/top.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ONCE_DEFAULT (2 * USEC_PER_SEC)
#define TABLE_WIDTH  120 /* of --once when stdout is no terminal */

/* File names and config values are part of it, and stderr may be a terminal. */
static int complain(enum exit_code code, const char *text)
{
	char clean[1024];
	struct str shown = plain_text(clean, text_sanitise(clean, sizeof clean, str_of(text)));

	fprintf(stderr, "nethergaze: %.*s\n", STR_FMT(shown));
	return (int)code;
}

/* A descriptor that the caller closed would be given to the next file that is opened, and what is
 * meant for stdout would go there. In the wrong direction, so that using it is an error still. */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return TABLE_WIDTH;
}

/* Which rows the options ask for; NULL: all. */
static const struct filter *filter_of(const struct session *s)
{
	return filter_is_open(&s->filter) ? NULL : &s->filter;
}

/* A record for each row, the first of which says the schema. 0 or -ENOMEM; *n grows by how many. */
static int put_rows(struct session *s, enum group_by by, uint32_t *n)
{
	struct query q = {.by = by,
		.show_private = s->show_private,
		.filter = filter_of(s),
		.limit = UINT32_MAX};
	struct rows rows = {0};
	int err = query_run(s->model, &q, &rows);

	for (uint32_t i = 0; i < rows.n && !err; i++) {
		struct subject row = subject_at(s->model, by, rows.ids[i]);
		ndjson_row(&s->stream.text, s->model, &row, (*n)++ == 0);
		if (s->stream.text.n > 1u << 16)
			stream_flush(&s->stream);
	}
	rows_done(&rows);
	return err;
}

/* The table goes the stream's way to stdout, which no sleeping reader can hold up. */
static int put_table(struct session *s)
{
	const struct table_view view = {.by = session_group(s),
		.show_private = s->show_private,
		.filter = filter_of(s),
		.width = terminal_width(),
		.detect = s->detect};
	struct str text = {0};
	char *p = NULL;
	FILE *f = open_memstream(&p, &text.n);

	int err = f ? table_print(f, s->model, &view) : -errno;
	if (f && fclose(f) != 0)
		err = -errno;
	if (!err)
		jsonw_raw(&s->stream.text, plain_text(p, text.n));
	free(p);
	return err;
}

static void put_top(struct session *s, uint32_t *n)
{
	struct jsonw *w = &s->stream.text;

	for (int i = 0; i < HERD_KINDS; i++)
		*n += top_herds(w, s->model, detect_herds(s->detect, (enum herd_kind)i),
			(enum herd_kind)i, *n == 0);
	*n += top_statuses(w, s->model, *n == 0);
	*n += top_ports(w, s->model, detect_ports(s->detect), *n == 0);
}

static int put_records(struct session *s)
{
	bool once = s->options->once;
	uint32_t n = once ? 0 : 1; /* a stream has said the schema at its start */
	int err = once ? put_rows(s, GROUP_NONE, &n) : 0;

	if (!err && once && session_group(s) != GROUP_NONE)
		err = put_rows(s, session_group(s), &n);
	if (!err && once)
		put_top(s, &n);
	if (!err && once)
		since_put_records(&s->stream.text, s->model, s->detect, s->show_private, &n);
	if (!err)
		ndjson_summary(&s->stream.text, s->model, s->show_private, n == 0);
	return err;
}

/* What --once prints, or the stream's last record. */
static int report(struct session *s)
{
	int err = s->options->once && !s->options->json ? put_table(s) : put_records(s);

	if (!err && s->stream.text.failed)
		err = -ENOMEM;
	stream_flush(&s->stream);
	return err ? err : s->stream.err;
}

static usec_t duration_of(const struct options *o)
{
	if (o->replay || o->demo)
		return -1; /* the replay itself stops at the recorded time */
	if (o->duration >= 0)
		return o->duration;
	return o->once ? ONCE_DEFAULT : -1;
}

/* What --report names. */
static int write_report(const struct session *s)
{
	char why[512];
	int err = s->options->report ? reports_at_end(s) : 0;

	if (!err)
		return EXIT_DONE;
	snprintf(why, sizeof why, "--report %.300s: %s", s->options->report, strerror(-err));
	return complain(EXIT_FAILED, why);
}

static int run_headless(struct run *r)
{
	const struct options *o = r->session->options;
	char why[160];

	run_loop(r, duration_of(o));
	session_finish(r->session);
	daemon_finish(r->daemon);
	int code = write_report(r->session);
	int err = o->once || o->json ? report(r->session) : 0;
	if (!err && publish_is_on(&r->session->publish))
		err = stream_end(&r->session->stream);
	/* A reader that has seen enough (head) is no failure, nor is a signal. */
	if (!err || err == -EPIPE || err == -ECANCELED)
		return code;
	snprintf(why, sizeof why, "stdout: %s", strerror(-err));
	return complain(EXIT_FAILED, why);
}

static int run_console(struct run *r)
{
	console_set_overview(r->console, session_look_ahead(r->session));
	if (r->session->fleet)
		fleet_feed_live(r->session->fleet);
	run_loop(r, duration_of(r->session->options));
	doing_forget_console(r->doing);
	console_free(r->console);
	r->console = NULL;
	session_finish(r->session);
	int code = write_report(r->session);
	if (!r->hung_up && !r->session->wants_demo)
		farewell_say(r->session);
	return code;
}

/* Whoever only wants a report need not have a terminal. */
static bool wants_console(const struct options *o)
{
	return session_wants_console(o) && !(o->report && !isatty(STDOUT_FILENO));
}

/* Hooks that will not run, whatever is done. */
static void note_hooks(struct session *s, const struct hooks *hooks)
{
	char text[256];

	for (size_t i = 0; i < hooks->count; i++) {
		const struct hook_entry *e = &hooks->entries[i];
		if (!e->why[0])
			continue;
		snprintf(text, sizeof text, "hook \"%s\" cannot be run: %s", e->label, e->why);
		session_note(s, text);
	}
}

/* False: --sandbox strict, and that cannot be. What has split
 * has done it before. */
static bool confine_session(
	struct session *s, struct console *console, bool has_split, struct reason *why)
{
	if (has_split)
		*why = *s->doers.lacks;
	else
		privilege_drop(s->replay ? PRIVILEGE_REPLAY : PRIVILEGE_ALONE, s->options, why);
	if (!why->text[0])
		return true;
	if (s->options->sandbox == OPTION_SANDBOX_STRICT)
		return false;
	if (console)
		console_set_unconfined(console, why->text);
	else
		complain(EXIT_DONE, why->text);
	return true;
}

static int run(
	struct session *s, struct console *console, struct doing *doing, struct daemon *daemon)
{
	struct run r;
	struct reason why;
	int code;

	int err = run_init(&r, s, console, doing, daemon);
	if (err)
		reason_set_error(&why, err);
	if (err || !confine_session(s, console, doing->has_split, &why)) {
		console_free(console);
		run_done(&r);
		return complain(EXIT_FAILED, why.text);
	}
	if (!s->replay && console)
		note_hooks(s, &doing->hooks);
	if (s->metrics->open_to[0] && console)
		session_note(s, s->metrics->open_to);
	err = daemon_begin(daemon, s);
	if (err)
		code = complain(EXIT_FAILED, strerror(-err));
	else
		code = console ? run_console(&r) : run_headless(&r);
	run_done(&r);
	return code;
}

/* Takes the terminal, then begins: whatever refuses to start does so before a file is written. */
static int begin(struct session *s, struct doing *doing, struct daemon *daemon,
	const struct options_state *options)
{
	struct console_options view = {.show_private = s->show_private,
		.replaying = s->replay != NULL,
		.theme = (enum theme_choice)options->values.theme,
		.filter = s->filter.text,
		.bounds = s->filter.env.bounds,
		.lines_of_one = (uint32_t)options->values.max_log_entries_per_ip,
		.detect = s->detect,
		.bindings = key_options_set(),
		.mouse = options->values.mouse,
		.theme_given = options_was_set(options, "theme", LEVEL_FILE),
		.private_given = options->values.demo ||
				 options_was_set(options, "show-private-ips", LEVEL_FILE)};
	struct looked looked[LOOKED_MAX];
	struct console *console = NULL;
	char reason[512];

	if (wants_console(&options->values)) {
		doing_show(doing, &view);
		view.looked = looked;
		view.looked_count = logs_plan_looked(&s->logs, looked);
		console = console_new(s->model, &view, reason);
		if (!console)
			return complain(EXIT_USAGE, reason);
	}
	int err = session_begin(s, reason);
	if (!err && s->metrics->open_to[0] && !console)
		complain(EXIT_DONE, s->metrics->open_to);
	if (!err)
		return run(s, console, doing, daemon);
	console_free(console);
	return complain(err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, reason);
}

/* Who may do more than others watches by processes of their own, and the console, which reads what
 * others wrote, becomes as others are. 0 or a negative errno; *ret_lacks: what could not be given
 * up. */
static int split(struct doing *d, const struct options *o, struct reason *ret_lacks)
{
	struct identity who;
	bool splits = !o->replay && !o->demo && privilege_is_split(o);

	ret_lacks->text[0] = '\0';
	identity_find(&who);
	if (splits && geteuid() == 0)
		own_dirs_prepare(o, &who, true);
	int err = doing_init(d, o);
	d->has_split = splits;
	if (splits && !err)
		privilege_drop(PRIVILEGE_CONSOLE, o, ret_lacks);
	return err;
}

/* *ret_demo: the operator wants to see the demo now. */
static int start(const struct options_state *options, bool *ret_demo)
{
	struct session s;
	struct doing doing;
	struct reason lacks;
	struct metrics_feed metrics;
	struct daemon daemon;
	struct reason wrong;
	char reason[512];
	int code;

	if (!carrying_check(&options->values, &wrong))
		return complain(EXIT_USAGE, wrong.text);
	int err = reports_check(&options->values, reason);
	if (!err)
		err = publish_check(&options->values, reason);
	if (err)
		return complain(EXIT_USAGE, reason);
	err = daemon_init(&daemon, options->values.daemon);
	if (err) {
		snprintf(reason, sizeof reason, "$NOTIFY_SOCKET: %s", strerror(-err));
		return complain(EXIT_FAILED, reason);
	}
	err = metrics_feed_init(&metrics, &options->values, reason);
	if (err) {
		metrics_feed_done(&metrics);
		return complain(err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, reason);
	}
	err = split(&doing, &options->values, &lacks);
	if (err)
		return complain(
			EXIT_FAILED, err == -ENOSPC ? "too many things to do" : strerror(-err));
	const struct session_doers doers = {&doing.look_ups, &doing.watcher, &doing.ssh_peers,
		&lacks, &metrics, doing.carrying, &doing.ssh};
	err = session_init(&s, &doers, options, reason);
	if (err)
		code = complain(err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, reason);
	else
		code = begin(&s, &doing, &daemon, options);
	daemon_done(&daemon);
	session_done(&s);
	metrics_feed_done(&metrics);
	doing_done(&doing);
	*ret_demo = s.wants_demo;
	if (s.history_lost.text[0])
		complain(EXIT_DONE, s.history_lost.text);
	if (s.recorder_err) {
		snprintf(reason, sizeof reason, "--record %s: %s", options->values.record,
			strerror(-s.recorder_err));
		code = complain(EXIT_FAILED, reason);
	}
	return code;
}

/* Something of the program itself: no configuration changes it. */
static bool only_prints(const struct options *o)
{
	return o->help || o->version || o->print_config || o->list_formats || o->json_schema;
}

static int read_options(struct options_state *options, int argc, char **argv)
{
	int err = options_read_flags(options, argc, argv);

	if (err || only_prints(&options->values))
		return err;
	err = options_read_env(options, environ);
	if (!err)
		err = options_read_config(options);
	if (options->warning[0])
		complain(EXIT_DONE, options->warning);
	if (!err)
		err = options_check(options);
	if (!err)
		err = fleet_options_check(options, options->error);
	/* Nobody watches, and a report comes out the same at any speed. */
	const struct options *o = &options->values;
	if (o->report && !wants_console(o) && !options_was_set(options, "speed", LEVEL_FLAG))
		options->values.speed = 0;
	return err;
}

/* This process may not listen any more, nor start what writes a file. */
static void leave_out(char **option)
{
	free(*option);
	*option = NULL;
}

/* Where there was nothing to see. What the program was told of this machine has nothing to do with
 * the demo, so the options are read anew. The process goes on: it executes nothing, and gives up
 * what a watch had kept. */
static int play_demo(void)
{
	char *args[] = {"nethergaze", "--demo", NULL};
	struct options_state options;
	int code = EXIT_DONE;
	bool again;

	if (options_init(&options, option_setup()) < 0 ||
		read_options(&options, ARRAY_LEN(args) - 1, args) < 0)
		code = complain(EXIT_USAGE, options.error);
	leave_out(&options.values.metrics_listen);
	leave_out(&options.values.metrics_file);
	if (code == EXIT_DONE)
		code = start(&options, &again);
	options_done(&options);
	return code;
}

/* What ends by itself, with what it uses alone. */
static int run_command(FILE *out, const struct options *o, enum privilege of,
	bool (*command)(FILE *, const struct options *))
{
	struct file_opener opener = {.process.fd = -1};
	struct reason why;
	struct identity who;
	bool splits = privilege_is_split(o);

	if (of == PRIVILEGE_DOCTOR && geteuid() == 0 && splits) {
		identity_find(&who);
		own_dirs_prepare(o, &who, false);
	}
	if (of == PRIVILEGE_EXPLAIN && !(splits && file_opener_spawn(&opener, o) == 0))
		of = PRIVILEGE_EXPLAIN_ALONE;
	bool may = privilege_drop(of, o, &why) == 0 || o->sandbox != OPTION_SANDBOX_STRICT;
	if (why.text[0])
		complain(EXIT_FAILED, why.text);
	int code = may && command(out, o) ? EXIT_DONE : EXIT_FAILED;
	file_opener_done(&opener);
	return code;
}

static int print_schema(void)
{
	struct jsonw w = {0};

	schema_put(&w);
	int code = w.failed ? complain(EXIT_FAILED, strerror(ENOMEM)) : EXIT_DONE;
	if (!w.failed)
		fwrite(w.p, 1, w.n, stdout);
	jsonw_done(&w);
	return code;
}

static bool update(FILE *out, const struct options *o)
{
	(void)out;
	return geoip_update(o);
}

int main(int argc, char **argv)
{
	struct options_state options;
	bool wants_demo = false;
	int code = EXIT_DONE;

	hold_standard_descriptors();
	loop_block_signals();
	setlocale(LC_CTYPE, "");
	setlocale(LC_TIME, "");
	hash_seed();
	FILE *out = plain_text_open(stdout);
	if (options_init(&options, option_setup()) < 0 || read_options(&options, argc, argv) < 0)
		code = complain(EXIT_USAGE, options.error);
	else if (options.values.help)
		options_print_help(&options, out);
	else if (options.values.version)
		puts("nethergaze " NG_VERSION);
	else if (options.values.print_config)
		options_print_config(&options, out);
	else if (options.values.list_formats)
		explain_formats(out);
	else if (options.values.json_schema)
		code = print_schema();
	else if (options.values.geoip_update)
		code = run_command(out, &options.values, PRIVILEGE_UPDATE, update);
	else if (fleet_options_set()->hub_setup)
		code = hub_setup(&options.values);
	else if (options.values.explain)
		code = run_command(out, &options.values, PRIVILEGE_EXPLAIN, explain_line);
	else if (options.values.doctor)
		code = run_command(out, &options.values, PRIVILEGE_DOCTOR, doctor_print);
	else
		code = start(&options, &wants_demo);
	options_done(&options);
	plain_text_close(out, stdout);
	if (wants_demo && code == EXIT_DONE)
		code = play_demo();
	if (fflush(stdout) != 0 && errno != EPIPE && code == EXIT_DONE)
		code = complain(EXIT_FAILED, "stdout: cannot write");
	return code;
}
