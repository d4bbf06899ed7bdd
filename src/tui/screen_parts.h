/* SPDX-License-Identifier: MIT
 *
 * screen_parts: what screen.c, which holds the terminal, says to screen_text.c, which draws. Both
 * may be called again while the screen is open; the next frame has it.
 */
#ifndef NG_TUI_SCREEN_PARTS_H
#define NG_TUI_SCREEN_PARTS_H

#include "tui/palette.h"

/* What each style looks like. colour: curses has begun with colours. */
void screen_choose_looks(enum theme theme, bool colour);

/* Which signs there are. kernel: Linux's own console, whose font has few. */
void screen_choose_signs(bool utf8, bool kernel);

#endif
