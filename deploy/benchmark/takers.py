"""Lets many take the seats of one group at the same moment, and counts who got one.

    takers.py HOST:PORT TOKEN GROUP SEATS CLIENT…
"""

import collections
import http.client
import json
import sys
import threading
import time

host, token, group, seats, *clients = sys.argv[1:]
ready = threading.Barrier(len(clients))
statuses, slowest = collections.Counter(), 0.0
lock = threading.Lock()


def take(client):
    global slowest
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.connect()
    ready.wait()
    began = time.perf_counter()
    connection.request("POST", f"/v1/groups/{group}/enrollments", json.dumps({"clientId": client, "status": "active"}),
                       {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    answer = connection.getresponse()
    code = json.loads(answer.read()).get("code", "")
    with lock:
        statuses[f"{answer.status} {code}".strip()] += 1
        slowest = max(slowest, time.perf_counter() - began)


threads = [threading.Thread(target=take, args=[client]) for client in clients]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
said = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
print(f"    {said}; the slowest waited {slowest * 1000:.0f} ms")
if statuses != {"201": int(seats), "409 group_full": len(clients) - int(seats)}:
    sys.exit(f"of {len(clients)} takers of {seats} seats not {seats} were seated")
print(f"bench takers simultaneous={len(clients)} seats={seats} seated={statuses['201']} slowest_ms={slowest * 1000:.0f}")
