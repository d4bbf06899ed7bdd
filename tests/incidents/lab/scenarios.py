# SPDX-License-Identifier: MIT
"""scenarios: all of them by name; those of BENIGN begin with b-."""
import attacks
import lookalikes

TABLE = attacks.TABLE | lookalikes.TABLE

if __name__ == "__main__":
    for name, scenario in TABLE.items():
        print(f"{name:26} {scenario.what}")
