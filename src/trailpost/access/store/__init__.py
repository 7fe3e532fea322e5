"""What access keeps: statements, the accounts made of them, and the directory of keys in memory."""
