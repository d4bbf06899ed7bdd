// SPDX-License-Identifier: MIT
#include "model/machine.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

#define LOGS_FIRST 16 /* places at first; twice as many each time that they are full */

struct machine *machine_new(void)
{
	struct machine *machine = calloc(1, sizeof *machine);

	if (!machine)
		return NULL;
	tcp_stats_init(&machine->tcp_stats);
	traffic_init(&machine->traffic);
	machine->quic.packets = machine->quic.initials = ABSENT;
	past_init(&machine->past[0]);
	past_init(&machine->past[1]);
	tcp_tally_init(&machine->totals[0].tcp);
	tcp_tally_init(&machine->totals[1].tcp);
	return machine;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	free(machine->logs);
	index_done(&machine->logs_by_name);
	free(machine);
}

struct machine *machine_copy(const struct machine *from)
{
	struct machine *to = malloc(sizeof *to);

	if (!to)
		return NULL;
	*to = *from;
	if (index_copy(&to->logs_by_name, &from->logs_by_name) < 0) {
		free(to);
		return NULL;
	}
	to->log_cap = from->log_count;
	to->logs = from->log_count ? malloc(from->log_count * sizeof *to->logs) : NULL;
	if (from->log_count && !to->logs) {
		index_done(&to->logs_by_name);
		free(to);
		return NULL;
	}
	if (from->log_count)
		memcpy(to->logs, from->logs, from->log_count * sizeof *to->logs);
	return to;
}

static bool has_room(struct machine *machine)
{
	uint32_t cap = machine->log_cap ? machine->log_cap * 2 : LOGS_FIRST;

	if (machine->log_count < machine->log_cap)
		return true;
	struct model_log *logs = realloc(machine->logs, cap * sizeof *logs);
	if (!logs)
		return false;
	memset(logs + machine->log_cap, 0, (cap - machine->log_cap) * sizeof *logs);
	machine->logs = logs;
	machine->log_cap = cap;
	return true;
}

/* Of those that are no longer followed the one that was told of longest ago; if there is none, of
 * all. Older lines of the journal have its number still. */
static struct model_log *least_needed(struct machine *machine)
{
	struct model_log *least = &machine->logs[0];

	for (uint32_t i = 1; i < machine->log_count; i++) {
		struct model_log *log = &machine->logs[i];
		bool needed = log->state != LOG_STATE_NONE;
		bool least_is = least->state != LOG_STATE_NONE;
		if (needed < least_is || (needed == least_is && log->told < least->told))
			least = log;
	}
	return least;
}

/* There are as many as there may be: one makes way. */
static struct model_log *reuse(struct machine *machine, uint64_t hash)
{
	struct model_log *log = least_needed(machine);
	uint32_t number = (uint32_t)(log - machine->logs);

	index_remove(&machine->logs_by_name, hash_bytes(log->name, strlen(log->name)), number);
	*log = (struct model_log){0};
	/* It cannot fail: there was room for the other just now. */
	index_add(&machine->logs_by_name, hash, number);
	return log;
}

static struct model_log *add(struct machine *machine, uint64_t hash)
{
	if (machine->log_count == EVENT_LOGS_MAX)
		return reuse(machine, hash);
	if (!has_room(machine) || index_add(&machine->logs_by_name, hash, machine->log_count) < 0)
		return NULL;
	return &machine->logs[machine->log_count++];
}

struct model_log *machine_log(struct machine *machine, struct str name)
{
	char key[MACHINE_TEXT_MAX];

	text_copy(key, sizeof key, name);
	uint64_t hash = hash_bytes(key, strlen(key));
	index_for_each_match (&machine->logs_by_name, hash, i)
		if (strcmp(machine->logs[i].name, key) == 0)
			return &machine->logs[i];
	struct model_log *log = add(machine, hash);
	if (log)
		memcpy(log->name, key, sizeof key);
	return log;
}

bool model_log_is_bad(const struct model_log *log)
{
	return log->state != LOG_READING && log->state != LOG_STATE_NONE;
}

bool model_log_has_requests(const struct model_log *log)
{
	return !log->errors && strcmp(log->format, "sshd") != 0;
}

static bool is_log(const struct model_log *log, struct str name)
{
	return strncmp(log->name, name.p, name.n) == 0 && log->name[name.n] == '\0';
}

/* Lines come in runs of one log. */
uint16_t machine_log_number(struct machine *machine, struct str name)
{
	uint32_t latest = machine->log_latest;

	if (!name.n || name.n >= MACHINE_TEXT_MAX)
		return 0;
	if (latest < machine->log_count && is_log(&machine->logs[latest], name))
		return (uint16_t)(latest + 1);
	index_for_each_match (&machine->logs_by_name, hash_bytes(name.p, name.n), i) {
		if (!is_log(&machine->logs[i], name))
			continue;
		machine->log_latest = i;
		return (uint16_t)(i + 1);
	}
	return 0;
}

void machine_listed(struct machine *machine, uint32_t ns, usec_t at)
{
	struct model_listing *oldest = machine->listings;

	for (uint32_t i = 0; i < machine->listing_count; i++) {
		struct model_listing *listing = &machine->listings[i];
		if (listing->ns == ns) {
			listing->at = at;
			return;
		}
		if (listing->at < oldest->at)
			oldest = listing;
	}
	if (machine->listing_count < MACHINE_LISTINGS_MAX)
		oldest = &machine->listings[machine->listing_count++];
	*oldest = (struct model_listing){ns, at};
}

usec_t machine_as_of(const struct machine *machine, uint32_t ns)
{
	for (uint32_t i = 0; i < machine->listing_count; i++)
		if (machine->listings[i].ns == ns)
			return machine->listings[i].at;
	return 0;
}

void machine_owns(struct machine *machine, const struct addr *a)
{
	if (machine_is_own(machine, a) || machine->own_count == MACHINE_OWN_MAX)
		return;
	machine->own[machine->own_count++] = *a;
}

bool machine_is_own(const struct machine *machine, const struct addr *a)
{
	for (uint32_t i = 0; i < machine->own_count; i++)
		if (addr_eq(&machine->own[i], a))
			return true;
	return false;
}

bool machine_is_relayed(const struct machine *machine, uint32_t ns, uint16_t lport)
{
	return relays_find(&machine->relays, ns, lport) >= 0;
}

bool machine_is_gateway(const struct machine *machine, const struct addr *a)
{
	for (uint32_t i = 0; i < machine->gateway_count; i++)
		if (addr_eq(&machine->gateways[i], a))
			return true;
	return false;
}

bool machine_is_decaying(const struct machine *machine, usec_t now)
{
	for (int i = 0; i < 2; i++) {
		const struct totals *t = &machine->totals[i];
		if (window_sum(&t->log.rate, now, WINDOW_SPAN) > 0 ||
			window_sum(&t->arrivals, now, WINDOW_SPAN) > 0 ||
			window_sum(&t->tcp.syn_rate, now, WINDOW_SPAN) > 0 ||
			window_sum(&t->net_syn_rate, now, WINDOW_SPAN) > 0)
			return true;
	}
	if (machine->thinned_at && now - machine->thinned_at < 2 * WINDOW_SPAN)
		return true;
	if (machine->clock_set && now - machine->clock_set < 2 * WINDOW_SPAN) /* it is said */
		return true;
	return tcp_stats_is_decaying(&machine->tcp_stats, now) ||
	       window_sum(&machine->quic.packet_rate, now, WINDOW_SPAN) > 0;
}
