/* SPDX-License-Identifier: MIT
 *
 * name: a path that is followed, whichever file lies there.
 */
#ifndef NG_LOG_NAME_H
#define NG_LOG_NAME_H

#include "base/clock.h"
#include "log/owner.h"
#include "log/stream.h"

#include <sys/types.h>

struct log_file;

/* Which file it was, how large, and its first bytes. */
struct log_known {
	dev_t dev;
	ino_t ino;
	off_t size;
	size_t head_n;
	uint64_t head_hash;
};

/* One path, or a glob that matches nothing. */
struct log_name {
	char *path;
	uint64_t hash;  /* of the path */
	uint32_t slot;  /* in the set */
	uint32_t dir;   /* of log_dirs */
	uint32_t match; /* the latest expansion that found it; of what no glob found, NAME_NAMED */
	struct log_stream stream;
	bool is_glob;          /* is no file, only reports that nothing matches */
	struct log_file *file; /* NULL: not there, or another name for a file that is, or closed */
	bool shares;           /* another name for a file that is followed */
	bool waits;            /* there is something to read, and no descriptor left */
	bool is_parked;        /* closed for want of descriptors; known says how far it was read */
	bool is_copy;          /* known is a copy of a log that is followed */
	struct log_known known;
	usec_t compared; /* a copy, with its original */
	bool had_file;   /* ever */
	unsigned files;  /* file, and those that it had before and that are still read */
	/* How many files it had that we had, and how many have left it by what the kernel reports;
	 * what left it unread are those beyond. */
	uint64_t held, left;
	uint64_t slack;  /* files that nobody reported to have left, as of the latest look */
	usec_t missed;   /* since when it has not been there; 0: it is, or never was */
	off_t start_at;  /* its size when we started; 0: it came later, or from_start */
	usec_t interval; /* between two looks at its files */
	usec_t looked;   /* the latest */
	bool from_end;   /* from_start is not for this one */
	bool is_marked, is_touched;
	struct log_name *next_marked;  /* to be looked at soon */
	struct log_name *next_touched; /* with something to report */
	struct log_owner owner;
	bool let_go;  /* no input asks for it any more */
	bool is_late; /* an input asks for it that came while we ran, and nobody has looked yet */
};

#define NAME_NAMED UINT32_MAX

/* A name without a file yet. NULL when out of memory. */
struct log_name *log_name_new(const char *path);

/* NULL is fine. Its files have to be closed before. */
void log_name_free(struct log_name *name);

#endif
