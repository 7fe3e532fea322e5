-- A day that is being made now was read before: what is erased would come back with it.
lock table configured_sessions in share row exclusive mode
