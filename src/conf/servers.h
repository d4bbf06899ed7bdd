/* SPDX-License-Identifier: MIT
 *
 * servers: which access logs the web servers of this host write, where and in which format, by
 * their own configuration. It is read as text: nothing is run, nothing is written, and how much is
 * read is bounded in size, files and depth. What cannot be followed (a pipe, syslog) is noted.
 */
#ifndef NG_CONF_SERVERS_H
#define NG_CONF_SERVERS_H

#include "conf/confs.h"

struct running;

/* Reads the configurations of the servers that run (NULL: nobody has looked), then those that lie
 * at the usual places below root ("": this machine), for server_confs_free(). NULL when out of
 * memory. */
struct server_confs *server_confs_new(const char *root, const struct running *running);

/* The same in steps, each of one server's configuration: one that is as large as may be takes a
 * quarter of a second, an ordinary one some milliseconds. root and running are borrowed until the
 * end. */
struct server_reading;
struct server_reading *server_reading_new(const char *root, const struct running *running);

/* False when all is read. */
bool server_reading_step(struct server_reading *r);

/* Frees r, which may be NULL. What it has read so far, or NULL when out of memory. */
struct server_confs *server_reading_finish(struct server_reading *r);

#endif
