/* SPDX-License-Identifier: MIT
 *
 * proc_walk: the processes of this machine, one after the other, and small files of theirs. A
 * process may go at any moment; a descriptor of its directory then fails with ESRCH or ENOENT
 * and never means the next process of that number (proc(5)).
 */
#ifndef NG_KERNEL_PROC_WALK_H
#define NG_KERNEL_PROC_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct proc_walk {
	DIR *dir; /* NULL: not walking */
};

/* Starts over. 0 or -errno. */
int proc_walk_begin(struct proc_walk *w);
void proc_walk_end(struct proc_walk *w);

/* The next process's number, by rising number mostly; false at the end. */
bool proc_walk_next(struct proc_walk *w, uint32_t *ret_pid);

/* Opens the directory of a process (O_PATH), to be used with openat(2) and closed. A descriptor or
 * -errno. */
int proc_open_process(uint32_t pid);

/* The first `cap` bytes of a file under a process's directory. Their number or -errno. */
int proc_read_at(int process, const char *path, char *buf, size_t cap);

/* The command's name, sanitised and NUL-terminated; empty when it is gone. */
#define PROC_COMM_MAX 64 /* 15 bytes, each spelled \xNN at worst */
void proc_comm(int process, char ret_name[static PROC_COMM_MAX]);

#endif
