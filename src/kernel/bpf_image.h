/* SPDX-License-Identifier: MIT
 *
 * bpf_image: the compiled objects of bpf/, one function for each.
 */
#ifndef NG_KERNEL_BPF_IMAGE_H
#define NG_KERNEL_BPF_IMAGE_H

#include "kernel/bpf_load.h"

typedef struct bpf_image bpf_image_of(void);

bpf_image_of bpf_image_transitions;
bpf_image_of bpf_image_transitions_fentry;
bpf_image_of bpf_image_transitions_kprobe;
bpf_image_of bpf_image_sockets;
bpf_image_of bpf_image_syns_fentry;
bpf_image_of bpf_image_syns_kprobe;
bpf_image_of bpf_image_syns_socket;
bpf_image_of bpf_image_quic;
bpf_image_of bpf_image_synacks;
bpf_image_of bpf_image_retransmits;
bpf_image_of bpf_image_resets_sent;
bpf_image_of bpf_image_resets_received;
bpf_image_of bpf_image_resets_by_peer;

#endif
