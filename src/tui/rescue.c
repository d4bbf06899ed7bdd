// SPDX-License-Identifier: MIT
#include "tui/rescue.h"

#include "base/str.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define STACK_SIZE 32768 /* a crash may be that of the stack */

/* Those that end the program and that the loop does not take. */
static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGUSR2,
	SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ};

static struct {
	volatile sig_atomic_t armed;
	int tty;
	struct termios settings;
	char bytes[RESCUE_BYTES_MAX];
	size_t n;
	struct sigaction old[ARRAY_LEN(signals)];
	char stack[STACK_SIZE];
} state;

/* In the background the terminal is another's, and has its settings already. */
static bool has_terminal(void)
{
	pid_t owner = tcgetpgrp(state.tty);

	return owner < 0 || owner == getpgrp();
}

/* A fault comes again when its instruction does: whoever handled it before sees it as it is. */
static bool is_fault(int signo, const siginfo_t *info)
{
	return info->si_code > 0 &&
	       (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL);
}

static void rescue(int signo, siginfo_t *info, void *context)
{
	int err = errno;

	(void)context;
	if (state.armed && has_terminal()) {
		state.armed = 0;
		ssize_t wrote = write(state.tty, state.bytes, state.n);
		(void)wrote; /* settings it takes even when it takes no bytes now */
		tcsetattr(state.tty, TCSANOW, &state.settings);
	}
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i] == signo)
			sigaction(signo, &state.old[i], NULL);
	if (!is_fault(signo, info))
		raise(signo);
	errno = err;
}

/* A sanitizer has a stack of its own for this. */
static void find_stack(void)
{
	stack_t ours = {.ss_sp = state.stack, .ss_size = sizeof state.stack}, other;

	if (sigaltstack(NULL, &other) == 0 && other.ss_flags & SS_DISABLE)
		sigaltstack(&ours, NULL);
}

void rescue_arm(int tty, const struct termios *settings, const char *bytes)
{
	struct sigaction action = {.sa_sigaction = rescue, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	state.tty = tty;
	state.settings = *settings;
	state.n = strnlen(bytes, sizeof state.bytes);
	memcpy(state.bytes, bytes, state.n);
	find_stack();
	for (size_t i = 0; i < ARRAY_LEN(signals) && !state.armed; i++) {
		sigaction(signals[i], NULL, &state.old[i]);
		if (state.old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	state.armed = 1;
}

void rescue_disarm(void)
{
	if (!state.armed)
		return;
	state.armed = 0;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &state.old[i], NULL);
}
