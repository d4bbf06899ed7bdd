// SPDX-License-Identifier: MIT
/* Any packet, as a helper and as the console take it: the first byte says who reads. What passes
 * the check of a helper makes values that a job can rely on. */
#include "helper/wire.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_args(const struct wire_ask *ask)
{
	struct helper_args args;

	wire_take_args(ask, &args);
	require(args.prefix_count <= HELPER_PREFIXES_MAX && args.seconds <= WIRE_SECONDS_MAX);
	for (uint32_t i = 0; i < args.prefix_count; i++) {
		const struct prefix *p = &args.prefixes[i];
		char text[PREFIX_TEXT_MAX];
		struct prefix again;
		require(p->bits <= ADDR_BITS);
		size_t n = prefix_format(p, text);
		require(n < sizeof text && strspn(text, "0123456789abcdef.:/") == n);
		require(prefix_parse((struct str){text, n}, &again) == 0);
		require(again.bits == p->bits && addr_eq(&again.addr, &p->addr));
	}
	/* What is put is what was taken. */
	struct wire_ask back = {.kind = ask->kind, .id = ask->id, .job = ask->job};
	wire_put_args(&back, &args);
	require(memcmp(&back, ask, sizeof back) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union wire_message m = {0};

	if (size < 1)
		return 0;
	const struct wire_side side = {.is_helper = data[0] & 1, .jobs = data[0] >> 1};
	size_t n = size - 1;
	memcpy(&m, data + 1, n < sizeof m ? n : sizeof m);
	enum wire_fault fault = wire_check(&m, n, &side);
	require(wire_fault_text(fault)[0] != '\0');
	if (fault)
		return 0;
	require(n == wire_size((enum wire_kind)m.kind));
	if (side.is_helper)
		check_args(&m.ask);
	else if (m.kind == WIRE_OUTPUT)
		require(m.output.n <= sizeof m.output.bytes);
	return 0;
}
