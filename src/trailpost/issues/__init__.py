"""Error tracking: capture, fingerprint, group, resolve."""
