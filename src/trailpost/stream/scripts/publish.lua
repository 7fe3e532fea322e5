-- One group of parts onto one stream, all or nothing.
-- KEYS: stream, running total, the spool's marker (only when ARGV[3] is given),
--       then for each part its live list, or the stream's key for "none"
-- ARGV: events in the group, msgpack of [[count, blob], ...],
--       first and last sequence when it comes from a spool (else ''), 'push' | 'drop' | ''
-- Returns the new running total, or minus the marker when the spool's records are here already.
local stream, total = KEYS[1], KEYS[2]
local lists = 3

-- Where the next part's blob begins and ends; `at` is its array's head. Redis's own msgpack knows
-- no bin type before version 7.
local function blob(bytes, at)
  local head = string.byte(bytes, at + 1)
  at = at + 2
  if head >= 0xcc then
    at = at + 2 ^ (head - 0xcc)
  end
  local kind, a, b, c, d = string.byte(bytes, at, at + 4)
  if kind == 0xc4 then
    return at + 2, at + 1 + a
  elseif kind == 0xc5 then
    return at + 3, at + 2 + a * 256 + b
  end
  return at + 5, at + 4 + ((a * 256 + b) * 256 + c) * 256 + d
end

if ARGV[3] ~= '' then
  lists = 4
  local marker = tonumber(redis.call('GET', KEYS[3]) or '0')
  if marker >= tonumber(ARGV[3]) then
    return -marker
  end
end

-- What can fail comes before the first write: a total without its entry would look like a loss.
local sum = string.format('%.0f', tonumber(redis.call('GET', total) or '0') + tonumber(ARGV[1]))
redis.call('XADD', stream, '*', 'n', ARGV[1], 'c', sum, 'b', ARGV[2])
redis.call('SET', total, sum)
if lists == 4 then
  -- Outlives any spool file; only a file that is replayed a month later could be doubled.
  redis.call('SET', KEYS[3], ARGV[4], 'EX', 2592000)
end

-- The live lists are a cache: their failure must not undo the above.
if ARGV[5] == 'push' then
  local bytes = ARGV[2]
  local head = string.byte(bytes, 1)
  local from, to = 0, head < 0xa0 and 1 or head == 0xdc and 3 or 5
  for i = lists, #KEYS do
    from, to = blob(bytes, to + 1)
    local list = KEYS[i]
    if list ~= stream then
      local length = redis.pcall('RPUSH', list, string.sub(bytes, from, to))
      if type(length) == 'number' then
        if length > 100 then
          redis.pcall('LTRIM', list, -100, -1)
        end
        redis.pcall('EXPIRE', list, 3600)
      end
    end
  end
elseif ARGV[5] == 'drop' then
  -- A list with a hole would be believed; a missing one sends the reader to the database.
  for i = lists, #KEYS do
    if KEYS[i] ~= stream then
      redis.pcall('UNLINK', KEYS[i])
    end
  end
end
return tonumber(sum)
