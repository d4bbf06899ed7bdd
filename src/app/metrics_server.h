/* SPDX-License-Identifier: MIT
 *
 * metrics_server: answers GET /metrics over HTTP, one request a connection, on the loop, without
 * ever waiting. Whoever connects may be hostile: at most METRICS_CLIENTS_MAX are served at a time
 * (the others wait in the kernel's queue), none for longer than METRICS_PATIENCE, and what is
 * rendered is given to all who ask within METRICS_FRESH.
 */
#ifndef NG_APP_METRICS_SERVER_H
#define NG_APP_METRICS_SERVER_H

#include "app/loop.h"
#include "base/str.h"
#include "output/metrics.h"

#include <sys/socket.h>

#define METRICS_CLIENTS_MAX 16
#define METRICS_PATIENCE    (5 * USEC_PER_SEC)
#define METRICS_FRESH       (100 * USEC_PER_MSEC)

struct metrics_server;

/* Where to listen, as --metrics names it. */
struct metrics_place {
	struct sockaddr_storage addr;
	socklen_t n;
	bool is_loopback; /* nobody else can connect */
};

/* "9101", ":9101" (both the loopback's), "192.0.2.1:9101", "[2001:db8::1]:9101",
 * "localhost:9101". 0 or -EINVAL. */
int metrics_place_parse(struct str text, struct metrics_place *ret);

/* Writes the metrics, whole. */
typedef void metrics_render_fn(
	void *ctx, FILE *out, enum metrics_format format, const struct metrics_self *self);

/* Listens, which the process may not do any more once its privileges are gone; serves nobody yet.
 * NULL with a negative errno. */
struct metrics_server *metrics_server_new(
	const struct metrics_place *place, metrics_render_fn *render, void *ctx, int *ret_err);
void metrics_server_free(struct metrics_server *s);

/* Serves on this loop (borrowed) from now on; NULL: nobody is served any more. 0 or a negative
 * errno. */
int metrics_server_watch(struct metrics_server *s, struct loop *loop);

/* Ends who has had its time. Once a second is enough. now: CLOCK_MONOTONIC. */
void metrics_server_poll(struct metrics_server *s, usec_t now);

/* What it has counted so far; began and cpu are not its own. */
const struct metrics_self *metrics_server_account(const struct metrics_server *s);

#endif
