// SPDX-License-Identifier: MIT
#include "kernel/proc_walk.h"

#include "base/num.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int proc_walk_begin(struct proc_walk *w)
{
	proc_walk_end(w);
	w->dir = opendir("/proc");
	return w->dir ? 0 : -errno;
}

void proc_walk_end(struct proc_walk *w)
{
	if (w->dir)
		closedir(w->dir);
	w->dir = NULL;
}

bool proc_walk_next(struct proc_walk *w, uint32_t *ret_pid)
{
	const struct dirent *entry;
	uint64_t pid;

	while (w->dir && (entry = readdir(w->dir))) {
		if (num_u64(str_of(entry->d_name), &pid) == 0 && pid && pid <= INT32_MAX) {
			*ret_pid = (uint32_t)pid;
			return true;
		}
	}
	return false;
}

int proc_open_process(uint32_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%u", pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int proc_read_at(int process, const char *path, char *buf, size_t cap)
{
	int fd = openat(process, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, cap);
	int err = n < 0 ? -errno : 0;
	close(fd);
	return err ? err : (int)n;
}

void proc_comm(int process, char ret_name[static PROC_COMM_MAX])
{
	char text[32];
	int n = proc_read_at(process, "comm", text, sizeof text);
	struct str name = {text, n > 0 ? (size_t)n : 0};

	if (name.n && name.p[name.n - 1] == '\n')
		name.n--;
	ret_name[text_sanitise(ret_name, PROC_COMM_MAX - 1, name)] = '\0';
}
