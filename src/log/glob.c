// SPDX-License-Identifier: MIT
#include "log/glob.h"

#include "base/opener.h"
#include "base/str.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What one pattern may cost: glob(3) has no such bounds, and 22 pairs of braces are four million
 * patterns. */
#define GLOB_PATTERNS_MAX 256
#define GLOB_BRACES_MAX   32
#define GLOB_WILD_MAX     6 /* components with wildcards */

bool log_glob_is(const char *path)
{
	struct stat st;

	return strpbrk(path, "*?[{") && opener_stat(NULL, path, &st) < 0;
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

static int look(const struct log_glob *glob, const char *path, struct stat *ret)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(glob->root, path, buf, &root);

	return opener_stat(root, rest, ret);
}

/* What does not exist (a dangling link) may come. */
static bool may_be_log(const struct log_glob *glob, const char *path)
{
	struct stat st;

	return look(glob, path, &st) < 0 || S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode);
}

/* Braces. */

struct expansion {
	void (*take)(struct expansion *x, const char *pattern);
	size_t left; /* patterns that may still come of it */
	size_t looked, found;
	int err; /* a directory that cannot be read; or 0 */
	const struct log_glob *glob;
	void (*tell)(void *context, const char *path);
	void *context;
};

/* The brace that closes the one at p, or NULL. */
static const char *closing(const char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		depth += *p == '{';
		if (*p == '}' && --depth == 0)
			return p;
	}
	return NULL;
}

/* Where the choice that begins at p ends: at a comma of its own level, or at its end. */
static const char *choice_end(const char *p, const char *end)
{
	unsigned depth = 0;

	for (; p < end; p++) {
		depth += *p == '{';
		depth -= *p == '}';
		if (*p == ',' && depth == 0)
			return p;
	}
	return end;
}

/* "{a,b}c{d,e}" is four patterns. Each pair of braces is opened by one more call: with more than
 * GLOB_BRACES_MAX of them the rest stand for themselves. */
// NOLINTNEXTLINE(misc-no-recursion)
static void expand_braces(struct expansion *x, const char *pattern, unsigned depth)
{
	const char *open = depth < GLOB_BRACES_MAX ? strchr(pattern, '{') : NULL;
	const char *close = open ? closing(open) : NULL;
	char one[PATH_MAX];

	if (!close) {
		if (x->left > 0)
			x->take(x, pattern);
		x->left -= x->left > 0;
		return;
	}
	for (const char *p = open + 1; p <= close && x->left > 0;) {
		const char *end = choice_end(p, close);
		int n = snprintf(one, sizeof one, "%.*s%.*s%s", (int)(open - pattern), pattern,
			(int)(end - p), p, close + 1);
		if (n < (int)sizeof one)
			expand_braces(x, one, depth + 1);
		p = end + 1;
	}
}

/* Directories. */

static bool has_wildcard(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("*?[\\", p[i]))
			return true;
	return false;
}

static bool is_there(const struct log_glob *glob, const char *path)
{
	struct stat st;

	/* A link that leads nowhere yet is there. */
	return look(glob, path, &st) == 0 || opener_lstat(path, &st) == 0;
}

/* type: as its directory says (readdir(3)). */
static void found_path(struct expansion *x, const char *path, unsigned char type)
{
	bool any = x->glob->is_include;

	if (!any && (is_put_away(path) || (x->glob->guessed && is_error_log(path))))
		return;
	if (any && type == DT_UNKNOWN && !is_there(x->glob, path))
		return;
	if (!any && type != DT_REG) {
		x->looked++;
		if ((type == DT_UNKNOWN && !is_there(x->glob, path)) || !may_be_log(x->glob, path))
			return;
	}
	x->tell(x->context, path);
	x->found++;
}

/* What is still to be walked of a pattern: `rest` begins behind a component, with its slash or at
 * the end. */
struct step {
	const char *rest;
	unsigned depth;
	unsigned char type; /* of what has been walked */
};

static void walk(struct expansion *x, char *path, size_t n, struct step step);

static int is_wanted(const struct dirent *entry, const char *pattern)
{
	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return 0;
	return fnmatch(pattern, entry->d_name, FNM_PERIOD) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a + 1, *(char *const *)b + 1);
}

/* Its type (one byte), and its name. */
static char *entry_of(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name) + 1;
	char *text = malloc(n + 1);

	if (!text)
		return NULL;
	text[0] = (char)entry->d_type;
	memcpy(text + 1, entry->d_name, n);
	return text;
}

/* NULL: *x says why. A directory that is not there yet is no error. */
static DIR *open_directory(struct expansion *x, const char *dir)
{
	char buf[OPENER_ROOT_MAX];
	const char *root, *rest = opener_below(x->glob->root, dir, buf, &root);
	int fd = opener_directory(root, rest[0] ? rest : "/");
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (fd >= 0 && !d) {
		close(fd);
		fd = -ENOMEM;
	}
	if (!d && fd != -ENOENT && fd != -ENOTDIR)
		x->err = fd;
	return d;
}

/* The names in the directory that fit, sorted, with their types before them; as far as
 * LOG_GLOB_NAMES_MAX goes. */
static char **list(struct expansion *x, const char *dir, const char *pattern, size_t *ret_n)
{
	DIR *d = open_directory(x, dir);
	char **names = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;

	*ret_n = 0;
	while (d && (entry = readdir(d)) && x->looked++ < LOG_GLOB_NAMES_MAX) {
		if (!is_wanted(entry, pattern))
			continue;
		if (n == cap) {
			char **more = realloc(names, (cap = cap ? 2 * cap : 64) * sizeof *more);
			if (!more)
				break;
			names = more;
		}
		if (!(names[n] = entry_of(entry)))
			break;
		n++;
	}
	if (d)
		closedir(d);
	if (n)
		qsort(names, n, sizeof *names, by_name);
	*ret_n = n;
	return names;
}

// NOLINTNEXTLINE(misc-no-recursion)
static void walk_matches(
	struct expansion *x, char *path, size_t n, const char *pattern, struct step step)
{
	size_t count;

	if (x->looked >= LOG_GLOB_NAMES_MAX) {
		x->looked = LOG_GLOB_NAMES_MAX + 1;
		return;
	}
	path[n] = '\0';
	char **names = list(x, n ? path : ".", pattern, &count);
	for (size_t i = 0; i < count; i++) {
		int w = snprintf(path + n, PATH_MAX - n, "%s", names[i] + 1);
		step.type = (unsigned char)names[i][0];
		if (w < (int)(PATH_MAX - n))
			walk(x, path, n + (size_t)w, step);
		free(names[i]);
	}
	free(names);
}

/* Puts the slashes that rest begins with behind path[0..*n). False: there is no room. */
static bool put_slashes(char *path, size_t *n, const char **rest)
{
	for (; **rest == '/'; ++*rest) {
		if (*n + 1 >= PATH_MAX)
			return false;
		if (*n == 0 || path[*n - 1] != '/')
			path[(*n)++] = '/';
	}
	return true;
}

/* path[0..n) is walked. */
// NOLINTNEXTLINE(misc-no-recursion)
static void walk(struct expansion *x, char *path, size_t n, struct step step)
{
	char part[NAME_MAX + 1];

	for (;;) {
		if (!put_slashes(path, &n, &step.rest))
			return;
		size_t k = strcspn(step.rest, "/");
		if (k == 0)
			break;
		if (k > NAME_MAX || n + k >= PATH_MAX)
			return;
		memcpy(part, step.rest, k);
		part[k] = '\0';
		step.rest += k;
		if (has_wildcard(part, k)) {
			if (step.depth++ < GLOB_WILD_MAX)
				walk_matches(x, path, n, part, step);
			return;
		}
		step.type = DT_UNKNOWN;
		memcpy(path + n, part, k);
		n += k;
	}
	path[n] = '\0';
	if (n)
		found_path(x, path, step.type);
}

static void take_pattern(struct expansion *x, const char *pattern)
{
	char path[PATH_MAX] = "";

	walk(x, path, 0, (struct step){.rest = pattern, .type = DT_UNKNOWN});
}

/* "~/logs/x": of whoever runs it. */
static const char *with_home(const char *pattern, char buf[static PATH_MAX])
{
	const char *home = getenv("HOME");

	if (pattern[0] != '~' || (pattern[1] && pattern[1] != '/') || !home)
		return pattern;
	return snprintf(buf, PATH_MAX, "%s%s", home, pattern + 1) < PATH_MAX ? buf : pattern;
}

bool log_glob_takes(const struct log_glob *glob, const char *path)
{
	return !is_put_away(path) && !(glob->guessed && is_error_log(path)) &&
	       may_be_log(glob, path);
}

int log_glob_expand(const struct log_glob *glob, void (*take)(void *context, const char *path),
	void *context, size_t *work)
{
	struct expansion x = {.take = take_pattern,
		.left = GLOB_PATTERNS_MAX,
		.glob = glob,
		.tell = take,
		.context = context};
	char buf[PATH_MAX];

	if (glob->is_include)
		take_pattern(&x, glob->pattern);
	else
		expand_braces(&x, with_home(glob->pattern, buf), 0);
	if (work)
		*work += x.looked;
	if (x.left == 0 || x.looked > LOG_GLOB_NAMES_MAX)
		return x.found && !glob->is_include ? (int)x.found : -E2BIG;
	return x.found == 0 && x.err ? x.err : (int)x.found;
}
