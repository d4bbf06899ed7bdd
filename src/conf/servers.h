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

#endif
