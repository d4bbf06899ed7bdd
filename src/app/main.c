// SPDX-License-Identifier: MIT
#include "app/doctor.h"
#include "app/geoip_update.h"
#include "app/loop.h"
#include "app/privilege.h"
#include "app/session.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/options.h"
#include "console/console.h"
#include "output/ndjson.h"
#include "output/table.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ONCE_DEFAULT (2 * USEC_PER_SEC)
#define TABLE_WIDTH  120 /* of --once when stdout is no terminal */

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2
};

/* File names and config values are part of it, and stderr may be a terminal. */
static int complain(enum exit_code code, const char *text)
{
	char clean[1024];
	size_t n = text_sanitise(clean, sizeof clean, str_of(text));

	fprintf(stderr, "nethergaze: %.*s\n", (int)n, clean);
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

/* *ret_n: how many there were. 0 or -ENOMEM. */
static int put_rows(struct session *s, enum group_by by, uint32_t *ret_n)
{
	struct query q = {.by = by, .show_private = s->show_private, .limit = UINT32_MAX};
	struct rows rows = {0};
	int err = query_run(s->model, &q, &rows);

	if (err)
		return err;
	for (uint32_t i = 0; i < rows.n; i++) {
		struct subject row = subject_at(s->model, by, rows.ids[i]);
		ndjson_row(&s->stream, s->model, &row, i == 0 && by == GROUP_NONE);
		if (s->stream.n > 1u << 16)
			session_flush(s);
	}
	*ret_n = rows.n;
	rows_done(&rows);
	return 0;
}

/* The table goes the stream's way to stdout, which no sleeping reader can hold up. */
static int put_table(struct session *s)
{
	struct str text = {0};
	char *p = NULL;
	FILE *f = open_memstream(&p, &text.n);

	int err = f ? table_print(f, s->model, GROUP_NONE, s->show_private, terminal_width())
		    : -errno;
	if (f && fclose(f) != 0)
		err = -errno;
	text.p = p;
	if (!err)
		jsonw_raw(&s->stream, text);
	free(p);
	return err;
}

/* What --once prints, or the stream's last record. */
static int report(struct session *s)
{
	uint32_t n = 0;
	int err = 0;

	if (s->options->once && !s->options->json) {
		err = put_table(s);
	} else {
		if (s->options->once)
			err = put_rows(s, GROUP_NONE, &n);
		ndjson_summary(&s->stream, s->model, s->show_private, s->options->once && n == 0);
	}
	if (!err && s->stream.failed)
		err = -ENOMEM;
	session_flush(s);
	return err ? err : s->stream_err;
}

static usec_t duration_of(const struct options *o)
{
	if (o->replay)
		return -1; /* the replay itself stops at the recorded time */
	if (o->duration >= 0)
		return o->duration;
	return o->once ? ONCE_DEFAULT : -1;
}

static int run_headless(struct session *s, struct loop *loop)
{
	char why[160];

	loop_run(loop, NULL, duration_of(s->options));
	session_finish(s);
	int err = report(s);
	/* A reader that has seen enough (head) is no failure, nor is a signal. */
	if (!err || err == -EPIPE || err == -ECANCELED)
		return EXIT_DONE;
	snprintf(why, sizeof why, "stdout: %s", strerror(-err));
	return complain(EXIT_FAILED, why);
}

static int run_console(struct session *s, struct loop *loop, struct console *console)
{
	loop_run(loop, console, duration_of(s->options));
	console_free(console);
	session_finish(s);
	return EXIT_DONE;
}

static void note_reserved(struct session *s, const struct options_state *options)
{
	char names[256], text[320];

	options_reserved_used(options, names, sizeof names);
	if (!names[0])
		return;
	snprintf(text, sizeof text, "set, but without effect in this version: %s", names);
	session_note(s, text);
	if (s->options->once || s->options->json)
		complain(EXIT_DONE, text);
}

static int run(struct session *s, struct console *console, const struct options_state *options)
{
	int err, code;

	struct loop *loop = loop_new(s, &err);
	if (!loop) {
		console_free(console);
		return complain(EXIT_FAILED, strerror(-err));
	}
	if (!s->replaying)
		note_reserved(s, options);
	if (privilege_drop() < 0)
		session_note(s, "capabilities could not be given up; running with all of them");
	code = console ? run_console(s, loop, console) : run_headless(s, loop);
	loop_free(loop);
	return code;
}

/* Takes the terminal, then begins: whatever refuses to start does so before a file is written. */
static int begin(struct session *s, const struct options_state *options)
{
	struct console_options view = {.show_private = s->show_private, .replaying = s->replaying};
	struct console *console = NULL;
	char reason[512];

	if (!options->values.once && !options->values.json) {
		console = console_new(s->model, &view, reason);
		if (!console)
			return complain(EXIT_USAGE, reason);
	}
	int err = session_begin(s, reason);
	if (!err)
		return run(s, console, options);
	console_free(console);
	return complain(err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, reason);
}

static int start(const struct options_state *options)
{
	struct session s;
	char reason[512];
	int code;

	int err = session_init(&s, options, reason);
	if (err)
		code = complain(err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, reason);
	else
		code = begin(&s, options);
	session_done(&s);
	if (s.recorder_err) {
		snprintf(reason, sizeof reason, "--record %s: %s", options->values.record,
			strerror(-s.recorder_err));
		code = complain(EXIT_FAILED, reason);
	}
	return code;
}

static int read_options(struct options_state *options, int argc, char **argv)
{
	int err = options_read_flags(options, argc, argv);

	if (err || options->values.help || options->values.version || options->values.print_config)
		return err;
	err = options_read_env(options, environ);
	if (!err)
		err = options_read_config(options);
	return err ? err : options_check(options);
}

int main(int argc, char **argv)
{
	struct options_state options;
	int code = EXIT_DONE;

	hold_standard_descriptors();
	loop_block_signals();
	setlocale(LC_CTYPE, "");
	setlocale(LC_TIME, "");
	hash_seed();
	options_init(&options);
	if (read_options(&options, argc, argv) < 0)
		code = complain(EXIT_USAGE, options.error);
	else if (options.values.help)
		options_print_help(stdout);
	else if (options.values.version)
		puts("nethergaze " NG_VERSION);
	else if (options.values.print_config)
		options_print_config(stdout);
	else if (options.values.geoip_update)
		code = geoip_update(&options.values) ? EXIT_DONE : EXIT_FAILED;
	else if (options.values.doctor)
		code = doctor_print(stdout, &options.values) ? EXIT_DONE : EXIT_FAILED;
	else
		code = start(&options);
	options_done(&options);
	if (fflush(stdout) != 0 && errno != EPIPE && code == EXIT_DONE)
		code = complain(EXIT_FAILED, "stdout: cannot write");
	return code;
}
