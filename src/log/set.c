// SPDX-License-Identifier: MIT
/*
 * A scan has three steps: which names there are; which files have lost theirs; which names have
 * no file. A file without a name is kept, because the server goes on writing to it until it is
 * told, and because the name that it went to may be one of ours: that name takes it over, with
 * its place in the file.
 */
#include "log/set.h"

#include "log/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#define KEEP_REPLACED (30 * USEC_PER_SEC)  /* Apache's children end their requests first */
#define KEEP_ALONE    (600 * USEC_PER_SEC) /* no new file yet: the server uses the old one */
#define MISSED_MAX    USEC_PER_SEC         /* between rename and create there is a gap */

/* Names. */

uint64_t log_set_lag(const struct log_set *set, const struct log_name *name)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < set->file_count; i++)
		if (set->files[i]->name == name)
			sum += log_file_lag(set->files[i]);
	return sum;
}

static int watch_directory(struct log_set *set, const char *path)
{
	char *copy = strdup(path);
	int wd = -1;

	/* Without a watch (too many, or no such directory yet) the next scan finds it all. */
	if (copy)
		wd = inotify_add_watch(set->inotify, dirname(copy),
			IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB |
				IN_ONLYDIR);
	free(copy);
	return wd;
}

static void ask_server(const struct log_set *set, struct log_name *name)
{
	struct log_configured c;

	name->stream.configured = NULL;
	name->stream.buffered = NULL;
	if (!set->look_up || !set->look_up(set->look_up_context, name->path, &c))
		return;
	name->stream.configured = c.format;
	name->stream.buffered = c.buffered;
}

static void take_input(
	const struct log_set *set, struct log_name *name, const struct log_input *input)
{
	name->let_go = false;
	name->stream.format = input->format;
	name->from_end = input->from_end;
	name->interval = input->interval > 0 ? input->interval : USEC_PER_SEC;
	name->stream.errors = input->errors;
	name->owner = input->owner;
	ask_server(set, name);
}

/* Of two inputs that lead to the same file the first has the word. */
static struct log_name *name_get(
	struct log_set *set, const char *path, const struct log_input *input)
{
	for (size_t i = 0; i < set->name_count; i++) {
		if (strcmp(set->names[i]->path, path) != 0)
			continue;
		if (set->names[i]->let_go)
			take_input(set, set->names[i], input);
		return set->names[i];
	}
	struct log_name *name = set->name_count < LOG_NAMES_MAX ? log_name_new(path) : NULL;
	if (!name)
		return NULL;
	take_input(set, name, input);
	name->is_late = set->changing;
	name->dir_wd = watch_directory(set, path);
	set->names[set->name_count++] = name;
	return name;
}

struct expansion {
	struct log_set *set;
	const struct log_input *input;
	bool full;
};

static void take_match(void *context, const char *path)
{
	struct expansion *x = context;
	struct log_name *name;

	name = name_get(x->set, path, x->input);
	if (name)
		name->seen = true;
	else
		x->full = true;
}

static void expand_glob(struct log_set *set, const struct log_input *input)
{
	struct expansion x = {.set = set, .input = input};
	const char *pattern = input->path;
	struct log_name *name = name_get(set, pattern, input);
	int found = log_glob_expand(pattern, input->guessed, take_match, &x);

	watch_directory(set, pattern);
	if (!name)
		return;
	name->is_glob = name->seen = true;
	if (x.full)
		log_stream_set_state(
			&name->stream, LOG_UNREADABLE, "Matches more files than can be followed");
	else if (found < 0)
		log_stream_set_error(&name->stream, found);
	else if (found == 0)
		log_stream_set_state(&name->stream, LOG_MISSING, "No file matches");
	else if (name->stream.state != LOG_STATE_NONE)
		log_stream_set_state(&name->stream, LOG_READING, NULL);
}

static void expand_paths(struct log_set *set)
{
	for (size_t i = 0; i < set->name_count; i++)
		set->names[i]->seen = false;
	/* What was named comes before what a glob matches: it has a place, and can say what is
	 * wrong, also when matches take all the rest. */
	for (size_t i = 0; i < set->input_count; i++)
		name_get(set, set->inputs[i].path, &set->inputs[i]);
	for (size_t i = 0; i < set->input_count; i++) {
		const struct log_input *input = &set->inputs[i];
		if (log_glob_is(input->path)) {
			expand_glob(set, input);
			continue;
		}
		struct log_name *name = name_get(set, input->path, input);
		if (name) {
			name->seen = true;
			name->is_glob = false;
		}
	}
}

bool log_set_concerns(const struct log_set *set, const char *file_name)
{
	for (size_t i = 0; i < set->input_count; i++) {
		const char *path = set->inputs[i].path, *slash = strrchr(path, '/');
		const char *pattern = slash ? slash + 1 : path;
		/* fnmatch(3) has no braces; glob(3) has. */
		if (strchr(pattern, '{') || strcmp(pattern, file_name) == 0 ||
			fnmatch(pattern, file_name, 0) == 0)
			return true;
	}
	return false;
}

/* A name that is gone may come again, and its totals go on then: between a rename and the server's
 * next line there is none. It makes way only for others. */
static void forget_names(struct log_set *set)
{
	size_t kept = 0;

	if (set->name_count < LOG_NAMES_MAX * 3 / 4)
		return;
	for (size_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		bool gone =
			!name->seen && name->files == 0 && log_stream_is_reported(&name->stream);
		if (gone)
			log_name_free(name);
		else
			set->names[kept++] = name;
	}
	set->name_count = kept;
}

/* Files. */

void log_set_watch(struct log_set *set, struct log_file *f)
{
	char path[32];

	f->unwatched = false;
	if (f->is_pipe) {
		struct epoll_event event = {.events = EPOLLIN};
		epoll_ctl(set->epoll, EPOLL_CTL_ADD, f->fd, &event);
		return;
	}
	/* By descriptor, so that it is this file that is watched, whatever the name is by now. */
	snprintf(path, sizeof path, "/proc/self/fd/%d", f->fd);
	f->wd = inotify_add_watch(set->inotify, path, IN_MODIFY);
}

static void attach(struct log_name *name, struct log_file *f)
{
	if (f->name)
		f->name->files--;
	f->name = name;
	f->account = &name->stream.account;
	f->detached = false;
	name->stream.account.rotated += name->had_file;
	name->had_file = true;
	name->file = f;
	name->files++;
	name->missed = 0;
	log_stream_set_state(&name->stream, LOG_READING, NULL);
}

static void detach(struct log_file *f, usec_t now)
{
	f->name->file = NULL;
	f->detached = true;
	f->ready = true;
	f->active = now;
}

void log_set_close(struct log_set *set, struct log_file *f)
{
	size_t i = 0;

	while (set->files[i] != f)
		i++;
	for (set->file_count--; i < set->file_count; i++)
		set->files[i] = set->files[i + 1];
	if (f->wd >= 0)
		inotify_rm_watch(set->inotify, f->wd);
	if (f->name) {
		f->name->files--;
		if (f->name->file == f)
			f->name->file = NULL;
		/* Should somebody ask for it again. */
		if (f->name->let_go)
			f->name->start_at = f->offset - (off_t)(f->end - f->start);
	}
	log_file_free(f);
}

static struct log_file *file_with(struct log_set *set, dev_t dev, ino_t ino)
{
	for (size_t i = 0; i < set->file_count; i++) {
		struct log_file *f = set->files[i];
		if (!f->is_stdin && f->dev == dev && f->ino == ino)
			return f;
	}
	return NULL;
}

/* How much of the path is a root that nothing below leads out of: the one that was named, or
 * another process' ("/proc/PID/root"). 0: none. */
static size_t root_length(const struct log_set *set, const char *path)
{
	size_t n = set->root ? strlen(set->root) : 0;

	if (n && strncmp(path, set->root, n) == 0 && path[n] == '/')
		return n;
	if (strncmp(path, "/proc/", 6) != 0)
		return 0;
	n = 6 + strspn(path + 6, "0123456789");
	return n > 6 && strncmp(path + n, "/root/", 6) == 0 ? n + 5 : 0;
}

static int open_path(
	const struct log_set *set, const char *path, struct log_name *name, struct log_file **ret)
{
	size_t n = root_length(set, path);
	char root[PATH_MAX];
	struct stat st;

	snprintf(root, sizeof root, "%.*s", (int)n, path);
	int err = log_file_open(root, path + n, &name->stream.account, ret);
	if (err || !name->owner.is_user)
		return err;
	if (fstat((*ret)->fd, &st) == 0 && log_owner_may_name(&name->owner, &st))
		return 0;
	log_file_free(*ret);
	return -EACCES;
}

static void open_name(struct log_set *set, struct log_name *name, usec_t now)
{
	struct log_file *f;
	int err = strcmp(name->path, "-") == 0 ? log_file_stdin(&name->stream.account, &f)
					       : open_path(set, name->path, name, &f);

	if (err) {
		log_stream_set_error(&name->stream, err);
		return;
	}
	/* The name moved between the look and the opening: the next scan will see it right. */
	if (!f->is_stdin && file_with(set, f->dev, f->ino)) {
		log_file_free(f);
		return;
	}
	if (set->file_count == LOG_FILES_MAX) {
		log_file_free(f);
		log_stream_set_state(&name->stream, LOG_UNREADABLE, "Too many open logs");
		return;
	}
	set->files[set->file_count++] = f;
	f->active = now;
	attach(name, f);
	if (name->start_at > 0 && !f->is_pipe)
		log_file_skip_to(f, name->start_at);
	name->start_at = 0;
	log_set_watch(set, f);
}

/* A file that had the name for so short a time that no scan saw it: nothing of it was read. */
static void adopt(struct log_set *set, struct log_name *name, const char *path, usec_t now)
{
	struct log_file *f;

	if (set->file_count == LOG_FILES_MAX || open_path(set, path, name, &f) < 0)
		return;
	if (f->is_pipe || file_with(set, f->dev, f->ino)) {
		log_file_free(f);
		return;
	}
	set->files[set->file_count++] = f;
	f->name = name;
	name->files++;
	name->stream.account.rotated++;
	f->detached = true;
	f->active = now;
	log_set_watch(set, f);
}

static void adopt_renamed(struct log_set *set, usec_t now)
{
	for (size_t i = 0; i < set->renames.n; i++) {
		char *path = log_renames_path(&set->renames, i);
		if (path)
			adopt(set, set->renames.at[i].name, path, now);
		free(path);
	}
	set->renames.n = 0;
}

void log_set_renamed(struct log_set *set, const struct inotify_event *event)
{
	struct log_name *had = NULL;

	for (size_t i = 0; i < set->name_count && !had; i++) {
		struct log_name *name = set->names[i];
		const char *slash = strrchr(name->path, '/');
		if (name->dir_wd == event->wd && !name->is_glob &&
			strcmp(slash ? slash + 1 : name->path, event->name) == 0)
			had = name;
	}
	log_renames_take(&set->renames, event, had);
}

/* An old file says of the past; without the time of its birth nobody knows. */
static bool is_born_since(const char *path, usec_t begun)
{
	struct statx x;

	return statx(AT_FDCWD, path, 0, STATX_BTIME, &x) == 0 && (x.stx_mask & STATX_BTIME) &&
	       (usec_t)x.stx_btime.tv_sec * USEC_PER_SEC + x.stx_btime.tv_nsec / 1000 > begun;
}

/* A name without a file. */
static void find_file(struct log_set *set, struct log_name *name, usec_t now)
{
	struct stat st;

	if (strcmp(name->path, "-") == 0) {
		if (!set->scanned)
			open_name(set, name, now);
		return;
	}
	if (stat(name->path, &st) < 0) {
		if (errno == ENOENT)
			name->start_at = 0;
		if (!name->missed)
			name->missed = name->stream.state == LOG_READING ? now : 1;
		if (now - name->missed >= MISSED_MAX || now < name->missed)
			log_stream_set_error(&name->stream, -errno);
		return;
	}
	bool skips = !set->scanned || (name->is_late && !is_born_since(name->path, set->begun));
	name->is_late = false;
	if (skips && (!set->from_start || name->from_end) && S_ISREG(st.st_mode))
		name->start_at = st.st_size;
	struct log_file *f = file_with(set, st.st_dev, st.st_ino);
	if (!f)
		open_name(set, name, now);
	else if (f->detached)
		attach(name, f);
	else if (name->stream.state != LOG_STATE_NONE)
		log_stream_set_state(&name->stream, LOG_READING, NULL); /* another name of f */
}

static void check_name(struct log_file *f, usec_t now)
{
	struct stat st;

	if (f->detached || f->is_stdin)
		return;
	if (stat(f->name->path, &st) < 0) {
		/* Not being allowed to look says nothing about the file. */
		if (errno == ENOENT || errno == ENOTDIR)
			detach(f, now);
	} else if (st.st_dev != f->dev || st.st_ino != f->ino) {
		detach(f, now);
	}
}

/* What is left of them is read, as after a rotation; their totals stay. */
static void let_go(struct log_set *set, usec_t now)
{
	for (size_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		if (!name->let_go)
			continue;
		if (name->file)
			detach(name->file, now);
		log_stream_set_state(
			&name->stream, LOG_STATE_NONE, "No longer in the configuration");
	}
	set->changing = false;
}

void log_set_scan(struct log_set *set, usec_t now)
{
	expand_paths(set);
	if (set->changing)
		let_go(set, now);
	for (size_t i = 0; i < set->file_count; i++)
		check_name(set->files[i], now);
	adopt_renamed(set, now);
	for (size_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		if (!name->file && !name->is_glob && name->seen)
			find_file(set, name, now);
	}
	forget_names(set);
	set->scanned = true;
}

void log_set_expire(struct log_set *set, usec_t now,
	void (*last)(void *context, struct log_file *f), void *context)
{
	for (size_t i = set->file_count; i-- > 0;) {
		struct log_file *f = set->files[i];
		usec_t keep = f->name->file || f->name->let_go ? KEEP_REPLACED : KEEP_ALONE;
		bool crowded = set->file_count == LOG_FILES_MAX;
		if (!f->detached || f->ready || (now - f->active < keep && !crowded))
			continue;
		last(context, f);
		log_set_close(set, f);
	}
}

static void free_inputs(struct log_input *inputs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)inputs[i].path);
	free(inputs);
}

static int copy_inputs(struct log_set *set, const struct log_tail_options *options)
{
	struct log_input *inputs = calloc(options->input_count + 1, sizeof *inputs);

	if (!inputs)
		return -ENOMEM;
	for (size_t i = 0; i < options->input_count; i++) {
		inputs[i] = options->inputs[i];
		inputs[i].path = strdup(inputs[i].path);
		if (!inputs[i].path) {
			free_inputs(inputs, i);
			return -ENOMEM;
		}
	}
	free_inputs(set->inputs, set->input_count);
	set->inputs = inputs;
	set->input_count = options->input_count;
	return 0;
}

int log_set_change(struct log_set *set, const struct log_tail_options *options)
{
	int err = copy_inputs(set, options);

	if (err)
		return err;
	set->look_up = options->look_up;
	set->look_up_context = options->look_up_context;
	set->changing = true;
	for (size_t i = 0; i < set->name_count; i++) {
		struct log_stream *stream = &set->names[i]->stream;
		set->names[i]->let_go = true; /* until an input asks for it */
		stream->configured = stream->hint = NULL;
		stream->buffered = NULL;
		stream->vain = 0;
	}
	return 0;
}

int log_set_init(struct log_set *set, const struct log_tail_options *options)
{
	struct epoll_event event = {.events = EPOLLIN};

	*set = (struct log_set){.inotify = -1,
		.epoll = -1,
		.look_up = options->look_up,
		.look_up_context = options->look_up_context,
		.from_start = options->from_start,
		.begun = clock_usec(CLOCK_REALTIME_COARSE)}; /* as births of files are told */
	int err = copy_inputs(set, options);
	if (!err && options->root && options->root[0] && !(set->root = strdup(options->root)))
		err = -ENOMEM;
	if (err)
		return err;
	for (size_t n = set->root ? strlen(set->root) : 0; n > 1 && set->root[n - 1] == '/'; n--)
		set->root[n - 1] = '\0';
	set->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (set->inotify < 0 || set->epoll < 0 ||
		epoll_ctl(set->epoll, EPOLL_CTL_ADD, set->inotify, &event) < 0)
		return -errno;
	return 0;
}

void log_set_done(struct log_set *set)
{
	while (set->file_count)
		log_set_close(set, set->files[set->file_count - 1]);
	for (size_t i = 0; i < set->name_count; i++)
		log_name_free(set->names[i]);
	free_inputs(set->inputs, set->input_count);
	free(set->root);
	if (set->inotify >= 0)
		close(set->inotify);
	if (set->epoll >= 0)
		close(set->epoll);
}
