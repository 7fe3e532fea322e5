"""The conversation analysis: the second reference application."""
