"""`python -m devices.simulator`: the command virtual_device without Django."""

import sys

from devices.simulator.cli import main

sys.exit(main())
