/* SPDX-License-Identifier: MIT
 *
 * bpf_trampoline: whether functions can be hooked by fentry without harm. The kernel calls such
 * programs from code that it generates, a trampoline, and replaces that as programs come and go.
 * Before kernel commit e21aa341785c ("bpf: Fix fexit trampoline", Linux 5.12, in 5.10 and 5.11 by
 * their stable branches) it freed a trampoline in which a task could still be, and then crashed.
 * The commit brought struct bpf_tramp_image, by which kernels that have it are known: versions say
 * little of what a distribution has taken over.
 */
#ifndef NG_KERNEL_BPF_TRAMPOLINE_H
#define NG_KERNEL_BPF_TRAMPOLINE_H

#include <stdbool.h>

/* btf: a file that describes this kernel's types, or NULL: the kernel's own. True where no types
 * are to be had, too: fentry, which needs them, then fails by itself. */
bool bpf_trampolines_are_safe(const char *btf);

#endif
