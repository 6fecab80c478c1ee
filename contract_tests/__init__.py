"""Contract tests: black-box tests and laws that verify an API against its OpenAPI document."""
