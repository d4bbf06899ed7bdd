/* SPDX-License-Identifier: MIT
 *
 * fuzzy: how well a name fits what somebody has typed of it.
 */
#ifndef NG_TUI_FUZZY_H
#define NG_TUI_FUZZY_H

#include "base/str.h"

/* Every word that is typed must fit: the letters of each occur in the text in their order, whatever
 * their case. 0: it does not fit. The more the better: whole words and beginnings of words go
 * before parts, and these before letters with others between. Nothing typed fits everything,
 * equally. */
unsigned fuzzy_score(struct str text, struct str typed);

#endif
