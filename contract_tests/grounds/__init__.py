"""Where a contract gives ground for a law: operations, fields and parameters, each with its statements."""
