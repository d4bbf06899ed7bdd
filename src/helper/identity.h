/* SPDX-License-Identifier: MIT
 *
 * identity: whom a process of ours runs as that needs no privilege, when root started the program:
 * the user who called sudo (SUDO_UID, which sudo sets); else the system user nethergaze; else
 * nobody. Whoever is not root stays who he is.
 */
#ifndef NG_HELPER_IDENTITY_H
#define NG_HELPER_IDENTITY_H

#include <sys/types.h>

#define IDENTITY_HOME_MAX 256

struct identity {
	uid_t uid;
	gid_t gid;
	char home[IDENTITY_HOME_MAX]; /* of the user who called sudo; "": none */
};

/* Reads the environment and /etc/passwd, without nss(5), whose modules are code that root would
 * run.
 */
void identity_find(struct identity *ret_who);

/* Becomes it, in all of the process's ids, and leaves all supplementary groups. Does nothing when
 * it is it already and not root. 0, or the first negative errno; what could be done then is done.
 */
int identity_take(const struct identity *who);

#endif
