/* SPDX-License-Identifier: MIT
 *
 * rescue: gives the terminal back when a signal ends the program on the spot: a crash, abort(3), or
 * a signal that nobody is meant to send. What has to be written is prepared before, since a handler
 * may neither ask terminfo nor use stdio (signal-safety(7)); then the signal does what it would
 * have done without it, and a core dump or a sanitizer's report is the same.
 */
#ifndef NG_TUI_RESCUE_H
#define NG_TUI_RESCUE_H

#include <termios.h>

#define RESCUE_BYTES_MAX 256

/* From now on: writes the bytes (copied, cut at RESCUE_BYTES_MAX) to tty (borrowed), which should
 * not block, and gives it its settings back. */
void rescue_arm(int tty, const struct termios *settings, const char *bytes);

/* No more. May be called when it is not armed. */
void rescue_disarm(void);

#endif
