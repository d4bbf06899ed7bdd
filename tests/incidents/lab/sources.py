# SPDX-License-Identifier: MIT
"""sources: the addresses that an actor speaks from.

Words joined by commas: an address; FIRST-LAST, the latter without what they have in common
("203.0.113.10-39"); NET*N, N addresses spread over a network, of IPv6 each in a /64 of its own where
the network has that many ("198.18.0.0/16*80", "2001:db8:4007::/48*20")."""
import ipaddress
import random


def spread(net, count):
    """count addresses of the network, evenly over it; in IPv6 with random ends."""
    net, rnd = ipaddress.ip_network(net), random.Random(net)
    if net.version == 4:
        step = max(1, (net.num_addresses - 2) // count)
        return [str(net[1 + i * step]) for i in range(min(count, net.num_addresses - 2))]
    subnets = max(1, 1 << (64 - net.prefixlen)) if net.prefixlen <= 64 else 1
    step = max(1, subnets // count)
    base = int(net.network_address)
    low = 64 if net.prefixlen <= 64 else 128 - net.prefixlen
    return [str(ipaddress.ip_address(base + ((i * step % subnets) << 64) + rnd.getrandbits(low)))
            for i in range(count)]


def between(first, last):
    base = 10 if ":" not in first else 16
    head, sep, low = first.rpartition("." if base == 10 else ":")
    return [f"{head}{sep}{i:x}" if base == 16 else f"{head}{sep}{i}"
            for i in range(int(low, base), int(last, base) + 1)]


def sources(words):
    found = []
    for word in words.split(","):
        if "*" in word:
            net, _, count = word.partition("*")
            found += spread(net, int(count))
        elif "-" in word:
            found += between(*word.split("-"))
        else:
            found.append(word)
    return found
