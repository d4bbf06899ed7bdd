// SPDX-License-Identifier: MIT
#include "app/logs.h"

#include "app/ssh_log.h"
#include "base/opener.h"
#include "log/error_log.h"
#include "log/feed.h"
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

static void add(struct logs_plan *p, const char *path, struct log_owner owner)
{
	p->inputs[p->input_count++] = (struct log_input){.path = path,
		.guessed = p->origin != LOGS_NAMED,
		.format = p->format,
		.owner = owner};
}

static void add_glob(struct logs_plan *p, const char *root, size_t i)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s%s/%s", root, usual[i].dir, usual[i].name);
	p->usual[i] = strdup(path);
	if (p->usual[i])
		add(p, p->usual[i], (struct log_owner){0});
}

/* Where none of the directories is there, the first is waited for, unless `others` are followed. */
static void add_usual(struct logs_plan *p, const char *root, bool others)
{
	char dir[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		snprintf(dir, sizeof dir, "%s%s", root, usual[i].dir);
		if (opener_stat(NULL, dir, &st) == 0)
			add_glob(p, root, i);
	}
	if (p->input_count == 0 && !others)
		add_glob(p, root, 0);
}

static void add_configured(struct logs_plan *p, bool of_users)
{
	for (size_t i = 0; i < p->confs->log_count; i++) {
		const struct server_log *log = &p->confs->logs[i];
		if (log->owner.is_user == of_users)
			add(p, log->path, log->owner);
	}
}

static bool has_users_logs(const struct server_confs *confs)
{
	for (size_t i = 0; i < confs->log_count; i++)
		if (confs->logs[i].owner.is_user)
			return true;
	return false;
}

/* What a user's process leads to comes beside the machine's own logs, never instead of them. */
static void add_inputs(struct logs_plan *p, const struct options *o, const char *root)
{
	for (size_t i = 0; i < o->log_paths.count; i++)
		add(p, o->log_paths.items[i], (struct log_owner){0});
	if (p->input_count)
		return;
	p->origin = LOGS_CONFIGURED;
	add_configured(p, false);
	if (!p->input_count) {
		p->origin = LOGS_USUAL;
		add_usual(p, root, has_users_logs(p->confs));
		if (!p->input_count)
			p->origin = LOGS_CONFIGURED;
	}
	add_configured(p, true);
}

static void follow_errors(struct logs_plan *p, const char *path, bool named, struct log_owner owner)
{
	p->inputs[p->input_count++] = (struct log_input){.path = path,
		.format = &log_error_log,
		.from_end = !named,
		.errors = true,
		.owner = owner};
	p->error_count++;
}

static bool is_same_word(
	const struct server_log *log, const char *server, const struct log_owner *owner)
{
	return strcmp(log->server, server) == 0 && log->owner.is_user == owner->is_user &&
	       (!owner->is_user || log->owner.uid == owner->uid);
}

/* Whether the path is, or matches, an access log of the server, as this owner has it. */
static bool is_of_server(
	const struct server_confs *confs, const char *path, const struct server_error_log *errors)
{
	const struct server_log *log = server_confs_find(confs, path);

	if (log && is_same_word(log, errors->server, &errors->owner))
		return true;
	for (size_t i = 0; i < confs->log_count && log_glob_is(path); i++)
		if (is_same_word(&confs->logs[i], errors->server, &errors->owner) &&
			fnmatch(path, confs->logs[i].path, FNM_PATHNAME) == 0)
			return true;
	return false;
}

/* Whether an access log of the same server is among those that were named. */
static bool is_followed(const struct logs_plan *p, const struct server_error_log *errors)
{
	for (size_t k = 0; k < p->access_count; k++)
		if (is_of_server(p->confs, p->inputs[k].path, errors))
			return true;
	return false;
}

static bool has_same_origin(const struct server_error_log *a, const struct server_error_log *b)
{
	return a && a->server == b->server && a->owner.is_user == b->owner.is_user &&
	       a->owner.uid == b->owner.uid;
}

/* Who names another machine's log, or an old one, does not want this one's errors beside it. */
static void add_errors(struct logs_plan *p, const struct options *o)
{
	for (size_t i = 0; o->error_log && i < o->error_log_paths.count; i++)
		follow_errors(p, o->error_log_paths.items[i], true, (struct log_owner){0});
	if (!o->error_log || p->error_count)
		return;
	const struct server_error_log *asked = NULL;
	bool follows = p->origin != LOGS_NAMED;
	for (size_t i = 0; i < p->confs->error_log_count; i++) {
		const struct server_error_log *log = &p->confs->error_logs[i];
		if (p->origin == LOGS_NAMED && !has_same_origin(asked, log))
			follows = is_followed(p, asked = log);
		if (follows)
			follow_errors(p, log->path, false, log->owner);
	}
}

static void follow_ssh(struct logs_plan *p, const char *path, bool named)
{
	struct log_input *input = &p->inputs[p->input_count++];

	/* Nobody asked for it: what it said long ago is not read with an old access log. */
	*input = (struct log_input){.path = path, .format = &log_sshd_auth_log, .from_end = !named};
	p->ssh = input;
}

/* One that the plan before has found stays while there is none: between the rename and the next
 * line of a rotation, nothing is there. */
static void add_ssh(struct logs_plan *p, const struct options *o)
{
	char path[PATH_MAX];

	if (!o->auth_log)
		return;
	if (o->auth_path) {
		follow_ssh(p, o->auth_path, true);
		return;
	}
	if (p->journal->ssh)
		return;
	if (ssh_log_find(o, path)) {
		free(p->ssh_path);
		p->ssh_path = strdup(path);
	}
	if (p->ssh_path)
		follow_ssh(p, p->ssh_path, false);
}

const char *logs_plan_root(const struct options *o)
{
	return o->server_root ? o->server_root : "";
}

#define BEFORE_MAX (LOG_OTHERS_MAX / 2) /* formats of before that come before those of now */

static bool has_format(const struct server_confs *confs, const struct log_format *format)
{
	for (size_t i = 0; i < confs->format_count; i++)
		if (format_string_is_same(confs->formats[i], format))
			return true;
	return false;
}

/* Adds those formats of before, from *at on, that are no longer there; `most` of them. */
static void add_gone(struct logs_plan *p, size_t *at, size_t most)
{
	for (; p->before && *at < p->before->format_count && most; (*at)++) {
		struct log_format *format = p->before->formats[*at];
		if (has_format(p->confs, format))
			continue;
		p->others[p->other_count++] = format;
		most--;
	}
}

/* Lines are tried with the first of them only. Those that are gone come first: a server goes on
 * with them until it reads its configuration. */
static int gather_formats(struct logs_plan *p)
{
	size_t count = p->confs->format_count + (p->before ? p->before->format_count : 0), at = 0;

	p->others = calloc(count + 1, sizeof *p->others);
	if (!p->others)
		return -ENOMEM;
	add_gone(p, &at, BEFORE_MAX);
	for (size_t i = 0; i < p->confs->format_count; i++)
		p->others[p->other_count++] = p->confs->formats[i];
	add_gone(p, &at, SIZE_MAX);
	return 0;
}

/* What the configuration leads to; p->confs and p->format are there. */
static int lay_out(struct logs_plan *p, const struct options *o)
{
	const char *root = logs_plan_root(o);

	p->usual = calloc(ARRAY_LEN(usual), sizeof *p->usual);
	if (!p->usual)
		return -ENOMEM;
	p->inputs = calloc(o->log_paths.count + o->error_log_paths.count + p->confs->log_count +
				   p->confs->error_log_count + ARRAY_LEN(usual) + 1,
		sizeof *p->inputs);
	if (!p->journal && (p->journal = malloc(sizeof *p->journal)))
		journal_plan_init(p->journal, o);
	if (!p->inputs || !p->journal || gather_formats(p) < 0)
		return -ENOMEM;
	add_inputs(p, o, root);
	p->access_count = p->input_count;
	add_errors(p, o);
	add_ssh(p, o);
	for (size_t i = 0; i < p->input_count; i++)
		p->inputs[i].interval =
			&p->inputs[i] == p->ssh ? o->auth_interval : o->log_interval;
	return 0;
}

/* NULL where /proc cannot be read: the usual places are left. */
static struct running *find_running(const struct options *o)
{
	const struct running_options options = {.proc = "/proc", .root = logs_plan_root(o)};
	struct running *found = NULL;
	struct running_walk walk;

	if (!o->running_servers)
		return NULL;
	if (running_walk_init(&walk, &options) == 0) {
		while (running_walk_step(&walk, UINT_MAX))
			continue;
		found = running_walk_take(&walk);
	}
	running_walk_done(&walk);
	return found;
}

int logs_plan_init(struct logs_plan *p, const struct options *o)
{
	*p = (struct logs_plan){0};
	int err = find_format(p, str_of(o->log_format));
	if (err)
		return err;
	p->running = find_running(o);
	p->confs = server_confs_new(logs_plan_root(o), p->running);
	return p->confs ? lay_out(p, o) : -ENOMEM;
}

int logs_plan_init_next(struct logs_plan *next, const struct options *o, const struct logs_plan *p,
	struct server_confs *confs)
{
	*next = (struct logs_plan){
		.confs = confs, .before = p->confs, .format = p->format, .journal = p->journal};
	next->ssh_path = p->ssh_path ? strdup(p->ssh_path) : NULL;
	return lay_out(next, o);
}

void logs_plan_replace(struct logs_plan *p, struct logs_plan *next, struct running *running)
{
	next->custom = p->custom;
	next->running = running ? running : p->running;
	if (running)
		running_free(p->running);
	p->custom = NULL;
	p->running = NULL;
	p->confs = NULL;
	p->journal = NULL;
	logs_plan_done(p);
	*p = *next;
	*next = (struct logs_plan){0};
}

void logs_plan_drop_next(struct logs_plan *next)
{
	next->before = NULL;
	next->journal = NULL;
	logs_plan_done(next);
}

struct log_tail_options logs_plan_tail_options(
	const struct logs_plan *p, const struct options *o, const struct trusted_proxies *trusted)
{
	return (struct log_tail_options){.inputs = p->inputs,
		.input_count = p->input_count,
		.root = o->server_root,
		.look_up = server_confs_look_up,
		.look_up_context = p->confs,
		.others = p->others,
		.other_count = p->other_count,
		.trusted = trusted,
		/* When logs are named by hand, nobody asks for others. */
		.left_out = p->origin == LOGS_NAMED ? 0 : p->confs->left_out,
		.from_start = o->from_start};
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
			"the usual places", "no configuration of a web server that is known"};
	return n;
}

void logs_plan_done(struct logs_plan *p)
{
	for (size_t i = 0; p->usual && i < ARRAY_LEN(usual); i++)
		free(p->usual[i]);
	free(p->usual);
	free(p->ssh_path);
	free(p->journal);
	free(p->inputs);
	free(p->others);
	server_confs_free(p->confs);
	server_confs_free(p->before);
	running_free(p->running);
	format_string_free(p->custom);
	*p = (struct logs_plan){0};
}
