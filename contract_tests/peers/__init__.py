"""Independent servers, each written from one API document alone, to measure the contract tests with."""
