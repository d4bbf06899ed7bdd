// SPDX-License-Identifier: MIT
#include "helper/confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAP_BITS                                                                         \
	64 /* of the kernel's sets; there may be more capabilities than our headers know \
	    */

struct sets {
	uint64_t effective, permitted, inheritable;
};

static int get_sets(struct sets *ret)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	*ret = (struct sets){data[0].effective | (uint64_t)data[1].effective << 32,
		data[0].permitted | (uint64_t)data[1].permitted << 32,
		data[0].inheritable | (uint64_t)data[1].inheritable << 32};
	return 0;
}

static int set_sets(const struct sets *s)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct data[2] = {
		{(uint32_t)s->effective, (uint32_t)s->permitted, (uint32_t)s->inheritable},
		{(uint32_t)(s->effective >> 32), (uint32_t)(s->permitted >> 32),
			(uint32_t)(s->inheritable >> 32)}};

	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

bool confine_has(unsigned cap)
{
	struct sets s = {0};

	return get_sets(&s) == 0 && s.effective & CONFINE_CAP(cap);
}

/* What a program may get at most. Without CAP_SETPCAP it stays as it is, and no_new_privs alone
 * keeps programs from it. */
static int lower_bounding_set(uint64_t keep)
{
	for (unsigned cap = 0; cap < CAP_BITS && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(keep >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -errno;
	return 0;
}

static int raise_ambient_set(uint64_t keep)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -errno;
	for (unsigned cap = 0; cap < CAP_BITS; cap++)
		if (keep >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	return 0;
}

static int lock_securebits(void)
{
	const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
				   SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
				   SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0 ? -errno : 0;
}

/* who: NULL for nobody else. Who may lower the bounding set is still privileged here. */
static int give_up(uint64_t keep, const struct identity *who)
{
	struct sets s = {0};
	int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : get_sets(&s);

	if (err)
		return err;
	if (keep & ~s.permitted)
		return -EPERM;
	bool may_lower = s.effective >> CAP_SETPCAP & 1;
	s.inheritable = keep;
	err = set_sets(&s);
	if (!err)
		err = raise_ambient_set(keep);
	if (!err && may_lower)
		err = lock_securebits();
	if (!err && may_lower)
		err = lower_bounding_set(keep);
	if (!err && who)
		identity_take(who);
	if (!err)
		err = set_sets(&(struct sets){keep, keep, keep});
	if (!err)
		err = get_sets(&s);
	if (!err && (s.effective != keep || s.permitted != keep || s.inheritable != keep))
		err = -EPERM;
	return err;
}

int confine(uint64_t keep)
{
	return give_up(keep, NULL);
}

int confine_as(const struct identity *who)
{
	return give_up(0, who);
}
