// SPDX-License-Identifier: MIT
/* bpf_ids: what of BPF the kernel holds now, "prog ID", "map ID" and "link ID" lines (bpf(2)).
 * bpftool has its own libraries and BTF to load; this runs where there is nothing. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int list(const char *name, enum bpf_cmd next)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof attr);
	while (syscall(SYS_bpf, next, &attr, sizeof attr) == 0) {
		printf("%s %u\n", name, attr.next_id);
		attr.start_id = attr.next_id;
	}
	return errno == ENOENT ? 0 : -1;
}

int main(void)
{
	if (list("prog", BPF_PROG_GET_NEXT_ID) < 0 || list("map", BPF_MAP_GET_NEXT_ID) < 0 ||
		list("link", BPF_LINK_GET_NEXT_ID) < 0) {
		perror("bpf");
		return 1;
	}
	return 0;
}
