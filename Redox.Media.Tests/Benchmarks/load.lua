-- wrk -s load.lua URL -- REQUEST PLACE FIRST COUNT STRIDE [KEYS]
-- Sends the request in file REQUEST, head and body, with the text PLACE in it overwritten by a key, in place: building a new string for each
-- request would cost more than sending it. Every request has a log ID of its own, numbered from FIRST.
--   COUNT 0: the key is the log ID, so that each document is new.
--   COUNT n: the key is that of one of n existing documents, chosen at random: line i of file KEYS, or the number 1 + i * STRIDE.
-- Writes one line at the end: "result", requests, microseconds, failed requests, median and 99th percentile of the latency in microseconds.
local ffi = require("ffi")
local log_place, type_place = "00000000000000000000000000fedcba", "00000000000000000000000000badcfe"
local documents_per_type = 5
local request_text, bytes
local key_at, log_at, type_at
local number, count, stride, keys

local function find(place)
  local found, at = {}, request_text:find(place, 1, true)
  while at do
    found[#found + 1] = at - 1
    at = request_text:find(place, at + #place, true)
  end
  return found
end

local function write(places, text)
  for i = 1, #places do ffi.copy(bytes + places[i], text, #text) end
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  request_text = file:read("*a")
  file:close()
  bytes = ffi.cast("char *", ffi.cast("const char *", request_text))
  key_at, log_at, type_at = find(arguments[2]), find(log_place), find(type_place)
  number, count, stride = tonumber(arguments[3]) - 2, tonumber(arguments[4]), tonumber(arguments[5]) -- wrk asks once before it sends
  if arguments[6] then
    keys = {}
    for key in io.lines(arguments[6]) do keys[#keys + 1] = key end
  end
  math.randomseed(number)
end

function request()
  number = number + 1
  local document = number
  if count > 0 then document = 1 + math.random(0, count - 1) * stride end
  write(key_at, keys and keys[document] or string.format("%032x", document))
  write(log_at, string.format("%032x", number))
  write(type_at, string.format("%032x", math.floor(document / documents_per_type)))
  return request_text
end

function done(summary, latency)
  local errors = summary.errors
  print("result", summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99))
end
