/* SPDX-License-Identifier: MIT
 *
 * blind: what is said where something should stand and nothing does: why, and what to do.
 */
#ifndef NG_CONSOLE_BLIND_H
#define NG_CONSOLE_BLIND_H

#include "console/view.h"

/* In place of requests, of addresses: into the area. */
/* No access log can be read: that none is seen does not mean that nobody asks. */
bool blind_to_requests(const struct view *v);

void blind_draw_requests(const struct view *v, struct area a);
void blind_draw_addresses(const struct view *v, struct area a);

#endif
