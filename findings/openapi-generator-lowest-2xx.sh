#!/bin/bash
# openapi-generator 7.26.0 (PyPI openapi-generator-cli), `python` and `typescript-fetch`: which of several good answers is a
# function's own.
#
# Found: of an operation with a 200 and a 201, both with a schema, the function's type is that of the lowest number, whatever the 201
# says. The Python client still reads a 201 by its own schema at run time, against its annotation; the TypeScript client does
# not: it hands out the raw JSON of a 201, with members and dates as they were on the wire. Where the other answer stands under `2XX`,
# as OpenAPI allows, both take the 201. Nobody is warned. (Decision 0039 puts the answer to a repeat under 2XX.)
#
# Installs the generator in a temporary folder. Needs python3 with venv, pip and Java 11 or later. Ends with 0 when all is as found,
# else with 1.
set -euo pipefail

version=7.26.0
folder=$(mktemp -d /tmp/openapi-generator.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv generator
generator/bin/pip install --quiet --disable-pip-version-check "openapi-generator-cli==$version"
jar=$(generator/bin/python -c 'import openapi_generator_cli as g, os; print(os.path.dirname(g.__file__))')/openapi-generator.jar

# describe CODE: a description in which the answer to a repeat stands under this code.
describe() {
    cat <<YAML
openapi: 3.1.0
info: { title: Things, version: "1" }
servers: [{ url: "https://things.example" }]
paths:
  /things:
    post:
      operationId: createThing
      tags: [Things]
      responses:
        '$1':
          description: The same request came before.
          content: { application/json: { schema: { type: object, additionalProperties: true } } }
        '201':
          description: Made.
          content: { application/json: { schema: { \$ref: "#/components/schemas/Thing" } } }
components:
  schemas:
    Thing:
      type: object
      required: [madeAt]
      properties: { madeAt: { type: string, format: date-time } }
YAML
}

failed=0
# expect WHAT PATTERN FILE: whether a generated file has a line as it was found.
expect() {
    if grep -Eq "$2" "$3"; then
        echo "as found: $1: $(grep -Em1 "$2" "$3" | sed 's/^ *//')"
    else
        echo "CHANGED: $1: no line like $2"
        failed=1
    fi
}

for code in 200 2XX; do
    describe $code >$code.yaml
    for language in python typescript-fetch; do
        java -jar "$jar" generate -g $language -i $code.yaml -o "$code-$language" --package-name things >$code-$language.log 2>&1 ||
            { cat $code-$language.log; exit 1; }
    done
done
expect "a 200 beside the 201, in Python" '^    \) -> Dict\[str, Optional\[object\]\]:' 200-python/things/api/things_api.py
expect "a 200 beside the 201, in TypeScript" 'async createThing\(.*Promise<\{ \[key: string\]: any' 200-typescript-fetch/apis/ThingsApi.ts
expect "a 2XX beside the 201, in Python" '^    \) -> Thing:' 2XX-python/things/api/things_api.py
expect "a 2XX beside the 201, in TypeScript" 'async createThing\(.*Promise<Thing>' 2XX-typescript-fetch/apis/ThingsApi.ts
exit $failed
