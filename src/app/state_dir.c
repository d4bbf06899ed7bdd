// SPDX-License-Identifier: MIT
#include "app/state_dir.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool state_dir(char *buf, size_t cap)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
	int n = -1;

	if (xdg && xdg[0] == '/') /* a relative one is to be ignored: XDG Base Directory */
		n = snprintf(buf, cap, "%s/nethergaze", xdg);
	else if (home && home[0] == '/' && access(home, F_OK) == 0)
		n = snprintf(buf, cap, "%s/.local/state/nethergaze", home);
	else if (geteuid() == 0)
		n = snprintf(buf, cap, STATE_DIR_OF_ROOT);
	return n > 0 && (size_t)n < cap;
}

/* Nobody but root can put another thing there. In a directory like /tmp (sticky) a name that is
 * root's stays. */
static bool is_of_root(const char *path, bool is_last)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0)
		return false;
	return !(st.st_mode & (S_IWGRP | S_IWOTH)) || (!is_last && (st.st_mode & S_ISVTX));
}

bool state_dir_is_safe(const char *path)
{
	char part[PATH_MAX], real[PATH_MAX];

	snprintf(part, sizeof part, "%s", path);
	while (!realpath(part, real)) {
		char *slash = strrchr(part, '/');
		if (errno != ENOENT || !slash || slash == part)
			return false;
		*slash = '\0';
	}
	bool safe = is_of_root(real, true);
	for (char *slash = strrchr(real, '/'); safe && slash > real; slash = strrchr(real, '/')) {
		*slash = '\0';
		safe = is_of_root(real, false);
	}
	return safe && is_of_root("/", false);
}

int state_dir_own(char *buf, size_t cap)
{
	bool fits = state_dir(buf, cap);

	if (fits && geteuid() == 0 && !state_dir_is_safe(buf)) {
		int n = snprintf(buf, cap, STATE_DIR_OF_ROOT);
		fits = (size_t)n < cap && state_dir_is_safe(buf);
	}
	int err = fits ? file_make_dirs(buf, 0700) : -ENOENT;
	if (err)
		return err;
	int dir = open(buf, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : dir;
}
