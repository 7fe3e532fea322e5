"""The house configurator: the first reference application."""
