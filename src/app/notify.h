/* SPDX-License-Identifier: MIT
 *
 * notify: tells the service manager how a service is doing (sd_notify(3)): datagrams to the socket
 * that $NOTIFY_SOCKET names. Where it names none, nothing is told, and nothing is wrong.
 */
#ifndef NG_APP_NOTIFY_H
#define NG_APP_NOTIFY_H

#include "base/clock.h"

#define NOTIFY_STATUS_MAX 256

struct notify {
	int fd;       /* -1: nobody is to be told */
	usec_t every; /* between two signs of life, monotonic; 0: none is asked for */
	usec_t alive; /* the latest */
	char status[NOTIFY_STATUS_MAX]; /* as was told last */
};

/* Takes the variables out of the environment, so that no child has them, and connects: later that
 * may be refused. 0; or a negative errno, when the socket that is named cannot be had. n must be
 * given to notify_close either way. */
int notify_open(struct notify *n);
void notify_close(struct notify *n); /* accepts one that is all zero but for fd: -1 */

void notify_ready(struct notify *n);
void notify_reloading(struct notify *n); /* notify_ready says that it is done */
void notify_stopping(struct notify *n);

/* In words, clean; told if they are others than before. */
void notify_status(struct notify *n, const char *status);

/* A sign of life when half of the time has passed after which the manager would miss it. Whoever
 * calls it does so in each round of the loop, so that a loop that stands still gives none. */
void notify_alive(struct notify *n, usec_t now);

#endif
