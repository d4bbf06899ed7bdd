// SPDX-License-Identifier: MIT
#include "app/guard_files.h"

#include "base/file.h"
#include "base/num.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <utmpx.h>

#define FILE_MOST      (1u << 20)
#define SESSIONS_MOST  512 /* that are read */
#define SESSION_MOST   (16u << 10)
#define ANCESTORS_MOST 32
#define ENVIRON_MOST   (256u << 10)

static void tell(guard_file_fn *fn, void *ctx, enum guard_role role, const struct addr *a)
{
	const struct prefix p = {*a, ADDR_BITS};

	if (!addr_is_unset(a))
		fn(ctx, role, &p);
}

static struct str next_line(struct str *text)
{
	const char *end = text->n ? memchr(text->p, '\n', text->n) : NULL;
	struct str line = {text->p, end ? (size_t)(end - text->p) : text->n};

	*text = str_skip(*text, end ? line.n + 1 : line.n);
	return line;
}

/* Up to the next blank; the blanks before it are passed over. */
static struct str next_word(struct str *line)
{
	struct str word;

	while (line->n && (line->p[0] == ' ' || line->p[0] == '\t'))
		*line = str_skip(*line, 1);
	word = (struct str){line->p, 0};
	while (word.n < line->n && line->p[word.n] != ' ' && line->p[word.n] != '\t' &&
		line->p[word.n] != '\r')
		word.n++;
	*line = str_skip(*line, word.n);
	return word;
}

void guard_resolvers(struct str text, guard_file_fn *fn, void *ctx)
{
	struct addr a;

	while (text.n) {
		struct str line = next_line(&text);
		if (str_eq(next_word(&line), STR_LIT("nameserver")) &&
			addr_parse(next_word(&line), &a) == 0)
			tell(fn, ctx, GUARD_RESOLVER, &a);
	}
}

/* An IPv4 address is in the first of the four words (utmp(5)). */
static struct addr user_addr(const struct utmpx *u)
{
	uint8_t b[16];

	memcpy(b, u->ut_addr_v6, sizeof b);
	if (u->ut_addr_v6[1] || u->ut_addr_v6[2] || u->ut_addr_v6[3])
		return addr_from_v6(b);
	return u->ut_addr_v6[0] ? addr_from_v4(b) : (struct addr){{0}};
}

void guard_users(struct str bytes, guard_file_fn *fn, void *ctx)
{
	struct utmpx u;

	for (; bytes.n >= sizeof u; bytes = str_skip(bytes, sizeof u)) {
		memcpy(&u, bytes.p, sizeof u);
		if (u.ut_type != USER_PROCESS)
			continue;
		struct addr a = user_addr(&u);
		tell(fn, ctx, GUARD_USER, &a);
	}
}

void guard_session(struct str text, guard_file_fn *fn, void *ctx)
{
	struct addr a;

	while (text.n) {
		struct str line = next_line(&text);
		if (str_take(&line, STR_LIT("REMOTE_HOST=")) && addr_parse(line, &a) == 0)
			tell(fn, ctx, GUARD_USER, &a);
	}
}

bool guard_ssh_peer(struct str value, struct addr *ret_peer)
{
	return addr_parse(next_word(&value), ret_peer) == 0 && !addr_is_unset(ret_peer);
}

/* SSH_CONNECTION of an environment as /proc/PID/environ has it. */
static bool peer_of_environ(struct str text, struct addr *ret)
{
	while (text.n) {
		struct str entry = {text.p, strnlen(text.p, text.n)};
		text = str_skip(text, entry.n < text.n ? entry.n + 1 : entry.n);
		if (str_take(&entry, STR_LIT("SSH_CONNECTION=")))
			return guard_ssh_peer(entry, ret);
	}
	return false;
}

/* /proc/PID/environ is not of a size that is known before. 0 or a negative errno. */
static int read_proc(const char *path, char *buf, size_t cap, size_t *ret_n)
{
	FILE *f = fopen(path, "re");

	if (!f)
		return -1;
	*ret_n = fread(buf, 1, cap - 1, f);
	buf[*ret_n] = '\0';
	fclose(f);
	return 0;
}

/* "PID (NAME) S PPID …"; the name may hold anything. 0: nobody. */
static unsigned parent_of(unsigned pid)
{
	char path[64], buf[512];
	size_t n;
	uint64_t parent;

	snprintf(path, sizeof path, "/proc/%u/stat", pid);
	if (read_proc(path, buf, sizeof buf, &n) < 0)
		return 0;
	const char *at = strrchr(buf, ')');
	if (!at || strlen(at) < 5)
		return 0;
	struct str rest = str_of(at + 4);
	return num_u64(next_word(&rest), &parent) == 0 && parent < UINT32_MAX ? (unsigned)parent
									      : 0;
}

size_t guard_ssh_peers(struct addr *ret, size_t most)
{
	char *buf = malloc(ENVIRON_MOST), path[64];
	const char *own = getenv("SSH_CONNECTION");
	size_t n = 0, length;
	struct addr peer;

	if (most && own && guard_ssh_peer(str_of(own), &peer))
		ret[n++] = peer;
	unsigned pid = (unsigned)getppid();
	for (int i = 0; buf && pid > 1 && i < ANCESTORS_MOST && n < most; i++) {
		snprintf(path, sizeof path, "/proc/%u/environ", pid);
		if (read_proc(path, buf, ENVIRON_MOST, &length) == 0 &&
			peer_of_environ((struct str){buf, length}, &peer) &&
			(!n || !addr_eq(&ret[n - 1], &peer)))
			ret[n++] = peer;
		pid = parent_of(pid);
	}
	free(buf);
	return n;
}

typedef void take_fn(struct str text, guard_file_fn *fn, void *ctx);

/* One that is not there has nothing to say. */
static bool read_file(const char *path, size_t most, take_fn *take, guard_file_fn *fn, void *ctx)
{
	char *text;
	size_t n;

	int err = file_read(path, most, &text, &n);
	if (err < 0)
		return err == -ENOENT;
	take((struct str){text, n}, fn, ctx);
	free(text);
	return true;
}

static bool read_sessions(const char *path, guard_file_fn *fn, void *ctx)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool whole = dir || errno == ENOENT;
	int n = 0;

	while (dir && (entry = readdir(dir))) {
		char file[512];
		/* Beside each session lies a pipe NAME.ref. */
		if (strchr(entry->d_name, '.'))
			continue;
		if (n++ == SESSIONS_MOST) {
			whole = false;
			break;
		}
		snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
		whole &= read_file(file, SESSION_MOST, guard_session, fn, ctx);
	}
	if (dir)
		closedir(dir);
	return whole;
}

bool guard_files_read(guard_file_fn *fn, void *ctx)
{
	bool whole = read_file("/etc/resolv.conf", FILE_MOST, guard_resolvers, fn, ctx);

	/* Whom systemd-resolved asks, where the former only names its own stub. */
	whole &= read_file("/run/systemd/resolve/resolv.conf", FILE_MOST, guard_resolvers, fn, ctx);
	whole &= read_file("/run/utmp", FILE_MOST, guard_users, fn, ctx);
	whole &= read_sessions("/run/systemd/sessions", fn, ctx);
	return whole;
}
