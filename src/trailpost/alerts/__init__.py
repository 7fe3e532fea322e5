"""Rules over reports and issues, and the channels that carry them."""
