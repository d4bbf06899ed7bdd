/* SPDX-License-Identifier: MIT
 *
 * layouts: where the main files of servers' configurations lie, by distributions, panels and
 * bundles.
 */
#ifndef NG_CONF_LAYOUTS_H
#define NG_CONF_LAYOUTS_H

#include "conf/build.h"

#define LAYOUT_PATHS_MAX 8

struct layout {
	const char *whose;
	const struct conf_server *server;
	const char *paths[LAYOUT_PATHS_MAX]; /* the first that is there; ends with NULL */
};

extern const struct layout layouts[];
extern const size_t layout_count;

#endif
