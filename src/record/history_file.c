// SPDX-License-Identifier: MIT
#include "record/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEADER_BYTES 100 /* sqlite.org/fileformat2.html, 1.3 */
#define ID_OFFSET    68
#define ASIDE_MOST   9  /* damaged files of one day */
#define PATH_ROOM    48 /* for what is added to the name */

static void why_not(struct reason *why, const char *path, int err)
{
	if (err == -EACCES)
		reason_set(why,
			"%.200s: %s: uid %u, as which this runs, may not; set history.path to a "
			"file of its own",
			path, strerror(-err), (unsigned)geteuid());
	else
		reason_set(why, "%.200s: %s", path,
			err == -ELOOP ? "it is a symbolic link, which is not followed"
				      : strerror(-err));
}

/* Whoever may write to the directory can put anything in the file's place. */
static int check_dir(const char *dir, struct reason *why)
{
	struct stat st;

	if (stat(dir, &st) < 0) {
		int err = -errno;
		why_not(why, dir, err);
		return err;
	}
	if ((st.st_uid == geteuid() || st.st_uid == 0) && !(st.st_mode & 022))
		return 0;
	reason_set(why,
		"%.200s: others may write to this directory; expected one that only its "
		"owner may write to",
		dir);
	return -EPERM;
}

int history_file_find(const char *path, char real[static PATH_MAX], struct reason *why)
{
	char dir_copy[PATH_MAX], base_copy[PATH_MAX], dir[PATH_MAX];

	if (strlen(path) >= PATH_MAX - PATH_ROOM) {
		reason_set(why, "the path is too long");
		return -ENAMETOOLONG;
	}
	strcpy(dir_copy, path);
	strcpy(base_copy, path);
	if (!realpath(dirname(dir_copy), dir)) {
		int err = -errno;
		why_not(why, path, err);
		return err;
	}
	int n = snprintf(
		real, PATH_MAX, "%s/%s", strcmp(dir, "/") == 0 ? "" : dir, basename(base_copy));
	if (n >= PATH_MAX - PATH_ROOM) {
		reason_set(why, "the path is too long");
		return -ENAMETOOLONG;
	}
	return check_dir(dir, why);
}

static enum history_file read_header(int fd)
{
	static const char magic[16] = "SQLite format 3";
	unsigned char bytes[HEADER_BYTES];
	ssize_t n = pread(fd, bytes, sizeof bytes, 0);
	uint32_t id = 0;

	if (n == 0)
		return HISTORY_FILE_EMPTY;
	if (n < (ssize_t)sizeof bytes || memcmp(bytes, magic, sizeof magic) != 0)
		return HISTORY_FILE_ODD;
	for (int i = 0; i < 4; i++)
		id = id << 8 | bytes[ID_OFFSET + i];
	return id == HISTORY_APPLICATION_ID ? HISTORY_FILE_OURS : HISTORY_FILE_OTHERS;
}

static int check_file(int fd, const char *path, struct reason *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1) {
		reason_set(why, "%.200s: expected a regular file with one name", path);
		return -EPERM;
	}
	if (st.st_uid != geteuid()) {
		reason_set(why,
			"%.200s: it belongs to another user; set history.path to a file of "
			"your own",
			path);
		return -EPERM;
	}
	return 0;
}

/* What is not ours keeps its mode. */
static int make_private(int fd, enum history_file what)
{
	struct stat st;

	if (what != HISTORY_FILE_EMPTY && what != HISTORY_FILE_OURS)
		return 0;
	if (fstat(fd, &st) < 0 || ((st.st_mode & 077) && fchmod(fd, 0600) < 0))
		return -errno;
	return 0;
}

int history_file_look(const char *path, bool make, enum history_file *ret_what, struct reason *why)
{
	const int how = make ? O_RDWR | O_CREAT : O_RDONLY;
	int fd = open(path, how | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);

	if (fd < 0) {
		int err = -errno;
		why_not(why, path, err);
		return err;
	}
	int err = check_file(fd, path, why);
	enum history_file what = err ? HISTORY_FILE_ODD : read_header(fd);
	if (!err && make)
		err = make_private(fd, what);
	close(fd);
	if (!err)
		*ret_what = what;
	if (err && !why->text[0])
		reason_set(why, "%.200s: %s", path, strerror(-err));
	return err;
}

int history_file_check_beside(const char *path, struct reason *why)
{
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	char name[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		snprintf(name, sizeof name, "%.*s%s", PATH_MAX - PATH_ROOM, path, suffixes[i]);
		if (lstat(name, &st) < 0 || (S_ISREG(st.st_mode) && st.st_uid == geteuid()))
			continue;
		reason_set(why, "%.200s: expected a regular file of your own", name);
		return -EPERM;
	}
	return 0;
}

static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* With what lies beside it: a log that is not applied belongs to it. */
static int rename_all(const char *from, const char *to)
{
	static const char *const suffixes[] = {"-wal", "-shm"};
	char old[PATH_MAX], new[PATH_MAX];

	if (rename(from, to) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		snprintf(old, sizeof old, "%.*s%s", PATH_MAX - PATH_ROOM, from, suffixes[i]);
		snprintf(new, sizeof new, "%.*s%s", PATH_MAX - PATH_ROOM / 2, to, suffixes[i]);
		if (is_there(old) && rename(old, new) < 0)
			return -errno;
	}
	return 0;
}

int history_file_move_aside(const char *path, usec_t now, struct reason *why)
{
	char aside[PATH_MAX], day[16] = "";
	time_t second = (time_t)(now / USEC_PER_SEC);
	struct tm tm;

	if (localtime_r(&second, &tm))
		strftime(day, sizeof day, "%Y%m%d", &tm);
	for (int i = 1; i <= ASIDE_MOST; i++) {
		char again[16] = "";
		if (i > 1)
			snprintf(again, sizeof again, "-%d", i);
		snprintf(aside, sizeof aside, "%.*s.damaged-%s%s", PATH_MAX - PATH_ROOM, path, day,
			again);
		if (is_there(aside))
			continue;
		int err = rename_all(path, aside);
		if (err)
			reason_set(why, "%.200s is damaged, and cannot be moved aside: %s", path,
				strerror(-err));
		else
			reason_set(why,
				"it was damaged, and is kept as %.200s; a new one was begun",
				aside);
		return err;
	}
	reason_set(why, "%.200s is damaged again; move the files .damaged-%s away", path, day);
	return -EEXIST;
}
