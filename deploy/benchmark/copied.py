"""Turns what PostgreSQL logged of one streamed request into a psql script that does the same: its door, its settings, then COPY (the very
query, its parameters as literals) TO STDOUT for each of its queries, in one transaction.

    copied.py LOG_FOLDER > SCRIPT
"""

import glob
import json
import re
import sys

statements, settings = [], []
for name in sorted(glob.glob(sys.argv[1] + "/*.json")):
    for line in open(name, encoding="utf-8"):
        entry = json.loads(line)
        found = re.match(r"execute [^:]*: (.*)", entry.get("message", ""), re.S)
        if entry.get("application_name") != "cairn serve" or not found:
            continue
        text = found.group(1).strip().rstrip(";")
        if re.match(r"set local\b", text, re.I):
            settings.append(text)
        if not re.match(r"(select|with)\b", text, re.I):
            continue
        values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", entry.get("detail", "")))
        statements.append(re.sub(r"\$(\d+)", lambda match: values.get(match.group(1), "NULL"), text))
if len(statements) < 2:
    sys.exit("PostgreSQL logged no door and query of the server")
print("begin;")
print("set local jit = off;")
print(statements[0] + " \\g /dev/null")
for text in settings:
    print(text + ";")
for text in statements[1:]:
    print("copy (" + text + ") to stdout;")
print("commit;")
