/* SPDX-License-Identifier: MIT
 *
 * demo: a recording that is part of the program: an incident to look around in, made by demo/make.
 */
#ifndef NG_APP_DEMO_H
#define NG_APP_DEMO_H

#define DEMO_NAME "demo" /* what it is called where others have a path */

/* A descriptor of it, at its beginning and of the caller's own; or a negative errno. */
int demo_open(void);

#endif
