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

enum privilege {
	PRIVILEGE_WATCH,      /* this machine: BPF, every network namespace, logs that rotate */
	PRIVILEGE_WATCH_RAW,  /* and raw sockets, opened when they are needed */
	PRIVILEGE_WATCH_PROC, /* without BPF */
	PRIVILEGE_REPLAY,     /* a recording; the demo */
	PRIVILEGE_EXPLAIN,  /* a line; the servers that run and their configuration, whose ever they
			       are */
	PRIVILEGE_UPDATE,   /* the network, and the directory of databases, whose ever it is */
	PRIVILEGE_LOOK_UPS, /* the process that asks registries and resolvers */
	PRIVILEGE_DOCTOR    /* tries everything that a watch begins with */
};

/* Gives up all else, for good; a second call can only give up more. 0; or a negative errno, with
 * the reason in words: something of it could not be done. The others are done all the same, and the
 * program may go on (unless --sandbox strict says otherwise). */
int privilege_drop(enum privilege of, const struct options *options, struct reason *ret_reason);

#endif
