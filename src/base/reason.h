/* SPDX-License-Identifier: MIT
 *
 * reason: why something failed, in words for the operator: bounded, NUL-terminated. Who fails sets
 * it; who asked shows it, or makes it part of a reason of its own.
 */
#ifndef NG_BASE_REASON_H
#define NG_BASE_REASON_H

#define REASON_MAX 448 /* bytes, with the NUL */

struct reason {
	char text[REASON_MAX]; /* "" when nothing failed */
};

/* Sets the text, cut to its size. */
__attribute__((format(printf, 2, 3))) void reason_set(
	struct reason *reason, const char *format, ...);

/* The same by an error number (negative errno). */
void reason_set_error(struct reason *reason, int err);

#endif
