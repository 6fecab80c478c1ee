-- wrk script: each request creates another record. Arguments: the run, so that no two make the same one, and
-- the record with %s where its key belongs.
local run, record, count = "run", "%s", 0

function init(args)
  run, record = args[1], args[2]
end

function request()
  count = count + 1
  return wrk.format("POST", nil, nil, record:format(run .. "-" .. count))
end
