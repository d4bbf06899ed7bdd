/* SPDX-License-Identifier: MIT
 *
 * privilege: once everything is open, the process keeps only what it still uses (privilege.c has
 * the table): of capabilities(7), of system calls (helper/refuse), and, where nothing but files of
 * its own is still opened, of files (helper/fence).
 */
#ifndef NG_APP_PRIVILEGE_H
#define NG_APP_PRIVILEGE_H

#include "base/reason.h"
#include "config/settings.h"

#include <stdbool.h>

enum privilege {
	PRIVILEGE_WATCH,      /* the process that watches the kernel: BPF, network namespaces */
	PRIVILEGE_WATCH_RAW,  /* and raw sockets, opened when they are needed */
	PRIVILEGE_WATCH_PROC, /* without BPF */
	PRIVILEGE_ALONE,      /* all of a watch in one process */
	PRIVILEGE_OPENER,     /* the process that opens files for the console */
	PRIVILEGE_CONSOLE,    /* what others watch and open for it; root becomes somebody else */
	PRIVILEGE_REPLAY,     /* a recording; the demo */
	PRIVILEGE_EXPLAIN, /* a line, by the configuration of servers, which another opens for it */
	PRIVILEGE_EXPLAIN_ALONE, /* the same in one process */
	PRIVILEGE_UPDATE,        /* the network, and the directory of databases, whose ever it is */
	PRIVILEGE_LOOK_UPS,      /* the process that asks registries and resolvers */
	PRIVILEGE_CARRIER,       /* the process that speaks to NATS or to a collector */
	PRIVILEGE_DOCTOR         /* tries everything that a watch begins with */
};

/* True when this process may do what others may not, so that who parses what others wrote is to be
 * another process than who does that. */
bool privilege_is_split(const struct options *options);

/* Gives up all else, for good; a second call can only give up more. 0; or a negative errno, with
 * the reason in words: something of it could not be done. The others are done all the same, and the
 * program may go on (unless --sandbox strict says otherwise). */
int privilege_drop(enum privilege of, const struct options *options, struct reason *ret_reason);

#endif
