"""The statements of issues, one a file."""
