/* SPDX-License-Identifier: MIT
 *
 * engines: which engine a URL is for. The table is in engines.c.
 */
#ifndef NG_FLEET_ENGINES_H
#define NG_FLEET_ENGINES_H

#include "fleet/engine.h"

/* Whose this URL is; NULL: nobody's. */
const struct carrier_engine *engine_of(const char *url);

#endif
