/* SPDX-License-Identifier: MIT
 *
 * names: what the kernel's numbers are called: network namespaces by inode, the processes behind
 * sockets by the socket's inode. A full table forgets the names that it learned first.
 */
#ifndef NG_MODEL_LABELS_H
#define NG_MODEL_LABELS_H

#include "base/clock.h"
#include "base/index.h"
#include "base/pool.h"
#include "base/str.h"

#define NAME_TEXT_MAX 72 /* the id of a container has 64 digits */

struct name {
	uint64_t key;
	usec_t gone;  /* since when nothing is called so any more; 0: it still is */
	uint32_t pid; /* of a process; else 0 */
	char text[NAME_TEXT_MAX];
};

struct names {
	struct pool pool;
	struct index index;
	uint32_t hand; /* the next one to be forgotten */
};

/* 0 or -ENOMEM. */
int names_init(struct names *n, uint32_t most);
void names_done(struct names *n);

/* NULL when it has none. */
const struct name *names_find(const struct names *n, uint64_t key);

void names_set(struct names *n, uint64_t key, uint32_t pid, struct str text);

/* It is gone; its name is kept until the sweep, for what is still shown of it. */
void names_end(struct names *n, uint64_t key, usec_t now);
void names_sweep(struct names *n, usec_t gone_before);

#endif
