// SPDX-License-Identifier: MIT
#include "record/segments.h"

#include "base/calls.h"
#include "base/num.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE   0600
#define DIGITS 4

#define OPEN_FLAGS (O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct finished {
	uint64_t number;
	struct file_id id;
};

struct segments {
	int dir; /* O_PATH: it may be one that cannot be read */
	char *name, *numbered;
	struct str stem, ext; /* of name */
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
	struct stat st;

	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	*ret_id = (struct file_id){st.st_dev, st.st_ino};
	return true;
}

/* Names. */

static bool cut_end(struct str *s, struct str end)
{
	if (s->n <= end.n || !str_eq((struct str){s->p + s->n - end.n, end.n}, end))
		return false;
	s->n -= end.n;
	return true;
}

static void split(struct segments *s)
{
	struct str name = str_of(s->name), stem = name;

	cut_end(&stem, STR_LIT(".gz"));
	if (!cut_end(&stem, STR_LIT(".ndjson")) && !cut_end(&stem, STR_LIT(".jsonl")))
		cut_end(&stem, STR_LIT(".json"));
	s->stem = stem;
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

	if (!str_take(&text, s->stem) || !str_take(&text, STR_LIT("-")) ||
		(s->ext.n && !cut_end(&text, s->ext)))
		return 0;
	return num_u64(text, &number) == 0 && number < UINT32_MAX ? number : 0;
}

/* A directory that cannot be read: renaming finds the numbers that are taken one by one. */
static void find_greatest(struct segments *s)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");

	if (!dir)
		return -ENOMEM;
	s->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = s->dir < 0 ? -errno : 0;
	free(dir);
	if (err)
		return err;
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
	s->dir = -1;
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
	if (s->dir >= 0)
		close(s->dir);
	free(s->name);
	free(s->numbered);
	free(s->done);
	free(s);
}

/* The mode whatever the umask is, and whoever made the file. */
static int take_file(struct segments *s, int fd)
{
	struct stat st;
	int err = 0;

	if (fstat(fd, &st) < 0 || fchmod(fd, MODE) < 0)
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err) {
		close(fd);
		return err;
	}
	s->current = (struct file_id){st.st_dev, st.st_ino};
	return fd;
}

int segments_open(struct segments *s)
{
	int fd = openat(s->dir, s->name, OPEN_FLAGS | O_CREAT | O_EXCL, MODE);

	return fd < 0 ? -errno : take_file(s, fd);
}

/* An empty file has nothing to be overwritten; one with another name might be somebody else's. */
static int open_empty(struct segments *s)
{
	int fd = openat(s->dir, s->name, OPEN_FLAGS);
	struct stat st;

	if (fd < 0)
		return -EEXIST;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 && st.st_nlink == 1)
		return take_file(s, fd);
	close(fd);
	return -EEXIST;
}

int segments_reopen(struct segments *s)
{
	struct file_id there;

	if (id_at(s, s->name, &there) && same_file(&there, &s->current))
		return -EALREADY;
	int fd = segments_open(s);
	return fd == -EEXIST ? open_empty(s) : fd;
}

/* Where a file system knows no RENAME_NOREPLACE (rename(2): EINVAL), a second name does not
 * overwrite either. */
static int move(const struct segments *s, const char *to)
{
	int err = call_rename_new(s->dir, s->name, s->dir, to);

	if (err != -EINVAL && err != -ENOSYS)
		return err;
	if (linkat(s->dir, s->name, s->dir, to, 0) < 0 || unlinkat(s->dir, s->name, 0) < 0)
		return -errno;
	return 0;
}

static void delete_oldest(struct segments *s)
{
	const struct finished *oldest = &s->done[s->first];
	const char *name = name_of(s, oldest->number);
	struct file_id there;

	if (id_at(s, name, &there) && same_file(&there, &oldest->id) &&
		unlinkat(s->dir, name, 0) == 0)
		s->deleted++;
	s->first = (s->first + 1) % (s->files - 1);
	s->count--;
}

static void note_finished(struct segments *s)
{
	if (s->files == 0)
		return;
	if (s->files == 1) { /* none but the one that is written */
		s->deleted += unlinkat(s->dir, name_of(s, s->number), 0) == 0;
		return;
	}
	if (s->count == s->files - 1)
		delete_oldest(s);
	s->done[(s->first + s->count++) % (s->files - 1)] =
		(struct finished){s->number, s->current};
}

int segments_next(struct segments *s)
{
	struct file_id there;
	int err = -EEXIST;

	if (!id_at(s, s->name, &there) || !same_file(&there, &s->current))
		return -ESTALE;
	while (err == -EEXIST && s->number < UINT32_MAX)
		err = move(s, name_of(s, ++s->number));
	if (err)
		return err;
	note_finished(s);
	return segments_open(s);
}

uint64_t segments_deleted(const struct segments *s)
{
	return s->deleted;
}
