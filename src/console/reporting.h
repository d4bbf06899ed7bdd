/* SPDX-License-Identifier: MIT
 *
 * reporting: the keys that have something written about what is shown: a report of the incident, a
 * letter to an abuse desk. The app writes it.
 */
#ifndef NG_CONSOLE_REPORTING_H
#define NG_CONSOLE_REPORTING_H

#include "console/view.h"

/* False: it is not for here. */
bool reporting_act(struct view *v, enum action action);

#endif
