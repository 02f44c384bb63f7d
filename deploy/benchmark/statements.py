"""Turns what PostgreSQL logged of one request into pgbench scripts: the very statements, their parameters as
parameters, in one pipeline.

    statements.py LOG_FOLDER OUT_FOLDER NAME=VALUE…     one script for each value of what varies:
        vary:token=HEX,HEX,…                            a parameter equal to the first takes each in turn
    statements.py … count:homework=UUID:EXPRESSION      a parameter equal to the UUID becomes the SQL expression

Prints the arguments for pgbench, one a line.
"""

import glob
import json
import re
import sys

log_folder, out_folder, *options = sys.argv[1:]
vary, count, prefix = {}, {}, ""
for option in options:
    key, value = option.split("=", 1)
    if key.startswith("vary:"):
        vary[key[5:]] = value.split(",")
    elif key.startswith("count:"):
        uuid, expression = value.split(":", 1)
        count[uuid] = expression
    elif key == "set":
        prefix += value + "\n"

statements = []
for name in sorted(glob.glob(log_folder + "/*.json")):
    for line in open(name, encoding="utf-8"):
        entry = json.loads(line)
        found = re.match(r"execute [^:]*: (.*)", entry.get("message", ""), re.S)
        if entry.get("application_name") != "cairn serve" or not found:
            continue
        text = re.sub(r"^\s*--.*$", "", found.group(1), flags=re.M)
        pairs = re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", entry.get("detail", ""))
        values = {int(n): None if v == "NULL" else v[1:-1].replace("''", "'") for n, v in pairs}
        statements.append((text, values))
if not statements:
    sys.exit("PostgreSQL logged no statement of the server")

firsts = {values[0]: name for name, values in vary.items()}
arguments, width = [], max([len(v) for v in vary.values()] or [1])


def script(number):
    lines = []
    for index, (text, values) in enumerate(statements):
        def parameter(match):
            n = int(match.group(1))
            value = values.get(n)
            if value is None:
                return "null"
            if value in count:
                return "(" + count[value] + ")"
            if value in firsts:
                return f":{firsts[value]}_{number}"
            return f":p_{index}_{n}"
        lines.append(re.sub(r"\$(\d+)", parameter, text).replace("\n", " ").rstrip("; ") + ";")
    return lines


def write(name, lines):
    with open(f"{out_folder}/{name}", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


for index, (text, values) in enumerate(statements):
    for n, value in values.items():
        if value is not None and value not in firsts and value not in count:
            arguments.append(f"-Dp_{index}_{n}={value}")
for name, values in vary.items():
    for number, value in enumerate(values):
        arguments.append(f"-D{name}_{number}={value}")
for number in range(width):
    lines = script(number)
    own = [prefix.replace("NUMBER", str(number)).rstrip()] if prefix else []
    write(f"whole-{number}.sql", own + ["\\startpipeline"] + lines + ["\\endpipeline"])
    # Without the door: the bare query, for the owner.
    write(f"bare-{number}.sql", own + ["\\startpipeline"] + lines[1:] + ["\\endpipeline"])
with open(f"{out_folder}/arguments", "w", encoding="utf-8") as file:
    file.write("\0".join(arguments))
print(f"{len(statements)} statements, {width} scripts")
