/* SPDX-License-Identifier: MIT
 *
 * background: whether the terminal's is light, from what terminal and environment say.
 */
#ifndef NG_TUI_BACKGROUND_H
#define NG_TUI_BACKGROUND_H

#include "base/str.h"

/* From the answer to OSC 11 (xterm's ctlseqs.html), "11;rgb:1e1e/1e1e/1e1e", with 1 to 4 hex digits
 * a part (XParseColor(3)), "rgba:" with a fourth part, or "#rrggbb". False, with nothing set, for
 * anything else. */
bool background_of_reply(struct str reply, bool *ret_light);

/* From COLORFGBG, which rxvt, konsole and others set: "15;0", "0;default;15". The last part is the
 * background's colour, of 16. NULL is nothing. */
bool background_of_environment(const char *colorfgbg, bool *ret_light);

#endif
