/* SPDX-License-Identifier: MIT
 *
 * parts: what the files of src/config share among themselves.
 */
#ifndef NG_CONFIG_PARTS_H
#define NG_CONFIG_PARTS_H

#include "config/options.h"

/* Gives option i a value from `level`, unless a higher level has spoken. A list begins anew at
 * each level and grows within one. 0, -EINVAL or -ENOMEM. */
int options_set(struct options_state *s, size_t i, enum option_level level, struct str text);

/* Writes s->error. Always -EINVAL. */
__attribute__((format(printf, 2, 3))) int options_fail(
	struct options_state *s, const char *format, ...);

/* Fails with why the option does not take text; where: the flag or variable. */
int options_refuse(
	struct options_state *s, const struct option_def *d, const char *where, struct str text);

#endif
