// SPDX-License-Identifier: MIT
#include "conf/open_logs.h"

#include "base/num.h"
#include "base/opener.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FDS_MAX 1024u /* some ten milliseconds */

/* "flags:\t0102001": octal, as open(2) has them. */
static bool is_appending(int process, const char *fd)
{
	char path[64], text[512];

	snprintf(path, sizeof path, "fdinfo/%s", fd);
	int file = opener_open_at(process, path);
	ssize_t n = file >= 0 ? read(file, text, sizeof text - 1) : -1;
	if (file >= 0)
		close(file);
	if (n <= 0)
		return false;
	text[n] = '\0';
	const char *flags = strstr(text, "flags:");
	unsigned long value = flags ? strtoul(flags + 6, NULL, 8) : 0;
	return (value & O_APPEND) && (value & O_ACCMODE) != O_RDONLY;
}

/* The path leads to the very file from the server's root: it may have been renamed, or lie in
 * another mount namespace than the root. */
static bool leads_to(const char *root, const char *path, const struct stat *st)
{
	char whole[PATH_MAX + 64];
	struct stat there;

	snprintf(whole, sizeof whole, "%s%s", root, path);
	return opener_stat(NULL, whole, &there) == 0 && there.st_dev == st->st_dev &&
	       there.st_ino == st->st_ino;
}

static bool has(const struct open_logs *logs, const char *path)
{
	for (size_t i = 0; i < logs->n; i++)
		if (strcmp(logs->paths[i], path) == 0)
			return true;
	return false;
}

static void look_at(
	struct open_logs *logs, const struct running_server *s, int process, const char *fd)
{
	char name[64], path[PATH_MAX];
	struct stat st;

	snprintf(name, sizeof name, "fd/%s", fd);
	ssize_t n = opener_link_at(process, name, path, sizeof path - 1);
	if (n <= 0 || path[0] != '/' || opener_stat_at(process, name, &st) < 0 ||
		!S_ISREG(st.st_mode) || !log_owner_may_name(&s->owner, &st) ||
		!is_appending(process, fd))
		return;
	path[n] = '\0';
	if (!has(logs, path) && leads_to(s->root, path, &st) &&
		(logs->paths[logs->n] = strdup(path)))
		logs->n++;
}

void open_logs_find(struct open_logs *logs, const struct running_server *s)
{
	int process = open(s->process, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int dir = process >= 0 ? opener_open_at(process, "fd") : -1;
	DIR *fds = dir >= 0 ? fdopendir(dir) : NULL;
	struct dirent *entry;

	logs->n = 0;
	if (!fds && dir >= 0)
		close(dir);
	for (unsigned i = 0;
		fds && i < FDS_MAX && logs->n < OPEN_LOGS_MAX && (entry = readdir(fds)); i++)
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at(logs, s, process, entry->d_name);
	if (fds)
		closedir(fds);
	if (process >= 0)
		close(process);
}

void open_logs_done(struct open_logs *logs)
{
	for (size_t i = 0; i < logs->n; i++)
		free(logs->paths[i]);
	logs->n = 0;
}

bool open_logs_is_error(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strstr(slash ? slash : path, "error") != NULL;
}
