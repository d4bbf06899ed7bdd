/* SPDX-License-Identifier: MIT
 *
 * explain: what a key is for, said when there is nothing that it could do here.
 */
#ifndef NG_CONSOLE_EXPLAIN_H
#define NG_CONSOLE_EXPLAIN_H

#include "console/view.h"

void explain(struct view *v, enum action action);

/* Of a key that has no meaning here. */
void explain_key(struct view *v, uint32_t code);

#endif
