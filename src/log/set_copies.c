// SPDX-License-Identifier: MIT
/*
 * A log that is copied and then cut off (copytruncate of logrotate(8)): the copy, which a glob may
 * find, has lines that have been read. It is told by its first bytes, and by those before some
 * later place, as it is now, or as the log was before it was cut off. What was written between our
 * last look and the copy is only in the copy: it is read from there.
 */
#include "log/set_parts.h"

#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

#define TAIL_BYTES   256
#define READY_MAX    256
#define COMPARE_EACH USEC_PER_SEC /* while a copy grows */

enum likeness {
	LIKE_NOTHING,
	LIKE_BEGINNING, /* too short to be sure, or still being copied */
	LIKE_FORMER,    /* what the log was before it was cut off */
	LIKE_NOW        /* what the log is now */
};

static bool is_same_part(const struct log_file *a, const struct log_file *b, off_t at, size_t n)
{
	char x[LOG_HEAD_MAX], y[LOG_HEAD_MAX];

	return file_read_at(a->fd, x, n, at) == (ssize_t)n &&
	       file_read_at(b->fd, y, n, at) == (ssize_t)n && memcmp(x, y, n) == 0;
}

/* Behind its first `n` bytes nothing is known of either. */
static bool is_like_now(const struct log_file *f, const struct log_file *log)
{
	off_t n = f->size < log->size ? f->size : log->size;
	size_t head = n < LOG_HEAD_MAX ? (size_t)n : LOG_HEAD_MAX;
	off_t tail = n > TAIL_BYTES ? n - TAIL_BYTES : 0;

	return log->head.begins == f->head.begins && n >= LOG_HEAD_MIN &&
	       is_same_part(f, log, 0, head) && is_same_part(f, log, tail, (size_t)(n - tail));
}

static enum likeness compare(const struct log_file *f, const struct log_file *log)
{
	const struct log_former *former = &log->former;

	if (is_like_now(f, log))
		return LIKE_NOW;
	if (former->head.begins != f->head.begins || !former->head.begins)
		return LIKE_NOTHING;
	if (f->head.n >= former->head.n &&
		log_head_of(f->fd, former->head.n).hash != former->head.hash)
		return LIKE_NOTHING;
	if (f->size < former->place.offset)
		return LIKE_BEGINNING;
	return log_file_has_place(f, &former->place) ? LIKE_FORMER : LIKE_NOTHING;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "access.log-20261122" and "access-20261122.log" are called after "access.log". Of files that are
 * not, little that is alike says nothing: two hosts may be asked the same by a monitor. */
static bool is_called_after(const char *path, const char *log_path)
{
	const char *log = base_of(log_path), *dot = strrchr(log, '.');
	size_t n = dot && dot > log ? (size_t)(dot - log) : strlen(log);

	return strncmp(base_of(path), log, n) == 0;
}

/* What is to be read next may begin otherwise than it did: then nobody would find it. */
static void look_at_ready(struct log_set *set, const struct log_name *name)
{
	int left = READY_MAX;

	for (struct log_file *f = set->ready.first; f && left; f = f->links[QUEUE_READY].next) {
		left--;
		if (f->is_pipe || f->is_copy || !is_called_after(name->path, f->name->path))
			continue;
		log_pace_spend(&set->acts, 4);
		if (log_file_check(f) == 0)
			set_file_begins(set, f);
	}
}

static struct log_file *find_original(struct log_set *set, const struct log_name *name,
	const struct log_file *f, enum likeness *ret)
{
	log_pace_spend(&set->acts, 1);
	index_for_each_match (&set->files_by_begin, f->head.begins, slot) {
		struct log_file *log = set->files[slot];
		if (log == f || log->is_copy || log->name == name ||
			(log->dev == f->dev && log->ino == f->ino))
			continue;
		if (f->head.n < LOG_HEAD_MAX && !is_called_after(name->path, log->name->path))
			continue;
		log_pace_spend(&set->acts, 8);
		if (log_file_check(log) == 0 && (*ret = compare(f, log)) != LIKE_NOTHING) {
			log_set_ready(set, log);
			return log;
		}
	}
	return NULL;
}

/* What the log lost when it was cut off lies in its copy. */
static void read_rest(struct log_set *set, struct log_file *copy, struct log_file *log, usec_t now)
{
	struct log_former *former = &log->former;
	struct stat st;

	if (former->is_read || fstat(copy->fd, &st) < 0 || st.st_size < former->place.offset ||
		!log_file_has_place(copy, &former->place))
		return;
	former->is_read = true;
	log->account->skipped -= former->partial + former->unread;
	log->account->missed -= former->unread > 0;
	log_file_skip_to(copy, former->place.offset);
	copy->size = st.st_size;
	copy->active = now;
	log_set_ready(set, copy);
}

void log_set_was_read(struct log_set *set, struct log_file *f, usec_t now)
{
	set_file_begins(set, f);
	if (!f->was_cut)
		return;
	f->was_cut = false;
	if (f->copy)
		read_rest(set, f->copy, f, now);
	f->copy = NULL;
}

/* It is one more file of the log's, without a name. */
static void keep(struct log_set *set, struct log_file *copy, struct log_file *log,
	enum likeness like, usec_t now)
{
	copy->is_copy = true;
	copy->account = log->account;
	copy->active = now;
	copy->name = log->name;
	log->name->files++;
	set_file_begins(set, copy);
	log_queue_put(&set->detached, QUEUE_DETACHED, copy);
	if (like == LIKE_NOW)
		log->copy = copy;
	else
		read_rest(set, copy, log, now);
}

static void know_copy(struct log_set *set, struct log_name *name, const struct log_file *copy,
	enum likeness like, usec_t now)
{
	name->is_copy = true;
	name->known = (struct log_known){.dev = copy->dev, .ino = copy->ino, .size = copy->size};
	/* From where it would be a log of its own. */
	name->start_at = like == LIKE_BEGINNING ? 0 : copy->size;
	name->compared = now;
	set_name_state(set, name, LOG_READING, "A copy of a log that is followed");
}

/* It has all that the log has, and more: from there on it is a log of its own. */
static bool goes_on(struct log_name *name, const struct log_file *f, const struct log_file *log,
	enum likeness like)
{
	if (like != LIKE_NOW || f->size <= log->size)
		return false;
	name->start_at = log->size;
	return true;
}

/* To read from it what the log may lose, or has lost. */
static bool is_wanted(const struct log_file *log, enum likeness like)
{
	return like == LIKE_NOW ? !log->copy : like == LIKE_FORMER;
}

bool set_take_copy(struct log_set *set, struct log_name *name, struct log_file *f, usec_t now)
{
	enum likeness like;

	/* At the start nothing has been read yet of what is read from its end. */
	bool is_late = set->scanned || (set->from_start && !name->from_end);
	if (name->match == NAME_NAMED || f->is_pipe || !f->head.begins || !is_late ||
		name->start_at)
		return false;
	look_at_ready(set, name);
	struct log_file *log = find_original(set, name, f, &like);
	if (!log || goes_on(name, f, log, like))
		return false;
	know_copy(set, name, f, like, now);
	if (!is_wanted(log, like) || set->file_count >= set->files_max)
		log_file_free(f);
	else if (set_file_add(set, f))
		keep(set, f, log, like, now);
	return true;
}

/* Its name is that of a copy now. */
static void take_from_name(struct log_set *set, struct log_file *f)
{
	f->name->files--;
	f->name->file = NULL;
	f->name = NULL;
	log_set_idle(set, f);
}

bool log_set_is_copy(struct log_set *set, struct log_file *f, usec_t now)
{
	struct log_name *name = f->name;
	enum likeness like;

	if (log_file_check(f) < 0 || f->size == 0)
		return false;
	f->may_be_copy = false;
	set_file_begins(set, f);
	if (!f->head.begins || name->file != f || f->place.offset > 0)
		return false;
	look_at_ready(set, name);
	struct log_file *log = find_original(set, name, f, &like);
	if (!log)
		return false;
	if (goes_on(name, f, log, like)) {
		log_file_skip_to(f, name->start_at);
		name->start_at = 0;
		return false;
	}
	know_copy(set, name, f, like, now);
	take_from_name(set, f);
	if (is_wanted(log, like))
		keep(set, f, log, like, now);
	else
		log_set_close(set, f);
	return true;
}

static struct log_file *kept_of(const struct log_set *set, const struct log_known *known)
{
	for (struct log_file *f = set->detached.first; f; f = f->links[QUEUE_DETACHED].next)
		if (f->is_copy && f->dev == known->dev && f->ino == known->ino)
			return f;
	return NULL;
}

/* It has grown: it is still being copied, or somebody writes to it. What comes soon after the log
 * was cut off is taken for the rest of it. */
static bool has_grown_alike(
	struct log_set *set, struct log_name *name, struct log_file *kept, usec_t now)
{
	struct log_file *f;
	enum likeness like = LIKE_NOTHING;

	if (now - name->compared < COMPARE_EACH && now >= name->compared)
		return true;
	if (set_open(set, name->path, name, &f) < 0)
		return true;
	struct log_file *log = find_original(set, name, f, &like);
	bool is_copy = log && !goes_on(name, f, log, like) && (like != LIKE_FORMER || kept);
	if (is_copy)
		know_copy(set, name, f, like, now);
	if (is_copy && kept) {
		kept->active = now;
		if (like == LIKE_FORMER)
			log_set_ready(set, kept);
	}
	log_file_free(f);
	return is_copy;
}

bool set_is_still_copy(
	struct log_set *set, struct log_name *name, const struct stat *st, usec_t now)
{
	bool is_same = name->known.dev == st->st_dev && name->known.ino == st->st_ino;
	struct log_file *kept = is_same ? kept_of(set, &name->known) : NULL;

	if (is_same && (st->st_size <= name->known.size || has_grown_alike(set, name, kept, now)))
		return true;
	if (!is_same)
		name->start_at = 0;
	else if (kept)
		log_set_close(set, kept);
	name->is_copy = false;
	set_name_state(set, name, LOG_READING, NULL);
	return false;
}
