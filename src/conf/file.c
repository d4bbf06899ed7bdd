// SPDX-License-Identifier: MIT
#include "conf/file.h"

#include "base/file.h"
#include "base/opener.h"
#include "log/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Below a root, links are followed as they would be from within it; openat2(2), Linux 5.6. */
static int open_below(const char *root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, .resolve = RESOLVE_IN_ROOT};
	char whole[PATH_MAX];

	if (root[0]) {
		int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			return -errno;
		int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
		int err = -errno;
		close(dir);
		if (fd >= 0 || err != -ENOSYS)
			return fd >= 0 ? fd : err;
	}
	if (snprintf(whole, sizeof whole, "%s%s", root, path) >= (int)sizeof whole)
		return -ENAMETOOLONG;
	int fd = open(whole, (int)how.flags);
	return fd >= 0 ? fd : -errno;
}

int conf_file_read(struct conf_budget *b, const char *path, struct str *ret_text, char **ret_buf)
{
	size_t n;

	if (!b->root || b->files == 0)
		return -E2BIG;
	if (b->depth == CONF_DEPTH_MAX)
		return -ELOOP;
	int fd = open_below(b->root, path);
	if (fd < 0)
		return fd;
	int err = file_read_open(
		fd, b->bytes < CONF_FILE_MAX ? b->bytes : CONF_FILE_MAX, ret_buf, &n);
	close(fd);
	if (err)
		return err == -EFBIG ? -E2BIG : err;
	b->files--;
	b->bytes -= n;
	*ret_text = (struct str){*ret_buf, n};
	return 0;
}

bool conf_file_is_there(const struct conf_budget *b, const char *path)
{
	char whole[PATH_MAX];

	if (!b->root || snprintf(whole, sizeof whole, "%s%s", b->root, path) >= (int)sizeof whole)
		return false;
	return access(whole, F_OK) == 0;
}

/* Wildcards in many directories could mean the whole file system. */
static bool is_modest(const char *pattern)
{
	unsigned wild = 0;

	for (const char *p = pattern; *p;) {
		size_t n = strcspn(p, "/"), at = strcspn(p, "*?[");
		wild += at < n;
		p += n + (p[n] == '/');
	}
	return wild <= CONF_WILD_MAX;
}

struct taking {
	void (*take)(void *context, const char *path);
	void *context;
	size_t root_n;
};

static void take_match(void *context, const char *path)
{
	const struct taking *t = context;

	t->take(t->context, path + t->root_n);
}

int conf_file_expand(struct conf_budget *b, const char *pattern, bool whole,
	void (*take)(void *context, const char *path), void *context)
{
	char path[PATH_MAX];
	struct stat st;
	size_t looked = 0;

	if (!b->root)
		return 0;
	if (b->globs == 0 || b->names == 0 || !is_modest(pattern) ||
		snprintf(path, sizeof path, "%s%s", b->root, pattern) >= (int)sizeof path - 2)
		return -E2BIG;
	b->globs--;
	if (whole && opener_stat(b->root, pattern, &st) == 0 && S_ISDIR(st.st_mode)) {
		strcat(path, "/*");
	} else if (!strpbrk(pattern, "*?[")) {
		take(context, pattern);
		return 1;
	}
	struct taking taking = {take, context, strlen(b->root)};
	int n = log_glob_expand(
		&(struct log_glob){.pattern = path, .root = b->root, .is_include = true},
		take_match, &taking, &looked);
	b->names -= looked < b->names ? looked : b->names;
	return n == -E2BIG ? n : n < 0 ? 0 : n;
}
