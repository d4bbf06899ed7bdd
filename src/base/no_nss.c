// SPDX-License-Identifier: MIT
/* What libraries would ask glibc's name service switch for, which loads its parts from the disk in
 * the version that a static program was linked with. Nothing here calls who asks: capng_change_id,
 * MMDB_lookup_string. Their questions fail. */
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stddef.h>

struct passwd *getpwuid(uid_t uid)
{
	(void)uid;
	errno = ENOSYS;
	return NULL;
}

int initgroups(const char *user, gid_t group)
{
	(void)user;
	(void)group;
	errno = ENOSYS;
	return -1;
}

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): libc's own names are reserved
int getaddrinfo(const char *restrict node, const char *restrict service,
	const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
	(void)node;
	(void)service;
	(void)hints;
	*ret = NULL;
	return EAI_FAIL;
}

void freeaddrinfo(struct addrinfo *info)
{
	(void)info;
}

const char *gai_strerror(int err)
{
	(void)err;
	return "a static build resolves no names";
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
