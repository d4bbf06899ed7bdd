// SPDX-License-Identifier: MIT
#include "model/acts.h"

#include "base/text.h"

void acts_apply(struct acts *a, const struct event_act *said, usec_t ts)
{
	struct act *act = &a->at[a->count++ % ACTS_MAX];

	*act = (struct act){.ts = ts, .until = said->until, .ok = said->ok};
	text_copy(act->what, sizeof act->what, said->what);
	text_copy(act->who, sizeof act->who, said->who);
	text_copy(act->command, sizeof act->command, said->command);
	text_copy(act->result, sizeof act->result, said->result);
}

const struct act *acts_latest(const struct acts *a, uint32_t i)
{
	return &a->at[(a->count - 1 - i) % ACTS_MAX];
}
