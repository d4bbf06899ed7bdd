/* SPDX-License-Identifier: MIT
 *
 * otlp_url: where a collector is, and what else is said to it. Pure.
 */
#ifndef NG_FLEET_OTLP_URL_H
#define NG_FLEET_OTLP_URL_H

#include "base/reason.h"
#include "base/str.h"

#include <stdbool.h>

#define OTLP_URL_MAX    1024
#define OTLP_HEADER_MAX 4096

/* From otlp+https://HOST[:PORT][/PATH] to what is asked for by HTTP: with the path /v1/logs when
 * there is none, and otlp+http with port 4318, as collectors listen for it. False, and why: a name
 * with a password, a query, a character that belongs into no URL; Authorization is a header. */
bool otlp_url(const char *url, char buf[static OTLP_URL_MAX], struct reason *ret_reason);

/* NULL when "Name: value" can be a header of each request, else why not: no name, no value, a
 * control character (CR and LF would begin another header), or one that is ours to set. */
const char *otlp_header_fault(struct str header);

#endif
