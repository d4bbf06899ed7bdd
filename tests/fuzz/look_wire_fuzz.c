// SPDX-License-Identifier: MIT
/* Any packet, as the process of look-ups and as the console take it: the first byte says who reads.
 * looks_fuzz.c has what the console makes of it; here is what each may rely on. */
#include "base/text.h"
#include "enrich/look_wire.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_question(const union look_message *m)
{
	require(m->head.kind < LOOK_READY);
	if (m->head.kind == LOOK_ASK_NAME)
		require(m->ask_name.zero == 0);
	else
		require(m->ask.urgency <= LOOK_URGENCY_MAX);
}

static void check_info(const struct look_answer *a)
{
	struct network_info info = {0};

	look_take_info(a, &info);
	require(text_is_clean(str_of(info.name)) && text_is_clean(str_of(info.handle)));
	require(text_is_clean(str_of(info.org)) && text_is_clean(str_of(info.abuse)));
	require(text_is_clean(str_of(info.country)) && text_is_clean(str_of(info.registered)));
}

static void check_answer(const union look_message *m)
{
	require(m->head.kind >= LOOK_READY && m->head.kind < LOOK_KINDS);
	if (m->head.kind == LOOK_ANSWER) {
		require(m->answer.outcome >= LOOK_FOUND && m->answer.outcome < LOOK_OUTCOMES);
		require(memchr(m->answer.why, '\0', sizeof m->answer.why) != NULL);
		check_info(&m->answer);
	} else if (m->head.kind == LOOK_NAME) {
		require(memchr(m->name.name, '\0', sizeof m->name.name) != NULL);
		require((m->name.flags & ~(uint32_t)LOOK_NAME_FLAGS) == 0);
	} else if (m->head.kind == LOOK_TABLE) {
		require(m->table.table < LOOK_TABLES && m->table.n <= LOOK_PIECE_MAX);
		require(m->table.total <= LOOK_TABLE_MAX);
		require(m->table.at + m->table.n <= m->table.total);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union look_message m = {0};

	if (size < 1)
		return 0;
	bool to_process = data[0] & 1;
	size_t n = size - 1;
	memcpy(&m, data + 1, n < sizeof m ? n : sizeof m);
	enum look_fault fault = look_check(&m, n, to_process);
	require(look_fault_text(fault)[0] != '\0');
	if (fault)
		return 0;
	require(n == look_size(m.head.kind));
	if (to_process)
		check_question(&m);
	else
		check_answer(&m);
	return 0;
}
