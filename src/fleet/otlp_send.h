/* SPDX-License-Identifier: MIT
 *
 * otlp_send: the engine (fleet/engine.h) that sends sets and flags to a collector by OTLP/HTTP,
 * with libcurl.
 *
 * One request is under way at a time; what comes meanwhile is put together to the next one, up to
 * OTLP_BATCH. What a collector may take later, or where none answers, is sent again as it was, more
 * and more slowly, for ever; what it refuses is counted and gone. So a request whose answer is lost
 * may arrive twice.
 *
 * Redirects are not followed, certificates are always verified, answers are bounded. Sent and
 * refused are counted in log records.
 */
#ifndef NG_FLEET_OTLP_SEND_H
#define NG_FLEET_OTLP_SEND_H

#include "fleet/engine.h"

extern const struct carrier_engine otlp_engine;

#endif
