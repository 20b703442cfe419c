"""Nothing, on purpose: jsonschema looks for a name here and goes on without it."""
