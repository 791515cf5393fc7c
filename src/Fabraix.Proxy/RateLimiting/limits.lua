-- Judges one request in all of its windows at once, and counts it in all or in none: the same sums as WindowCount, Turnout, FairWindow and MemoryLimiter do in
-- one process, which say what they mean. Values are MessagePack. A window's count is { total, bucket, requests, bucket, requests, ... }.
local BUCKETS, WAITING_PERIODS = 120, 6
local LOOSE, MARGIN, PACE, CREDIT, LEAST_CREDIT, MOST_CREDIT = 0.5, 0.025, 1.5, 1.25, 3, 0.25
local NEVER = -1e300
local LONGEST_WORD = 3600 * 1000000
local ADMITTED, ADDRESS_FULL, USER_FULL, QUOTA_SPENT, QUOTA_SHARED, UPSTREAM_SPENT = 0, 1, 2, 3, 4, 5
local FITS, FULL, WAITS = 0, 1, 2

local place = 0
local function text() place = place + 1; return ARGV[place] end
local function number() return tonumber(text()) end

local mode, now = text(), number()
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function load(key)
  local value = redis.call('GET', key)
  return value and cmsgpack.unpack(value) or nil
end

local function save(key, value, micros) redis.call('SET', key, cmsgpack.pack(value), 'PX', math.ceil(micros / 1000)) end

-- The upstream's word: { left, until, refused, said }. No word holds for longer than an hour, be it that the clock was set back, or that somebody else wrote it.
local function heard(key)
  local word = load(key)
  if word and word[2] - now > LONGEST_WORD then
    word[2] = now + LONGEST_WORD
    save(key, word, LONGEST_WORD)
  end
  return word
end

-- Counts -------------------------------------------------------------------------------------------------------------------------------------------

local function advance(count, bucket, keep)
  local first, last = 2, #count
  while first < last and bucket - count[first] > keep do
    count[1] = count[1] - count[first + 1]
    first = first + 2
  end
  if first > 2 then
    local kept = { count[1] }
    for i = first, last do kept[#kept + 1] = count[i] end
    count = kept
  end
  -- A clock that was set back: nothing counts for longer than a window from now on.
  for i = #count - 1, 2, -2 do
    if count[i] <= bucket then break end
    count[i] = bucket
  end
  return count
end

local function add(count, bucket)
  local last = #count
  if last > 1 and count[last - 1] == bucket then
    count[last] = count[last] + 1
  else
    count[last + 1], count[last + 2] = bucket, 1
  end
  count[1] = count[1] + 1
end

local function remove(count, bucket)
  for i = #count - 1, 2, -2 do
    if count[i] < bucket then return false end
    if count[i] == bucket and count[i + 1] > 0 then
      count[i + 1], count[1] = count[i + 1] - 1, count[1] - 1
      return true
    end
  end
  return false
end

local function until_room(count, window, room)
  local last = #count - 1
  for i = 2, last, 2 do
    room = room - count[i + 1]
    if room <= 0 or i == last then return math.max(0, (count[i] + window.keep + 1) * window.bucket - now) end
  end
  return 0
end

local function least_free(count, window, rate)
  local free = window.quota - count[1]
  local least = math.min(free, window.quota - rate * window.micros)
  for i = 2, #count - 1, 2 do
    local wanted = rate * ((count[i] + window.keep + 1) * window.bucket - now)
    least = math.min(least, free - wanted - math.sqrt(wanted))
    free = free + count[i + 1]
  end
  return least
end

-- Turnouts: { period, now, before } -----------------------------------------------------------------------------------------------------------------

local function turn(turnout, length)
  local period = math.floor(now / length) + 2
  if period ~= turnout[1] then
    turnout[3] = period == turnout[1] + 1 and turnout[2] or 0
    turnout[1], turnout[2] = period, 0
  end
end

local function value(turnout) return math.max(1, turnout[2], turnout[3]) end

-- Fair windows. State: { used, foreseen, waiting, asking, line, spare, at, since, bucket, quota }; tag: { had, waited, asked } --------------------------

local function finite(number) return type(number) == 'number' and number - number == 0 end

-- What no replica wrote would else be kept for ever, since each request writes it anew.
local function sound(state)
  for i = 5, 10 do if not finite(state[i]) then return false end end
  for i = 1, 2 do
    local total = 0
    for j = 3, #state[i], 2 do total = total + state[i][j] end
    if total ~= state[i][1] then return false end
  end
  return true
end

local function open(window)
  local state = load(window.key)
  local bucket = math.floor(now / window.bucket)
  if not state or (bucket ~= state[9] and not sound(state)) then state = { { 0 }, { 0 }, { 0, 0, 0 }, { 0, 0, 0 }, 0, 0, 0, 0, -1, 0 } end
  window.state = state
  if bucket ~= state[9] or window.quota ~= state[10] then
    state[9], state[10] = bucket, window.quota
    state[1], state[2] = advance(state[1], bucket, window.keep), advance(state[2], bucket, window.keep)
    local rate = state[2][1] == 0 and 0 or state[2][1] / math.min(math.max(now - state[8], window.micros / WAITING_PERIODS), window.micros)
    state[6] = least_free(state[1], window, rate) - (window.quota < 5 and 0 or math.max(1, math.floor(math.min(MARGIN * window.quota, math.sqrt(window.quota)) + 0.5)))
  end
  turn(state[3], window.micros / WAITING_PERIODS)
  turn(state[4], window.micros)
  if state[6] > 0 then state[5] = state[5] + math.min(PACE * window.quota * math.max(0, now - state[7]) / window.micros, state[6]) / value(state[3]) end
  state[7] = now
end

local function from(window, tag)
  local share = math.min(MOST_CREDIT * window.quota, CREDIT * window.quota / value(window.state[4]))
  return math.max(tag[1], window.state[5] - math.max(LEAST_CREDIT, share))
end

local function note(turnout, tag, field, weight)
  if tag[field] ~= turnout[1] then
    tag[field] = turnout[1]
    turnout[2] = turnout[2] + weight
  end
end

local function judge(window, tag, weight)
  local state = window.state
  note(state[4], tag, 3, weight)
  local free = value(state[4]) <= weight and window.quota - state[1][1] or state[6]
  if free <= LOOSE * window.quota and from(window, tag) > state[5] then return WAITS end
  return state[1][1] >= window.quota and FULL or FITS
end

local function foresee(window, tag, weight)
  local state = window.state
  if tag[2] >= state[3][1] - 1 or from(window, tag) + 1 / weight > state[5] then return false end
  if #state[2] == 1 then state[8] = now end
  add(state[2], state[9])
  return true
end

local function foresee_once(window, tag, weight)
  local period = window.state[3][1]
  if tag[2] ~= -period and foresee(window, tag, weight) then tag[2] = -period end
end

local function take(window, tag, weight)
  foresee(window, tag, weight)
  add(window.state[1], window.state[9])
  window.state[6] = window.state[6] - 1
  tag[1] = from(window, tag) + 1 / weight
end

local function wait_of(window, verdict, tag)
  local state = window.state
  if verdict == FULL then return until_room(state[1], window, 1) end
  local rise = math.floor((from(window, tag) - state[5]) * value(state[3]) * window.micros / (PACE * window.quota))
  if state[6] > 0 then return math.min(window.micros, rise) end
  local room = until_room(state[1], window, 1 - state[6])
  if window.quota - state[1][1] > math.max(2, 2 * MARGIN * window.quota) then room = math.min(room, window.micros / WAITING_PERIODS) end
  return math.min(window.micros, rise + room)
end

-- Users and addresses: { counts, tags }; counts by the bucket's length, since replicas of two configurations may have other windows; tags: { name, had, waited, asked, ... } ----------------------------------------------------------------------

local function windows(named)
  local list, longest = {}, 0
  for i = 1, number() do
    local window = { quota = number(), bucket = number() }
    window.micros, window.keep = window.bucket * BUCKETS, BUCKETS
    -- What all share the upstream counts as well, and a little later.
    if named then window.name, window.keep = text(), BUCKETS + 1 end
    list[i], longest = window, math.max(longest, window.micros + window.bucket)
  end
  return list, longest
end

local function holder(key, list)
  local found = load(key) or { {}, {} }
  for _, window in ipairs(list) do
    window.at = string.format('%d', window.bucket)
    found[1][window.at] = advance(found[1][window.at] or { 0 }, math.floor(now / window.bucket), window.keep)
  end
  return found
end

local function tag_of(user, name)
  local tags = user[2]
  for i = 1, #tags, 4 do
    if tags[i] == name then return { tags[i + 1], tags[i + 2], tags[i + 3], at = i } end
  end
  local at = #tags + 1
  tags[at], tags[at + 1], tags[at + 2], tags[at + 3] = name, NEVER, 0, 0
  return { NEVER, 0, 0, at = at }
end

local function keep(user, tag) user[2][tag.at + 1], user[2][tag.at + 2], user[2][tag.at + 3] = tag[1], tag[2], tag[3] end

-- The full window that takes longest, or the tightest of all: its place, what is left, and for how long.
local function tightest(found, list, only_full)
  local place, remaining, longest = 0, 0, 0
  for i, window in ipairs(list) do
    local left = math.max(0, window.quota - found[1][window.at][1])
    if not only_full or left == 0 then
      local wait = until_room(found[1][window.at], window, 1)
      if place == 0 or left < remaining or (left == remaining and wait > longest) then place, remaining, longest = i, left, wait end
    end
  end
  return place, remaining, longest
end

local function count_in(found, list)
  for _, window in ipairs(list) do add(found[1][window.at], math.floor(now / window.bucket)) end
end

-- What is asked -----------------------------------------------------------------------------------------------------------------------------------

if mode == 'address' then
  local list, longest = windows(false)
  local address = holder(KEYS[1], list)
  count_in(address, list)
  save(KEYS[1], address, longest)
  return { ADMITTED }
end

if mode == 'learn' then
  local remaining, refused, reset = number(), number(), number()
  local word = heard(KEYS[1])
  if word and word[3] == 1 and word[2] > now then
    if refused == 1 then word[2] = math.max(word[2], now + reset) end
  else
    word = { remaining, now + reset, refused, now }
  end
  if word[2] > now then save(KEYS[1], word, word[2] - now) end
  return { ADMITTED }
end

-- KEYS: the user, the upstream's word, the address, and the shared windows.
if mode == 'return' or mode == 'renew' then
  local at = number()
  local shared, life = windows(true)
  for i, window in ipairs(shared) do
    window.key = KEYS[i + 3]
    if mode == 'renew' then open(window) else window.state = load(window.key) end
    if window.state and remove(window.state[1], math.floor(at / window.bucket)) then
      if mode == 'renew' then add(window.state[1], window.state[9]) else window.state[6] = window.state[6] + 1 end
      save(window.key, window.state, 2 * life)
    end
  end
  local word = mode == 'return' and heard(KEYS[2])
  if word and word[3] == 0 and word[4] and word[4] <= at and at < word[2] and word[2] > now then
    word[1] = word[1] + 1
    save(KEYS[2], word, word[2] - now)
  end
  return { ADMITTED }
end

local weight = number()
local user_windows, user_life = windows(false)
local user = holder(KEYS[1], user_windows)
local address_windows, address_life = windows(false)
local address = #address_windows > 0 and holder(KEYS[3], address_windows)
local shared, shared_life = windows(true)
local ways = {}
for way = 1, number() do
  ways[way] = {}
  for i = 1, number() do ways[way][i] = number() end
end

local function answer(outcome, wait, way)
  local place, remaining, longest = tightest(user, user_windows, false)
  local told = { outcome, math.ceil(wait), way, now, place, remaining, math.ceil(longest) }
  for i, window in ipairs(shared) do told[7 + i] = window.state and window.state[1][1] or -1 end
  return told
end

if address then
  local full, _, longest = tightest(address, address_windows, true)
  if full > 0 then return answer(ADDRESS_FULL, longest, 0) end
end
local full, _, longest = tightest(user, user_windows, true)
if full > 0 then return answer(USER_FULL, longest, 0) end
local word = heard(KEYS[2])
if word and word[1] <= 0 and word[2] > now then return answer(UPSTREAM_SPENT, word[2] - now, 0) end

for i, window in ipairs(shared) do
  window.key = KEYS[i + 3]
  window.tag = tag_of(user, window.name)
end

local outcome, wait = QUOTA_SPENT, math.huge
for way, places in ipairs(ways) do
  local fits, why, longest = true, QUOTA_SPENT, 0
  local verdicts = {}
  for i, at in ipairs(places) do
    open(shared[at])
    verdicts[i] = judge(shared[at], shared[at].tag, weight)
    fits = fits and verdicts[i] == FITS
  end
  for i, at in ipairs(places) do
    local window = shared[at]
    if fits then
      take(window, window.tag, weight)
    else
      if verdicts[i] == WAITS then note(window.state[3], window.tag, 2, weight) elseif verdicts[i] == FULL then foresee_once(window, window.tag, weight) end
    end
  end
  for i, at in ipairs(places) do
    local window = shared[at]
    if verdicts[i] ~= FITS then
      local until_then = wait_of(window, verdicts[i], window.tag)
      if until_then >= longest then why, longest = verdicts[i] == WAITS and QUOTA_SHARED or QUOTA_SPENT, until_then end
    end
    keep(user, window.tag)
    save(window.key, window.state, 2 * shared_life)
  end
  if fits then
    if address then
      count_in(address, address_windows)
      save(KEYS[3], address, address_life)
    end
    count_in(user, user_windows)
    save(KEYS[1], user, math.max(user_life, shared_life))
    if word and word[1] > 0 and word[2] > now then
      word[1] = word[1] - 1
      save(KEYS[2], word, word[2] - now)
    end
    return answer(ADMITTED, 0, way - 1)
  end
  if longest < wait then outcome, wait = why, longest end
end

save(KEYS[1], user, math.max(user_life, shared_life))
return answer(outcome, wait, 0)
