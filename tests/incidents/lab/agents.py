# SPDX-License-Identifier: MIT
"""agents: what browsers call themselves."""
import random

BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.6 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/127.0.0.0 Mobile Safari/537.36",
]
SYSTEMS = ["Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7",
           "Linux; Android 13; SM-A536B", "X11; Ubuntu; Linux x86_64"]


def varied(rnd=random):
    """One of hundreds, as a botnet that draws from a list has them."""
    system, version = rnd.choice(SYSTEMS), rnd.randint(90, 129)
    if rnd.random() < 0.3:
        return f"Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
    return (f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version}.0.0.0 Safari/537.36")


def of(name, number):
    """`browser`: that of visitor number; `varied`: another each time; else the name itself."""
    if name == "browser":
        return BROWSERS[number % len(BROWSERS)]
    return varied() if name == "varied" else varied(random.Random(number)) if name == "own" else name
