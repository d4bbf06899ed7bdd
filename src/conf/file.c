// SPDX-License-Identifier: MIT
#include "conf/file.h"

#include "base/file.h"
#include "base/opener.h"
#include "log/glob.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void conf_budget_init(struct conf_budget *b, const char *root, struct conf_stamps *stamps)
{
	*b = (struct conf_budget){.root = root,
		.stamps = stamps,
		.bytes = CONF_TOTAL_MAX,
		.files = CONF_FILES_MAX,
		.globs = CONF_GLOBS_MAX,
		.names = CONF_NAMES_MAX,
		.wild = CONF_WILD_MAX,
		.part = 1};
}

void conf_budget_cut(struct conf_budget *b)
{
	b->bytes /= CONF_USER_PART;
	b->files /= CONF_USER_PART;
	b->globs /= CONF_USER_PART;
	b->names /= CONF_USER_PART;
	if (b->owner.is_user)
		b->wild = 1;
	b->part = CONF_USER_PART;
}

static void note_stamp(const struct conf_budget *b, const char *path)
{
	char whole[PATH_MAX];

	if (b->stamps && snprintf(whole, sizeof whole, "%s%s", b->root, path) < (int)sizeof whole)
		conf_stamps_add(b->stamps, whole);
}

int conf_file_read(struct conf_budget *b, const char *path, struct str *ret_text, char **ret_buf)
{
	struct stat st;
	size_t n;

	if (!b->root || b->files == 0)
		return -E2BIG;
	if (b->depth == CONF_DEPTH_MAX)
		return -ELOOP;
	note_stamp(b, path);
	int fd = opener_open(b->root, path, &st);
	if (fd < 0)
		return fd;
	if (!log_owner_may_name(&b->owner, &st)) {
		close(fd);
		return -EACCES;
	}
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
	struct stat st;

	if (!b->root || snprintf(whole, sizeof whole, "%s%s", b->root, path) >= (int)sizeof whole)
		return false;
	return opener_stat(NULL, whole, &st) == 0;
}

/* Wildcards in many directories could mean the whole file system. */
static bool is_modest(const struct conf_budget *b, const char *pattern)
{
	unsigned wild = 0;

	for (const char *p = pattern; *p;) {
		size_t n = strcspn(p, "/"), at = strcspn(p, "*?[");
		wild += at < n;
		p += n + (p[n] == '/');
	}
	return wild <= b->wild;
}

/* The directory in which another match would come, as far as no pattern is part of its name. */
static void note_directory(const struct conf_budget *b, const char *path)
{
	char dir[PATH_MAX];
	size_t n = strcspn(path, "*?[");

	while (n > 1 && path[n - 1] != '/')
		n--;
	if (n > 1 && snprintf(dir, sizeof dir, "%.*s", (int)n - 1, path) < (int)sizeof dir)
		note_stamp(b, dir);
}

struct taking {
	void (*take)(void *context, const char *path);
	void *context;
	size_t root_n;
	const struct conf_budget *budget;
};

static void take_match(void *context, const char *path)
{
	const struct taking *t = context;

	note_directory(t->budget, path + t->root_n);
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
	if (b->globs == 0 || b->names == 0 || !is_modest(b, pattern) ||
		snprintf(path, sizeof path, "%s%s", b->root, pattern) >= (int)sizeof path - 2)
		return -E2BIG;
	b->globs--;
	if (strpbrk(pattern, "*?["))
		note_directory(b, pattern);
	if (whole && opener_stat(b->root, pattern, &st) == 0 && S_ISDIR(st.st_mode)) {
		strcat(path, "/*");
		note_directory(b, path + strlen(b->root));
	} else if (!strpbrk(pattern, "*?[")) {
		take(context, pattern);
		return 1;
	}
	struct taking taking = {take, context, strlen(b->root), b};
	int n = log_glob_expand(
		&(struct log_glob){.pattern = path, .root = b->root, .is_include = true},
		take_match, &taking, &looked);
	b->names -= looked < b->names ? looked : b->names;
	return n == -E2BIG ? n : n < 0 ? 0 : n;
}
