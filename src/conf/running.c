// SPDX-License-Identifier: MIT
/*
 * proc(5): comm names a process without waiting for it; only of those that are called like a server
 * the rest is read, relative to a descriptor of /proc/PID, so that it is all of one process.
 */
#include "conf/running.h"

#include "base/num.h"
#include "base/opener.h"
#include "base/text.h"
#include "conf/server_programs.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PROCESSES_MAX 65536u

static void server_free(struct running_server *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->path_count; i++)
		free(s->paths[i]);
	free(s->process);
	free(s->root);
	free(s->words);
	free(s);
}

void running_free(struct running *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		server_free(r->servers[i]);
	free(r);
}

/* Small files of one process. */

/* Returns the length, 0 for none; with a NUL behind it. */
static size_t read_at(int process, const char *name, char *buf, size_t cap)
{
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, buf, cap - 1) : 0;

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void link_at(int process, const char *name, char *buf, size_t cap)
{
	ssize_t n = opener_link_at(process, name, buf, cap - 1);

	buf[n > 0 ? n : 0] = '\0';
}

static void link_of(const char *path, char *buf, size_t cap)
{
	ssize_t n = opener_link(path, buf, cap - 1);

	buf[n > 0 ? n : 0] = '\0';
}

/* The n-th number (from 0) behind "\nKEY:" of status; the name before cannot hold a newline that
 * is not escaped (proc_task_name() in fs/proc/array.c). */
static bool status_number(const char *status, const char *key, unsigned n, uint64_t *ret)
{
	const char *p = strstr(status, key);

	for (p = p ? p + strlen(key) : NULL; p; n--) {
		p += strspn(p, "\t ");
		size_t length = strspn(p, "0123456789");
		if (!length)
			return false;
		if (n == 0)
			return num_u64((struct str){p, length}, ret) == 0;
		p += length;
	}
	return false;
}

/* Who runs it. /proc/PID itself may be root's, whosever process it is. A setuid program has two
 * users: whoever started it chose what it was told. */
static bool read_owner(struct log_owner *ret, const char *status)
{
	const uid_t we = opener_uid();
	bool all_roots = true, all_ours = true;
	uint64_t uid, user = 0;

	/* Real, effective, saved, of file access. */
	for (unsigned i = 0; i < 4; i++) {
		if (!status_number(status, "\nUid:", i, &uid))
			return false;
		all_roots &= uid == 0;
		all_ours &= (uid_t)uid == we;
		if (!user)
			user = uid;
	}
	*ret = (struct log_owner){.is_user = !all_roots && !all_ours, .uid = (uid_t)user};
	return true;
}

static bool read_status(struct running_server *s, int process)
{
	char status[2048];
	uint64_t parent;

	read_at(process, "status", status, sizeof status);
	if (!status_number(status, "\nPPid:", 0, &parent))
		return false;
	s->parent = (pid_t)parent;
	return read_owner(&s->owner, status);
}

/* The 22nd field; the second, in parentheses, may be anything. */
static void read_start(struct running_server *s, int process)
{
	char stat_text[1024];

	read_at(process, "stat", stat_text, sizeof stat_text);
	const char *p = strrchr(stat_text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		num_u64((struct str){p + 1, strspn(p + 1, "0123456789")}, &s->started);
}

/* Its root. */

static bool is_below(const struct running_walk *w, const struct running_server *s)
{
	return s->dev == w->dev && s->ino == w->ino;
}

/* Whether a path leads to the same file from the process' root and from ours: a service may have a
 * mount namespace of its own in which most is as it is here. */
static bool is_here(const struct running_walk *w, const char *root, const char *path)
{
	char whole[PATH_MAX + 64];
	struct stat there, here;

	snprintf(whole, sizeof whole, "%s%s", root, path);
	if (opener_stat(NULL, whole, &there) < 0)
		return true;
	snprintf(whole, sizeof whole, "%s%s", w->options.root, path);
	return opener_stat(NULL, whole, &here) == 0 && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

static bool all_is_here(
	const struct running_walk *w, const struct running_server *s, const char *root)
{
	for (size_t i = 0; i < s->path_count; i++)
		if (!is_here(w, root, s->paths[i]))
			return false;
	return true;
}

/* False: it does not count, or memory is out. */
static bool settle_root(const struct running_walk *w, struct running_server *s, int process)
{
	char root[PATH_MAX], mounts[sizeof w->mounts];
	struct stat st;

	snprintf(root, sizeof root, "%s/%d", w->options.proc, (int)s->pid);
	s->process = strdup(root);
	snprintf(root, sizeof root, "%s/%d/root", w->options.proc, (int)s->pid);
	int err = opener_stat_at(process, "root/.", &st);
	if (!err) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
	} else if (err == -EACCES && !w->options.root[0]) {
		/* Others' roots are not for us to see; mostly they are ours. */
		s->dev = w->dev;
		s->ino = w->ino;
	} else {
		return false;
	}
	bool same = is_below(w, s);
	if (w->options.root[0] && !same)
		return false;
	link_at(process, "ns/mnt", mounts, sizeof mounts);
	if (same && strcmp(mounts, w->mounts) != 0)
		same = all_is_here(w, s, root);
	s->is_elsewhere = !same && !w->options.root[0];
	s->root = strdup(s->is_elsewhere ? root : w->options.root);
	return s->process && s->root;
}

/* The walk. */

/* NULL: it is no server's master. */
static struct running_server *look(
	const struct running_walk *w, const struct server_program *program, pid_t pid, int process)
{
	char exe[PATH_MAX], cwd[PATH_MAX];
	struct running_server *s = calloc(1, sizeof *s);
	char *words = malloc(RUNNING_WORDS_MAX);
	bool counts = false;

	if (s && words) {
		s->pid = pid;
		link_at(process, "exe", exe, sizeof exe);
		link_at(process, "cwd", cwd, sizeof cwd);
		size_t n = read_at(process, "cmdline", words, RUNNING_WORDS_MAX);
		counts = n > 0 && read_status(s, process) &&
			 server_program_read(program, (struct str){words, n}, exe, cwd, s) &&
			 settle_root(w, s, process);
	}
	free(words);
	if (!counts) {
		server_free(s);
		return NULL;
	}
	read_start(s, process);
	return s;
}

static struct running_other other_of(const struct running_server *s)
{
	return (struct running_other){.pid = s->pid,
		.parent = s->parent,
		.is_user = s->owner.is_user,
		.server = s->server};
}

/* A worker that is called as its master is; a script that a server runs is one, too. A user's
 * process is nobody's master but of that user's. */
static bool is_of(const struct running_other *it, const struct running_other *master)
{
	return it->parent == master->pid && it->server == master->server &&
	       (it->is_user || !master->is_user);
}

static bool is_worker(const struct running_walk *w, const struct running_other *it)
{
	for (size_t i = 0; i < w->held_count; i++) {
		const struct running_other master = other_of(w->held[i]);
		if (is_of(it, &master))
			return true;
	}
	for (size_t i = 0; i < w->other_count; i++)
		if (is_of(it, &w->others[i]))
			return true;
	return false;
}

static void let_go(struct running_walk *w, struct running_server *s, bool is_excess)
{
	struct running_other other = other_of(s);

	other.is_excess = is_excess;
	if (w->other_count < RUNNING_OTHERS_MAX)
		w->others[w->other_count++] = other;
	else
		w->found->dropped += is_excess;
	server_free(s);
}

/* Workers that were found before their master: of those that are held none is another's. */
static void drop_workers_of(struct running_walk *w, const struct running_other *master)
{
	size_t kept = 0, count = w->held_count;

	for (size_t i = 0; i < count; i++) {
		const struct running_other it = other_of(w->held[i]);
		if (is_of(&it, master))
			let_go(w, w->held[i], false);
		else
			w->held[kept++] = w->held[i];
	}
	w->held_count = kept;
}

/* With no more room, a user's makes way for one that is not. */
static void take(struct running_walk *w, struct running_server *s)
{
	const struct running_other it = other_of(s);

	drop_workers_of(w, &it);
	if (is_worker(w, &it)) {
		let_go(w, s, false);
		return;
	}
	if (w->held_count < RUNNING_HELD_MAX) {
		w->held[w->held_count++] = s;
		return;
	}
	for (size_t i = 0; i < w->held_count && !s->owner.is_user; i++) {
		struct running_server *other = w->held[i];
		if (!other->owner.is_user)
			continue;
		w->held[i] = s;
		s = other;
		break;
	}
	let_go(w, s, true);
}

/* Masters, users' last. */
static void settle(struct running_walk *w)
{
	struct running *r = w->found;

	for (int of_users = 0; of_users < 2; of_users++)
		for (size_t i = 0; i < w->held_count; i++) {
			struct running_server *s = w->held[i];
			if (!s || s->owner.is_user != of_users)
				continue;
			w->held[i] = NULL;
			if (r->count < RUNNING_MAX) {
				r->servers[r->count++] = s;
				continue;
			}
			r->dropped++;
			server_free(s);
		}
}

/* Of those that found no place, workers are none too many. */
static void count_dropped(struct running_walk *w)
{
	for (size_t i = 0; i < w->other_count; i++)
		w->found->dropped += w->others[i].is_excess && !is_worker(w, &w->others[i]);
}

static void look_at_pid(struct running_walk *w, const char *name)
{
	char comm[64];
	uint64_t pid;

	if (num_u64(str_of(name), &pid) < 0 || pid > INT32_MAX)
		return;
	int process = openat(dirfd(w->dir), name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return;
	size_t n = read_at(process, "comm", comm, sizeof comm);
	n -= n && comm[n - 1] == '\n';
	const struct server_program *program = server_program_find((struct str){comm, n});
	struct running_server *s = program ? look(w, program, (pid_t)pid, process) : NULL;
	close(process);
	if (s)
		take(w, s);
}

bool running_walk_step(struct running_walk *w, unsigned most)
{
	struct dirent *entry;

	if (!w->dir)
		return false;
	while (most-- > 0) {
		entry = w->seen++ < PROCESSES_MAX ? readdir(w->dir) : NULL;
		if (!entry) {
			closedir(w->dir);
			w->dir = NULL;
			return false;
		}
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at_pid(w, entry->d_name);
	}
	return true;
}

int running_walk_init(struct running_walk *w, const struct running_options *options)
{
	char path[PATH_MAX];
	struct stat st;

	*w = (struct running_walk){.options = *options};
	if (stat(options->root[0] ? options->root : "/", &st) < 0)
		return -errno;
	w->dev = st.st_dev;
	w->ino = st.st_ino;
	snprintf(path, sizeof path, "%s/self/ns/mnt", options->proc);
	link_of(path, w->mounts, sizeof w->mounts);
	w->found = calloc(1, sizeof *w->found);
	w->dir = w->found ? opendir(options->proc) : NULL;
	return !w->found ? -ENOMEM : w->dir ? 0 : -errno;
}

struct running *running_walk_take(struct running_walk *w)
{
	struct running *found = w->found;

	if (found) {
		count_dropped(w);
		settle(w);
		w->held_count = 0;
	}
	w->found = NULL;
	return found;
}

void running_walk_done(struct running_walk *w)
{
	if (w->dir)
		closedir(w->dir);
	for (size_t i = 0; i < w->held_count; i++)
		server_free(w->held[i]);
	running_free(w->found);
	*w = (struct running_walk){0};
}

static bool is_same(const struct running_server *a, const struct running_server *b)
{
	return a->pid == b->pid && a->started == b->started && a->server == b->server &&
	       a->owner.is_user == b->owner.is_user && a->owner.uid == b->owner.uid &&
	       a->dev == b->dev && a->ino == b->ino;
}

/* In what order processes are found says nothing. */
static bool has_same(const struct running *r, const struct running_server *s)
{
	for (size_t i = 0; i < r->count; i++)
		if (is_same(r->servers[i], s))
			return true;
	return false;
}

bool running_is_same(const struct running *a, const struct running *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!has_same(b, a->servers[i]))
			return false;
	return a->count == b->count;
}
