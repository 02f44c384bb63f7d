-- Sends the requests of a file (argument 1), one a line: METHOD TAB PATH TAB TOKEN TAB BODY, where a body @FILE stands in
-- that file. Each thread has its share,
-- begins at a fraction of it (argument 2) and takes it in order.
local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

local function from_file(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

function init(arguments)
    requests, bodies = {}, {}
    local line_number = 0
    for line in io.lines(arguments[1]) do
        if line_number % 2 == number then
            local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
            local headers = { Authorization = "Bearer " .. token }
            if body:sub(1, 1) == "@" then
                bodies[body] = bodies[body] or from_file(body:sub(2))
                body = bodies[body]
            end
            if body == "" then
                body = nil
            else
                headers["Content-Type"] = method == "PATCH" and "application/merge-patch+json" or "application/json"
            end
            table.insert(requests, wrk.format(method, path, headers, body))
        end
        line_number = line_number + 1
    end
    position = math.floor(#requests * tonumber(arguments[2]))
end

function request()
    position = position % #requests + 1
    return requests[position]
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT %.1f %.2f %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
