/* SPDX-License-Identifier: MIT
 *
 * server_programs: by which names web servers run, and what their arguments say of their
 * configuration.
 */
#ifndef NG_CONF_SERVER_PROGRAMS_H
#define NG_CONF_SERVER_PROGRAMS_H

#include "conf/running_server.h"

struct server_program;

/* The one whose process is called so (/proc/PID/comm: at most 15 bytes); NULL: none. */
const struct server_program *server_program_find(struct str comm);

/* Reads a command line (its words end in NULs) into s->paths, prefix and arguments. exe, cwd: what
 * /proc/PID/exe and cwd lead to, "" if not known; what lies outside of the process' root
 * ("(unreachable)") is none. False: it is no master, or memory is out. */
bool server_program_read(const struct server_program *p, struct str command, const char *exe,
	const char *cwd, struct running_server *s);

#endif
