"""One function per statement: the only part of the configurator that runs SQL."""
