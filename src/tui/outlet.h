/* SPDX-License-Identifier: MIT
 *
 * outlet: the way of the screen's bytes to the terminal, on which nobody ever waits. Curses writes
 * with write(2) and tries again for ever where a descriptor does not block, so it is given a file
 * in memory (memfd_create(2)): that takes a frame of any size at once. From there the bytes go on
 * as the terminal takes them, through an open file of our own with O_NONBLOCK: stdout's is shared
 * with the shell and others.
 */
#ifndef NG_TUI_OUTLET_H
#define NG_TUI_OUTLET_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>

struct outlet {
	FILE *file;  /* what curses writes to; nothing is buffered in it */
	int tty;     /* the terminal */
	bool shared; /* tty is stdout's own open file, as it could not be opened again */
	off_t sent;  /* bytes of the file that the terminal has taken */
	bool waits;  /* it has not taken all, at the last drain */
};

/* Of the terminal that is stdout. 0 or a negative errno; *o then need not be closed. */
int outlet_open(struct outlet *o);

/* What still waits is lost. Accepts an outlet that is all zero. */
void outlet_close(struct outlet *o);

/* Puts bytes of one's own behind what waits. */
void outlet_put(struct outlet *o, const char *bytes);

/* Where the next byte will lie; and takes back all that has come behind such a place, when none of
 * it can have been sent. */
off_t outlet_mark(const struct outlet *o);
void outlet_undo(struct outlet *o, off_t mark);

/* Sends what the terminal takes, after each frame and while o->waits and o->tty can be written.
 * True when nothing waits any more, or nobody is there to take it. */
bool outlet_drain(struct outlet *o);

/* Drains for as long as the terminal takes something every `patience` microseconds, ten times that
 * at most. True when nothing is left. */
bool outlet_drain_for(struct outlet *o, usec_t patience);

#endif
