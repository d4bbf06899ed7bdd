// SPDX-License-Identifier: MIT
#include "kernel/bpf_trampoline.h"

#include <bpf/btf.h>

bool bpf_trampolines_are_safe(const char *btf)
{
	struct btf *types = btf ? btf__parse(btf, NULL) : btf__load_vmlinux_btf();
	bool safe = !types || btf__find_by_name_kind(types, "bpf_tramp_image", BTF_KIND_STRUCT) > 0;

	btf__free(types);
	return safe;
}
