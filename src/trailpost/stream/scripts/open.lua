-- The reader's group and the stream's incarnation, made when missing.
-- KEYS: stream, incarnation.  ARGV: group, a fresh incarnation.  Returns the incarnation.
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
  return made
end
redis.call('SET', KEYS[2], ARGV[2], 'NX')
return redis.call('GET', KEYS[2])
