"""Times a streamed answer beside a program that prints the same rows, in turn; then looks at the memory of the server while
several are streamed at once.

    streamed.py NAME URL TOKEN SERVER_PID ROUNDS COMMAND…
"""

import http.client
import subprocess
import sys
import threading
import time
import urllib.parse

name, url, token, pid, rounds, *command = sys.argv[1:]
address = urllib.parse.urlsplit(url)


def rss():
    for line in open(f"/proc/{pid}/status", encoding="utf-8"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the server is gone")


def stream():
    connection = http.client.HTTPConnection(address.netloc, timeout=120)
    connection.request("GET", address.path + "?" + address.query if address.query else address.path,
                       headers={"Authorization": "Bearer " + token, "Accept": "text/csv"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {answer.read()[:300]!r}")
    size = lines = 0
    while chunk := answer.read(1 << 20):
        size += len(chunk)
        lines += chunk.count(b"\n")
    return size, lines


def beside():
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return printed.count(b"\n")


idle = rss()
stream(), beside()
ours, theirs = [], []
for _ in range(int(rounds)):
    began = time.perf_counter()
    size, lines = stream()
    ours.append(time.perf_counter() - began)
    began = time.perf_counter()
    rows = beside()
    theirs.append(time.perf_counter() - began)
ours.sort(), theirs.sort()
mine, other = ours[len(ours) // 2], theirs[len(theirs) // 2]

peak, done = rss(), threading.Event()


def watch():
    global peak
    while not done.wait(0.01):
        peak = max(peak, rss())


watcher = threading.Thread(target=watch)
watcher.start()
several = [threading.Thread(target=stream) for _ in range(4)]
for thread in several:
    thread.start()
for thread in several:
    thread.join()
done.set()
watcher.join()
print(f"    {lines - 1} lines, {size / 1e6:.1f} MB in {mine:.3f} s; COPY {rows} rows in {other:.3f} s (medians of {rounds})")
print(f"bench {name} ours={(lines - 1) / mine:.0f} copy={rows / other:.0f} ratio={other / mine:.2f} "
      f"rss_over_idle_mb={peak - idle:.0f} (four at once)")
