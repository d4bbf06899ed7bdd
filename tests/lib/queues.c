// SPDX-License-Identifier: MIT
/* queues: prints how many half-open connections the listeners of this network namespace hold, as
 * nethergaze asks them. */
#include "kernel/bpf_sockets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	struct bpf_sockets *sockets = NULL;
	int64_t half_open = bpf_sockets_new(&sockets);

	if (half_open == 0)
		half_open = bpf_sockets_half_open(sockets);
	bpf_sockets_free(sockets);
	if (half_open < 0)
		fprintf(stderr, "queues: %s\n", strerror((int)-half_open));
	else
		printf("%" PRId64 "\n", half_open);
	return half_open < 0;
}
