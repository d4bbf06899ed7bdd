/* SPDX-License-Identifier: MIT
 *
 * frame: what stands where on the screen.
 */
#ifndef NG_CONSOLE_FRAME_H
#define NG_CONSOLE_FRAME_H

#include "console/view.h"

/* Draws the whole screen. False: only this has shown how much room is needed, and the next frame
 * will be another one. */
bool frame_draw(struct view *v);

#endif
