-- Before the first look, which is the moment of all that is read: whoever erases is waited for.
lock table configured_sessions in row exclusive mode
