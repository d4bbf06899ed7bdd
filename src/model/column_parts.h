/* SPDX-License-Identifier: MIT
 *
 * column_parts: cells and sort keys that column.c takes from the files beside it. Nobody else
 * includes it.
 */
#ifndef NG_MODEL_COLUMN_PARTS_H
#define NG_MODEL_COLUMN_PARTS_H

#include "model/cell.h"
#include "model/group.h"

/* column_conns.c: connections, by the kernel. */
struct cell conns_cell(const struct model *m, const struct subject *s);
struct cell time_wait_cell(const struct model *m, const struct subject *s);
struct cell states_cell(const struct model *m, const struct subject *s);
struct cell half_open_cell(const struct model *m, const struct subject *s);
struct cell syn_rate_cell(const struct model *m, const struct subject *s);
struct cell handshakes_cell(const struct model *m, const struct subject *s);
struct cell held_cell(const struct model *m, const struct subject *s);
struct cell rtt_cell(const struct model *m, const struct subject *s);
struct cell retrans_cell(const struct model *m, const struct subject *s);
struct cell services_cell(const struct model *m, const struct subject *s);
uint64_t services_key(const struct model *m, const struct subject *s);
uint64_t conns_key(const struct model *m, const struct subject *s);
uint64_t time_wait_key(const struct model *m, const struct subject *s);
uint64_t half_open_key(const struct model *m, const struct subject *s);
uint64_t handshakes_key(const struct model *m, const struct subject *s);
uint64_t held_key(const struct model *m, const struct subject *s);
uint64_t rtt_key(const struct model *m, const struct subject *s);
uint64_t retrans_key(const struct model *m, const struct subject *s);

/* column_log.c: requests and their answers. */
struct cell status_cell(const struct model *m, const struct subject *s);
struct cell refused_cell(const struct model *m, const struct subject *s);
struct cell broken_cell(const struct model *m, const struct subject *s);
struct cell pulse_cell(const struct model *m, const struct subject *s);
struct cell last_cell(const struct model *m, const struct subject *s);
struct cell quic_cell(const struct model *m, const struct subject *s);
uint64_t refused_key(const struct model *m, const struct subject *s);
uint64_t broken_key(const struct model *m, const struct subject *s);

/* column_quic.c: QUIC packets a second. */
struct cell quic_rate_cell(const struct model *m, const struct subject *s);
struct cell initial_rate_cell(const struct model *m, const struct subject *s);
uint64_t quic_rate_key(const struct model *m, const struct subject *s);
uint64_t initial_rate_key(const struct model *m, const struct subject *s);

/* column_who.c: who it is, where it is and whose network it is in. */
struct cell ip_cell(const struct model *m, const struct subject *s);
struct cell ips_cell(const struct model *m, const struct subject *s);
uint64_t ips_key(const struct model *m, const struct subject *s);
bool knows_countries(const struct model *m);
bool knows_orgs(const struct model *m);
struct cell country_cell(const struct model *m, const struct subject *s);
struct cell city_cell(const struct model *m, const struct subject *s);
struct cell asn_cell(const struct model *m, const struct subject *s);
struct cell org_cell(const struct model *m, const struct subject *s);
uint64_t country_key(const struct model *m, const struct subject *s);
uint64_t org_key(const struct model *m, const struct subject *s);

/* column_peers.c: proxies, and who logs in by SSH. */
struct cell via_cell(const struct model *m, const struct subject *s);
struct cell forwarded_cell(const struct model *m, const struct subject *s);
struct cell clients_cell(const struct model *m, const struct subject *s);
struct cell proxy_cell(const struct model *m, const struct subject *s);
struct cell auth_failed_cell(const struct model *m, const struct subject *s);
struct cell auth_accepted_cell(const struct model *m, const struct subject *s);
struct cell auth_cell(const struct model *m, const struct subject *s);
uint64_t forwarded_key(const struct model *m, const struct subject *s);
uint64_t auth_key(const struct model *m, const struct subject *s);

/* column_seen.c: what earlier runs knew, and since when this one does. */
struct cell first_seen_cell(const struct model *m, const struct subject *s);
struct cell last_seen_cell(const struct model *m, const struct subject *s);
bool knows_seen(const struct model *m);
struct cell seen_cell(const struct model *m, const struct subject *s);
struct cell seen_first_cell(const struct model *m, const struct subject *s);
uint64_t seen_key(const struct model *m, const struct subject *s);

/* column_net.c: what look-ups brought. The texts are absent when not known. */
bool knows_registrations(const struct model *m);
bool knows_names(const struct model *m);
struct str registered_country(const struct model *m, const struct subject *s);
struct str registered_org(const struct model *m, const struct subject *s);
struct cell net_cell(const struct model *m, const struct subject *s);
struct cell netname_cell(const struct model *m, const struct subject *s);
struct cell abuse_cell(const struct model *m, const struct subject *s);
struct cell rdns_cell(const struct model *m, const struct subject *s);

/* column_judged.c: its mark, judgements about it, why it is suspicious, and whether it is the
 * crawler that it says it is. */
struct cell trouble_cell(const struct model *m, const struct subject *s);
uint64_t trouble_row_key(const struct model *m, const struct subject *s);
struct cell flags_cell(const struct model *m, const struct subject *s);
struct cell in_flags_cell(const struct model *m, const struct subject *s);
struct cell suspicious_cell(const struct model *m, const struct subject *s);
bool knows_claims(const struct model *m);
struct cell crawler_cell(const struct model *m, const struct subject *s);
struct cell crawler_is_cell(const struct model *m, const struct subject *s);
uint64_t crawler_key(const struct model *m, const struct subject *s);

/* column_fleet.c: which machines of a fleet have to do with it, and how these are. */
bool knows_machines(const struct model *m);
struct cell machines_cell(const struct model *m, const struct subject *s);
struct cell member_state_cell(const struct model *m, const struct subject *s);
struct cell member_said_cell(const struct model *m, const struct subject *s);
struct cell member_verdict_cell(const struct model *m, const struct subject *s);
struct cell member_out_cell(const struct model *m, const struct subject *s);
uint64_t member_out_key(const struct model *m, const struct subject *s);
uint64_t machines_key(const struct model *m, const struct subject *s);
uint64_t member_state_key(const struct model *m, const struct subject *s);
uint64_t member_said_key(const struct model *m, const struct subject *s);

/* column_blocked.c: what this machine keeps out. */
bool knows_blocks(const struct model *m);
struct cell blocked_cell(const struct model *m, const struct subject *s);
uint64_t blocked_key(const struct model *m, const struct subject *s);

#endif
