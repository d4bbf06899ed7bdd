/* SPDX-License-Identifier: MIT
 *
 * maker: the part of opener (base/opener.h) that writes, in this process.
 */
#ifndef NG_BASE_MAKER_H
#define NG_BASE_MAKER_H

#include "base/opener.h"

int maker_make(const char *dir, const char *name, enum opener_make how);
int maker_move(const char *dir, const char *name, const char *to, bool over);

/* True when a file of that name may be made there, as far as limits say. */
bool maker_may(const char *dir, const char *name);

/* As opener_limit, which calls it. */
void maker_limit(const struct opener_limits *limits);

#endif
