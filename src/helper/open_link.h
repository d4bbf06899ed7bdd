/* SPDX-License-Identifier: MIT
 *
 * open_link: base/opener by another process: each call is a question, and waits for its answer. Of
 * the main thread.
 */
#ifndef NG_HELPER_OPEN_LINK_H
#define NG_HELPER_OPEN_LINK_H

#include "helper/process.h"

/* From now on what base/opener opens is opened by the process (borrowed), which has root's uid if
 * `as` says so. NULL: by this one again. */
void open_link_use(struct process *p, uid_t as);

/* How the process ended, in words; NULL while it is there. Said once. */
const char *open_link_lost(void);

#endif
