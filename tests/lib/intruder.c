// SPDX-License-Identifier: MIT
/*
 * intruder KIND: a program in the place of ours, after it has given up what it does not use. It
 * tries what an intruder would, and prints a line for each: what it tried, and "done" or why not.
 */
#include "app/privilege.h"
#include "base/str.h"
#include "helper/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int errno_of(long result)
{
	return result < 0 ? errno : 0;
}

static int opened(int fd)
{
	int err = errno_of(fd);

	if (fd >= 0)
		close(fd);
	return err;
}

static int read_shadow(void)
{
	return opened(open("/etc/shadow", O_RDONLY));
}

static int write_elsewhere(void)
{
	char path[] = "/tmp/ng-intruder-XXXXXX";
	int fd = mkstemp(path), err = errno_of(fd);

	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	return err;
}

static int read_memory_of_parent(void)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
	return opened(open(path, O_RDONLY));
}

static int open_raw_socket(void)
{
	return opened(socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
}

static int open_packet_socket(void)
{
	return opened(socket(AF_PACKET, SOCK_RAW, 0));
}

/* Nobody listens there: who may call is told so. */
static int call_somebody(void)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), err = errno_of(fd);

	if (!err)
		err = errno_of(connect(fd, (const struct sockaddr *)&to, sizeof to));
	if (fd >= 0)
		close(fd);
	return err == ECONNREFUSED ? 0 : err;
}

static int run_program(void)
{
	char *const argv[] = {"true", NULL}, *const none[] = {NULL};

	pid_t pid = fork();
	if (pid < 0) /* in our own place, then */
		return errno_of(execve("/bin/true", argv, none));
	if (pid == 0) {
		execve("/bin/true", argv, none);
		_exit(errno);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
}

static int trace_parent(void)
{
	long got = ptrace(PTRACE_SEIZE, getppid(), 0, 0);
	int err = errno_of(got);

	if (!err)
		ptrace(PTRACE_DETACH, getppid(), 0, 0);
	return err;
}

static int signal_parent(void)
{
	return errno_of(kill(getppid(), 0));
}

static int mount_something(void)
{
	int err = errno_of(mount("none", "/mnt", "tmpfs", MS_NOSUID, NULL));

	if (!err)
		umount("/mnt");
	return err;
}

static int enter_namespace(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY), err = errno_of(fd);

	if (!err)
		err = errno_of(setns(fd, CLONE_NEWNET));
	if (fd >= 0)
		close(fd);
	return err;
}

static int make_user_namespace(void)
{
	return errno_of(unshare(CLONE_NEWUSER));
}

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	return opened((int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

static int load_module(void)
{
	return errno_of(syscall(SYS_init_module, "", 0, ""));
}

static int set_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return errno_of(clock_settime(CLOCK_REALTIME, &now));
}

static int open_ring(void)
{
	return opened((int)syscall(SYS_io_uring_setup, 1, NULL));
}

static void *nothing(void *arg)
{
	return arg;
}

static int make_thread(void)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, nothing, NULL);

	if (!err)
		pthread_join(thread, NULL);
	return err;
}

static const struct {
	const char *what;
	int (*tried)(void);
} attempts[] = {
	{"read /etc/shadow", read_shadow},
	{"write into /tmp", write_elsewhere},
	{"read the memory of another process", read_memory_of_parent},
	{"open a raw socket", open_raw_socket},
	{"open a packet socket", open_packet_socket},
	{"connect to a port", call_somebody},
	{"run a program", run_program},
	{"trace another process", trace_parent},
	{"signal another process", signal_parent},
	{"mount", mount_something},
	{"enter a network namespace", enter_namespace},
	{"make a user namespace", make_user_namespace},
	{"make a BPF map", make_map},
	{"load a module", load_module},
	{"set the clock", set_clock},
	{"open an io_uring", open_ring},
	{"start a thread", make_thread},
};

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		enum privilege of;
	} kinds[] = {{"watch", PRIVILEGE_WATCH}, {"watch-raw", PRIVILEGE_WATCH_RAW},
		{"watch-proc", PRIVILEGE_WATCH_PROC}, {"alone", PRIVILEGE_ALONE},
		{"console", PRIVILEGE_CONSOLE}, {"opener", PRIVILEGE_OPENER},
		{"replay", PRIVILEGE_REPLAY}, {"explain", PRIVILEGE_EXPLAIN},
		{"look-ups", PRIVILEGE_LOOK_UPS}, {"carrier", PRIVILEGE_CARRIER},
		{"update", PRIVILEGE_UPDATE}, {"doctor", PRIVILEGE_DOCTOR}};
	const struct options options = {.once = true};
	struct reason why;

	for (size_t i = 0; i < ARRAY_LEN(kinds) && argc == 2; i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		uid_t uid;
		bool of_network =
			kinds[i].of == PRIVILEGE_LOOK_UPS || kinds[i].of == PRIVILEGE_CARRIER;
		if (of_network && process_confine(&uid) < 0)
			return 1;
		if (privilege_drop(kinds[i].of, &options, &why) < 0)
			printf("incomplete: %s\n", why.text);
		for (size_t k = 0; k < ARRAY_LEN(attempts); k++) {
			int err = attempts[k].tried();
			printf("%s: %s\n", attempts[k].what, err ? strerrorname_np(err) : "done");
			fflush(stdout);
		}
		return 0;
	}
	fputs("usage: intruder KIND\n", stderr);
	return 2;
}
