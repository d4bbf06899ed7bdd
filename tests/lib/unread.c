// SPDX-License-Identifier: MIT
/*
 * unread: runs a command on a pseudo-terminal that nobody reads, until a file exists: a link that
 *has stalled. From then on all that the command has written goes to another file.
 *
 *	unread COLSxROWS GATE OUT COMMAND...
 *
 * OUT.pid has the command's pid. Its exit status is this one's (128 + signal), said only when the
 * gate was opened and all was read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void await(const char *gate)
{
	while (access(gate, F_OK) != 0)
		poll(NULL, 0, 20);
}

static void note_pid(const char *out, pid_t pid)
{
	char path[4096], part[4100];

	snprintf(path, sizeof path, "%s.pid", out);
	snprintf(part, sizeof part, "%s.new", path);
	FILE *f = fopen(part, "w");
	if (!f || fprintf(f, "%d\n", (int)pid) < 0 || fclose(f) != 0 || rename(part, path) != 0)
		exit(99);
}

/* Until the last of the command's side is closed: reading is an error then (EIO). */
static void copy(int from, const char *out)
{
	int to = open(out, O_WRONLY | O_CREAT | O_APPEND, 0644);
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && write(to, buf, (size_t)n) != n)
			exit(99);
	close(to);
}

int main(int argc, char **argv)
{
	struct winsize size = {0};
	int master, status = 0;

	if (argc < 5 || sscanf(argv[1], "%hux%hu", &size.ws_col, &size.ws_row) != 2)
		return 99;
	pid_t pid = forkpty(&master, NULL, NULL, &size);
	if (pid < 0)
		return 99;
	if (pid == 0) {
		execvp(argv[4], argv + 4);
		_exit(99);
	}
	note_pid(argv[3], pid);
	await(argv[2]);
	copy(master, argv[3]);
	if (waitpid(pid, &status, 0) != pid)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
