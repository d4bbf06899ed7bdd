// SPDX-License-Identifier: MIT
#include "kernel/bpf_image.h"

#include "wire.h"

#include "quic.skel.h"
#include "resets_by_peer.skel.h"
#include "resets_received.skel.h"
#include "resets_sent.skel.h"
#include "retransmits.skel.h"
#include "sockets.skel.h"
#include "synacks.skel.h"
#include "syns_fentry.skel.h"
#include "syns_kprobe.skel.h"
#include "syns_socket.skel.h"
#include "transitions.skel.h"
#include "transitions_fentry.skel.h"
#include "transitions_kprobe.skel.h"

/* The skeletons' own loaders are not used: one for all of them is less (bpf_load.h). */
#define IMAGE(name)                                               \
	struct bpf_image bpf_image_##name(void)                   \
	{                                                         \
		struct bpf_image image;                           \
                                                                  \
		image.bytes = name##_bpf__elf_bytes(&image.size); \
		return image;                                     \
	}

IMAGE(transitions)
IMAGE(transitions_fentry)
IMAGE(transitions_kprobe)
IMAGE(sockets)
IMAGE(syns_fentry)
IMAGE(syns_kprobe)
IMAGE(syns_socket)
IMAGE(quic)
IMAGE(synacks)
IMAGE(retransmits)
IMAGE(resets_sent)
IMAGE(resets_received)
IMAGE(resets_by_peer)
