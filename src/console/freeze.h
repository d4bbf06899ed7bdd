/* SPDX-License-Identifier: MIT
 *
 * freeze: the picture stands still, and all keys go on working on what it shows: the view gets
 * copies of the model and of the judgement, while those that it was given go on. What is asked for
 * meanwhile (a look-up, a mark, a recording) is done, and seen when the picture goes on.
 */
#ifndef NG_CONSOLE_FREEZE_H
#define NG_CONSOLE_FREEZE_H

#include "console/view.h"

/* False when memory is out; then it goes on. Takes a tenth of a second where a table is full. */
bool freeze(struct view *v);

/* Shows again what goes on. Does nothing when it is not frozen. */
void freeze_end(struct view *v);

/* For how long it has been frozen, by the model that goes on; 0: it is not. */
usec_t frozen_for(const struct view *v);

#endif
