// SPDX-License-Identifier: MIT
#include "kernel/netns.h"

#include "base/hash.h"
#include "base/mono.h"
#include "base/text.h"
#include "kernel/netns_name.h"
#include "kernel/netns_quota.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES          "/run/netns" /* where ip-netns(8) keeps them */
#define BETWEEN_CLOCKS 16           /* processes looked at between two looks at the clock */
#define CGROUP_BYTES   4096
#define LOOKS_MAX      8 /* processes asked for their container, for each namespace and scan */

static uint64_t hash_of(uint32_t ino)
{
	return hash_two(ino, 0);
}

uint32_t netns_find(const struct netns_set *set, uint32_t ino)
{
	index_for_each_match (&set->index, hash_of(ino), id)
		if (netns_at(set, id)->ino == ino)
			return id;
	return POOL_NONE;
}

static uint32_t make(struct netns_set *set, uint32_t ino, uint32_t owner)
{
	uint32_t id = pool_get(&set->pool);

	if (id == POOL_NONE)
		return id;
	if (index_add(&set->index, hash_of(ino), id) < 0) {
		pool_put(&set->pool, id);
		return POOL_NONE;
	}
	netns_at(set, id)->ino = ino;
	netns_at(set, id)->owner = owner;
	netns_at(set, id)->scan = set->scan - 1;
	netns_at(set, id)->born = set->scan;
	return id;
}

void netns_remove(struct netns_set *set, uint32_t id)
{
	index_remove(&set->index, hash_of(netns_at(set, id)->ino), id);
	pool_put(&set->pool, id);
}

static int add_own(struct netns_set *set)
{
	struct stat st;

	set->own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (set->own_fd < 0 || fstat(set->own_fd, &st) < 0)
		return -errno;
	set->dev = st.st_dev;
	set->own_ino = (uint32_t)st.st_ino;
	set->own_id = make(set, set->own_ino, 0);
	if (set->own_id == POOL_NONE)
		return -ENOMEM;
	netns_at(set, set->own_id)->own = true;
	return 0;
}

int netns_init(struct netns_set *set)
{
	*set = (struct netns_set){
		.own_fd = -1, .per_user = NETNS_PER_USER, .own_userns = netns_own_userns()};
	int err = pool_init(&set->pool, sizeof(struct netns), NETNS_MAX + 8 * NETNS_TRIED);

	if (err == 0)
		err = add_own(set);
	if (err < 0)
		netns_done(set);
	return err;
}

void netns_done(struct netns_set *set)
{
	if (!set->pool.cap)
		return;
	if (set->own_fd >= 0)
		close(set->own_fd);
	proc_walk_end(&set->walk);
	pool_done(&set->pool);
	index_done(&set->index);
	*set = (struct netns_set){.own_fd = -1};
}

/* Looking for them. */

/* The id of what a file stands for, or POOL_NONE when it has no place. */
static uint32_t find_or_admit(struct netns_set *set, uint32_t ino, int dir, const char *path)
{
	uint32_t id = netns_find(set, ino), owner;

	if (id != POOL_NONE || noted_has(&set->refused, hash_two(ino, set->scan)))
		return id;
	owner = netns_owner_at(set->own_userns, dir, path);
	return netns_quota_admits(set, ino, owner) ? make(set, ino, owner) : POOL_NONE;
}

/* Notes that the running scan has met it; NULL when it has no place. */
static struct netns *meet(struct netns_set *set, uint32_t ino, int dir, const char *path)
{
	uint32_t id = find_or_admit(set, ino, dir, path);

	if (id == POOL_NONE)
		return NULL;
	struct netns *n = netns_at(set, id);
	if (n->scan != set->scan) {
		n->scan = set->scan;
		n->pid = 0;
		n->looks = 0;
		n->file[0] = '\0';
		n->from_now = NETNS_NAMELESS;
	}
	return n;
}

static void name_now(struct netns *n, enum netns_name_from from, struct str name)
{
	n->from_now = from;
	n->name_now[text_sanitise(n->name_now, sizeof n->name_now - 1, name)] = '\0';
}

static void meet_file(struct netns_set *set, int dir, const char *file)
{
	struct stat st;

	/* What is left of a mount is an empty file of another file system. */
	if (fstatat(dir, file, &st, 0) < 0 || st.st_dev != set->dev)
		return;
	struct netns *n = meet(set, (uint32_t)st.st_ino, dir, file);
	if (!n || n->own || n->from_now == NETNS_NAME_FILE || strlen(file) >= sizeof n->file)
		return;
	text_copy(n->file, sizeof n->file, str_of(file));
	name_now(n, NETNS_NAME_FILE, str_of(file));
}

static void meet_files(struct netns_set *set)
{
	DIR *dir = opendir(FILES);
	const struct dirent *entry;

	for (unsigned i = 0; dir && i < NETNS_MAX && (entry = readdir(dir)); i++)
		if (entry->d_name[0] != '.')
			meet_file(set, dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
}

/* A better name than it has in this scan, from a process in it. */
static void name_by_process(struct netns *n, int process, uint32_t pid)
{
	char cgroup[CGROUP_BYTES], comm[PROC_COMM_MAX], name[PROC_COMM_MAX + 16];

	int got = proc_read_at(process, "cgroup", cgroup, sizeof cgroup);
	struct str id = netns_container((struct str){cgroup, got > 0 ? (size_t)got : 0});
	if (id.p) {
		name_now(n, NETNS_NAME_CONTAINER, id);
		return;
	}
	if (n->from_now == NETNS_NAME_PROCESS)
		return;
	proc_comm(process, comm);
	snprintf(name, sizeof name, "%u:%s", pid, comm);
	name_now(n, NETNS_NAME_PROCESS, str_of(name));
}

static void meet_process(struct netns_set *set, uint32_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof path, "%u/ns/net", pid);
	if (fstatat(dirfd(set->walk.dir), path, &st, 0) < 0) {
		set->hidden_now += errno == EACCES || errno == EPERM;
		return;
	}
	struct netns *n = meet(set, (uint32_t)st.st_ino, dirfd(set->walk.dir), path);
	if (!n)
		return;
	if (!n->pid)
		n->pid = pid;
	if (n->own || n->from_now >= NETNS_NAME_CONTAINER || n->looks == LOOKS_MAX)
		return;
	n->looks++;
	int process = proc_open_process(pid);
	if (process < 0)
		return;
	name_by_process(n, process, pid);
	close(process);
}

void netns_scan_begin(struct netns_set *set)
{
	set->scan++;
	set->scanning = true;
	set->hidden_now = 0;
	set->overflowed_before = set->overflowed;
	set->overflowed = 0;
	set->refused = (struct noted){0};
	meet(set, set->own_ino, AT_FDCWD, "/proc/self/ns/net");
	meet_files(set);
	proc_walk_begin(&set->walk);
}

static void take_names(struct netns_set *set)
{
	for (uint32_t id = pool_next(&set->pool, 0); id != POOL_NONE;
		id = pool_next(&set->pool, id + 1)) {
		struct netns *n = netns_at(set, id);

		if (n->scan != set->scan || n->from_now == NETNS_NAMELESS ||
			strcmp(n->name, n->name_now) == 0)
			continue;
		n->from = n->from_now;
		memcpy(n->name, n->name_now, sizeof n->name);
		n->renamed = true;
	}
}

bool netns_scan_step(struct netns_set *set, uint64_t deadline)
{
	uint32_t pid;

	for (unsigned i = 1; proc_walk_next(&set->walk, &pid); i++) {
		meet_process(set, pid);
		if (i % BETWEEN_CLOCKS == 0 && mono_now() >= deadline)
			return true;
	}
	proc_walk_end(&set->walk);
	netns_quota_trim(set);
	take_names(set);
	set->hidden = set->hidden_now;
	set->scanning = false;
	return false;
}

bool netns_is_gone(const struct netns_set *set, const struct netns *n)
{
	return !set->scanning && n->scan != set->scan;
}

/* Going there. */

/* A descriptor of the namespace that a file stands for, if it is still that one. */
static int open_if(const struct netns_set *set, const char *path, uint32_t ino)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && st.st_dev == set->dev && st.st_ino == ino)
		return fd;
	close(fd);
	return -ENOENT;
}

static int open_netns(const struct netns_set *set, const struct netns *n)
{
	char path[sizeof FILES + NETNS_FILE_MAX];
	int fd = -ENOENT;

	if (n->file[0]) {
		snprintf(path, sizeof path, FILES "/%s", n->file);
		fd = open_if(set, path, n->ino);
	}
	if (fd < 0 && n->pid) {
		snprintf(path, sizeof path, "/proc/%u/ns/net", n->pid);
		fd = open_if(set, path, n->ino);
	}
	return fd == -ESRCH ? -ENOENT : fd;
}

int netns_leave(struct netns_set *set)
{
	if (!set->away)
		return 0;
	if (setns(set->own_fd, CLONE_NEWNET) < 0)
		return -errno;
	set->away = false;
	return 0;
}

int netns_enter(struct netns_set *set, const struct netns *n)
{
	int err = netns_leave(set);

	if (err < 0 || n->own)
		return err;
	int fd = open_netns(set, n);
	if (fd < 0)
		return fd;
	err = setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
	close(fd);
	/* EINVAL: it is being torn down. */
	if (err < 0)
		return err == -EINVAL ? -ENOENT : err;
	set->away = true;
	return 0;
}

/* The second may be missing, or NULL. */
static int open_two(int dir, const char *const names[static 2], int ret_fds[static 2])
{
	int first = openat(dir, names[0], O_RDONLY | O_CLOEXEC), second;

	if (first < 0)
		return -errno;
	errno = ENOENT;
	second = names[1] ? openat(dir, names[1], O_RDONLY | O_CLOEXEC) : -1;
	if (second < 0 && errno != ENOENT) {
		int err = -errno;
		close(first);
		return err;
	}
	ret_fds[0] = first;
	ret_fds[1] = second;
	return 0;
}

/* Through the eyes of a process in it, which needs no privilege. It may be another process by
 * now, or have moved elsewhere meanwhile: so it is asked before and after. */
static int open_by_process(const struct netns_set *set, const struct netns *n,
	const char *const names[static 2], int ret_fds[static 2])
{
	int process = n->pid ? proc_open_process(n->pid) : -ENOENT;
	struct stat before, after;
	int fds[2] = {-1, -1}, err = -ENOENT;

	if (process < 0)
		return -ENOENT;
	if (fstatat(process, "ns/net", &before, 0) == 0 && before.st_ino == n->ino)
		err = open_two(process, names, fds);
	if (err == 0 && (fstatat(process, "ns/net", &after, 0) < 0 || after.st_ino != n->ino ||
				after.st_dev != set->dev)) {
		close(fds[0]);
		if (fds[1] >= 0)
			close(fds[1]);
		err = -ENOENT;
	}
	close(process);
	if (err == 0)
		memcpy(ret_fds, fds, sizeof fds);
	return err;
}

/* names: below /proc/PID. */
static int open_files(struct netns_set *set, const struct netns *n,
	const char *const names[static 2], int ret_fds[static 2])
{
	int err = n->own ? -ENOENT : open_by_process(set, n, names, ret_fds);

	if (err == 0)
		return 0;
	err = netns_enter(set, n);
	if (err < 0)
		return err;
	int self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = self < 0 ? -errno : open_two(self, names, ret_fds);
	if (self >= 0)
		close(self);
	netns_leave(set);
	return err;
}

int netns_open_tables(struct netns_set *set, const struct netns *n, int ret_fds[static 2])
{
	static const char *const names[] = {"net/tcp", "net/tcp6"};

	return open_files(set, n, names, ret_fds);
}

int netns_open_datagrams(struct netns_set *set, const struct netns *n, int ret_fds[static 2])
{
	static const char *const names[] = {"net/udp", "net/udp6"};

	return open_files(set, n, names, ret_fds);
}

int netns_open_netstat(struct netns_set *set, const struct netns *n)
{
	static const char *const names[] = {"net/netstat", NULL};
	int fds[2] = {-1, -1}, err = open_files(set, n, names, fds);

	return err ? err : fds[0];
}
