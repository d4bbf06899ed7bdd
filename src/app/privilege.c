// SPDX-License-Identifier: MIT
#include "app/privilege.h"

#include "base/str.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

#ifndef CAP_BPF /* Linux 5.8 */
#define CAP_BPF 39
#endif

/* What of root's privileges is kept; each for what the loop still does. */
static const unsigned kept[] = {
	CAP_DAC_READ_SEARCH, /* logs that rotate; /proc/PID/fd, which only its user may open */
	CAP_BPF,             /* a new reading of iter/tcp, for each listing (bpf_iter_create) */
	CAP_SYS_ADMIN,       /* setns(2) into network namespaces, and back */
	CAP_SYS_PTRACE,      /* /proc/PID/ns/net and /proc/PID/fd of other users' processes */
	CAP_NET_RAW, /* sockets whose filter counts SYNs or QUIC packets, where they can be opened:
			the last */
};

int privilege_drop(bool raw_sockets)
{
	const unsigned count = ARRAY_LEN(kept) - !raw_sockets;
	unsigned had = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (capng_get_caps_process() < 0)
		return -EPERM;
	for (unsigned i = 0; i < count; i++)
		if (capng_have_capability(CAPNG_EFFECTIVE, kept[i]))
			had |= 1u << i;
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned i = 0; i < count; i++)
		if (had >> i & 1)
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}
