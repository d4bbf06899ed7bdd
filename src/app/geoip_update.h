/* SPDX-License-Identifier: MIT
 *
 * geoip_update: the command `nethergaze geoip-update`: fetches GeoIP databases, checks them, and
 * installs them in the data directory. The old one stays until the new one is complete.
 */
#ifndef NG_APP_GEOIP_UPDATE_H
#define NG_APP_GEOIP_UPDATE_H

#include "config/options.h"

/* Says what it does on stdout, what fails on stderr. True when all were installed. */
bool geoip_update(const struct options *options);

#endif
