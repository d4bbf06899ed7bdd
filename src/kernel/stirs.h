/* SPDX-License-Identifier: MIT
 *
 * stirs: in which network namespaces connections have moved lately, and how often. Most records
 * are of the same namespace as the one before.
 */
#ifndef NG_KERNEL_STIRS_H
#define NG_KERNEL_STIRS_H

#include <stddef.h>
#include <stdint.h>

#define STIRS_MAX 64

struct stirs {
	struct stir {
		uint32_t ns, n;
	} at[STIRS_MAX];
	size_t count, last; /* last: where the latest was found */
	uint32_t others;    /* in namespaces that found no place */
};

/* A connection has moved there. */
void stirs_note(struct stirs *s, uint32_t ns);

void stirs_clear(struct stirs *s);

#endif
