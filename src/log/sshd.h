/* SPDX-License-Identifier: MIT
 *
 * sshd: what OpenSSH's server logs of who comes in and who does not: lines of auth.log, with
 * syslog's or an ISO time in front, or bare messages (journalctl -o cat). Names are the attacker's
 * to choose, so addresses are read from the end that sshd writes.
 */
#ifndef NG_LOG_SSHD_H
#define NG_LOG_SSHD_H

#include "log/format.h"

/* See log_format.parse. What another program wrote is not in this format. */
int log_sshd(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

/* True when the line begins as sshd's do. Then it is in no other format, whatever a name in it
 * looks like. */
bool log_sshd_claims(struct str line);

/* For a log that is known to be the system's: what other programs wrote says nothing wanted. */
extern const struct log_format log_sshd_auth_log;

#endif
