// SPDX-License-Identifier: MIT
#include "app/logs.h"

#include "log/error_log.h"
#include "log/format_string.h"
#include "log/formats.h"
#include "log/glob.h"
#include "log/sshd.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As distributions set servers up. A path counts when its directory is there; else the first. */
static const struct {
	const char *dir, *name;
} usual[] = {
	{"/var/log/nginx", "*access.log"},
	{"/var/log/apache2", "*access.log"}, /* other_vhosts_access.log too */
	{"/var/log/httpd", "*access_log"},
	{"/var/log/caddy", "*.log"},
	{"/var/log/lighttpd", "access.log"},
};

static int find_format(struct logs_plan *p, struct str text)
{
	char why[FORMAT_STRING_ERROR_MAX];

	p->format = log_format_find(text);
	if (p->format || str_eq(text, STR_LIT("auto")))
		return 0;
	/* It compiled when the options were read. */
	int err = format_string_new(text, LOG_DIALECT_GUESS, text, &p->custom, why);
	p->format = p->custom;
	return err;
}

static void add(struct logs_plan *p, const char *path)
{
	p->inputs[p->input_count++] = (struct log_input){
		.path = path, .guessed = p->origin != LOGS_NAMED, .format = p->format};
}

static void add_glob(struct logs_plan *p, const char *root, size_t i)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s%s/%s", root, usual[i].dir, usual[i].name);
	p->usual[i] = strdup(path);
	if (p->usual[i])
		add(p, p->usual[i]);
}

static void add_usual(struct logs_plan *p, const char *root)
{
	char dir[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		snprintf(dir, sizeof dir, "%s%s", root, usual[i].dir);
		if (access(dir, F_OK) == 0)
			add_glob(p, root, i);
	}
	if (p->input_count == 0)
		add_glob(p, root, 0);
}

static void add_inputs(struct logs_plan *p, const struct options *o, const char *root)
{
	for (size_t i = 0; i < o->log_paths.count; i++)
		add(p, o->log_paths.items[i]);
	if (p->input_count)
		return;
	p->origin = LOGS_CONFIGURED;
	for (size_t i = 0; i < p->confs->log_count; i++)
		add(p, p->confs->logs[i].path);
	if (p->input_count)
		return;
	p->origin = LOGS_USUAL;
	add_usual(p, root);
}

static void follow_errors(struct logs_plan *p, const char *path, bool named)
{
	p->inputs[p->input_count++] = (struct log_input){
		.path = path, .format = &log_error_log, .from_end = !named, .errors = true};
	p->error_count++;
}

/* Whether the path is, or matches, an access log of the server. */
static bool is_of_server(const struct server_confs *confs, const char *path, const char *server)
{
	const struct server_log *log = server_confs_find(confs, path);

	if (log && strcmp(log->server, server) == 0)
		return true;
	for (size_t i = 0; i < confs->log_count && log_glob_is(path); i++)
		if (strcmp(confs->logs[i].server, server) == 0 &&
			fnmatch(path, confs->logs[i].path, FNM_PATHNAME) == 0)
			return true;
	return false;
}

/* Whether an access log of the server is among those that were named. */
static bool is_followed(const struct logs_plan *p, const char *server)
{
	for (size_t k = 0; k < p->access_count; k++)
		if (is_of_server(p->confs, p->inputs[k].path, server))
			return true;
	return false;
}

/* Who names another machine's log, or an old one, does not want this one's errors beside it. */
static void add_errors(struct logs_plan *p, const struct options *o)
{
	for (size_t i = 0; o->error_log && i < o->error_log_paths.count; i++)
		follow_errors(p, o->error_log_paths.items[i], true);
	if (!o->error_log || p->error_count)
		return;
	const char *asked = NULL;
	bool follows = p->origin != LOGS_NAMED;
	for (size_t i = 0; i < p->confs->error_log_count; i++) {
		const struct server_error_log *log = &p->confs->error_logs[i];
		if (p->origin == LOGS_NAMED && log->server != asked)
			follows = is_followed(p, asked = log->server);
		if (follows)
			follow_errors(p, log->path, false);
	}
}

static void follow_ssh(struct logs_plan *p, const char *path, bool named)
{
	struct log_input *input = &p->inputs[p->input_count++];

	/* Nobody asked for it: what it said long ago is not read with an old access log. */
	*input = (struct log_input){.path = path, .format = &log_sshd_auth_log, .from_end = !named};
	p->ssh = input;
}

static void add_ssh(struct logs_plan *p, const struct options *o, const char *root)
{
	/* Of Debian, of Red Hat. */
	static const char *const places[] = {"/var/log/auth.log", "/var/log/secure"};
	char path[PATH_MAX];

	if (o->auth_log && o->auth_path)
		follow_ssh(p, o->auth_path, true);
	for (size_t i = 0; o->auth_log && !p->ssh && i < ARRAY_LEN(places); i++) {
		snprintf(path, sizeof path, "%s%s", root, places[i]);
		if (access(path, F_OK) == 0 && (p->ssh_path = strdup(path)))
			follow_ssh(p, p->ssh_path, false);
	}
}

int logs_plan_init(struct logs_plan *p, const struct options *o)
{
	const char *root = o->server_root ? o->server_root : "";

	*p = (struct logs_plan){0};
	int err = find_format(p, str_of(o->log_format));
	if (err)
		return err;
	p->confs = server_confs_new(root);
	p->usual = calloc(ARRAY_LEN(usual), sizeof *p->usual);
	if (!p->confs || !p->usual)
		return -ENOMEM;
	p->inputs = calloc(o->log_paths.count + o->error_log_paths.count + p->confs->log_count +
				   p->confs->error_log_count + ARRAY_LEN(usual) + 1,
		sizeof *p->inputs);
	if (!p->inputs)
		return -ENOMEM;
	add_inputs(p, o, root);
	p->access_count = p->input_count;
	add_errors(p, o);
	add_ssh(p, o, root);
	for (size_t i = 0; i < p->input_count; i++)
		p->inputs[i].interval =
			&p->inputs[i] == p->ssh ? o->auth_interval : o->log_interval;
	return 0;
}

static size_t count_logs(const struct server_confs *confs, const char *server)
{
	size_t n = 0;

	for (size_t i = 0; i < confs->log_count; i++)
		n += confs->logs[i].server == server;
	return n;
}

/* The first note is the nearest to an answer. */
static const char *note_of(const struct server_confs *confs, const char *server)
{
	for (size_t i = 0; i < confs->note_count; i++)
		if (confs->notes[i].server == server)
			return confs->notes[i].text;
	return NULL;
}

static struct looked looked_of(const struct server_confs *confs, const struct server_read *read)
{
	const char *note = note_of(confs, read->server);
	size_t logs = count_logs(confs, read->server);
	struct looked looked;

	snprintf(looked.path, sizeof looked.path, "%.255s", read->path);
	if (read->err)
		snprintf(looked.found, sizeof looked.found, "%s", strerror(-read->err));
	else if (logs)
		snprintf(looked.found, sizeof looked.found, "names %zu log%s", logs,
			logs == 1 ? "" : "s");
	else
		snprintf(looked.found, sizeof looked.found, "%.255s", note ? note : "names no log");
	return looked;
}

size_t logs_plan_looked(const struct logs_plan *p, struct looked looked[static LOOKED_MAX])
{
	size_t n = 0;

	if (!p->confs || p->origin == LOGS_NAMED)
		return 0;
	for (; n < p->confs->read_count && n < LOOKED_MAX; n++)
		looked[n] = looked_of(p->confs, &p->confs->reads[n]);
	if (!n)
		looked[n++] = (struct looked){
			"the usual places", "no configuration of nginx, Apache, Caddy or lighttpd"};
	return n;
}

void logs_plan_done(struct logs_plan *p)
{
	for (size_t i = 0; p->usual && i < ARRAY_LEN(usual); i++)
		free(p->usual[i]);
	free(p->usual);
	free(p->ssh_path);
	free(p->inputs);
	server_confs_free(p->confs);
	format_string_free(p->custom);
	*p = (struct logs_plan){0};
}
