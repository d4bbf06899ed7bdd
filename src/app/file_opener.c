// SPDX-License-Identifier: MIT
#include "app/file_opener.h"

#include "app/privilege.h"
#include "app/state_dir.h"
#include "base/file.h"
#include "base/opener.h"
#include "base/str.h"
#include "conf/layouts.h"
#include "helper/open_link.h"
#include "helper/open_serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What it opens, whoever asks for it: where logs and the configuration of servers lie, and what the
 * operator has named. */
struct bounds {
	const char **dirs;
	size_t count, room;
};

static void allow(struct bounds *b, const char *path, size_t n)
{
	if (b->count == b->room) {
		size_t room = b->room ? 2 * b->room : 64;
		const char **more = realloc(b->dirs, room * sizeof *more);
		if (!more)
			return; /* it is then closer than it was meant to be */
		b->dirs = more;
		b->room = room;
	}
	b->dirs[b->count] = strndup(path, n);
	b->count += b->dirs[b->count] != NULL;
}

static void allow_directory_of(struct bounds *b, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash > path)
		allow(b, path, (size_t)(slash - path));
}

/* As far as no pattern is part of the name. */
static void allow_named(struct bounds *b, const char *named)
{
	char path[PATH_MAX];
	size_t n;

	if (!named || !file_expand_home(path, sizeof path, named))
		return;
	n = strcspn(path, "*?[{");
	while (path[n] && n && path[n - 1] != '/')
		n--;
	if (n)
		allow(b, path, n);
}

static void allow_all_named(struct bounds *b, const struct text_list *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *file = strchr(names->items[i], '='); /* "NAME=FILE" of ranges */
		allow_named(b, names->items[i]);
		if (file)
			allow_named(b, file + 1);
	}
}

static void put_bounds(struct bounds *b, const struct options *o)
{
	static const char *const usual[] = {"/var/log", "/run/log", "/usr/local/etc",
		"/var/lib/docker/containers", "/var/lib/containers", "/proc/net"};

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		allow(b, usual[i], strlen(usual[i]));
	for (size_t i = 0; i < layout_count; i++)
		for (size_t k = 0; layouts[i].paths[k]; k++)
			allow_directory_of(b, layouts[i].paths[k]);
	allow_all_named(b, &o->log_paths);
	allow_all_named(b, &o->error_log_paths);
	allow_all_named(b, &o->ranges);
	allow_all_named(b, &o->sandbox_read);
	allow_named(b, o->auth_path);
	allow_named(b, o->journal_dir);
	allow_named(b, o->geoip_city_db);
	allow_named(b, o->geoip_asn_db);
	allow_named(b, o->geoip_data_dir);
}

/* Where it makes files: what nethergaze names itself, in the working directory; the recording, with
 * its segments; the report, by way of another name. */

struct written {
	char cwd[PATH_MAX], record_dir[PATH_MAX], report_dir[PATH_MAX];
	char stem[NAME_MAX + 1], fresh[NAME_MAX + 8];
	struct opener_writable at[10];
	size_t count;
};

static void add(struct written *w, const char *dir, const char *begins, const char *ends)
{
	w->at[w->count++] = (struct opener_writable){dir, begins, ends};
}

static void put_written(struct written *w, const struct options *o)
{
	static const char *const ends[] = {".ndjson.gz", ".html", ".txt"};

	for (size_t i = 0; i < ARRAY_LEN(ends) && getcwd(w->cwd, sizeof w->cwd); i++)
		add(w, w->cwd, "nethergaze-", ends[i]);
	add(w, STATE_DIR_OF_ROOT, "block-", ".sh");
	const char *name = o->record && !o->daemon
				   ? file_split(o->record, w->record_dir, sizeof w->record_dir)
				   : NULL;
	if (name) {
		const char *dot = strchr(name + (name[0] == '.'), '.');
		snprintf(w->stem, sizeof w->stem, "%.*s",
			(int)(dot ? dot - name : (int)strlen(name)), name);
		add(w, w->record_dir, w->stem, dot ? dot : "");
		add(w, w->record_dir, w->stem, ".index");
	}
	name = o->report ? file_split(o->report, w->report_dir, sizeof w->report_dir) : NULL;
	if (name) {
		snprintf(w->fresh, sizeof w->fresh, ".%.*s.new", NAME_MAX, name);
		add(w, w->report_dir, w->fresh, ".new");
		add(w, w->report_dir, name, name);
	}
}

/* In the process. */

static int begin(int fd, pid_t parent, const struct options *o)
{
	static struct bounds bounds;
	static struct written written;
	static struct opener_limits limits;
	struct reason lacks; /* --doctor says it */
	sigset_t none;
	int err = process_leave(fd, "ng-opener");

	if (!err)
		err = process_follow(parent);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	put_bounds(&bounds, o);
	put_written(&written, o);
	limits = (struct opener_limits){bounds.dirs, bounds.count, written.at, written.count};
	opener_limit(&limits);
	privilege_drop(PRIVILEGE_OPENER, o, &lacks);
	return err;
}

static void serve(void *ctx, int fd, pid_t parent)
{
	int err = begin(fd, parent, ctx);

	_exit(err || open_serve(PROCESS_FD) < 0 ? 1 : 0);
}

/* Here. */

int file_opener_spawn(struct file_opener *f, const struct options *o)
{
	int err =
		process_spawn(&f->process, "process that opens files", serve, (void *)(uintptr_t)o);

	if (!err)
		open_link_use(&f->process, geteuid());
	return err;
}

void file_opener_done(struct file_opener *f)
{
	open_link_use(NULL, 0);
	process_end(&f->process);
}

void file_opener_tell(usec_t now, struct event_sink *sink)
{
	const char *lost = open_link_lost();
	struct event e = event_make(EVENT_NOTE, now);
	char text[256];

	if (!lost)
		return;
	snprintf(text, sizeof text,
		"%s: logs that rotate, and new ones, are no longer opened unless this user may "
		"read them",
		lost);
	e.note.text = str_of(text);
	event_put(sink, &e);
}
