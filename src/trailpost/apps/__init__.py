"""Reference applications that use the platform from outside."""
