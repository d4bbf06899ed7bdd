/* SPDX-License-Identifier: MIT
 *
 * served: what this machine serves, and what is asked of it, as far as its connections tell: a
 * bounded part of them is looked at, so a frame's cost does not grow with them.
 */
#ifndef NG_CONSOLE_SERVED_H
#define NG_CONSOLE_SERVED_H

#include "model/model.h"

#define SERVED_PORTS    4
#define SERVED_TEXT_MAX 64

struct served {
	char text[SERVED_TEXT_MAX]; /* "nginx :80 :443"; stays while nobody is connected */
	uint16_t target; /* the port that most half-open connections go to; 0: none does */
};

/* Looks anew. */
void served_look(struct served *s, const struct model *m);

#endif
