// SPDX-License-Identifier: MIT
#include "app/block_file.h"

#include "app/state_dir.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DIR_MAX    (BLOCK_FILE_PATH_MAX - 64)
#define TRIES_MAX  9 /* files of one second */
#define SCRIPT_MAX (2 * BLOCK_TEXT_MAX + 2048)

static int open_new(char path[static BLOCK_FILE_PATH_MAX], const char *dir, const struct tm *tm)
{
	char stamp[32];
	int fd = -1;

	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", tm);
	for (int i = 1; i <= TRIES_MAX && fd < 0; i++) {
		char again[8] = "";
		if (i > 1)
			snprintf(again, sizeof again, "-%d", i);
		snprintf(path, BLOCK_FILE_PATH_MAX, "%s/block-%s%s.sh", dir, stamp, again);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

/* Each line of a text as a comment. */
static size_t put_comments(char *buf, size_t cap, const char *text)
{
	size_t n = 0;

	while (*text && n + 3 < cap) {
		size_t line = strcspn(text, "\n");
		int w = snprintf(buf + n, cap - n, "# %.*s\n", (int)line, text);
		if (w < 0 || (size_t)w >= cap - n)
			break;
		n += (size_t)w;
		text += line + (text[line] == '\n');
	}
	return n;
}

static size_t write_script(
	char *buf, const struct block_text *text, const char *who, const struct tm *tm)
{
	char when[32];

	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", tm);
	size_t n = (size_t)snprintf(buf, SCRIPT_MAX,
		"#!/bin/sh\n# Blocks %.1000s. Written by nethergaze at %s; to be run as root.\n",
		who, when);
	n += put_comments(buf + n, SCRIPT_MAX - n, text->note);
	n += (size_t)snprintf(buf + n, SCRIPT_MAX - n, "# To undo it:\n");
	n += put_comments(buf + n, SCRIPT_MAX - n, text->undo);
	int w = snprintf(buf + n, SCRIPT_MAX - n, "set -e\n%s", text->command);
	return w < 0 || (size_t)w >= SCRIPT_MAX - n ? 0 : n + (size_t)w;
}

int block_file_write(const struct block_text *text, const char *who, usec_t now,
	char ret_path[static BLOCK_FILE_PATH_MAX])
{
	time_t seconds = (time_t)(now / USEC_PER_SEC);
	char dir[DIR_MAX], *script = malloc(SCRIPT_MAX);
	struct tm tm;

	if (!script)
		return -ENOMEM;
	size_t n = gmtime_r(&seconds, &tm) ? write_script(script, text, who, &tm) : 0;
	int err = !n ? -E2BIG : state_dir(dir, sizeof dir) ? file_make_dirs(dir, 0700) : -ENOENT;
	int fd = err ? err : open_new(ret_path, dir, &tm);
	if (fd >= 0) {
		err = file_write_all(fd, script, n);
		if (close(fd) < 0 && !err)
			err = -errno;
	} else {
		err = fd;
	}
	free(script);
	return err;
}
