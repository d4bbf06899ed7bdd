// SPDX-License-Identifier: MIT
/*
 * The numbers are the kernel's (include/uapi/linux/landlock.h): headers of distributions are older
 * than the kernels that they meet, and libc has no functions for these calls.
 */
#include "helper/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FS_OF_1     ((UINT64_C(1) << 13) - 1) /* Linux 5.13 */
#define FS_REFER    (UINT64_C(1) << 13)       /* 5.19: version 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)       /* 6.2: version 3 */
#define NET_BIND    (UINT64_C(1) << 0)        /* 6.7: version 4 */
#define NET_CONNECT (UINT64_C(1) << 1)
#define SCOPE_ALL   UINT64_C(3) /* 6.12: version 6; abstract sockets, signals */
#define RULE_PORT   2

struct attributes {
	uint64_t fs, net, scoped;
};

struct port_rule {
	uint64_t allowed, port;
};

#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_WRITE                                                                 \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)
#define FS_OF_FILES (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

void fence_allow(struct fence *f, enum fence_right right, const char *path)
{
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof f->at[0].path || f->count == FENCE_PATHS_MAX)
		return;
	memcpy(f->at[f->count].path, path, n + 1);
	f->at[f->count++].right = right;
}

void fence_allow_port(struct fence *f, unsigned port)
{
	if (port > 0 && port <= UINT16_MAX && f->port_count < FENCE_PORTS_MAX)
		f->ports[f->port_count++] = (uint16_t)port;
}

int fence_version(void)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? 0 : (int)version;
}

static struct attributes handled_by(const struct fence *f, int version)
{
	uint64_t net = NET_BIND | (f->any_port ? 0 : NET_CONNECT);

	return (struct attributes){
		.fs = FS_OF_1 | (version >= 2 ? FS_REFER : 0) | (version >= 3 ? FS_TRUNCATE : 0),
		.net = version >= 4 ? net : 0,
		.scoped = version >= 6 ? SCOPE_ALL : 0};
}

/* The kernel takes a longer structure only when what it does not know of it is zero; a shorter one
 * suits every version. */
static size_t size_for(int version)
{
	return version >= 6   ? sizeof(struct attributes)
	       : version >= 4 ? offsetof(struct attributes, scoped)
			      : offsetof(struct attributes, net);
}

/* What is not there needs no rule. */
static int allow_path(int rules, const char *path, uint64_t rights)
{
	struct stat st;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rights &= FS_OF_FILES;
	struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
	int err = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0
			  ? -errno
			  : 0;
	close(fd);
	return err;
}

static int allow_port(int rules, uint16_t port)
{
	const struct port_rule rule = {.allowed = NET_CONNECT, .port = port};

	return syscall(SYS_landlock_add_rule, rules, RULE_PORT, &rule, 0) < 0 ? -errno : 0;
}

static int put_rules(int rules, const struct fence *f, const struct attributes *handled)
{
	int err = 0;

#ifdef __SANITIZE_ADDRESS__ /* looks for leaks in all threads */
	err = allow_path(rules, "/proc", handled->fs & FS_READ);
#endif
	for (size_t i = 0; i < f->count && !err; i++)
		err = allow_path(rules, f->at[i].path,
			handled->fs & (f->at[i].right == FENCE_WRITE ? FS_WRITE : FS_READ));
	for (size_t i = 0; i < f->port_count && !err && handled->net & NET_CONNECT; i++)
		err = allow_port(rules, f->ports[i]);
	return err;
}

int fence_raise(const struct fence *f)
{
	int version = fence_version();
	const struct attributes handled = handled_by(f, version);

	if (!version)
		return -EOPNOTSUPP;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, size_for(version), 0);
	if (rules < 0)
		return -errno;
	int err = put_rules(rules, f, &handled);
	if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err = -errno;
	if (!err && syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		err = -errno;
	close(rules);
	return err ? err : version;
}
