// SPDX-License-Identifier: MIT
#include "log/dirs.h"

#include "base/hash.h"
#include "base/opener.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#define EVENTS                                                                            \
	(IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_MOVE_SELF | \
		IN_DELETE_SELF | IN_ONLYDIR)

static uint64_t hash_of(int wd)
{
	return hash_two((uint64_t)wd, 0);
}

/* As log files are opened: no link leads out of the root. */
static int add_watch(const struct log_dirs *d, const char *path, uint32_t events)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(d->root, path, buf, &root);

	return opener_watch(d->inotify, root, rest, events);
}

static void watch(struct log_dirs *d, uint32_t id)
{
	struct log_dir *dir = &d->at[id];
	uint32_t writes = dir->tells_writes ? IN_MODIFY : 0;
	int wd = add_watch(d, dir->path[0] ? dir->path : ".", EVENTS | IN_MASK_ADD | writes);

	if (wd < 0 || dir->wd == wd || index_add(&d->by_wd, hash_of(wd), id) < 0)
		return;
	int old = dir->wd;
	if (old >= 0)
		index_remove(&d->by_wd, hash_of(old), id);
	dir->wd = wd;
	if (old >= 0 && log_dirs_of(d, old, LOG_DIR_NONE) == LOG_DIR_NONE)
		inotify_rm_watch(d->inotify, old);
}

static struct str dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (struct str){path, (size_t)(slash - path) + 1} : STR_LIT("");
}

/* A place for one more: one that is free again, else a new one. */
static uint32_t place(struct log_dirs *d)
{
	uint32_t cap = d->cap ? 2 * d->cap : 16;

	for (uint32_t i = 0; i < d->n && d->free_count; i++)
		if (!d->at[i].path)
			return i;
	if (d->n < d->cap)
		return d->n;
	struct log_dir *at = realloc(d->at, cap * sizeof *at);
	if (!at)
		return LOG_DIR_NONE;
	d->at = at;
	d->cap = cap;
	return d->n;
}

uint32_t log_dirs_get(struct log_dirs *d, const char *path)
{
	struct str name = dir_of(path);
	uint64_t hash = hash_bytes(name.p, name.n);

	index_for_each_match (&d->by_path, hash, id)
		if (str_eq(str_of(d->at[id].path), name))
			return id;
	uint32_t id = place(d);
	char *copy = id != LOG_DIR_NONE ? strndup(name.p, name.n) : NULL;
	if (!copy || index_add(&d->by_path, hash, id) < 0) {
		free(copy);
		return LOG_DIR_NONE;
	}
	d->free_count -= id < d->n;
	d->n += id == d->n;
	d->at[id] = (struct log_dir){.path = copy, .wd = -1};
	watch(d, id);
	return id;
}

void log_dirs_tell_writes(struct log_dirs *d, uint32_t id)
{
	if (id == LOG_DIR_NONE || d->at[id].tells_writes)
		return;
	d->at[id].tells_writes = true;
	watch(d, id);
}

void log_dirs_again(struct log_dirs *d, uint32_t id)
{
	if (id != LOG_DIR_NONE)
		watch(d, id);
}

void log_dirs_join(struct log_dirs *d, uint32_t id)
{
	if (id != LOG_DIR_NONE && ++d->at[id].logs >= LOG_DIR_CROWDED)
		log_dirs_tell_writes(d, id);
}

static void forget(struct log_dirs *d, uint32_t id)
{
	struct log_dir *dir = &d->at[id];
	int wd = dir->wd;

	index_remove(&d->by_path, hash_bytes(dir->path, strlen(dir->path)), id);
	if (wd >= 0)
		index_remove(&d->by_wd, hash_of(wd), id);
	free(dir->path);
	*dir = (struct log_dir){.wd = -1};
	d->free_count++;
	if (wd >= 0 && log_dirs_of(d, wd, LOG_DIR_NONE) == LOG_DIR_NONE)
		inotify_rm_watch(d->inotify, wd);
}

void log_dirs_leave(struct log_dirs *d, uint32_t id)
{
	if (id != LOG_DIR_NONE && --d->at[id].logs == 0)
		forget(d, id);
}

uint32_t log_dirs_retry(struct log_dirs *d)
{
	uint32_t tried = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		if (!d->at[i].path || d->at[i].wd >= 0)
			continue;
		watch(d, i);
		tried++;
	}
	return tried;
}

uint32_t log_dirs_of(const struct log_dirs *d, int wd, uint32_t after)
{
	bool found = after == LOG_DIR_NONE;

	index_for_each_match (&d->by_wd, hash_of(wd), id) {
		if (d->at[id].wd != wd)
			continue;
		if (found)
			return id;
		found = id == after;
	}
	return LOG_DIR_NONE;
}

void log_dirs_lost(struct log_dirs *d, int wd, bool is_moved)
{
	uint32_t id;

	while ((id = log_dirs_of(d, wd, LOG_DIR_NONE)) != LOG_DIR_NONE) {
		index_remove(&d->by_wd, hash_of(wd), id);
		d->at[id].wd = -1;
	}
	if (is_moved)
		inotify_rm_watch(d->inotify, wd);
}

void log_dirs_done(struct log_dirs *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		free(d->at[i].path);
	free(d->at);
	index_done(&d->by_path);
	index_done(&d->by_wd);
}
