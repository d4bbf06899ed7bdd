/* SPDX-License-Identifier: MIT
 *
 * looked: where logs were looked for, and what was there: said on a screen that has none to show.
 */
#ifndef NG_CONSOLE_LOOKED_H
#define NG_CONSOLE_LOOKED_H

#define LOOKED_MAX      16
#define LOOKED_TEXT_MAX 256

/* Clean text. */
struct looked {
	char path[LOOKED_TEXT_MAX];  /* "/etc/nginx/nginx.conf" */
	char found[LOOKED_TEXT_MAX]; /* "access_log off (line 31)" */
};

#endif
