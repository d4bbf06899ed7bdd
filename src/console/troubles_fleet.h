/* SPDX-License-Identifier: MIT
 *
 * troubles_fleet: what of the troubles a fleet adds: machines that are lost, refused or silent, and
 * what of their sets did not come through; and the names of the machines behind a finding.
 */
#ifndef NG_CONSOLE_TROUBLES_FLEET_H
#define NG_CONSOLE_TROUBLES_FLEET_H

#include "console/troubles.h"

typedef void trouble_say_fn(struct troubles *t, int gravity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Of the machine that is shown, or of all. Nothing, where there is no fleet. */
void troubles_add_fleet(struct troubles *t, const struct trouble_facts *facts, trouble_say_fn *say);

#endif
