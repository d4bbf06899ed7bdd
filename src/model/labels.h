/* SPDX-License-Identifier: MIT
 *
 * labels: what the kernel's numbers are called: network namespaces by inode, the processes behind
 * sockets by the socket's inode. A full table forgets the names that it learned first.
 */
#ifndef NG_MODEL_LABELS_H
#define NG_MODEL_LABELS_H

#include "base/clock.h"
#include "base/index.h"
#include "base/pool.h"
#include "base/str.h"

#define NAME_TEXT_MAX 72 /* the id of a container has 64 digits */

struct label {
	uint64_t key;
	usec_t gone;  /* since when nothing is called so any more; 0: it still is */
	uint32_t pid; /* of a process; else 0 */
	char text[NAME_TEXT_MAX];
};

struct labels {
	struct pool pool;
	struct index index;
	uint32_t hand; /* the next one to be forgotten */
};

/* 0 or -ENOMEM. */
int labels_init(struct labels *n, uint32_t most);
void labels_done(struct labels *n);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int labels_copy(struct labels *to, const struct labels *from);

/* NULL when it has none. */
const struct label *labels_find(const struct labels *n, uint64_t key);

void labels_set(struct labels *n, uint64_t key, uint32_t pid, struct str text);

/* It is gone; its name is kept until the sweep, for what is still shown of it. */
void labels_end(struct labels *n, uint64_t key, usec_t now);
void labels_sweep(struct labels *n, usec_t gone_before);

#endif
