/* SPDX-License-Identifier: MIT
 *
 * few: the few that stand first, of any number that come one by one. A handful is kept in order by
 * moving what comes after; for more there is topk.
 */
#ifndef NG_BASE_FEW_H
#define NG_BASE_FEW_H

#include <stdbool.h>
#include <stddef.h>

/* True when a stands before b. */
typedef bool few_before(const void *a, const void *b, const void *ctx);

/* Puts a copy of the item, of `size` bytes, among the *n at `at`, of which `most` (above 0) are
 * kept. Of equal ones what came first stands first. False when it finds no place. */
bool few_put(void *at, size_t *n, size_t most, size_t size, const void *item, few_before *before,
	const void *ctx);

#endif
