-- Who stores occurrences has either done so, or begins after this transaction and knows what is erased.
lock table issue_occurrences in share row exclusive mode
