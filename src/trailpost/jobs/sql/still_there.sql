-- Whether the connection that holds the turn still lives.
select true as alive
