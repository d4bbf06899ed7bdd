// SPDX-License-Identifier: MIT
#include "app/own_file.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DIR_MAX   (OWN_FILE_PATH_MAX - 96)
#define STEM_MAX  64
#define TRIES_MAX 9 /* files of one second */

static bool state_dir(char buf[static DIR_MAX])
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
	int n = -1;

	if (xdg && xdg[0] == '/')
		n = snprintf(buf, DIR_MAX, "%s/nethergaze", xdg);
	else if (home && home[0] == '/')
		n = snprintf(buf, DIR_MAX, "%s/.local/state/nethergaze", home);
	return n > 0 && n < DIR_MAX && file_make_dirs(buf, 0700) == 0;
}

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

int own_file_open(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, own_file_fn *open_file, void *ctx)
{
	time_t second = (time_t)(now / USEC_PER_SEC);
	char dir[DIR_MAX], name[STEM_MAX], when[24] = "";
	struct tm tm;

	if (localtime_r(&second, &tm))
		strftime(when, sizeof when, "-%Y%m%d-%H%M%S", &tm);
	snprintf(name, sizeof name, "%s%s", stem, when);
	if (!getcwd(dir, sizeof dir))
		strcpy(dir, ".");
	int err = open_in(path, dir, name, end, open_file, ctx);
	if (!err || !state_dir(dir))
		return err;
	return open_in(path, dir, name, end, open_file, ctx);
}

static int open_new(void *ctx, const char *path)
{
	int *fd = ctx;

	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return *fd < 0 ? -errno : 0;
}

int own_file_write(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, const void *p, size_t n)
{
	int fd, err = own_file_open(path, stem, end, now, open_new, &fd);

	if (err)
		return err;
	err = file_write_all(fd, p, n);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (err) /* a part of a report is worse than none */
		unlink(path);
	return err;
}
