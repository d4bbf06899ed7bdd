// SPDX-License-Identifier: MIT
#include "app/own_file.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DIR_MAX   (OWN_FILE_PATH_MAX - 96)
#define STEM_MAX  64
#define TRIES_MAX 9 /* files of one second */

static int open_in(char path[static OWN_FILE_PATH_MAX], const char *dir, const char *stem,
	const char *end, own_file_fn *open_file, void *ctx)
{
	int err = -EEXIST;

	for (int i = 1; i <= TRIES_MAX && err == -EEXIST; i++) {
		char again[8] = "";
		if (i > 1)
			snprintf(again, sizeof again, "-%d", i);
		snprintf(path, OWN_FILE_PATH_MAX, "%s/%s%s%s", dir, stem, again, end);
		err = open_file(ctx, path);
	}
	return err;
}

/* STEM-YYYYMMDD-HHMMSS, by local time. */
static void put_name(char buf[static STEM_MAX], const char *stem, usec_t now)
{
	time_t second = (time_t)(now / USEC_PER_SEC);
	char when[24] = "";
	struct tm tm;

	if (localtime_r(&second, &tm))
		strftime(when, sizeof when, "-%Y%m%d-%H%M%S", &tm);
	snprintf(buf, STEM_MAX, "%s%s", stem, when);
}

static int open_in_state(char path[static OWN_FILE_PATH_MAX], const char *name, const char *end,
	own_file_fn *open_file, void *ctx)
{
	char dir[DIR_MAX];
	int fd = state_dir_own(dir, sizeof dir);

	if (fd < 0)
		return fd;
	close(fd);
	return open_in(path, dir, name, end, open_file, ctx);
}

int own_file_open(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, own_file_fn *open_file, void *ctx)
{
	char dir[DIR_MAX], name[STEM_MAX];

	put_name(name, stem, now);
	if (!getcwd(dir, sizeof dir))
		strcpy(dir, ".");
	int err = open_in(path, dir, name, end, open_file, ctx);
	/* Why it cannot be here says more than why it cannot be there. */
	return err && open_in_state(path, name, end, open_file, ctx) == 0 ? 0 : err;
}

int own_file_open_in(char path[static OWN_FILE_PATH_MAX], const char *dir, const char *stem,
	const char *end, usec_t now, own_file_fn *open_file, void *ctx)
{
	char name[STEM_MAX];

	if (strlen(dir) >= DIR_MAX)
		return -ENAMETOOLONG;
	put_name(name, stem, now);
	return open_in(path, dir, name, end, open_file, ctx);
}

static int open_new(void *ctx, const char *path)
{
	int *fd = ctx;

	char dir[OWN_FILE_PATH_MAX];

	*fd = opener_make(dir, file_split(path, dir, sizeof dir), OPENER_NEW);
	return *fd < 0 ? *fd : 0;
}

static int write_new(const char *path, int fd, const void *p, size_t n)
{
	char dir[OWN_FILE_PATH_MAX];
	int err = file_write_all(fd, p, n);

	if (close(fd) < 0 && !err)
		err = -errno;
	if (err) /* a part of a report is worse than none */
		opener_move(dir, file_split(path, dir, sizeof dir), NULL, false);
	return err;
}

int own_file_write(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, const void *p, size_t n)
{
	int fd, err = own_file_open(path, stem, end, now, open_new, &fd);

	return err ? err : write_new(path, fd, p, n);
}

int own_file_write_state(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, const void *p, size_t n)
{
	char name[STEM_MAX];
	int fd;

	put_name(name, stem, now);
	/* Started by root, the state directory is the console's user's. */
	int err = opener_is_other() ? open_in(path, STATE_DIR_OF_ROOT, name, end, open_new, &fd)
				    : open_in_state(path, name, end, open_new, &fd);
	return err ? err : write_new(path, fd, p, n);
}
