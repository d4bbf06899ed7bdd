// SPDX-License-Identifier: MIT
#include "conf/confs.h"

#include "base/hash.h"
#include "base/opener.h"
#include "base/str.h"
#include "log/format_string.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void names_done(struct server_names *n)
{
	index_done(&n->by_path);
	index_done(&n->by_place);
}

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
	names_done(&c->log_names);
	names_done(&c->error_log_names);
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
	       opener_stat(NULL, dir, ret) == 0;
}

static bool look_at_file(const char *path, struct stat *ret)
{
	return opener_stat(NULL, path, ret) == 0 && S_ISREG(ret->st_mode);
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

static uint64_t hash_of_globs(const struct stat *dir)
{
	return hash_two(hash_of_file(dir), '*');
}

static bool is_glob_of_one_directory(const char *path)
{
	const char *base = base_of(path);

	return is_glob(base) && strcspn(path, "*?[") >= (size_t)(base - path);
}

/* Without memory it is known by its name only. */
static void know_place(struct server_names *names, const char *path, uint32_t id)
{
	struct stat st;

	if (is_glob_of_one_directory(path)) {
		if (look_at_directory(path, &st))
			index_add(&names->by_place, hash_of_globs(&st), id);
		return;
	}
	if (is_glob(path))
		return;
	if (look_at_directory(path, &st))
		index_add(&names->by_place, hash_of_entry(&st, path), id);
	if (look_at_file(path, &st))
		index_add(&names->by_place, hash_of_file(&st), id);
}

/* Adding. */

static bool add(struct server_names *names, const char *path, uint32_t id)
{
	if (id == SERVER_LOGS_MAX || index_add(&names->by_path, hash_of_path(path), id) < 0)
		return false;
	if (is_glob(path))
		names->globs[names->glob_count++] = id;
	know_place(names, path, id);
	return true;
}

static const char *path_of(
	const struct server_confs *c, const struct server_names *names, uint32_t id)
{
	return names == &c->log_names ? c->logs[id].path : c->error_logs[id].path;
}

static const struct log_owner *owner_of(
	const struct server_confs *c, const struct server_names *names, uint32_t id)
{
	return names == &c->log_names ? &c->logs[id].owner : &c->error_logs[id].owner;
}

/* Each name is compared with each glob: a user may not have many. */
static bool has_room(const struct server_confs *c, const struct server_names *names,
	const struct log_owner *owner, const char *path)
{
	size_t of_users = 0, his = 0;

	for (size_t i = 0; i < names->glob_count && owner->is_user && is_glob(path); i++) {
		const struct log_owner *other = owner_of(c, names, names->globs[i]);
		of_users += other->is_user;
		his += other->is_user && other->uid == owner->uid;
	}
	return his < SERVER_USER_GLOBS_MAX && of_users < 4 * SERVER_USER_GLOBS_MAX;
}

bool server_confs_add(struct server_confs *c, const struct server_log *log)
{
	if (!has_room(c, &c->log_names, &log->owner, log->path) ||
		!add(&c->log_names, log->path, (uint32_t)c->log_count)) {
		c->left_out++;
		return false;
	}
	c->logs[c->log_count++] = *log;
	return true;
}

bool server_confs_add_error(struct server_confs *c, const struct server_error_log *log)
{
	if (!has_room(c, &c->error_log_names, &log->owner, log->path) ||
		!add(&c->error_log_names, log->path, (uint32_t)c->error_log_count)) {
		c->left_out++;
		return false;
	}
	c->error_logs[c->error_log_count++] = *log;
	return true;
}

/* Finding. */

struct question {
	const struct server_confs *confs;
	const struct server_names *names;
	const char *path;
	const struct log_owner *owner; /* who names it; NULL: what users say does not count */
};

/* What a user says holds for what he names himself, and for his own files. */
static bool counts(const struct question *q, uint32_t id)
{
	const struct log_owner *owner = owner_of(q->confs, q->names, id);
	struct stat st;

	if (!owner->is_user)
		return true;
	if (!q->owner)
		return false;
	return (q->owner->is_user && q->owner->uid == owner->uid) ||
	       (look_at_file(q->path, &st) && st.st_uid == owner->uid);
}

static uint32_t named(const struct question *q)
{
	index_for_each_match (&q->names->by_path, hash_of_path(q->path), id)
		if (strcmp(path_of(q->confs, q->names, id), q->path) == 0 && counts(q, id))
			return id;
	return INDEX_NONE;
}

static uint32_t same_file(const struct question *q)
{
	struct stat it, st;

	if (!q->names->by_place.used || !look_at_file(q->path, &it))
		return INDEX_NONE;
	index_for_each_match (&q->names->by_place, hash_of_file(&it), id)
		if (look_at_file(path_of(q->confs, q->names, id), &st) && is_same(&st, &it) &&
			counts(q, id))
			return id;
	return INDEX_NONE;
}

/* A name there, or a glob that matches it. */
static uint32_t in_same_directory(const struct question *q)
{
	struct stat dir, st;

	if (!q->names->by_place.used || !look_at_directory(q->path, &dir))
		return INDEX_NONE;
	index_for_each_match (&q->names->by_place, hash_of_entry(&dir, q->path), id) {
		const char *path = path_of(q->confs, q->names, id);
		if (strcmp(base_of(path), base_of(q->path)) == 0 && look_at_directory(path, &st) &&
			is_same(&st, &dir) && counts(q, id))
			return id;
	}
	index_for_each_match (&q->names->by_place, hash_of_globs(&dir), id) {
		const char *path = path_of(q->confs, q->names, id);
		if (fnmatch(base_of(path), base_of(q->path), 0) == 0 &&
			look_at_directory(path, &st) && is_same(&st, &dir) && counts(q, id))
			return id;
	}
	return INDEX_NONE;
}

static uint32_t matched(const struct question *q)
{
	for (size_t i = 0; i < q->names->glob_count; i++) {
		uint32_t id = q->names->globs[i];
		if (fnmatch(path_of(q->confs, q->names, id), q->path, FNM_PATHNAME) == 0 &&
			counts(q, id))
			return id;
	}
	return INDEX_NONE;
}

static uint32_t find(const struct question *q)
{
	uint32_t (*const by[])(const struct question *q) = {
		named, same_file, in_same_directory, matched};
	uint32_t id = INDEX_NONE;

	for (size_t i = 0; i < ARRAY_LEN(by) && id == INDEX_NONE; i++)
		id = by[i](q);
	return id;
}

struct server_log *server_confs_at(struct server_confs *c, const char *path)
{
	index_for_each_match (&c->log_names.by_path, hash_of_path(path), id)
		if (strcmp(c->logs[id].path, path) == 0)
			return &c->logs[id];
	return NULL;
}

const struct server_error_log *server_confs_error_at(const struct server_confs *c, const char *path)
{
	index_for_each_match (&c->error_log_names.by_path, hash_of_path(path), id)
		if (strcmp(c->error_logs[id].path, path) == 0)
			return &c->error_logs[id];
	return NULL;
}

static const struct server_log *find_for(
	const struct server_confs *c, const char *path, const struct log_owner *owner)
{
	uint32_t id = find(&(struct question){c, &c->log_names, path, owner});

	return id != INDEX_NONE ? &c->logs[id] : NULL;
}

const struct server_log *server_confs_find(const struct server_confs *c, const char *path)
{
	return find_for(c, path, &(struct log_owner){0});
}

bool server_confs_covers(const struct server_confs *c, const char *path)
{
	return find(&(struct question){c, &c->log_names, path, NULL}) != INDEX_NONE ||
	       find(&(struct question){c, &c->error_log_names, path, NULL}) != INDEX_NONE;
}

bool server_confs_look_up(const void *context, const char *path, const struct log_owner *owner,
	struct log_configured *ret)
{
	const struct server_log *log = find_for(context, path, owner);

	if (!log)
		return false;
	*ret = (struct log_configured){
		.format = log->format, .buffered = log->buffered[0] ? log->buffered : NULL};
	return true;
}
