# SPDX-License-Identifier: MIT
"""`fields` and `rename`: what a response becomes."""

from table import Answer, case, endpoint, json_answer

FIELDS = "[*] in transforms"
INDEX = "Elements in transforms"
ITEMS = '{"items":[{"id":1,"n":"a"},{"id":2,"n":"b"}],"total":2}'


def transformed(name, transform, body, out, **more):
    """The compact result; `--format ndjson` prints a single result so."""
    return case(name, "call t.x --format ndjson",
                service=endpoint("GET", "/x", f"transform: {transform}"),
                answers=[json_answer(body)], out=out + "\n", **more)


CASES = [
    # ---- fields ----
    transformed("fields copy", "{ fields: [id, name] }", '{"id":1,"name":"a","x":2}',
                '{"id":1,"name":"a"}'),
    transformed("fields come in their own order", "{ fields: [b, a] }", '{"a":1,"b":2}',
                '{"b":2,"a":1}'),
    transformed("a missing field is left out", "{ fields: [id, no] }", '{"id":1}', '{"id":1}'),
    transformed("a field that is null is kept", "{ fields: [id] }", '{"id":null}', '{"id":null}'),
    transformed("a field inside", "{ fields: [address.city] }",
                '{"address":{"city":"R","zip":1}}', '{"address":{"city":"R"}}'),
    transformed("two fields inside", "{ fields: [a.b, a.c] }", '{"a":{"b":1,"c":2,"d":3}}',
                '{"a":{"b":1,"c":2}}'),
    transformed("a missing field inside is left out", "{ fields: [a.x.y, id] }",
                '{"a":1,"id":2}', '{"id":2}'),
    transformed("an array is done one by one", "{ fields: [id] }", '[{"id":1,"x":2},{"id":3}]',
                '[{"id":1},{"id":3}]'),
    transformed("an array is done one by one by stars", '{ fields: ["[*].id", "[*].n"] }',
                '[{"id":1,"n":2,"x":3}]', '[{"id":1,"n":2}]'),
    transformed("with and without stars do not mix", '{ fields: ["[*].id", name] }',
                '[{"id":1,"name":"a"}]', '[{"name":"a"}]'),
    transformed("scalars pass", "{ fields: [id] }", "5", "5"),
    transformed("null passes", "{ fields: [id] }", "null", "null"),
    transformed("no fields are an empty object", "{ fields: [] }", '{"a":1}', "{}"),
    transformed("an empty transform changes nothing", "{}", '{"a":1}', '{"a":1}'),
    transformed("an index written as a name", "{ fields: [items.0.id] }", ITEMS,
                '{"items":{"0":{"id":1}}}'),
    transformed("an index in brackets", '{ fields: ["items[0].id"] }', ITEMS,
                '{"items":{"0":{"id":1}}}', differs=INDEX),
    transformed("an element in brackets", '{ fields: ["tags[1]"] }', '{"tags":["a","b"]}',
                '{"tags":{"1":"b"}}', differs=INDEX),
    transformed("the length of an array", "{ fields: [items.length] }", ITEMS,
                '{"items":{"length":2}}'),
    transformed("stars inside make a list", '{ fields: ["items[*].id"] }', ITEMS,
                '{"items":[1,2]}', differs=FIELDS),
    transformed("several stars inside make objects", '{ fields: ["items[*].id", "items[*].n"] }',
                ITEMS, '{"items":[{"id":1,"n":"a"},{"id":2,"n":"b"}]}', differs=FIELDS),
    transformed("a star at the end takes the whole array", '{ fields: ["items[*]"] }',
                '{"items":[1,2],"x":3}', '{"items":[1,2]}', differs=FIELDS),

    # ---- rename ----
    transformed("rename moves to the end", "{ rename: { a: c } }", '{"a":1,"b":2}',
                '{"b":2,"c":1}'),
    transformed("rename overwrites", "{ rename: { a: b } }", '{"a":1,"b":2}', '{"b":1}'),
    transformed("rename of what is missing does nothing", "{ rename: { x: y } }", '{"a":1}',
                '{"a":1}'),
    transformed("rename from inside", "{ rename: { company.name: companyName } }",
                '{"company":{"name":"R"}}', '{"company":{},"companyName":"R"}'),
    transformed("rename to inside", "{ rename: { id: ref.id } }", '{"id":1}',
                '{"ref":{"id":1}}'),
    transformed("renames go in order", "{ rename: { a: b, b: c } }", '{"a":1}', '{"c":1}'),
    transformed("rename of an array goes one by one", "{ rename: { a: b } }",
                '[{"a":1},{"a":2}]', '[{"b":1},{"b":2}]'),
    transformed("rename of an array by stars", '{ rename: { "[*].a": "[*].b" } }',
                '[{"a":1},{"c":2}]', '[{"b":1},{"c":2}]'),
    transformed("rename by stars inside", '{ rename: { "items[*].id": "items[*].key" } }',
                '{"items":[{"id":1},{"id":2}]}', '{"items":[{"key":1},{"key":2}]}',
                differs=FIELDS),
    transformed("rename of an element's member moves it",
                '{ rename: { "items[0].id": "first" } }', '{"items":[{"id":1,"n":2}]}',
                '{"items":[{"n":2}],"first":1}', differs=INDEX),

    # ---- steps ----
    transformed("fields come before rename", "{ rename: { id: key }, fields: [id] }",
                '{"id":1,"x":2}', '{"key":1}'),
    transformed("steps go in order", "[{ fields: [a] }, { rename: { a: b } }]",
                '{"a":1,"c":2}', '{"b":1}'),
    transformed("numbers come through a transform as they are", "{ fields: [a] }",
                '{"a":1.00,"b":2}', '{"a":1.00}', differs="Numbers"),
    case("a failure's details are not transformed", "call t.x", status=1,
         service=endpoint("GET", "/x", "transform: { fields: [id] }"),
         answers=[json_answer('{"why":"x"}', 404)],
         out_like=r'.*"details": \{\n      "why": "x"\n    \}.*'),
    case("text is not transformed", "call t.x",
         service=endpoint("GET", "/x", "transform: { fields: [id] }"),
         answers=[Answer(200, "text/plain", "x")], out='"x"\n'),
    case("a path that is none is told", "call t.x", status=3, received=[],
         service=endpoint("GET", "/x", 'transform: { fields: ["a[*.b"] }'),
         err=r"'\[' is not closed", differs="Paths that cannot be right"),
]
