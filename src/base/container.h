/* SPDX-License-Identifier: MIT
 *
 * container: from a member to the struct that it is embedded in.
 */
#ifndef NG_BASE_CONTAINER_H
#define NG_BASE_CONTAINER_H

#include <stddef.h>

/* The `type` whose `member` p points to. The sizeof evaluates nothing: it has the compiler compare
 * the types. A const p needs a const type. */
#define container_of(p, type, member)                          \
	((type *)(void *)((char *)(p)-offsetof(type, member) + \
			  0 * sizeof((p) == &((type *)NULL)->member)))

#endif
