-- wrk -s load.lua URL -- REQUEST KEYS FIRST COUNT STRIDE
-- Sends the request in file REQUEST, head and body, with the IDs in it overwritten in place: to make a new string for each request would
-- cost more than to send it. Each request has a log ID of its own, numbered from FIRST. Its document is chosen at random among the lines of
-- file KEYS; if there are none, among the numbers 1 + i * STRIDE with 0 <= i < COUNT; if COUNT is 0, it is new.
-- The last line is "result", requests, microseconds, failed requests, median and 99th percentile of the latency in microseconds.
local ffi = require("ffi")
local document_place, log_place = "00000000000000000000000000abcdef", "00000000000000000000000000fedcba"
local type_place, documents_per_type = "00000000000000000000000000badcfe", 5
local request_text, bytes, document_at, log_at, type_at
local number, count, stride
local keys = {}

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
  for key in io.lines(arguments[2]) do keys[#keys + 1] = key end
  -- wrk asks for one request before those that it sends
  number, count, stride = tonumber(arguments[3]) - 2, tonumber(arguments[4]), tonumber(arguments[5])
  document_at, log_at, type_at = find(document_place), find(log_place), find(type_place)
  if keys[1] and #document_at == 0 then document_at = find(keys[1]) end -- the request is about the first
  math.randomseed(number)
end

function request()
  number = number + 1
  local document = count > 0 and 1 + math.random(0, count - 1) * stride or number
  write(document_at, keys[1] and keys[math.random(#keys)] or string.format("%032x", document))
  write(log_at, string.format("%032x", number))
  write(type_at, string.format("%032x", math.floor(document / documents_per_type)))
  return request_text
end

function done(summary, latency)
  local errors = summary.errors
  print("result", summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99))
end
