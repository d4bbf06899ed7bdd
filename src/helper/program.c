// SPDX-License-Identifier: MIT
#include "helper/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNALLED 128 /* as shells say it */

/* A directory may be executed as well, but is no program. */
static int check_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int program_find(const char *name, char ret_path[static PROGRAM_PATH_MAX])
{
	char path[PROGRAM_PATH_MAX];
	int found = -ENOENT;

	if (name[0] == '/') {
		int n = snprintf(path, sizeof path, "%s", name);
		found = n < (int)sizeof path ? check_program(path) : -ENAMETOOLONG;
	} else if (name[0] && !strchr(name, '/')) {
		struct str dirs = STR_LIT(PROGRAM_PATH);
		while (found && dirs.n) {
			const char *colon = memchr(dirs.p, ':', dirs.n);
			struct str dir = {dirs.p, colon ? (size_t)(colon - dirs.p) : dirs.n};
			int n = snprintf(path, sizeof path, "%.*s/%s", STR_FMT(dir), name);
			int err = n < (int)sizeof path ? check_program(path) : -ENAMETOOLONG;
			if (!err || err == -EACCES)
				found = err;
			dirs = str_skip(dirs, dir.n + (colon ? 1 : 0));
		}
	}
	if (!found)
		strcpy(ret_path, path);
	return found;
}

/* A file in memory: however much of it the program reads, nobody has to wait for it. */
static int open_input(const struct helper_command *c)
{
	if (!c->input_n)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, c->input, c->input_n) == (ssize_t)c->input_n && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/* All that the program is given. */
struct birth {
	const char *path;
	char *const *argv;
	char *environment[2 + HELPER_PASSES_MAX + 1];
	int input, output, failed; /* failed: takes the errno when there will be no program */
	pid_t parent;
};

static void reset_signals(void)
{
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int become(const struct birth *b)
{
	const struct rlimit no_core = {0, 0};

	setpgid(0, 0);
	/* Should the helper be killed: nobody would keep the time any more. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != b->parent)
		return ESRCH;
	if (dup2(b->input, STDIN_FILENO) < 0 || dup2(b->output, STDOUT_FILENO) < 0 ||
		dup2(b->output, STDERR_FILENO) < 0 || chdir("/") < 0)
		return errno;
	setrlimit(RLIMIT_CORE, &no_core);
	umask(022);
	reset_signals();
	execve(b->path, b->argv, b->environment);
	return errno;
}

/* As environ(7) has it: "NAME=value"; NULL when it is not set. */
static char *variable(const char *name)
{
	size_t n = strlen(name);

	for (char **v = environ; v && *v; v++)
		if (strncmp(*v, name, n) == 0 && (*v)[n] == '=')
			return *v;
	return NULL;
}

static void make_environment(struct birth *b, const char *const *passes)
{
	static char path[] = "PATH=" PROGRAM_PATH, lang[] = "LANG=C.UTF-8";
	size_t n = 0;

	b->environment[n++] = path;
	b->environment[n++] = lang;
	for (size_t i = 0; passes && passes[i] && i < HELPER_PASSES_MAX; i++)
		if ((b->environment[n] = variable(passes[i])))
			n++;
	b->environment[n] = NULL;
}

static void be_born(const struct birth *b)
{
	int err = become(b);

	/* A parent that cannot be told sees a program that has ended at once. */
	(void)!write(b->failed, &err, sizeof err);
	_exit(127);
}

/* Until the program is running, or cannot. */
static int await_birth(int fd)
{
	int err = 0;
	ssize_t n;

	do
		n = read(fd, &err, sizeof err);
	while (n < 0 && errno == EINTR);
	return n == sizeof err ? -err : 0;
}

static int start(struct birth *b, const int failed[2], struct program *ret)
{
	b->parent = getpid();
	b->failed = failed[1];
	pid_t pid = fork();
	if (pid == 0)
		be_born(b);
	int err = pid < 0 ? -errno : 0;
	close(failed[1]);
	if (err)
		return err;
	setpgid(pid, pid); /* whoever is first */
	err = await_birth(failed[0]);
	if (err)
		waitpid(pid, NULL, 0);
	else
		ret->pid = pid;
	return err;
}

static void close_both(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

/* Reading end first. Of a pair of sockets, either is both; they do not share whether they wait. */
static int open_out(bool talks, int ret_out[2])
{
	int err = talks ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_out)
			: pipe2(ret_out, O_CLOEXEC);

	return err < 0 ? -errno : 0;
}

/* With the pipe for what it writes, and one that says whether it has begun. */
static int start_piped(struct birth *b, bool talks, struct program *ret)
{
	int out[2], failed[2];
	int err = open_out(talks, out);

	if (err)
		return err;
	if (fcntl(out[0], F_SETFL, O_NONBLOCK) < 0 || pipe2(failed, O_CLOEXEC) < 0) {
		err = -errno;
		close_both(out);
		return err;
	}
	b->output = out[1];
	if (talks)
		b->input = out[1];
	err = start(b, failed, ret);
	close(failed[0]);
	if (err || !talks)
		close(out[1]);
	if (err) {
		close(out[0]);
		return err;
	}
	ret->out = out[0];
	ret->end = talks ? out[1] : -1;
	return 0;
}

int program_start(
	const struct helper_command *command, const struct helper_job *job, struct program *ret)
{
	char path[PROGRAM_PATH_MAX];
	char *argv[HELPER_ARGS_MAX];
	struct program made = {0};

	int err = program_find(command->argv[0], path);
	if (err)
		return err;
	/* execve(2) takes pointers to char, and writes through none of them. */
	memcpy(argv, command->argv, sizeof argv);
	int input = open_input(command);
	if (input < 0)
		return -errno;
	struct birth b = {.path = path, .argv = argv, .input = input};
	make_environment(&b, job->passes);
	err = start_piped(&b, job->talks, &made);
	close(input);
	if (!err)
		*ret = made;
	return err;
}

void program_kill(const struct program *p)
{
	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL);
}

bool program_ended(const struct program *p, int *ret_status)
{
	siginfo_t info = {0};

	/* While it is not reaped, its number belongs to nobody else, and neither does the group. */
	if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || !info.si_pid)
		return false;
	kill(-p->pid, SIGKILL);
	waitid(P_PID, (id_t)p->pid, &info, WEXITED);
	*ret_status = info.si_code == CLD_EXITED ? info.si_status & 255
						 : (SIGNALLED + info.si_status) & 255;
	return true;
}
