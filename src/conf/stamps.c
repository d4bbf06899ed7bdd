// SPDX-License-Identifier: MIT
#include "conf/stamps.h"

#include "base/hash.h"
#include "base/opener.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void conf_stamps_done(struct conf_stamps *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->at[i].path);
	free(s->at);
	index_done(&s->by_path);
	*s = (struct conf_stamps){0};
}

/* Its path stays NULL. */
static struct conf_stamp look(const char *path)
{
	struct stat st;

	if (opener_stat(NULL, path, &st) < 0)
		return (struct conf_stamp){0};
	return (struct conf_stamp){.there = true,
		.dev = st.st_dev,
		.ino = st.st_ino,
		.size = S_ISDIR(st.st_mode) ? 0 : st.st_size,
		.modified = st.st_mtim,
		.changed = st.st_ctim};
}

static bool has(const struct conf_stamps *s, const char *path, uint64_t hash)
{
	index_for_each_match (&s->by_path, hash, id)
		if (strcmp(s->at[id].path, path) == 0)
			return true;
	return false;
}

static bool make_room(struct conf_stamps *s)
{
	size_t cap = s->cap ? 2 * s->cap : 32;

	if (s->n < s->cap)
		return true;
	struct conf_stamp *at = cap <= CONF_STAMPS_MAX ? realloc(s->at, cap * sizeof *s->at) : NULL;
	if (!at)
		return false;
	s->at = at;
	s->cap = cap;
	return true;
}

void conf_stamps_add(struct conf_stamps *s, const char *path)
{
	uint64_t hash = hash_bytes(path, strlen(path));

	if (has(s, path, hash))
		return;
	char *copy = make_room(s) ? strdup(path) : NULL;
	if (!copy || index_add(&s->by_path, hash, (uint32_t)s->n) < 0) {
		free(copy);
		s->dropped++;
		return;
	}
	s->at[s->n] = look(path);
	s->at[s->n++].path = copy;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool conf_stamps_differ(const struct conf_stamps *s, size_t from, size_t count)
{
	for (size_t i = from; i < s->n && i - from < count; i++) {
		const struct conf_stamp *was = &s->at[i];
		struct conf_stamp is = look(was->path);
		if (is.there != was->there || is.dev != was->dev || is.ino != was->ino ||
			is.size != was->size || !is_same_time(is.modified, was->modified) ||
			!is_same_time(is.changed, was->changed))
			return true;
	}
	return false;
}
