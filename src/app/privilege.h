/* SPDX-License-Identifier: MIT
 *
 * privilege: after the start, root keeps only what the loop needs: reading logs that rotate,
 * opening listings of sockets in every network namespace, and asking who holds them. Everything
 * else, and the way back to it, is given up.
 */
#ifndef NG_APP_PRIVILEGE_H
#define NG_APP_PRIVILEGE_H

#include <stdbool.h>

/* raw_sockets: some are opened later. 0, or a negative errno when the kernel refused; the program
 * may go on then. */
int privilege_drop(bool raw_sockets);

#endif
