"""``python -m libretto.cli``."""

import sys

from . import main

sys.exit(main())
