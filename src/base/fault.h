/* SPDX-License-Identifier: MIT
 *
 * fault: a mapped file that somebody cuts off while we read it. The kernel answers such a read with
 * SIGBUS (mmap(2)), which would end the program; between begin and end the page reads as zeros
 * instead. That is for libraries that map files of others and cannot bear it themselves: of
 * libsystemd, only the programs that come with it install such a handler (src/basic/sigbus.c
 * there).
 */
#ifndef NG_BASE_FAULT_H
#define NG_BASE_FAULT_H

#include <stdbool.h>

/* Not nested, and only one thread at a time. Whoever handled the signal before does so again after
 * fault_end(). */
void fault_begin(void);

/* True when a page was missing: what has been read may be wrong. */
bool fault_end(void);

#endif
