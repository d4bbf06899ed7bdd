// SPDX-License-Identifier: MIT
#include "model/machine.h"

#include "base/text.h"

#include <stdlib.h>

#define LOGS_FIRST 16 /* places at first; twice as many each time that they are full */

struct machine *machine_new(void)
{
	struct machine *machine = calloc(1, sizeof *machine);

	if (!machine)
		return NULL;
	tcp_stats_init(&machine->tcp_stats);
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
	free(machine);
}

static bool has_room(struct machine *machine)
{
	uint32_t cap = machine->log_cap ? machine->log_cap * 2 : LOGS_FIRST;

	if (machine->log_count < machine->log_cap)
		return true;
	if (machine->log_count == EVENT_LOGS_MAX)
		return false;
	struct model_log *logs = realloc(machine->logs, cap * sizeof *logs);
	if (!logs)
		return false;
	memset(logs + machine->log_cap, 0, (cap - machine->log_cap) * sizeof *logs);
	machine->logs = logs;
	machine->log_cap = cap;
	return true;
}

struct model_log *machine_log(struct machine *machine, struct str name)
{
	char key[MACHINE_TEXT_MAX];

	text_copy(key, sizeof key, name);
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (strcmp(machine->logs[i].name, key) == 0)
			return &machine->logs[i];
	if (!has_room(machine))
		return NULL;
	struct model_log *log = &machine->logs[machine->log_count++];
	memcpy(log->name, key, sizeof key);
	return log;
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
	return tcp_stats_is_decaying(&machine->tcp_stats, now);
}
