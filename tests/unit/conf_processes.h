/* SPDX-License-Identifier: MIT
 *
 * conf_processes: servers that run, in a /proc that is a directory of the test's own.
 */
#ifndef NG_TESTS_CONF_PROCESSES_H
#define NG_TESTS_CONF_PROCESSES_H

#include "conf_tree.h"

#include "conf/running.h"

#define USER 4321u /* neither root nor whoever runs the test */

/* A process of the test's. */
struct process {
	int pid, parent;
	unsigned uid;
	const char *comm, *exe, *cwd;
	const char *root;     /* below the test's root; NULL: the test's root itself */
	const char *mounts;   /* NULL: ours */
	const char *command;  /* words that end in "|" */
	const unsigned *uids; /* real, effective, saved, of file access; NULL: all are uid */
};

static inline void put_link(const char *path, const char *target)
{
	char file[512];

	whole(file, path);
	unlink(file);
	assert_int_equal(symlink(target, file), 0);
}

static inline void put_text(int pid, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	put(path, text);
}

static inline void put_process_link(int pid, const char *name, const char *target)
{
	char path[256];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	put_link(path, target);
}

static inline void put_command(int pid, const char *command)
{
	char path[512], name[64];

	put_text(pid, "cmdline", "");
	snprintf(name, sizeof name, "/proc/%d/cmdline", pid);
	whole(path, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (const char *p = command; *p; p++)
		fputc(*p == '|' ? '\0' : *p, f);
	assert_int_equal(fclose(f), 0);
}

static inline void run(const struct process *p)
{
	const unsigned same[4] = {p->uid, p->uid, p->uid, p->uid}, *uids = p->uids ? p->uids : same;
	char text[512], dir[512];

	snprintf(text, sizeof text, "%s\n", p->comm);
	put_text(p->pid, "comm", text);
	snprintf(text, sizeof text,
		"Name:\t%s\nState:\tS\nPid:\t%d\nPPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n", p->comm,
		p->pid, p->parent, uids[0], uids[1], uids[2], uids[3]);
	put_text(p->pid, "status", text);
	snprintf(text, sizeof text, "%d (%s) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 1 1 1 1 %d 1", p->pid,
		p->comm, 1000 + p->pid);
	put_text(p->pid, "stat", text);
	put_command(p->pid, p->command);
	put_text(p->pid, "ns/x", "");
	put_process_link(p->pid, "ns/mnt", p->mounts ? p->mounts : "mnt:[1]");
	put_process_link(p->pid, "exe", p->exe ? p->exe : "/usr/sbin/nginx");
	put_process_link(p->pid, "cwd", p->cwd ? p->cwd : "/");
	whole(dir, p->root ? p->root : "");
	put_process_link(p->pid, "root", dir);
}

static inline struct running *look(const char *below)
{
	char proc[512];
	static struct running_walk w;

	whole(proc, "/proc");
	put("/proc/self/ns/x", "");
	put_link("/proc/self/ns/mnt", "mnt:[1]");
	assert_int_equal(running_walk_init(&w, &(struct running_options){proc, below}), 0);
	while (running_walk_step(&w, 2))
		continue;
	struct running *r = running_walk_take(&w);
	running_walk_done(&w);
	assert_non_null(r);
	return r;
}

/* The log of this path is found, in whatever format. */
static inline void expect_path(const struct server_confs *c, const char *path)
{
	char file[512];

	whole(file, path);
	for (size_t i = 0; i < c->log_count; i++)
		if (strcmp(c->logs[i].path, file) == 0)
			return;
	fail_msg("%s is not found", path);
}

static inline struct server_confs *discover_running(void)
{
	struct running *r = look(root);
	struct server_confs *c = server_confs_new(root, r);

	assert_non_null(c);
	running_free(r);
	return c;
}

#endif
