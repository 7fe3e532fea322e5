-- Acknowledge entries, then trim the stream to what some group still needs.
-- KEYS: stream.  ARGV: group, ids...  Returns the number of entries trimmed.
local stream, group = KEYS[1], ARGV[1]
for i = 2, #ARGV, 1000 do
  redis.call('XACK', stream, group, unpack(ARGV, i, math.min(i + 999, #ARGV)))
end

local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local floor_ms, floor_seq
local function lower(ms, seq)
  if not floor_ms or ms < floor_ms or (ms == floor_ms and seq < floor_seq) then
    floor_ms, floor_seq = ms, seq
  end
end

for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local of = {}
  for i = 1, #info, 2 do
    of[info[i]] = info[i + 1]
  end
  if of['pending'] > 0 then
    lower(parts(redis.call('XPENDING', stream, of['name'])[2]))
  else
    local ms, seq = parts(of['last-delivered-id'])
    lower(ms, seq + 1)
  end
end
if not floor_ms then
  return 0
end
return redis.call('XTRIM', stream, 'MINID', '=', string.format('%.0f-%.0f', floor_ms, floor_seq))
