// SPDX-License-Identifier: MIT
#include "config/options.h"
#include "config/parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#define DROP_INS_MAX 256 /* files of conf.d */

/* The machine's. */

static int read_of_machine(struct options_state *s, const char *path)
{
	int err = options_read_file(s, path);

	if (err == -EACCES) {
		options_warn(s, "%s: %s: its settings are left out", path, strerror(-err));
		return 0;
	}
	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

/* Not what an editor or a package manager has left beside it: "a.toml~", ".a.toml.swp". */
static int is_drop_in(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && entry->d_name[0] != '.' && strcmp(dot, ".toml") == 0;
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_drop_ins(struct options_state *s, const char *dir)
{
	struct dirent **entries;
	char path[PATH_MAX + NAME_MAX + 2];
	int n = scandir(dir, &entries, is_drop_in, by_name), err = 0;

	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (n < 0 && errno == EACCES) {
		options_warn(s, "%s: %s: its files are left out", dir, strerror(errno));
		return 0;
	}
	if (n < 0)
		return options_fail(s, "%s: %s", dir, strerror(errno));
	if (n > DROP_INS_MAX)
		err = options_fail(s, "%s: %d files; expected at most %d", dir, n, DROP_INS_MAX);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
		if (!err)
			err = read_of_machine(s, path);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static int read_machine(struct options_state *s)
{
	char path[PATH_MAX];

	if (!s->setup.machine_dir)
		return 0;
	snprintf(path, sizeof path, "%s/config.toml", s->setup.machine_dir);
	int err = read_of_machine(s, path);
	snprintf(path, sizeof path, "%s/conf.d", s->setup.machine_dir);
	return err ? err : read_drop_ins(s, path);
}

/* The user's. */

/* A home that this user may not enter (sudo, setpriv) is none. */
static int read_of_user(struct options_state *s, const char *path, bool *ret_is_there)
{
	int err = options_read_file(s, path);

	*ret_is_there = err != -ENOENT && err != -ENOTDIR && err != -EACCES;
	return *ret_is_there ? err : 0;
}

static int read_user(struct options_state *s)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
	char path[PATH_MAX];
	bool is_there;

	if (xdg && xdg[0] == '/')
		snprintf(path, sizeof path, "%s/nethergaze/config.toml", xdg);
	else if (home && home[0])
		snprintf(path, sizeof path, "%s/.config/nethergaze/config.toml", home);
	else
		return 0;
	int err = read_of_user(s, path, &is_there);
	if (is_there || !home || !home[0])
		return err;
	snprintf(path, sizeof path, "%s/.nethergaze.toml", home);
	return read_of_user(s, path, &is_there);
}

int options_read_config(struct options_state *s)
{
	const char *given = s->values.config;
	int err = given ? options_read_file(s, given) : read_machine(s);

	if (given)
		return err && err != -EINVAL ? options_refuse_file(s, given, err) : err;
	return err ? err : read_user(s);
}
