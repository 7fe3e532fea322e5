select true as alive
