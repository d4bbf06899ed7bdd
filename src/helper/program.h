/* SPDX-License-Identifier: MIT
 *
 * program: another program, started by a helper: in a process group of its own, with the
 * environment PATH and LANG and what its job passes on, nothing open but stdin, stdout and stderr,
 * and / as its directory.
 */
#ifndef NG_HELPER_PROGRAM_H
#define NG_HELPER_PROGRAM_H

#include "helper/job.h"

#include <sys/types.h>

/* Where programs are looked for, whatever PATH the console has. */
#define PROGRAM_PATH "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"

#define PROGRAM_PATH_MAX 4096

struct program {
	pid_t pid; /* and its process group */
	int out;   /* what it writes, and reads if it talks; without waiting, to be closed */
	int end;   /* of one that talks, its end of that, which hangs up with the other; else -1. To
		    * be closed once it has ended */
};

/* The absolute path of what argv[0] names: itself when it begins with '/', else looked up in
 * PROGRAM_PATH. 0; -ENOENT, also for a relative path; -EACCES when it may not be executed. */
int program_find(const char *name, char ret_path[static PROGRAM_PATH_MAX]);

/* As its job has it run. 0, or a negative errno, also that of execve(2). */
int program_start(
	const struct helper_command *command, const struct helper_job *job, struct program *ret);

/* Kills the group, and the program, should it have left the group. */
void program_kill(const struct program *p);

/* Whether it has ended; then, once, its exit status, or 128 and the signal. What is left of its
 * group is killed. */
bool program_ended(const struct program *p, int *ret_status);

#endif
