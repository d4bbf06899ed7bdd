// SPDX-License-Identifier: MIT
#include "base/fault.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the thread that faults, which is the one that gets the signal. */
static _Thread_local volatile sig_atomic_t inside, hit;
static uintptr_t page_size;
static struct sigaction old; /* of whoever handles it otherwise */

static void take_signal(int signo, siginfo_t *info, void *context)
{
	uintptr_t page = (uintptr_t)info->si_addr & ~(page_size - 1);

	(void)context;
	if (inside && info->si_code == BUS_ADRERR) {
		void *at = (void *)page; /* NOLINT(performance-no-int-to-ptr) */
		if (mmap(at, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			    0) == at) {
			hit = 1;
			return;
		}
	}
	/* The read is tried again, and is theirs; what a process sent has to be sent again. */
	sigaction(signo, &old, NULL);
	if (info->si_code <= 0)
		raise(signo);
}

void fault_begin(void)
{
	struct sigaction action = {.sa_sigaction = take_signal, .sa_flags = SA_SIGINFO};

	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	sigaction(SIGBUS, &action, &old);
	hit = 0;
	inside = 1;
}

bool fault_end(void)
{
	inside = 0;
	sigaction(SIGBUS, &old, NULL);
	return hit;
}
