// SPDX-License-Identifier: MIT
/*
 * What lies at a name. A file that has lost its name is kept, because the server goes on writing to
 * it until it is told, and because the name that it went to may be one of ours: that name takes it
 * over, with its place in the file.
 */
#include "log/set_parts.h"

#include "base/hash.h"
#include "base/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#define KEEP_REPLACED    (30 * USEC_PER_SEC)  /* Apache's children end their requests first */
#define KEEP_ALONE       (600 * USEC_PER_SEC) /* no new file yet: the server uses the old one */
#define FILE_WATCHES_MAX 512 /* then, directories tell: the kernel has few thousand for a user */
#define NUMBERS_MAX      100 /* "access.log.100" */
#define MISSED_MAX       USEC_PER_SEC /* between rename and create there is a gap */

static uint64_t hash_of_file(dev_t dev, ino_t ino)
{
	return hash_two(dev, ino);
}

static uint64_t hash_of_watch(int wd)
{
	return hash_two((uint64_t)wd, 1);
}

static struct log_file *file_with(const struct log_set *set, dev_t dev, ino_t ino)
{
	index_for_each_match (&set->files_by_ino, hash_of_file(dev, ino), slot) {
		struct log_file *f = set->files[slot];
		if (f->dev == dev && f->ino == ino)
			return f;
	}
	return NULL;
}

struct log_file *set_file_of_watch(const struct log_set *set, int wd)
{
	index_for_each_match (&set->files_by_wd, hash_of_watch(wd), slot)
		if (set->files[slot]->wd == wd)
			return set->files[slot];
	return NULL;
}

/* Places in the set. */

static bool has_room(struct log_set *set)
{
	uint32_t cap = set->file_cap ? 2 * set->file_cap : 64;

	if (set->file_count < set->file_cap)
		return true;
	struct log_file **files = realloc(set->files, cap * sizeof *files);
	if (!files)
		return false;
	set->files = files;
	set->file_cap = cap;
	return true;
}

bool set_file_add(struct log_set *set, struct log_file *f)
{
	f->slot = set->file_count;
	if (!has_room(set) ||
		(!f->is_stdin &&
			index_add(&set->files_by_ino, hash_of_file(f->dev, f->ino), f->slot) < 0)) {
		log_file_free(f);
		return false;
	}
	set->files[set->file_count++] = f;
	set_file_begins(set, f);
	if (f->is_pipe)
		log_queue_put(&set->pipes, QUEUE_PIPES, f);
	if (f->is_stdin)
		set->input = f;
	return true;
}

static void enter_indexes(struct log_set *set, struct log_file *f)
{
	if (!f->is_stdin)
		index_add(&set->files_by_ino, hash_of_file(f->dev, f->ino), f->slot);
	if (f->wd >= 0)
		index_add(&set->files_by_wd, hash_of_watch(f->wd), f->slot);
	for (int i = 0; i < 2; i++)
		if (f->begins[i])
			index_add(&set->files_by_begin, f->begins[i], f->slot);
}

static void leave_indexes(struct log_set *set, struct log_file *f)
{
	if (!f->is_stdin)
		index_remove(&set->files_by_ino, hash_of_file(f->dev, f->ino), f->slot);
	if (f->wd >= 0)
		index_remove(&set->files_by_wd, hash_of_watch(f->wd), f->slot);
	for (int i = 0; i < 2; i++)
		if (f->begins[i])
			index_remove(&set->files_by_begin, f->begins[i], f->slot);
}

void set_file_begins(struct log_set *set, struct log_file *f)
{
	const uint64_t begins[2] = {f->is_copy ? 0 : f->head.begins, f->former.head.begins};

	for (int i = 0; i < 2; i++) {
		if (f->begins[i] == begins[i])
			continue;
		if (f->begins[i])
			index_remove(&set->files_by_begin, f->begins[i], f->slot);
		bool added = begins[i] && index_add(&set->files_by_begin, begins[i], f->slot) == 0;
		f->begins[i] = added ? begins[i] : 0;
	}
}

static void leave_set(struct log_set *set, struct log_file *f)
{
	struct log_file *last = set->files[--set->file_count];

	leave_indexes(set, f);
	if (last == f)
		return;
	/* It cannot fail to be put where it has just been taken out. */
	leave_indexes(set, last);
	last->slot = f->slot;
	set->files[last->slot] = last;
	enter_indexes(set, last);
}

/* How far the file was read, for the name to go on from there. */
static void remember(struct log_name *name, const struct log_file *f)
{
	name->start_at = f->place.offset - (off_t)(f->end - f->start);
	name->known = (struct log_known){f->dev, f->ino, f->place.offset, f->head.n, f->head.hash};
	name->is_parked = true;
}

void log_set_close(struct log_set *set, struct log_file *f)
{
	leave_set(set, f);
	set->held -= f->held;
	log_queue_drop(&set->ready, QUEUE_READY, f);
	log_queue_drop(&set->detached, QUEUE_DETACHED, f);
	log_queue_drop(&set->pipes, QUEUE_PIPES, f);
	if (f->is_copy)
		for (uint32_t i = 0; i < set->file_count; i++)
			if (set->files[i]->copy == f)
				set->files[i]->copy = NULL;
	if (f->wd >= 0)
		inotify_rm_watch(set->inotify, f->wd);
	if (f == set->input)
		set->input = NULL;
	if (f->name) {
		f->name->files--;
		if (f->name->file == f)
			f->name->file = NULL;
	}
	/* Should an input ask for it again. */
	if (f->name && f->name->let_go)
		remember(f->name, f);
	log_file_free(f);
}

/* Watches. */

/* A directory that tells of writes names the file: enough for one that lies there under the name by
 * which we know it, and no other. */
static bool is_told(const struct log_set *set, const struct log_file *f)
{
	const struct log_name *name = f->name;
	const struct log_dir *dir = name->dir == LOG_DIR_NONE ? NULL : &set->dirs.at[name->dir];
	struct stat st;

	return name->file == f && dir && dir->wd >= 0 && dir->tells_writes &&
	       opener_lstat(name->path, &st) == 0 && st.st_dev == f->dev && st.st_ino == f->ino &&
	       st.st_nlink == 1;
}

void log_set_watch(struct log_set *set, struct log_file *f)
{
	f->unwatched = false;
	if (f->is_pipe) {
		struct epoll_event event = {.events = EPOLLIN};
		epoll_ctl(set->epoll, EPOLL_CTL_ADD, f->fd, &event);
		return;
	}
	if (set->files_by_wd.used >= FILE_WATCHES_MAX)
		log_dirs_tell_writes(&set->dirs, f->name->dir);
	if (f->wd >= 0 || is_told(set, f))
		return;
	int wd = opener_watch_fd(set->inotify, f->fd, IN_MODIFY);
	set->work.watches += wd >= 0;
	if (wd >= 0 && index_add(&set->files_by_wd, hash_of_watch(wd), f->slot) == 0)
		f->wd = wd;
	else if (wd >= 0)
		inotify_rm_watch(set->inotify, wd);
}

void set_file_unwatched(struct log_set *set, struct log_file *f)
{
	index_remove(&set->files_by_wd, hash_of_watch(f->wd), f->slot);
	f->wd = -1;
}

/* Attaching. */

static void stop_waiting(struct log_set *set, struct log_name *name)
{
	set->waiting -= name->waits;
	name->waits = false;
}

static void attach(struct log_set *set, struct log_name *name, struct log_file *f)
{
	if (f->name)
		f->name->files--;
	f->name = name;
	f->account = &name->stream.account;
	log_queue_drop(&set->detached, QUEUE_DETACHED, f);
	name->stream.account.rotated += name->had_file && !name->is_parked;
	name->had_file = true;
	name->held += !name->is_parked;
	name->is_parked = name->shares = false;
	stop_waiting(set, name);
	name->file = f;
	name->files++;
	name->missed = 0;
	set_name_state(set, name, LOG_READING, NULL);
	log_set_touch(set, name);
}

void set_detach(struct log_set *set, struct log_file *f, usec_t now)
{
	f->name->file = NULL;
	log_queue_put(&set->detached, QUEUE_DETACHED, f);
	log_set_ready(set, f);
	log_set_watch(set, f); /* its directory may have told of its writes */
	f->active = now;
}

/* Descriptors. */

/* Closes the file: its name knows how far it was read. */
static void park(struct log_set *set, struct log_file *f)
{
	struct log_name *name = f->name;

	remember(name, f);
	log_dirs_tell_writes(&set->dirs, name->dir);
	log_set_close(set, f);
}

/* The file that has been read to its end and was idle for the longest time. */
static struct log_file *idlest_file(struct log_set *set)
{
	struct log_file *idlest = NULL;

	for (uint32_t i = 0; i < set->file_count; i++) {
		struct log_file *f = set->files[i];
		bool busy = f->is_pipe || f->links[QUEUE_READY].in || f->links[QUEUE_DETACHED].in ||
			    f->copy || f->skip != SKIP_NOTHING;
		if (!busy && (!idlest || f->active < idlest->active))
			idlest = f;
	}
	log_pace_spend(&set->acts, set->file_count / WORK_FILES);
	return idlest;
}

static bool get_descriptor(struct log_set *set)
{
	if (set->file_count < set->files_max)
		return true;
	struct log_file *f = idlest_file(set);
	if (f)
		park(set, f);
	return f;
}

/* There is nothing to read yet, and no descriptor to spare: one that is written will have it. */
static bool park_unopened(struct log_set *set, struct log_name *name, const struct stat *st)
{
	if (set->file_count < set->files_max || !S_ISREG(st->st_mode) ||
		name->start_at != st->st_size)
		return false;
	name->known = (struct log_known){.dev = st->st_dev,
		.ino = st->st_ino,
		.size = st->st_size,
		.head_hash = hash_bytes("", 0)};
	name->is_parked = name->had_file = true;
	name->held++;
	log_dirs_tell_writes(&set->dirs, name->dir);
	set_name_state(set, name, LOG_READING, NULL);
	return true;
}

static void wait_for_descriptor(struct log_set *set, struct log_name *name)
{
	set->waiting += !name->waits;
	name->waits = true;
	set_name_state(set, name, LOG_UNREADABLE, "Too many open logs");
}

/* Opening. */

static bool is_stdin_name(const struct log_name *name)
{
	return strcmp(name->path, "-") == 0;
}

/* The one that was closed, and neither another nor one that was cut off and has grown again. */
static bool is_known(const struct log_known *known, const struct log_file *f)
{
	return known->dev == f->dev && known->ino == f->ino &&
	       log_head_of(f->fd, known->head_n).hash == known->head_hash;
}

static void open_name(struct log_set *set, struct log_name *name, usec_t now)
{
	struct log_file *f;

	if (!get_descriptor(set)) {
		wait_for_descriptor(set, name);
		return;
	}
	int err = is_stdin_name(name) ? log_file_stdin(&name->stream.account, &f)
				      : set_open(set, name->path, name, &f);
	if (err) {
		set_name_error(set, name, err);
		return;
	}
	/* The name moved between the look and the opening: the next look will see it right. */
	if (!f->is_stdin && file_with(set, f->dev, f->ino)) {
		log_file_free(f);
		return;
	}
	bool resumes = is_known(&name->known, f) && name->is_parked;
	if (name->is_parked && !resumes)
		name->start_at = 0;
	if (!resumes && set_take_copy(set, name, f, now))
		return;
	if (!set_file_add(set, f))
		return;
	f->active = now;
	name->is_parked = resumes;
	attach(set, name, f);
	f->may_be_copy = set->scanned && name->match != NAME_NAMED && !f->is_pipe &&
			 !f->head.begins && !resumes;
	if (name->start_at > 0 && !f->is_pipe)
		log_file_skip_to(f, name->start_at);
	name->start_at = 0;
	if (set->scanned)
		log_dirs_again(&set->dirs, name->dir);
	log_set_watch(set, f);
	log_set_ready(set, f);
}

/* Renames. */

/* A file that had the name for so short a time that no look saw it: nothing of it was read. */
static void adopt(struct log_set *set, struct log_name *name, const char *path, usec_t now)
{
	struct log_file *f;
	struct stat st;

	if (set_stat(set, path, &st) < 0 || file_with(set, st.st_dev, st.st_ino) ||
		!get_descriptor(set) || set_open(set, path, name, &f) < 0)
		return;
	if (f->is_pipe || file_with(set, f->dev, f->ino)) {
		log_file_free(f);
		return;
	}
	if (!set_file_add(set, f))
		return;
	bool was_parked = name->is_parked && is_known(&name->known, f);
	if (was_parked)
		log_file_skip_to(f, name->start_at);
	if (name->is_parked)
		name->start_at = 0;
	f->name = name;
	name->files++;
	name->held += !was_parked;
	name->is_parked = false;
	name->stream.account.rotated++;
	log_set_touch(set, name);
	log_queue_put(&set->detached, QUEUE_DETACHED, f);
	log_set_ready(set, f);
	f->active = now;
	log_set_watch(set, f);
}

/* Where nobody has told of renames, the file's own name does, as logrotate numbers them: when it is
 * "access.log.3" by now, access.log.2 and access.log.1 had the name after it. */
static void adopt_numbered(
	struct log_set *set, struct log_name *name, const struct log_file *f, usec_t now)
{
	const struct log_dir *dir = name->dir == LOG_DIR_NONE ? NULL : &set->dirs.at[name->dir];
	char link[32], path[PATH_MAX];

	if (dir && dir->wd >= 0 && !set->lost_reports)
		return;
	snprintf(link, sizeof link, "/proc/self/fd/%d", f->fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	path[n > 0 ? n : 0] = '\0';
	const char *slash = strrchr(name->path, '/'), *base = slash ? slash + 1 : name->path;
	const char *now_called = strrchr(path, '/');
	size_t base_n = strlen(base);
	name->left++;
	if (!now_called || strncmp(now_called + 1, base, base_n) != 0 ||
		now_called[1 + base_n] != '.')
		return;
	unsigned long number = strtoul(now_called + 2 + base_n, NULL, 10);
	if (number > NUMBERS_MAX)
		number = NUMBERS_MAX;
	while (number-- > 1) {
		int w = snprintf(path, sizeof path, "%s.%lu", name->path, number);
		name->left++;
		if (w < (int)sizeof path)
			adopt(set, name, path, now);
	}
}

void set_adopt_renamed(struct log_set *set, usec_t now)
{
	for (size_t i = 0; i < set->renames.n; i++) {
		char *path = log_renames_path(&set->renames, i);
		if (path)
			adopt(set, set->renames.at[i].name, path, now);
		free(path);
	}
	set->renames.n = 0;
}

/* What the kernel says has left the name, and was not among what we had of it: it came and went
 * between two looks, unread. Files that left in silence (a link that was turned) are made up for at
 * the second look, when what is reported late has been reported. */
static void count_missed(struct log_set *set, struct log_name *name)
{
	bool holds = name->file || name->shares || name->is_parked || name->is_copy;
	uint64_t gone = name->held - (holds && name->held > 0);

	if (name->left > gone) {
		name->stream.account.missed += name->left - gone;
		log_set_touch(set, name);
		name->left = gone;
	}
	uint64_t slack = gone - name->left;
	name->left += slack < name->slack ? slack : name->slack;
	name->slack = gone - name->left;
}

/* Looking. */

static void miss(struct log_set *set, struct log_name *name, int err, usec_t now)
{
	name->shares = false;
	name->is_copy = false;
	stop_waiting(set, name);
	if (err == -ENOENT || err == -ENOTDIR) {
		name->start_at = 0;
		name->is_parked = false;
		/* What a glob had found is gone. */
		if (name->match != NAME_NAMED)
			name->match = 0;
	}
	if (!name->match)
		return;
	if (!name->missed)
		name->missed = name->stream.state == LOG_READING ? now : 1;
	if (now - name->missed >= MISSED_MAX || now < name->missed)
		set_name_error(set, name, err);
}

static bool has_lost_name(struct log_set *set, const struct log_file *f)
{
	struct stat st;

	int err = set_stat(set, f->name->path, &st);

	if (err)
		return err == -ENOENT || err == -ENOTDIR;
	return st.st_dev != f->dev || st.st_ino != f->ino;
}

/* The file has another name that we know. */
static void share(struct log_set *set, struct log_name *name, struct log_file *f, usec_t now)
{
	if (f->is_copy)
		return;
	if (!f->links[QUEUE_DETACHED].in && has_lost_name(set, f))
		set_detach(set, f, now);
	if (f->links[QUEUE_DETACHED].in) {
		attach(set, name, f);
		return;
	}
	name->held += !name->shares;
	name->shares = true;
	stop_waiting(set, name);
	if (name->stream.state != LOG_STATE_NONE)
		set_name_state(set, name, LOG_READING, NULL);
}

/* There is a file, and it is not open under this name. */
static void find_file(struct log_set *set, struct log_name *name, const struct stat *st, usec_t now)
{
	const struct log_known *known = &name->known;
	bool is_known = known->dev == st->st_dev && known->ino == st->st_ino;

	if (name->is_parked && is_known && known->size == st->st_size)
		return;
	if (name->is_copy && set_is_still_copy(set, name, st, now))
		return;
	bool skips = name->is_late || set->is_late ? !set_is_born_since(set, name->path, set->begun)
						   : !set->scanned;
	name->is_late = false;
	if (skips && (!set->from_start || name->from_end) && S_ISREG(st->st_mode))
		name->start_at = st->st_size;
	struct log_file *f = file_with(set, st->st_dev, st->st_ino);
	if (f) {
		share(set, name, f, now);
		return;
	}
	if (name->shares) {
		name->shares = false;
		name->start_at = 0;
	}
	if (!park_unopened(set, name, st))
		open_name(set, name, now);
}

static void check_file(
	struct log_set *set, struct log_file *f, const struct stat *st, int err, usec_t now)
{
	/* Not being allowed to look says nothing about the file. */
	if (err && err != -ENOENT && err != -ENOTDIR)
		return;
	if (err || st->st_dev != f->dev || st->st_ino != f->ino) {
		set_detach(set, f, now);
		adopt_numbered(set, f->name, f, now);
	} else if (!f->is_pipe && st->st_size != f->place.offset)
		log_set_ready(set, f);
}

void set_look(struct log_set *set, struct log_name *name, usec_t now)
{
	struct stat st;

	if (name->is_glob || name->let_go)
		return;
	if (is_stdin_name(name)) {
		if (!set->scanned)
			open_name(set, name, now);
		return;
	}
	name->looked = now;
	int err = set_stat(set, name->path, &st);
	if (name->file)
		check_file(set, name->file, &st, err, now);
	if (!name->file && err)
		miss(set, name, err, now);
	else if (!name->file && !err)
		find_file(set, name, &st, now);
	count_missed(set, name);
}

void log_set_expire(struct log_set *set, usec_t now,
	void (*last)(void *context, struct log_file *f), void *context)
{
	struct log_file *next;
	/* Others have no place because of its name. */
	bool many = set->name_count >= set->names_max * 3 / 4;

	for (struct log_file *f = set->detached.first; f; f = next) {
		next = f->links[QUEUE_DETACHED].next;
		usec_t keep = f->name->file || f->name->let_go || f->is_copy || many ? KEEP_REPLACED
										     : KEEP_ALONE;
		bool crowded = set->file_count >= set->files_max && !f->copy && !f->is_copy;
		if (f->links[QUEUE_READY].in || (now - f->active < keep && !crowded))
			continue;
		last(context, f);
		log_set_close(set, f);
	}
}
