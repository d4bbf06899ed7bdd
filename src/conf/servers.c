// SPDX-License-Identifier: MIT
#include "conf/servers.h"

#include "base/opener.h"
#include "base/text.h"
#include "conf/layouts.h"
#include "conf/open_logs.h"
#include "conf/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Which main files have been read, of which root: one may be named by a process, and lie at a usual
 * place or be led to by a link from there as well. */
struct done {
	dev_t root_dev, dev;
	ino_t root_ino, ino;
};

struct server_reading {
	struct server_confs *confs;
	const char *root;              /* borrowed, */
	const struct running *running; /* as this is; or NULL */
	size_t step;
	int err;        /* -ENOMEM */
	dev_t root_dev; /* of the root that is read now */
	ino_t root_ino;
	struct done done[SERVER_READS_MAX];
	size_t done_count;
};

/* False: it is not there. */
static bool identify(
	const struct server_reading *r, const char *root, const char *path, struct done *ret)
{
	char whole[PATH_MAX + 64];
	struct stat st;

	snprintf(whole, sizeof whole, "%s%s", root, path);
	if (opener_stat(NULL, whole, &st) < 0)
		return false;
	*ret = (struct done){r->root_dev, st.st_dev, r->root_ino, st.st_ino};
	return true;
}

static bool is_done(const struct server_reading *r, const char *root, const char *path)
{
	struct done it;

	for (size_t i = 0; identify(r, root, path, &it) && i < r->done_count; i++) {
		const struct done *d = &r->done[i];
		if (d->root_dev == it.root_dev && d->root_ino == it.root_ino && d->dev == it.dev &&
			d->ino == it.ino)
			return true;
	}
	return false;
}

static void note_done(struct server_reading *r, const char *root, const char *path)
{
	if (r->done_count < SERVER_READS_MAX && identify(r, root, path, &r->done[r->done_count]))
		r->done_count++;
}

static void note_read(struct conf_build *b, const char *path, int err, pid_t pid)
{
	struct server_confs *c = b->confs;

	if (b->budget.bytes == 0 || b->budget.files == 0 || b->budget.globs == 0)
		conf_note(b, "the configuration is too large to be read whole");
	if (c->read_count == SERVER_READS_MAX) {
		c->dropped++;
		return;
	}
	struct server_read *read = &c->reads[c->read_count++];
	*read = (struct server_read){.server = b->server->name, .err = err, .pid = pid};
	text_sanitise(read->path, sizeof read->path - 1, str_of(path));
}

static void set_dir(struct conf_build *b, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(b->dir, sizeof b->dir, "%.*s", (int)(slash ? slash - path : 0), path);
}

/* 0 or a negative errno, as the server's reader has it; -ENOENT: there is no such file. */
static int read_file(struct server_reading *r, struct conf_build *b, const char *path)
{
	set_dir(b, path);
	int err = b->server->read(b, path);
	if (err)
		conf_forget(b);
	else
		note_done(r, b->budget.root, path);
	return err == -ENOTDIR ? -ENOENT : err;
}

/* The first of a layout's files that is there. */
static int read_layout(struct server_reading *r, const struct layout *layout)
{
	struct conf_build *b = conf_build_new(r->confs, layout->server, r->root);
	int err = -ENOENT;

	if (!b)
		return -ENOMEM;
	for (const char *const *path = layout->paths; *path && err == -ENOENT; path++) {
		if (is_done(r, r->root, *path))
			break;
		err = read_file(r, b, *path);
		if (err != -ENOENT)
			note_read(b, *path, err, 0);
	}
	conf_build_finish(b);
	return 0;
}

/* Running servers. */

/* Whose turn it is, in this order; the usual places come behind the host's own servers. */
enum turn {
	OF_HOST,
	OF_ELSEWHERE,
	OF_USERS
};

static enum turn turn_of(const struct running_server *s)
{
	return s->owner.is_user ? OF_USERS : s->is_elsewhere ? OF_ELSEWHERE : OF_HOST;
}

static struct conf_build *begin(struct server_reading *r, const struct running_server *s)
{
	struct conf_build *b = conf_build_new(r->confs, s->server, s->root);

	if (!b)
		return NULL;
	b->budget.owner = s->owner;
	if (turn_of(s) != OF_HOST)
		conf_budget_cut(&b->budget);
	b->arguments = s->arguments;
	b->argument_count = s->argument_count;
	b->runs = true;
	b->is_packaged = s->is_packaged;
	snprintf(b->prefix, sizeof b->prefix, "%s", s->prefix);
	r->root_dev = s->dev;
	r->root_ino = s->ino;
	return b;
}

static void note_path(
	struct conf_build *b, const struct running_server *s, const char *path, int err)
{
	char whole[PATH_MAX + 64];

	snprintf(whole, sizeof whole, "%s%s", s->is_elsewhere ? s->root : "", path);
	note_read(b, whole, err, s->pid);
}

/* No configuration could be read: what it has open is all there is to go by. */
static void read_open_logs(struct conf_build *b, const struct running_server *s)
{
	struct open_logs logs;

	open_logs_find(&logs, s);
	if (logs.n)
		conf_note(b,
			"process %d: its configuration was not read; the logs that it has open "
			"are followed",
			(int)s->pid);
	for (size_t i = 0; i < logs.n; i++) {
		if (open_logs_is_error(logs.paths[i]))
			conf_add_error_log(b, str_of(logs.paths[i]));
		else
			conf_add_log(b, str_of(logs.paths[i]), STR_ABSENT, STR_ABSENT);
	}
	open_logs_done(&logs);
}

static int read_path(
	struct server_reading *r, const struct running_server *s, const char *path, bool *known)
{
	if (is_done(r, s->root, path)) {
		*known = true;
		return 0;
	}
	struct conf_build *b = begin(r, s);
	if (!b)
		return -ENOMEM;
	int err = read_file(r, b, path);
	if (err != -ENOENT || !s->is_guess)
		note_path(b, s, path, err);
	*known |= err == 0;
	conf_build_finish(b);
	return s->is_guess && err != -ENOENT ? 1 : 0;
}

static int read_running(struct server_reading *r, const struct running_server *s)
{
	bool known = false;
	int got = 0;

	/* By what is read now its logs are opened, as long as it has its number. */
	if (s->is_elsewhere)
		opener_know_root(s->root, s->dev, s->ino);
	r->root_dev = s->dev;
	r->root_ino = s->ino;
	for (size_t i = 0; i < s->path_count && got == 0; i++) {
		got = read_path(r, s, s->paths[i], &known);
		if (got == 0 && s->is_guess && known)
			break;
	}
	if (got < 0 || known)
		return got < 0 ? got : 0;
	struct conf_build *b = begin(r, s);
	if (!b)
		return -ENOMEM;
	if (s->server->by_arguments && s->argument_count && s->server->read(b, NULL) == 0)
		note_read(b, "its arguments", 0, s->pid);
	if (!b->log_count)
		read_open_logs(b, s);
	conf_build_finish(b);
	return 0;
}

/* In steps. What users say comes last: it takes no room from the rest, and makes no log theirs.
 * Before them containers: whoever may start one is root in it, and none of ours. */

static void begin_layouts(struct server_reading *r)
{
	struct stat st;
	bool there = opener_stat(NULL, r->root[0] ? r->root : "/", &st) == 0;

	r->root_dev = there ? st.st_dev : 0;
	r->root_ino = there ? st.st_ino : 0;
}

static void read_server(struct server_reading *r, size_t i, enum turn turn)
{
	const struct running_server *s = r->running->servers[i];

	if (turn_of(s) == turn)
		r->err = read_running(r, s);
}

bool server_reading_step(struct server_reading *r)
{
	size_t servers = r->running ? r->running->count : 0, step = r->step++;

	if (r->err || step >= 3 * servers + layout_count)
		return false;
	if (step < servers) {
		read_server(r, step, OF_HOST);
	} else if (step < servers + layout_count) {
		begin_layouts(r);
		r->err = read_layout(r, &layouts[step - servers]);
	} else if (step < 2 * servers + layout_count) {
		read_server(r, step - servers - layout_count, OF_ELSEWHERE);
	} else {
		read_server(r, step - 2 * servers - layout_count, OF_USERS);
	}
	return true;
}

struct server_reading *server_reading_new(const char *root, const struct running *running)
{
	struct server_reading *r = calloc(1, sizeof *r);

	if (!r || !(r->confs = calloc(1, sizeof *r->confs))) {
		free(r);
		return NULL;
	}
	r->root = root;
	r->running = running;
	r->confs->left_out = running ? running->dropped : 0;
	return r;
}

struct server_confs *server_reading_finish(struct server_reading *r)
{
	struct server_confs *c = r ? r->confs : NULL;
	bool failed = r && r->err;

	free(r);
	if (!failed)
		return c;
	server_confs_free(c);
	return NULL;
}

struct server_confs *server_confs_new(const char *root, const struct running *running)
{
	struct server_reading *r = server_reading_new(root, running);

	while (r && server_reading_step(r))
		continue;
	return server_reading_finish(r);
}
