"""What every other package may use: settings, errors, clock, feature, log. A closed list."""
