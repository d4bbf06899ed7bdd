// SPDX-License-Identifier: MIT
#include "base/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef STATX_BTIME /* musl before 1.2.5 */
#include <linux/stat.h>
#endif

void call_close_from(int first)
{
	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
		return;
	/* Linux 5.8 and before. */
	for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd >= first; fd--)
		close((int)fd);
}

bool call_born(int fd, usec_t *ret_born)
{
	struct statx x;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) < 0 ||
		!(x.stx_mask & STATX_BTIME))
		return false;
	*ret_born = (usec_t)x.stx_btime.tv_sec * USEC_PER_SEC + x.stx_btime.tv_nsec / 1000;
	return true;
}

int call_rename_new(int from_dir, const char *from, int to_dir, const char *to)
{
	unsigned noreplace = 1; /* RENAME_NOREPLACE, which musl does not name */

	return syscall(SYS_renameat2, from_dir, from, to_dir, to, noreplace) < 0 ? -errno : 0;
}

int call_mount_unseen(const char *type)
{
	long fs = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), mount = -1;

	if (fs < 0)
		return -errno;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	int err = -errno;
	close((int)fs);
	return mount < 0 ? err : (int)mount;
}

/* The number has no room in the int that musl's ioctl(2) takes. */
int call_terminal_device(int fd, unsigned *ret_device)
{
	return syscall(SYS_ioctl, fd, TIOCGDEV, ret_device) < 0 ? -errno : 0;
}
