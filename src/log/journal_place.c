// SPDX-License-Identifier: MIT
#include "log/journal_place.h"

#include "base/hash.h"
#include "base/opener.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define NAMES_MAX                                                                      \
	4096 /* of one look: whoever fills a container's directory does not hold us up \
	      */

static const char *const usual[JOURNAL_DIRS_MAX] = {"/var/log/journal", "/run/log/journal"};

size_t journal_place_dirs(
	const struct journal_place *place, char ret[static JOURNAL_DIRS_MAX][PATH_MAX])
{
	if (place->dir) {
		snprintf(ret[0], PATH_MAX, "%s", place->dir);
		return 1;
	}
	for (size_t i = 0; i < JOURNAL_DIRS_MAX; i++)
		snprintf(ret[i], PATH_MAX, "%s%s", place->root ? place->root : "", usual[i]);
	return JOURNAL_DIRS_MAX;
}

/* A walk over the files of a directory, and of those in it (a machine's each). */
struct walk {
	void (*take)(struct walk *w, const char *path, const struct dirent *entry);
	void *ctx;
	size_t names; /* that may still be read */
	int err;      /* of the last directory that could not be */
};

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && strcmp(name + n - k, suffix) == 0;
}

/* A file that journald found broken is renamed to end in "~"; readers read it all the same. */
static bool is_journal(const char *name)
{
	return ends_in(name, ".journal") || ends_in(name, ".journal~");
}

static bool walk_dir(struct walk *w, const char *path, int depth)
{
	char below[PATH_MAX];
	int fd = opener_directory(NULL, path);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		w->err = fd < 0 ? fd : -ENOMEM;
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (w->names && (entry = readdir(dir))) {
		w->names--;
		int n = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || n >= (int)sizeof below)
			continue;
		if (is_journal(entry->d_name))
			w->take(w, below, entry);
		else if (depth == 0)
			walk_dir(w, below, 1);
	}
	closedir(dir);
	return true;
}

/* Whether it can be read. */

struct look {
	size_t files, denied;
	bool system_denied; /* the file that system services write to now */
};

static void look_at(struct walk *w, const char *path, const struct dirent *entry)
{
	struct look *look = w->ctx;
	bool denied = !opener_can_read(NULL, path);

	look->files++;
	look->denied += denied;
	look->system_denied |= denied && strcmp(entry->d_name, "system.journal") == 0;
}

static enum log_state say(
	char why[static JOURNAL_WHY_MAX], enum log_state state, const char *format, const char *dir)
{
	snprintf(why, JOURNAL_WHY_MAX, format, dir);
	return state;
}

#define MACHINE_ID_MAX 32 /* machine-id(5) */

/* In a container with the host's directory there are only other machines' journals, which are not
 * taken for this one's. False as well when this one's name is not known. */
static bool is_of_others(const struct journal_place *place, char dirs[][PATH_MAX], size_t n)
{
	char id[MACHINE_ID_MAX + 1] = "", path[PATH_MAX + sizeof id];
	struct stat st;
	int fd = place->dir || place->root ? -1 : open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, id, MACHINE_ID_MAX) : -1;

	if (fd >= 0)
		close(fd);
	if (got != MACHINE_ID_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%.*s/%s", PATH_MAX - 1, dirs[i], id);
		if (opener_stat(NULL, path, &st) == 0)
			return false;
	}
	return true;
}

enum log_state journal_place_look(
	const struct journal_place *place, char ret_why[static JOURNAL_WHY_MAX])
{
	char dirs[JOURNAL_DIRS_MAX][PATH_MAX];
	size_t n = journal_place_dirs(place, dirs), there = 0;
	struct look look = {0};
	bool denied = false;

	for (size_t i = 0; i < n; i++) {
		struct walk w = {.take = look_at, .ctx = &look, .names = NAMES_MAX};
		there += walk_dir(&w, dirs[i], 0);
		denied |= w.err == -EACCES;
	}
	ret_why[0] = '\0';
	if (look.system_denied || (look.denied && look.denied == look.files) ||
		(denied && !look.files))
		return say(ret_why, LOG_DENIED,
			"may not be read: run as root, or join the group systemd-journal%s", "");
	if (look.files && is_of_others(place, dirs, n))
		return say(ret_why, LOG_MISSING,
			"%.32s has only other machines' journals: name one by --journal-dir",
			dirs[0]);
	if (look.files)
		return LOG_READING;
	if (there)
		return say(ret_why, LOG_MISSING,
			"no journal file in %.32s yet: does systemd-journald run?", dirs[0]);
	return say(
		ret_why, LOG_MISSING, "no journal: there is no %.32s (see journald.conf)", dirs[0]);
}

/* Files below a root. */

struct opening {
	struct journal_files *files;
	const char *root;
	bool open, archived;
};

/* "system@….journal": nothing is written to it any more. */
static bool is_archived(const char *name)
{
	return strchr(name, '@') != NULL;
}

static void open_one(struct walk *w, const char *path, const struct dirent *entry)
{
	struct opening *o = w->ctx;
	struct journal_files *f = o->files;
	struct stat st;

	/* Whatever order they come in. */
	f->mark += hash_two(hash_bytes(path, strlen(path)), entry->d_ino);
	if (!o->open || f->n == JOURNAL_FILES_MAX || is_archived(entry->d_name) != o->archived)
		return;
	int fd = opener_open(o->root, path + strlen(o->root), &st);
	if (fd >= 0)
		f->fds[f->n++] = fd;
}

void journal_files_open(const struct journal_place *place, bool open, struct journal_files *ret)
{
	char dirs[JOURNAL_DIRS_MAX][PATH_MAX];
	size_t n = journal_place_dirs(place, dirs);
	struct opening o = {.files = ret, .root = place->root ? place->root : "", .open = open};

	ret->n = 0;
	ret->mark = 0;
	for (size_t i = 0; i < n; i++) {
		struct walk w = {.take = open_one, .ctx = &o, .names = NAMES_MAX};
		walk_dir(&w, dirs[i], 0);
	}
	uint64_t mark = ret->mark;
	o.archived = true;
	for (size_t i = 0; open && i < n; i++) {
		struct walk w = {.take = open_one, .ctx = &o, .names = NAMES_MAX};
		walk_dir(&w, dirs[i], 0);
	}
	ret->mark = mark;
}

bool journal_place_is_opened(const struct journal_place *place)
{
	return (place->root && !place->dir) || opener_is_other();
}

void journal_files_close(struct journal_files *f)
{
	while (f->n)
		close(f->fds[--f->n]);
}
