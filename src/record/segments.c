// SPDX-License-Identifier: MIT
#include "record/segments.h"

#include "base/num.h"
#include "base/opener.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS 4

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct finished {
	uint64_t number;
	struct file_id id;
};

struct segments {
	char *dir;
	char place[32]; /* the same by descriptor, which stays right when it is moved */
	int fd;         /* O_PATH: it may be one that cannot be read; -1: nor reached */
	char *name, *numbered;
	struct str stem, ext; /* of name */
	struct str kind;      /* ext without what it is compressed by */
	uint64_t number;      /* the greatest that is taken */
	struct file_id current;
	unsigned files;        /* that are kept; 0: all */
	struct finished *done; /* a ring of files - 1; NULL: none is deleted */
	unsigned first, count;
	uint64_t deleted;
};

static bool same_file(const struct file_id *a, const struct file_id *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

static bool id_at(const struct segments *s, const char *name, struct file_id *ret_id)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof path, "%s/%s", s->dir, name) >= (int)sizeof path)
		return false;
	if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
		(errno == ENOENT || opener_lstat(path, &st) < 0))
		return false;
	*ret_id = (struct file_id){st.st_dev, st.st_ino};
	return true;
}

/* What this process may not do in the directory, another may by its path. */

static int make(const struct segments *s, const char *name, enum opener_make how)
{
	int fd = s->fd >= 0 ? opener_here.make(s->place, name, how) : -EACCES;

	return fd == -EACCES ? opener_make(s->dir, name, how) : fd;
}

static int move(const struct segments *s, const char *name, const char *to)
{
	int err = s->fd >= 0 ? opener_here.move(s->place, name, to, false) : -EACCES;

	return err == -EACCES ? opener_move(s->dir, name, to, false) : err;
}

/* Names. */

static bool cut_end(struct str *s, struct str end)
{
	if (s->n <= end.n || !str_eq((struct str){s->p + s->n - end.n, end.n}, end))
		return false;
	s->n -= end.n;
	return true;
}

static void cut_compression(struct str *name)
{
	if (!cut_end(name, STR_LIT(".gz")))
		cut_end(name, STR_LIT(".zst"));
}

static void split(struct segments *s)
{
	struct str name = str_of(s->name), stem = name;

	cut_compression(&stem);
	size_t packed = stem.n;
	if (!cut_end(&stem, STR_LIT(".ndjson")) && !cut_end(&stem, STR_LIT(".jsonl")))
		cut_end(&stem, STR_LIT(".json"));
	s->stem = stem;
	s->kind = (struct str){name.p + stem.n, packed - stem.n};
	s->ext = str_skip(name, stem.n);
}

static const char *name_of(struct segments *s, uint64_t number)
{
	size_t size = s->stem.n + s->ext.n + 24;

	snprintf(s->numbered, size, "%.*s-%0*llu%.*s", STR_FMT(s->stem), DIGITS,
		(unsigned long long)number, STR_FMT(s->ext));
	return s->numbered;
}

/* The number in such a name, or 0. */
static uint64_t number_in(const struct segments *s, const char *name)
{
	struct str text = str_of(name);
	uint64_t number;

	cut_compression(&text);
	if (!str_take(&text, s->stem) || !str_take(&text, STR_LIT("-")) ||
		(s->kind.n && !cut_end(&text, s->kind)))
		return 0;
	return num_u64(text, &number) == 0 && number < UINT32_MAX ? number : 0;
}

/* A directory that cannot be read: renaming finds the numbers that are taken one by one. */
static void find_greatest(struct segments *s)
{
	int fd = opener_directory(NULL, s->dir);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	for (const struct dirent *e; d && (e = readdir(d));) {
		uint64_t number = number_in(s, e->d_name);
		if (number > s->number)
			s->number = number;
	}
	if (d)
		closedir(d);
}

/* Opening. */

static int open_dir(struct segments *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	s->dir = slash ? strndup(path, (size_t)(slash - path) + (slash == path)) : strdup(".");
	if (!s->dir)
		return -ENOMEM;
	s->fd = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(s->place, sizeof s->place, "/proc/self/fd/%d", s->fd);
	int err = opener_stat(NULL, s->dir, &st);
	if (err)
		return err;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	s->name = strdup(slash ? slash + 1 : path);
	s->numbered = s->name ? malloc(strlen(s->name) + 24) : NULL;
	if (!s->numbered)
		return -ENOMEM;
	return s->name[0] ? 0 : -EISDIR;
}

struct segments *segments_new(const char *path, unsigned files, int *ret_err)
{
	struct segments *s = calloc(1, sizeof *s);

	*ret_err = -ENOMEM;
	if (!s)
		return NULL;
	s->fd = -1;
	s->files = files > SEGMENTS_MAX ? SEGMENTS_MAX : files;
	*ret_err = open_dir(s, path);
	if (!*ret_err && s->files > 1 && !(s->done = calloc(s->files - 1, sizeof *s->done)))
		*ret_err = -ENOMEM;
	if (*ret_err) {
		segments_free(s);
		return NULL;
	}
	split(s);
	find_greatest(s);
	return s;
}

void segments_free(struct segments *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->dir);
	free(s->name);
	free(s->numbered);
	free(s->done);
	free(s);
}

static int take_file(struct segments *s, int fd)
{
	struct stat st;
	int err = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;

	if (err) {
		close(fd);
		return err;
	}
	s->current = (struct file_id){st.st_dev, st.st_ino};
	return fd;
}

int segments_open(struct segments *s)
{
	int fd = make(s, s->name, OPENER_NEW);

	return fd < 0 ? fd : take_file(s, fd);
}

/* An empty file has nothing to be overwritten. */
static int open_empty(struct segments *s)
{
	int fd = make(s, s->name, OPENER_TAKE);

	return fd < 0 ? -EEXIST : take_file(s, fd);
}

bool segments_moved(const struct segments *s)
{
	struct file_id there;

	return !id_at(s, s->name, &there) || !same_file(&there, &s->current);
}

int segments_reopen(struct segments *s)
{
	if (!segments_moved(s))
		return -EALREADY;
	int fd = segments_open(s);
	return fd == -EEXIST ? open_empty(s) : fd;
}

static void delete_oldest(struct segments *s)
{
	const struct finished *oldest = &s->done[s->first];
	const char *name = name_of(s, oldest->number);
	struct file_id there;

	if (id_at(s, name, &there) && same_file(&there, &oldest->id) && move(s, name, NULL) == 0)
		s->deleted++;
	s->first = (s->first + 1) % (s->files - 1);
	s->count--;
}

static void note_finished(struct segments *s)
{
	if (s->files == 0)
		return;
	if (s->files == 1) { /* none but the one that is written */
		s->deleted += move(s, name_of(s, s->number), NULL) == 0;
		return;
	}
	if (s->count == s->files - 1)
		delete_oldest(s);
	s->done[(s->first + s->count++) % (s->files - 1)] =
		(struct finished){s->number, s->current};
}

int segments_finish(struct segments *s)
{
	int err = -EEXIST;

	if (segments_moved(s))
		return -ESTALE;
	while (err == -EEXIST && s->number < UINT32_MAX)
		err = move(s, s->name, name_of(s, ++s->number));
	if (err)
		return err;
	note_finished(s);
	return 0;
}

int segments_next(struct segments *s)
{
	int err = segments_finish(s);

	return err ? err : segments_open(s);
}

int segments_last(struct segments *s)
{
	const char *name = name_of(s, s->number);
	char path[PATH_MAX];
	struct stat st;
	int fd = openat(s->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 || (errno != EACCES && errno != EBADF))
		return fd < 0 ? -errno : fd;
	if (snprintf(path, sizeof path, "%s/%s", s->dir, name) >= (int)sizeof path)
		return -ENAMETOOLONG;
	return opener_open(NULL, path, &st);
}

int segments_beside(struct segments *s, const char *ending)
{
	char *name = NULL;

	if (asprintf(&name, "%s%s", name_of(s, s->number), ending) < 0)
		return -ENOMEM;
	int fd = make(s, name, OPENER_NEW);
	free(name);
	return fd;
}

uint64_t segments_deleted(const struct segments *s)
{
	return s->deleted;
}
