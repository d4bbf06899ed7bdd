/* SPDX-License-Identifier: MIT
 *
 * fleet_carried: machines of a fleet that publish to NATS, heard and asked by the carrier's process
 * (app/carrying).
 */
#ifndef NG_APP_FLEET_CARRIED_H
#define NG_APP_FLEET_CARRIED_H

#include "app/carrying.h"
#include "app/fleet_transport.h"

/* NULL when memory is out. Both are borrowed. */
struct fleet_transport *fleet_carried_new(struct carrying *carrying, struct intake *intake);

#endif
