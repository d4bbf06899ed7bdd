/* SPDX-License-Identifier: MIT
 *
 * guard_files: who must not be blocked by what files and the environment say: resolvers, whoever is
 * logged in, the operator's own SSH session. Their formats are those of resolv.conf(5), utmp(5),
 * ssh(1) (SSH_CONNECTION) and systemd-logind's session files.
 */
#ifndef NG_APP_GUARD_FILES_H
#define NG_APP_GUARD_FILES_H

#include "event/event.h"

/* Calls back with an address of this role. The same one may come several times. */
typedef void guard_file_fn(void *ctx, enum guard_role role, const struct prefix *net);

/* "nameserver 192.0.2.53" */
void guard_resolvers(struct str text, guard_file_fn *fn, void *ctx);

/* The records of a utmp file; what is left of one is passed over. */
void guard_users(struct str bytes, guard_file_fn *fn, void *ctx);

/* "REMOTE_HOST=192.0.2.7", a line of a session's file. */
void guard_session(struct str text, guard_file_fn *fn, void *ctx);

/* The value of SSH_CONNECTION: "192.0.2.7 50000 198.51.100.1 22". False when it is none. */
bool guard_ssh_peer(struct str value, struct addr *ret_peer);

/* Looks for SSH_CONNECTION in this process's environment and in that of those that it descends
 * from, for sudo and su drop it: up to `most` different peers. Returns how many. To be called while
 * privileges are there. */
size_t guard_ssh_peers(struct addr *ret, size_t most);

#define GUARD_SSH_PEERS 4

struct guard_peers {
	struct addr at[GUARD_SSH_PEERS];
	size_t n;
};

/* Reads the files. False when one that is there could not be read, or there were too many. */
bool guard_files_read(guard_file_fn *fn, void *ctx);

#endif
