// SPDX-License-Identifier: MIT
#include "record/series.h"

#include "base/str.h"
#include "record/segment_index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MAX 65536 /* of a directory, that are looked at */

static bool is_index(const char *name)
{
	size_t n = strlen(name), end = strlen(SEGMENT_INDEX_ENDING);

	return n > end && strcmp(name + n - end, SEGMENT_INDEX_ENDING) == 0;
}

static int add(struct series *s, size_t *room, const char *name, const struct stat *st)
{
	if (s->n == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct series_file *files = reallocarray(s->files, more, sizeof *files);
		if (!files)
			return -ENOMEM;
		s->files = files;
		*room = more;
	}
	char *copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	s->files[s->n++] = (struct series_file){.name = copy,
		.size = (uint64_t)st->st_size,
		.written = (usec_t)st->st_mtim.tv_sec * USEC_PER_SEC + st->st_mtim.tv_nsec / 1000};
	return 0;
}

static int list(struct series *s, DIR *d)
{
	const struct dirent *e;
	size_t room = 0;
	int err = 0;

	for (int i = 0; i < ENTRIES_MAX && !err && (e = readdir(d)); i++) {
		struct stat st;
		if (e->d_name[0] == '.' || is_index(e->d_name))
			continue;
		if (fstatat(s->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode))
			err = add(s, &room, e->d_name, &st);
	}
	return err;
}

static int newest_first(const void *a, const void *b)
{
	const struct series_file *x = a, *y = b;

	return x->written > y->written ? -1 : x->written < y->written;
}

static int by_begin(const void *a, const void *b)
{
	const struct series_file *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void keep(struct series *s, size_t n)
{
	while (s->n > n)
		free(s->files[--s->n].name);
}

int series_list(struct series *s, int dir)
{
	*s = (struct series){.dir = dir};
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		int err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	int err = list(s, d);
	closedir(d);
	if (s->n > SERIES_MAX) {
		qsort(s->files, s->n, sizeof s->files[0], newest_first);
		keep(s, SERIES_MAX);
	}
	return err;
}

void series_done(struct series *s)
{
	keep(s, 0);
	free(s->files);
	if (s->dir >= 0)
		close(s->dir);
	*s = (struct series){.dir = -1};
}

void series_sort(struct series *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->files[i].begin)
			s->files[n++] = s->files[i];
		else
			free(s->files[i].name);
	s->n = n;
	if (n)
		qsort(s->files, n, sizeof s->files[0], by_begin);
}

int series_open(const struct series *s, size_t i, const char *ending)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int n = snprintf(name, sizeof name, "%s%s", s->files[i].name, ending);

	if (n >= (int)sizeof name)
		return -ENAMETOOLONG;
	int fd = openat(s->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

bool series_is_meant(const struct series_file *f)
{
	return strstr(f->name, ".ndjson") != NULL;
}

size_t series_find(const struct series *s, usec_t at)
{
	size_t i = s->n;

	while (i > 1 && s->files[i - 1].begin > at)
		i--;
	return i ? i - 1 : 0;
}
