-- wrk script: each request creates another record. The argument names the run, so no two runs make the same one.
local run, count = "run", 0

function init(args)
  run = args[1]
end

function request()
  count = count + 1
  local record = '{"developerId":"dev-789","resourceType":"FEATURE_FLAG_STATE","resourceKey":"%s-%d",'
    .. '"data":{"enabled":false,"notes":"Off until the migration is done."}}'
  return wrk.format("POST", nil, nil, record:format(run, count))
end
