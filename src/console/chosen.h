/* SPDX-License-Identifier: MIT
 *
 * chosen: settings are changed while the console runs, by the setup and by commands: each takes
 * effect at once and is remembered for the next start. What cannot be kept is said, and holds until
 * the end.
 */
#ifndef NG_CONSOLE_CHOSEN_H
#define NG_CONSOLE_CHOSEN_H

#include "console/view.h"

/* Reads what was kept, and lets it take effect, but for what the options decide: what of it they
 * set is in `given` (enum remembered_setting). Before the screen is opened. */
void chosen_load(struct view *v, unsigned given);

void chosen_theme(struct view *v, enum theme_choice theme);
void chosen_mouse(struct view *v, bool on);
void chosen_private(struct view *v, bool show);
void chosen_wrap(struct view *v, bool wrap);   /* of the log */
void chosen_tab(struct view *v, enum tab tab); /* that is open at the start */

/* The columns of such rows; of none: as they come. */
void chosen_columns(struct view *v, enum group_by by, const struct layout_choice *choice);

/* Saves the filter's text, or with an empty one forgets it. False: said why it cannot. */
bool chosen_save_filter(struct view *v, struct str name, struct str text);

/* For this run only: the mouse is ours. */
void chosen_mouse_now(struct view *v, bool on);

#endif
