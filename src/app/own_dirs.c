// SPDX-License-Identifier: MIT
#include "app/own_dirs.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MOST 8192 /* of ours in such a directory */

/* Below root's, where scripts for root lie, which nobody else may replace. */
#define OF_SYSTEM STATE_DIR_OF_ROOT "/console"

#define USUAL_CACHE "~/.cache/nethergaze" /* of the option cache.cache_dir */

/* Where the cache is instead of where the options say; "": there. */
static char cache_instead[PATH_MAX];

/* What an earlier version, or another user's console, has left there. */
static void give_files(int dir, const struct identity *who)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;
	struct stat st;

	if (!d && copy >= 0)
		close(copy);
	for (int i = 0; d && i < FILES_MOST && (entry = readdir(d)); i++) {
		int fd = openat(dir, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
			st.st_uid != who->uid)
			(void)!fchown(fd, who->uid, who->gid);
		close(fd);
	}
	if (d)
		closedir(d);
}

/* As the user sees it. */
struct as_user {
	uid_t uid;
	gid_t gid;
};

static struct as_user as(const struct identity *who)
{
	gid_t gid = (gid_t)setfsgid(who->gid);
	uid_t uid = (uid_t)setfsuid(who->uid);

	return (struct as_user){uid, gid};
}

static void be_oneself(struct as_user was)
{
	setfsuid(was.uid);
	setfsgid(was.gid);
}

/* What is root's in another's directory may have been moved there by its owner. */
static bool is_below_roots(const char *dir)
{
	char above[PATH_MAX];

	snprintf(above, sizeof above, "%s", dir);
	char *slash = strrchr(above, '/');
	if (slash && slash != above)
		*slash = '\0';
	return slash && slash != above && state_dir_is_safe(above);
}

/* The user can make it, or has it. */
static bool can_use(const char *dir, const struct identity *who)
{
	struct as_user was = as(who);
	int err = file_make_dirs(dir, 0700);
	int fd = err ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	bool can = fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == who->uid;

	be_oneself(was);
	if (can && is_below_roots(dir))
		give_files(fd, who);
	if (fd >= 0)
		close(fd);
	return can;
}

/* The user can at least come by there. */
static bool can_reach(const char *dir, const struct identity *who)
{
	char within[PATH_MAX + 2];
	snprintf(within, sizeof within, "%s/.", dir);
	struct as_user was = as(who);
	int fd = open(within, O_PATH | O_DIRECTORY | O_CLOEXEC);

	be_oneself(was);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* As much of the path as is there. */
static void cut_to_existing(char *path)
{
	struct stat st;
	char *slash;

	while (stat(path, &st) < 0 && (slash = strrchr(path, '/')) && slash > path)
		*slash = '\0';
}

/* What is above the directory is nobody's but root's, and the user can come there: nobody else
 * could have put another thing in its place. */
static bool can_be_given(const char *dir, char above[static PATH_MAX], const struct identity *who)
{
	char there[PATH_MAX];

	snprintf(above, PATH_MAX, "%s", dir);
	char *slash = strrchr(above, '/');
	if (!slash || slash == above)
		return false;
	*slash = '\0';
	strcpy(there, above);
	cut_to_existing(there);
	return state_dir_is_safe(above) && can_reach(there, who);
}

static bool give(const char *dir, const struct identity *who)
{
	char above[PATH_MAX];

	if (!can_be_given(dir, above, who) || file_make_dirs(above, 0711) < 0 ||
		file_make_dirs(dir, 0700) < 0)
		return false;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool given = fchown(fd, who->uid, who->gid) == 0;
	if (given)
		give_files(fd, who);
	close(fd);
	return given;
}

/* What would come of it. */
static bool could(const char *dir, const struct identity *who)
{
	char there[PATH_MAX], above[PATH_MAX];
	struct stat st;

	snprintf(there, sizeof there, "%s", dir);
	cut_to_existing(there);
	return (stat(there, &st) == 0 && st.st_uid == who->uid && can_reach(there, who)) ||
	       can_be_given(dir, above, who);
}

static bool prepare(const char *dir, const struct identity *who, bool make)
{
	return make ? can_use(dir, who) || give(dir, who) : could(dir, who);
}

/* The variable names what such a directory lies below. */
static void prepare_own(const char *variable, const char *otherwise, const char *of_system,
	const struct identity *who, bool make)
{
	char path[PATH_MAX];

	if (file_own_dir(path, NULL, variable, otherwise) && prepare(path, who, make))
		return;
	if (who->home[0] == '/') {
		snprintf(path, sizeof path, "%s%s", who->home, otherwise + 1);
		setenv(variable, path, 1);
		strcat(path, "/nethergaze");
		if (prepare(path, who, make))
			return;
	}
	snprintf(path, sizeof path, "%s/nethergaze", of_system);
	prepare(path, who, make);
	setenv(variable, of_system, 1);
}

/* Somebody looks, and may copy, choose, block and record. */
static bool has_console(const struct options *o)
{
	return !o->once && !o->json;
}

static void prepare_cache(const struct options *o, const struct identity *who, bool make)
{
	char path[1024];

	if (file_expand_home(path, sizeof path, o->cache_dir) && prepare(path, who, make))
		return;
	/* Who has named another is told what is wrong with it. */
	bool named = strcmp(o->cache_dir, USUAL_CACHE) != 0;
	if (named || !file_own_dir(cache_instead, NULL, "XDG_CACHE_HOME", "~/.cache") ||
		strlen(cache_instead) >= sizeof path)
		cache_instead[0] = '\0';
}

/* Of the operator's choice: one that is not there yet is made; one that is stays as it is. */
static void prepare_history(const char *file, const struct identity *who)
{
	char path[PATH_MAX];
	struct stat st;

	if (!file_expand_home(path, sizeof path, file))
		return;
	char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return;
	*slash = '\0';
	if (stat(path, &st) < 0 && errno == ENOENT)
		prepare(path, who, true);
}

/* Of --daemon: "DIR/", where nothing else is. */
static void prepare_record(const char *record, const struct identity *who, bool make)
{
	char dir[PATH_MAX];
	size_t n = strlen(record);

	while (n > 1 && record[n - 1] == '/')
		n--;
	snprintf(dir, sizeof dir, "%.*s", (int)n, record);
	prepare(dir, who, make);
}

/* Others can come by there. */
static void open_roots(void)
{
	int fd = file_make_dirs(STATE_DIR_OF_ROOT, 0711) < 0
			 ? -1
			 : open(STATE_DIR_OF_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && st.st_uid == 0 && !(st.st_mode & S_IXOTH))
		(void)!fchmod(fd, 0711);
	close(fd);
}

void own_dirs_prepare(const struct options *o, const struct identity *who, bool make)
{
	bool looks_up = o->whois_enabled && o->cache_dir;
	bool keeps = has_console(o) || o->record_on_finding || o->block_execution;

	prepare_own("XDG_CACHE_HOME", "~/.cache", "/var/cache", who,
		make && (has_console(o) || looks_up));
	if (make)
		open_roots();
	prepare_own("XDG_STATE_HOME", "~/.local/state", OF_SYSTEM, who,
		make && (keeps || (o->history && !o->history_path)));
	prepare_own("XDG_CONFIG_HOME", "~/.config", OF_SYSTEM, who, make && has_console(o));
	if (looks_up)
		prepare_cache(o, who, make);
	if (make && o->history && o->history_path && o->history_path[0])
		prepare_history(o->history_path, who);
	if (o->daemon && o->record)
		prepare_record(o->record, who, make);
}

const char *own_dirs_cache(const struct options *o, char buf[static 1024])
{
	if (cache_instead[0])
		return cache_instead;
	return o->cache_dir && file_expand_home(buf, 1024, o->cache_dir) ? buf : NULL;
}
