// SPDX-License-Identifier: MIT
#include "record/store.h"

#include "base/calls.h"
#include "base/file.h"
#include "base/num.h"
#include "base/str.h"
#include "record/segment_index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PART      8  /* of all, that one file may have at most */
#define STAMP_MAX 16 /* YYYYMMDD-HHMMSS, with its NUL */

/* A file of ours, and what lies beside it under the same name. */
struct entry {
	char *name;
	uint64_t number; /* of a segment; 0: an incident, whose name says when */
	uint64_t bytes;
};

struct entries {
	struct entry *at;
	size_t n, room;
	uint64_t bytes;
	bool failed; /* memory is out: nothing is deleted for it */
};

struct store {
	char *path, *segment, *incidents;
	int dir, incidents_dir;
	uint64_t most;
	struct store_sums sums;
};

static const enum compression compressions[] = {
	COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD};

/* Names. */

static bool cut_end(struct str *s, const char *ending)
{
	size_t n = strlen(ending);

	if (s->n <= n || memcmp(s->p + s->n - n, ending, n) != 0)
		return false;
	s->n -= n;
	return true;
}

static bool cut_compression(struct str *s)
{
	for (size_t i = ARRAY_LEN(compressions); i > 0; i--)
		if (cut_end(s, compression_ending(compressions[i - 1])))
			return true;
	return false;
}

/* nethergaze-0001.ndjson.gz, and what is beside it. 0: it is none. */
static uint64_t number_of(struct str name)
{
	uint64_t number;

	cut_end(&name, SEGMENT_INDEX_ENDING);
	if (!cut_compression(&name) || !str_take(&name, STR_LIT(STORE_STEM "-")))
		return 0;
	return num_u64(name, &number) == 0 && number < UINT32_MAX ? number : 0;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* nethergaze-YYYYMMDD-HHMMSS[-N].ndjson.gz, or its report. */
static bool is_incident(struct str name)
{
	if (!cut_compression(&name) && !cut_end(&name, ".html"))
		return false;
	if (!str_take(&name, STR_LIT(STORE_STEM "-")) || name.n < STAMP_MAX - 1)
		return false;
	struct str rest = str_skip(name, STAMP_MAX - 1);
	return all_digits((struct str){name.p, 8}) && name.p[8] == '-' &&
	       all_digits((struct str){name.p + 9, 6}) &&
	       (rest.n == 0 || (str_take(&rest, STR_LIT("-")) && all_digits(rest)));
}

/* Opening. */

static int fail(char why[static STORE_WHY_MAX], int err, const char *what)
{
	snprintf(why, STORE_WHY_MAX, "%s", what);
	return err;
}

/* Whoever else may write there could have us delete, and record into, what is not ours. */
static int check_dir(int dir, char why[static STORE_WHY_MAX])
{
	struct stat st;

	if (fstat(dir, &st) < 0)
		return fail(why, -errno, strerror(errno));
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fail(why, -EPERM,
			"others may write there; expected a directory of the recorder's own (chmod "
			"go-w)");
	if (flock(dir, LOCK_EX | LOCK_NB) < 0)
		return fail(why, -errno,
			errno == EWOULDBLOCK ? "another recorder is writing there"
					     : strerror(errno));
	return 0;
}

static int open_dirs(struct store *s, char why[static STORE_WHY_MAX])
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
	int err = file_make_dirs(s->path, 0700);

	s->dir = err ? -1 : open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0)
		return fail(why, err ? err : -errno, strerror(err ? -err : errno));
	err = check_dir(s->dir, why);
	if (err)
		return err;
	if (mkdirat(s->dir, STORE_INCIDENTS, 0700) < 0 && errno != EEXIST)
		return fail(why, -errno, strerror(errno));
	s->incidents_dir = openat(s->dir, STORE_INCIDENTS, flags);
	return s->incidents_dir < 0 ? fail(why, -errno, strerror(errno)) : 0;
}

static uint64_t greatest(const struct store *s)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	uint64_t most = 0;

	for (const struct dirent *e; d && (e = readdir(d));) {
		uint64_t number = number_of(str_of(e->d_name));
		most = number > most ? number : most;
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return most;
}

/* What a file system has not yet found a place for is no block of it. */
static uint64_t bytes_of(const struct stat *st)
{
	uint64_t blocks = (uint64_t)st->st_blocks * 512, size = (uint64_t)st->st_size;

	return blocks > size ? blocks : size;
}

static bool is_ours(int dir, const char *name, struct stat *st)
{
	return fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st->st_mode) &&
	       st->st_nlink == 1 && st->st_uid == geteuid();
}

/* What a run has left that did not end by itself; one without a byte says nothing. */
static int number_leftovers(const struct store *s, char why[static STORE_WHY_MAX])
{
	uint64_t number = greatest(s);

	for (size_t i = 0; i < ARRAY_LEN(compressions); i++) {
		const char *ending = compression_ending(compressions[i]);
		char from[64], to[64];
		struct stat st;
		snprintf(from, sizeof from, STORE_STEM "%s", ending);
		if (!is_ours(s->dir, from, &st))
			continue;
		snprintf(to, sizeof to, STORE_STEM "-%04llu%s", (unsigned long long)++number,
			ending);
		int err = st.st_size ? call_rename_new(s->dir, from, s->dir, to)
			  : unlinkat(s->dir, from, 0) < 0 ? -errno
							  : 0;
		if (err < 0)
			return fail(why, err, strerror(-err));
	}
	return 0;
}

struct store *store_open(
	const char *path, uint64_t most, int *ret_err, char why[static STORE_WHY_MAX])
{
	struct store *s = calloc(1, sizeof *s);

	if (!s) {
		*ret_err = fail(why, -ENOMEM, strerror(ENOMEM));
		return NULL;
	}
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	s->path = strndup(path, n);
	s->most = most;
	s->dir = s->incidents_dir = -1;
	*ret_err = s->path ? open_dirs(s, why) : fail(why, -ENOMEM, strerror(ENOMEM));
	if (!*ret_err)
		*ret_err = number_leftovers(s, why);
	if (!*ret_err && asprintf(&s->incidents, "%s/" STORE_INCIDENTS, s->path) < 0) {
		s->incidents = NULL;
		*ret_err = fail(why, -ENOMEM, strerror(ENOMEM));
	}
	if (!*ret_err)
		return s;
	store_close(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->incidents_dir >= 0)
		close(s->incidents_dir);
	if (s->dir >= 0)
		close(s->dir);
	free(s->path);
	free(s->segment);
	free(s->incidents);
	free(s);
}

const char *store_segment(struct store *s, enum compression how)
{
	free(s->segment);
	if (asprintf(&s->segment, "%s/" STORE_STEM "%s", s->path, compression_ending(how)) < 0)
		s->segment = NULL;
	return s->segment;
}

const char *store_incidents(const struct store *s)
{
	return s->incidents;
}

uint64_t store_file_size(const struct store *s, uint64_t asked)
{
	uint64_t most = s->most / PART;

	return !s->most || (asked && asked < most) ? asked : most;
}

/* Pruning. */

static void add(struct entries *e, const char *name, uint64_t number, uint64_t bytes)
{
	if (e->n == e->room) {
		size_t room = e->room ? 2 * e->room : 64;
		struct entry *at = reallocarray(e->at, room, sizeof *at);
		e->failed |= !at;
		if (!at)
			return;
		e->at = at;
		e->room = room;
	}
	struct entry *entry = &e->at[e->n];
	*entry = (struct entry){strdup(name), number, bytes};
	e->failed |= !entry->name;
	if (!entry->name)
		return;
	e->n++;
	e->bytes += bytes;
}

static int by_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void list(struct entries *e, int dir, bool segments, const char *but)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	for (const struct dirent *entry; d && (entry = readdir(d));) {
		const char *name = entry->d_name;
		uint64_t number = segments ? number_of(str_of(name)) : 0;
		struct stat st;
		if ((segments ? number > 0 : is_incident(str_of(name))) && strcmp(name, but) != 0 &&
			is_ours(dir, name, &st))
			add(e, name, number, bytes_of(&st));
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	if (e->n)
		qsort(e->at, e->n, sizeof e->at[0], by_age);
}

/* Entries of one name but for its end go together. */
static bool is_beside(const struct entry *a, const struct entry *b)
{
	if (a->number || b->number)
		return a->number == b->number;
	return strcspn(a->name, ".") == strcspn(b->name, ".") &&
	       strncmp(a->name, b->name, strcspn(a->name, ".")) == 0;
}

static size_t drop_first(struct store *s, int dir, struct entries *e, size_t first)
{
	size_t i = first;

	while (i < e->n && is_beside(&e->at[i], &e->at[first])) {
		s->sums.deleted += unlinkat(dir, e->at[i].name, 0) == 0;
		e->bytes -= e->at[i].bytes;
		i++;
	}
	return i;
}

static size_t count_from(const struct entries *e, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < e->n; i++)
		n += i == first || !is_beside(&e->at[i], &e->at[i - 1]);
	return n;
}

/* What is being written may get as large as a file may be, twice. */
static void keep_bound(struct store *s, struct entries *segments, struct entries *incidents)
{
	uint64_t most = s->most ? s->most - s->most / PART * 3 : UINT64_MAX;
	size_t segment = 0, incident = 0, kept;

	kept = count_from(incidents, 0);
	while (incident < incidents->n && (incidents->bytes > most / 2 || kept > STORE_FILES_MAX)) {
		incident = drop_first(s, s->incidents_dir, incidents, incident);
		kept--;
	}
	s->sums.incidents = kept;
	kept = count_from(segments, 0);
	while (segment < segments->n &&
		(segments->bytes + incidents->bytes > most || kept > STORE_FILES_MAX)) {
		segment = drop_first(s, s->dir, segments, segment);
		kept--;
	}
	s->sums.segments = kept;
	s->sums.bytes = segments->bytes + incidents->bytes;
}

static void done(struct entries *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->at[i].name);
	free(e->at);
}

void store_prune(struct store *s, const char *incident)
{
	struct entries segments = {0}, incidents = {0};
	const char *slash = strrchr(incident, '/');

	list(&segments, s->dir, true, "");
	list(&incidents, s->incidents_dir, false, slash ? slash + 1 : incident);
	if (!segments.failed && !incidents.failed)
		keep_bound(s, &segments, &incidents);
	done(&segments);
	done(&incidents);
}

struct store_sums store_sums(const struct store *s)
{
	return s->sums;
}

bool store_is_there(const struct store *s)
{
	struct stat now, then;

	return stat(s->path, &now) == 0 && fstat(s->dir, &then) == 0 && now.st_dev == then.st_dev &&
	       now.st_ino == then.st_ino && faccessat(s->dir, STORE_INCIDENTS, F_OK, 0) == 0;
}

bool store_has_room(const struct store *s, uint64_t bytes)
{
	struct statvfs fs;

	return fstatvfs(s->dir, &fs) < 0 || (uint64_t)fs.f_bavail * fs.f_frsize >= bytes;
}
