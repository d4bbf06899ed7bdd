// SPDX-License-Identifier: MIT
#include "conf/confs.h"

#include "base/hash.h"
#include "log/format_string.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void server_confs_free(struct server_confs *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->log_count; i++)
		free(c->logs[i].path);
	for (size_t i = 0; i < c->error_log_count; i++)
		free(c->error_logs[i].path);
	for (size_t i = 0; i < c->format_count; i++)
		format_string_free(c->formats[i]);
	index_done(&c->logs_by_path);
	index_done(&c->logs_by_place);
	index_done(&c->error_logs_by_path);
	conf_stamps_done(&c->stamps);
	free(c);
}

static uint64_t hash_of_path(const char *path)
{
	return hash_bytes(path, strlen(path));
}

static bool is_glob(const char *path)
{
	return strpbrk(path, "*?[");
}

/* Places: one log may be called by several paths, through links and mounts. */

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool look_at_directory(const char *path, struct stat *ret)
{
	const char *base = base_of(path);
	char dir[PATH_MAX];

	return base > path &&
	       snprintf(dir, sizeof dir, "%.*s", (int)(base - path), path) < PATH_MAX &&
	       stat(dir, ret) == 0;
}

static bool look_at_file(const char *path, struct stat *ret)
{
	return stat(path, ret) == 0 && S_ISREG(ret->st_mode);
}

static uint64_t hash_of_file(const struct stat *st)
{
	return hash_two(st->st_dev, st->st_ino);
}

static uint64_t hash_of_entry(const struct stat *dir, const char *path)
{
	return hash_two(hash_of_file(dir), hash_of_path(base_of(path)));
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Without memory it is known by its name only. */
static void know_place(struct server_confs *c, uint32_t id)
{
	const char *path = c->logs[id].path;
	struct stat st;

	if (look_at_directory(path, &st))
		index_add(&c->logs_by_place, hash_of_entry(&st, path), id);
	if (look_at_file(path, &st))
		index_add(&c->logs_by_place, hash_of_file(&st), id);
}

static const struct server_log *in_same_directory(const struct server_confs *c, const char *path)
{
	struct stat dir, st;

	if (!look_at_directory(path, &dir))
		return NULL;
	index_for_each_match (&c->logs_by_place, hash_of_entry(&dir, path), id)
		if (strcmp(base_of(c->logs[id].path), base_of(path)) == 0 &&
			look_at_directory(c->logs[id].path, &st) && is_same(&st, &dir))
			return &c->logs[id];
	return NULL;
}

static const struct server_log *same_file(const struct server_confs *c, const char *path)
{
	struct stat it, st;

	if (!look_at_file(path, &it))
		return NULL;
	index_for_each_match (&c->logs_by_place, hash_of_file(&it), id)
		if (look_at_file(c->logs[id].path, &st) && is_same(&st, &it))
			return &c->logs[id];
	return NULL;
}

/* Adding and finding. */

bool server_confs_add(struct server_confs *c, const struct server_log *log)
{
	uint32_t id = (uint32_t)c->log_count;

	if (id == SERVER_LOGS_MAX || index_add(&c->logs_by_path, hash_of_path(log->path), id) < 0) {
		c->left_out++;
		return false;
	}
	c->logs[c->log_count++] = *log;
	if (is_glob(log->path))
		c->globs[c->glob_count++] = id;
	else
		know_place(c, id);
	return true;
}

bool server_confs_add_error(struct server_confs *c, const struct server_error_log *log)
{
	uint32_t id = (uint32_t)c->error_log_count;

	if (id == SERVER_LOGS_MAX ||
		index_add(&c->error_logs_by_path, hash_of_path(log->path), id) < 0) {
		c->left_out++;
		return false;
	}
	c->error_logs[c->error_log_count++] = *log;
	return true;
}

static const struct server_log *named(const struct server_confs *c, const char *path)
{
	index_for_each_match (&c->logs_by_path, hash_of_path(path), id)
		if (strcmp(c->logs[id].path, path) == 0)
			return &c->logs[id];
	return NULL;
}

struct server_log *server_confs_at(struct server_confs *c, const char *path)
{
	const struct server_log *log = named(c, path);

	return log ? &c->logs[log - c->logs] : NULL;
}

const struct server_error_log *server_confs_error_at(const struct server_confs *c, const char *path)
{
	index_for_each_match (&c->error_logs_by_path, hash_of_path(path), id)
		if (strcmp(c->error_logs[id].path, path) == 0)
			return &c->error_logs[id];
	return NULL;
}

static const struct server_log *matched(const struct server_confs *c, const char *path)
{
	for (size_t i = 0; i < c->glob_count; i++) {
		const struct server_log *log = &c->logs[c->globs[i]];
		if (fnmatch(log->path, path, FNM_PATHNAME) == 0)
			return log;
	}
	return NULL;
}

const struct server_log *server_confs_find(const struct server_confs *c, const char *path)
{
	const struct server_log *log = named(c, path);

	if (!log && c->log_count > c->glob_count)
		log = same_file(c, path);
	if (!log && c->log_count > c->glob_count)
		log = in_same_directory(c, path);
	return log ? log : matched(c, path);
}

bool server_confs_look_up(const void *context, const char *path, struct log_configured *ret)
{
	const struct server_log *log = server_confs_find(context, path);

	if (!log)
		return false;
	*ret = (struct log_configured){
		.format = log->format, .buffered = log->buffered[0] ? log->buffered : NULL};
	return true;
}
