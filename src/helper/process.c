// SPDX-License-Identifier: MIT
#include "helper/process.h"

#include "base/calls.h"
#include "helper/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_MS           2000 /* then it is killed */
#define COLLECT_EVERY_MS 2

int process_spawn(struct process *p, const char *name, process_main_fn *main, void *ctx)
{
	pid_t parent = getpid();
	int pair[2];

	*p = (struct process){.name = name, .fd = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	p->pid = fork();
	if (p->pid == 0) {
		main(ctx, pair[1], parent);
		_exit(1);
	}
	int err = p->pid < 0 ? -errno : 0;
	close(pair[1]);
	p->fd = pair[0];
	return err;
}

int process_collect(struct process *p, int ms)
{
	int status = 0;
	pid_t got = 0;

	if (p->pid <= 0)
		return 0;
	shutdown(p->fd, SHUT_RDWR);
	for (int i = 0; i < ms / COLLECT_EVERY_MS && got == 0; i++) {
		got = waitpid(p->pid, &status, WNOHANG);
		if (got == 0)
			poll(NULL, 0, COLLECT_EVERY_MS);
	}
	/* Who has given up CAP_KILL may not end another user's process, and does not wait for it.
	 */
	if (got == 0 && kill(p->pid, SIGKILL) < 0)
		status = PROCESS_STAYS;
	else if (got == 0)
		waitpid(p->pid, &status, 0);
	p->pid = 0;
	return status;
}

void process_end(struct process *p)
{
	process_collect(p, END_MS);
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void process_say_end(const struct process *p, int status, char *buf, size_t cap)
{
	if (status == PROCESS_STAYS)
		snprintf(buf, cap, "the %s does not answer, and may not be ended from here",
			p->name);
	else if (WIFSIGNALED(status))
		snprintf(buf, cap, "the %s has ended: it was killed by signal %d", p->name,
			WTERMSIG(status));
	else
		snprintf(buf, cap, "the %s has ended by itself, with status %d", p->name,
			WEXITSTATUS(status));
}

/* In the process. */

int process_leave(int fd, const char *name)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_NAME, name);
	if (null <
		0) /* a root without devices: nothing can be read from or written to this, either */
		null = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (null < 0)
		return -errno;
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (dup2(null, i) < 0)
			return -errno;
	if (fd != PROCESS_FD && dup3(fd, PROCESS_FD, O_CLOEXEC) < 0)
		return -errno;
	call_close_from(PROCESS_FD + 1);
	/* A session of its own: no key of the terminal reaches it, and it cannot reach the
	 * terminal. */
	return setsid() < 0 ? -errno : 0;
}

int process_open_signals(void)
{
	sigset_t all, taken;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&taken);
	sigaddset(&taken, SIGCHLD);
	sigaddset(&taken, SIGTERM);
	int fd = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int process_follow(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

/* A file cannot grow; what is written over a socket is none. */
static int forbid_files(void)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_FSIZE, &none) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	return 0;
}

int process_confine(uid_t *ret_uid)
{
	struct identity who;
	int err = forbid_files();

	identity_find(&who);
	if (!err)
		err = confine_as(&who);
	*ret_uid = geteuid();
	return err;
}
