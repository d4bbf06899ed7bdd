// SPDX-License-Identifier: MIT
#include "app/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>

#ifndef CAP_BPF /* Linux 5.8 */
#define CAP_BPF 39
#endif

int privilege_drop(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (capng_get_caps_process() < 0)
		return -EPERM;
	bool logs = capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_READ_SEARCH);
	bool bpf = capng_have_capability(CAPNG_EFFECTIVE, CAP_BPF);
	capng_clear(CAPNG_SELECT_CAPS);
	if (logs)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_READ_SEARCH);
	if (bpf)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_BPF);
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}
