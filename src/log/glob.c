// SPDX-License-Identifier: MIT
#include "log/glob.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

bool log_glob_is(const char *path)
{
	return strpbrk(path, "*?[{") && access(path, F_OK) != 0;
}

static bool ends_with(const char *path, const char *suffix)
{
	size_t n = strlen(path), k = strlen(suffix);

	return n > k && memcmp(path + n - k, suffix, k) == 0;
}

/* "access.log.1", as logrotate names what it has put away. */
static bool is_numbered(const char *path)
{
	const char *end = path + strlen(path), *p = end;

	while (p > path && p[-1] >= '0' && p[-1] <= '9')
		p--;
	return p < end && end - p <= 3 && p > path && p[-1] == '.';
}

static bool is_put_away(const char *path)
{
	static const char *const suffixes[] = {
		".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip", ".Z", ".bak", ".old", ".swp", "~"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (ends_with(path, suffixes[i]))
			return true;
	return is_numbered(path);
}

/* "error.log", "shop-error.log", "ssl_error_log", "error.log-20261122"; but neither "terror.log"
 * nor "errors.example.com.access.log", which a host of that name has. */
static bool is_error_log(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (const char *p = name; (p = strstr(p, "error")); p++) {
		bool begins = p == name || !isalnum((unsigned char)p[-1]);
		bool log = strncmp(p + 5, ".log", 4) == 0 || strncmp(p + 5, "_log", 4) == 0;
		if (begins && log && (p[9] == '\0' || p[9] == '-'))
			return true;
	}
	return false;
}

/* What does not exist (a dangling link) may come. */
static bool may_be_log(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 || S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode);
}

/* glob(3) has no context for its error function, and the program has one thread. */
static int glob_errno;

static int on_error(const char *path, int err)
{
	(void)path;
	glob_errno = err;
	return 0;
}

int log_glob_expand(const char *pattern, bool guessed,
	void (*take)(void *context, const char *path), void *context)
{
	glob_t found = {0};
	int count = 0;

	glob_errno = 0;
	if (glob(pattern, GLOB_BRACE | GLOB_TILDE, on_error, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *path = found.gl_pathv[i];
			if (is_put_away(path) || !may_be_log(path) ||
				(guessed && is_error_log(path)))
				continue;
			take(context, path);
			count++;
		}
	}
	globfree(&found);
	/* A directory that is not there yet is no error. */
	if (count == 0 && glob_errno && glob_errno != ENOENT && glob_errno != ENOTDIR)
		return -glob_errno;
	return count;
}
