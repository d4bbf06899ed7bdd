// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/logs.h"

#include "base/hash.h"
#include "base/index.h"
#include "base/text.h"
#include "log/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOGS_SHOWN 20 /* of one glob */
#define PATH_TEXT  512

struct logs_report {
	FILE *out;
	const struct logs_plan *plan;
	const struct log_input *input;
	const char *root;  /* or NULL */
	size_t logs;       /* of one path: found so far */
	size_t all;        /* of all */
	const char *whose; /* error logs: the server's name; or NULL */
	struct text_set {
		char **at; /* owned, each owned */
		uint32_t n, cap;
		struct index by_text;
	} told; /* paths */
};

/* Configurations. */

static void print_read(FILE *out, const struct server_confs *confs, const struct server_read *read)
{
	char text[SERVER_TEXT_MAX + 128], process[32] = "";

	if (read->pid)
		snprintf(process, sizeof process, " (process %d)", (int)read->pid);
	snprintf(text, sizeof text, "%s: %s%s%s%s", read->server, read->path, process,
		read->err ? ": " : "", read->err ? strerror(-read->err) : "");
	doctor_mark(out, read->err == 0, text);
	for (size_t i = 0; i < confs->note_count; i++)
		if (confs->notes[i].server == read->server)
			doctor_under(out, confs->notes[i].text);
}

static void print_confs(FILE *out, const struct server_confs *confs)
{
	char text[96];

	fputs("\nWeb servers: configurations read to find their logs\n", out);
	for (size_t i = 0; i < confs->read_count; i++)
		print_read(out, confs, &confs->reads[i]);
	if (confs->read_count == 0)
		doctor_under(out, "none found, neither by a process nor in the usual places");
	if (confs->left_out) {
		snprintf(text, sizeof text,
			"%zu further logs, servers or included files are left out: no room",
			confs->left_out);
		doctor_under(out, text);
	}
	if (confs->dropped) {
		snprintf(text, sizeof text, "%zu further formats or notes are left out: no room",
			confs->dropped);
		doctor_under(out, text);
	}
}

static void print_unwatched(FILE *out, const struct server_confs *confs)
{
	char text[96];

	if (!confs->stamps.dropped)
		return;
	snprintf(text, sizeof text, "%zu further files: a change of them goes unnoticed",
		confs->stamps.dropped);
	doctor_under(out, text);
}

/* Logs. */

static int try_log(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	close(fd);
	return err;
}

/* What is known of it beforehand. */
static void print_known(const struct logs_report *r, const char *path)
{
	const struct server_log *log = server_confs_find(r->plan->confs, path);
	const struct log_format *format = r->input->format;
	char text[256];

	if (!format && log)
		format = log->format;
	if (!log && !format)
		return;
	int n = snprintf(text, sizeof text, "format: %s", format ? format->name : "detected");
	if (log && log->buffered[0])
		snprintf(text + n, sizeof text - (size_t)n,
			"; buffered by %s (%s): entries appear with a delay", log->server,
			log->buffered);
	doctor_under(r->out, text);
}

/* True the first time. One log may be named, and matched by the glob of another. */
static bool is_new(struct text_set *told, const char *path)
{
	uint64_t hash = hash_bytes(path, strlen(path));

	index_for_each_match (&told->by_text, hash, id)
		if (told->at && strcmp(told->at[id], path) == 0)
			return false;
	if (told->n == told->cap) {
		uint32_t cap = told->cap ? 2 * told->cap : 64;
		char **more = realloc(told->at, cap * sizeof *more);
		if (!more)
			return true;
		told->at = more;
		told->cap = cap;
	}
	char *copy = strdup(path);
	if (copy && index_add(&told->by_text, hash, told->n) == 0)
		told->at[told->n++] = copy;
	else
		free(copy);
	return true;
}

static void text_set_done(struct text_set *told)
{
	for (uint32_t i = 0; i < told->n; i++)
		free(told->at[i]);
	free(told->at);
	index_done(&told->by_text);
}

static void print_log(struct logs_report *r, const char *path, int err)
{
	if (!is_new(&r->told, path))
		return;
	char text[PATH_TEXT + 64];
	size_t n = text_sanitise(text, PATH_TEXT, str_of(path));

	text[n] = '\0';
	if (r->whose)
		n += (size_t)snprintf(text + n, sizeof text - n, " (%s)", r->whose);
	if (err)
		snprintf(text + n, sizeof text - n, ": %s", strerror(-err));
	doctor_mark(r->out, !err, text);
	print_known(r, path);
}

static void take_log(void *context, const char *path)
{
	struct logs_report *r = context;

	if (r->logs++ < LOGS_SHOWN)
		print_log(r, path, try_log(path));
}

static void print_input(struct logs_report *r)
{
	const char *path = r->input->path;
	char more[64];
	int n;

	r->all++;
	if (strcmp(path, "-") == 0) {
		doctor_mark(r->out, true, "standard input");
		return;
	}
	if (!log_glob_is(path)) {
		print_log(r, path, try_log(path));
		return;
	}
	r->logs = 0;
	r->all--;
	n = log_glob_expand(
		&(struct log_glob){.pattern = path, .root = r->root, .guessed = r->input->guessed},
		take_log, r, NULL);
	if (n <= 0)
		print_log(r, path, n < 0 ? n : -ENOENT);
	r->all += r->logs;
	if (r->logs <= LOGS_SHOWN)
		return;
	snprintf(more, sizeof more, "and %zu more", r->logs - LOGS_SHOWN);
	doctor_under(r->out, more);
}

static const char *server_of(const struct logs_plan *plan, const char *path)
{
	const struct server_error_log *log = server_confs_error_at(plan->confs, path);

	return log ? log->server : NULL;
}

static void print_errors(struct logs_report *r, const struct options *options)
{
	const struct logs_plan *plan = r->plan;

	fputs("\nError logs of web servers\n", r->out);
	for (size_t i = 0; i < plan->error_count; i++) {
		r->input = &plan->inputs[plan->access_count + i];
		r->whose = server_of(plan, r->input->path);
		print_input(r);
	}
	r->whose = NULL;
	if (plan->error_count == 0)
		doctor_under(r->out, !options->error_log ? "disabled (--no-error-log)"
				     : plan->origin == LOGS_NAMED
					     ? "none named by --error-log-path, nor by the server "
					       "whose access log --log-path names"
					     : "none found in the configuration");
}

void doctor_logs(FILE *out, const struct options *options)
{
	static const char *const origins[] = {[LOGS_NAMED] = "named by --log-path",
		[LOGS_CONFIGURED] = "named in the configuration",
		[LOGS_USUAL] = "in the usual places"};
	struct logs_plan plan;
	struct logs_report r = {.out = out, .plan = &plan, .root = options->server_root};

	int err = logs_plan_init(&plan, options);
	if (err) {
		fprintf(out, "\nAccess logs: %s\n", strerror(-err));
	} else {
		print_confs(out, plan.confs);
		print_unwatched(out, plan.confs);
	}
	if (!err)
		fprintf(out, "\nAccess logs %s: which are readable\n", origins[plan.origin]);
	for (size_t i = 0; i < plan.access_count; i++) {
		r.input = &plan.inputs[i];
		print_input(&r);
	}
	if (r.all > EVENT_LOGS_MAX) {
		char text[96];
		snprintf(text, sizeof text,
			"%zu logs: no more than %d are followed, those that are written", r.all,
			EVENT_LOGS_MAX);
		doctor_mark(out, false, text);
	}
	print_errors(&r, options);
	fputs("\nSSH log\n", out);
	if ((r.input = plan.ssh))
		print_input(&r);
	else
		doctor_under(out, plan.journal && plan.journal->ssh ? "in the journal"
				  : options->auth_log ? "none found in the usual places"
						      : "disabled (--no-auth-log)");
	text_set_done(&r.told);
	logs_plan_done(&plan);
}
