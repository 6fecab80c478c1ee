-- Each thread is a client: it shows, lists, filters, creates a record, and removes it again, in turns.
-- Arguments: how many worlds the clients are in (1: all in one), and what names the run.
local clients = 0

function setup(thread)
   thread:set("client", clients)
   clients = clients + 1
end

function init(args)
   local worlds, run = tonumber(args[1]), args[2]
   turn, created = 0, {}
   headers = {
      ["Authorization"] = "Bearer demo." .. run .. (client % worlds),
      ["Content-Type"] = "application/json",
   }
   key = run .. "-" .. client .. "-"
   reads = {
      "/records/3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34",
      "/records?limit=50",
      "/records?developerId=dev-456&limit=50",
   }
end

local record = '{"developerId":"dev-789","resourceType":"FEATURE_FLAG_STATE","resourceKey":"%s%d","data":{}}'

function request()
   turn = turn + 1
   local kind = turn % 5
   if kind == 0 then
      return wrk.format("POST", wrk.path .. "/records", headers, record:format(key, turn))
   end
   if kind == 4 and #created > 0 then
      return wrk.format("DELETE", wrk.path .. "/records/" .. table.remove(created), headers)
   end
   return wrk.format("GET", wrk.path .. reads[kind % 3 + 1], headers)
end

function response(status, _, body)
   if status == 201 then
      table.insert(created, body:match('"id":%s*"([^"]+)"'))
   end
end
